"""`GET /l/{code}`: a short link leads on to where its text meant to lead, and to nowhere else."""

from html import escape

import structlog
from pymongo.errors import PyMongoError
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from adapters.web.visitors import is_person
from domain.policy import Policy
from domain.ports import Clock
from domain.rules.words.linking import PATH
from domain.services import links
from domain.services.links import Followed

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><h1>{title}</h1><p>{text}</p></html>
"""
UNKNOWN = ("Nothing here", "There is nothing at this address. Check that it was copied whole.")
EXPIRED = ("This link has expired", "Ask {business} for a new one.")
AWAY = ("Not just now", "This link cannot be opened at the moment. Try again in a minute.")
log = structlog.get_logger(__name__)


def routes(clock: Clock, policy: Policy) -> list[Route]:
    """The one route; GET and HEAD. Nothing of a request but the code is ever looked at.

    A click is written down after the answer: whoever clicked does not wait for it.
    """
    business = policy.business_name

    def serve(request: Request) -> Response:
        try:
            found = links.follow(request.path_params["code"], clock.now(), policy)
        except PyMongoError as error:
            log.warning("link.unread", kind=type(error).__name__)
            return _page(503, AWAY, business, {"retry-after": "5"})
        if found is None:
            return _page(404, UNKNOWN, business)
        if not isinstance(found, Followed):
            return _page(410, EXPIRED, business)
        count = BackgroundTask(_count, found, clock) if is_person(request) else None
        leads = {"location": found.target}
        return Response(status_code=302, headers=HEADERS | leads, background=count)

    return [Route(f"{PATH}{{code:path}}", serve)]


def _count(link: Followed, clock: Clock) -> None:
    try:
        links.clicked(link, clock.now())
    except Exception as error:  # noqa: BLE001 - whoever clicked is on their way
        log.warning("link.uncounted", kind=type(error).__name__)


def _page(
    status: int, said: tuple[str, str], business: str, more: dict[str, str] | None = None
) -> Response:
    title, text = said
    words = PAGE.format(title=title, text=escape(text.format(business=business)))
    return HTMLResponse(words, status, HEADERS | (more or {}))
