"""The pages by which a workspace lets us in: `Add to Slack`, and where Slack sends people back."""

import html
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from slack_bolt.adapter.starlette.async_handler import (
    to_async_bolt_request,
    to_starlette_response,
)
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import manifest
from bot.errors import BLURRED, LIMITED, code_of
from bot.views import setup

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{title}</title>
<h1>{title}</h1>{words}{link}</html>"""
ADD = "Threadline brings your customers' text messages into your Slack workspace."
DONE = (
    "Threadline is in {team}.",
    "It has sent you a message in Slack: press Set up there, or in its Home.",
)
AGAIN = "Start again"
FAILURES = {
    "access_denied": "Access was not allowed, so nothing was installed.",
    "invalid_browser": "This page was opened in another browser, or a second time.",
    "invalid_state": "This attempt is older than ten minutes, or has been used already.",
    "missing_code": "Slack sent you back without a code.",
    "invalid_code": "Slack did not accept this attempt, so nothing was installed.",
    "unreachable": "Slack did not answer, so nothing was installed. Wait a minute.",
}
UNKNOWN_FAILURE = "Slack did not install it, and gave a reason that we do not know."
NOT_OURS = frozenset({"unreachable"})
UNREACHED = (aiohttp.ClientError, TimeoutError, OSError)
# The SDK takes for granted that Slack answers with a JSON object; a proxy's answer breaks it.
UNREADABLE = (AttributeError, TypeError, ValueError, LookupError)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Client:
    """Who we are to Slack, and where it sends people: `redirect_uri` back to us."""

    client_id: str
    client_secret: str
    redirect_uri: str
    authorize_url: str


class Unreachable(Exception):
    """Slack could not be asked."""


class Flow(AsyncOAuthFlow):
    """The SDK's flow with pages of our own, and every failure a page."""

    async def build_install_page_html(self, url: str, _request: AsyncBoltRequest) -> str:
        """The page with the link to Slack."""
        return page("Add Threadline to Slack", [ADD], ("Add to Slack", url))

    async def run_installation(self, code: str) -> Installation | None:
        """What the code is worth; None when Slack refuses it."""
        try:
            got = await self.client.oauth_v2_access(
                code=code,
                client_id=self.settings.client_id,
                client_secret=self.settings.client_secret,
                redirect_uri=self.settings.redirect_uri,
            )
            if not got.get("access_token"):
                raise LookupError("no token")
            who = await self.client.auth_test(token=got["access_token"])
            return _installation(got, who)
        except SlackApiError as error:
            code = code_of(error)
            log.warning("slack.install_refused", code=code or "unreadable")
            if code in ("", *BLURRED, *LIMITED):
                raise Unreachable from error
            return None
        except (*UNREACHED, *UNREADABLE) as error:
            log.warning("slack.install_unreachable", reason=type(error).__name__)
            raise Unreachable from error


def routes(
    client: AsyncWebClient,
    ours: Client,
    installations: AsyncInstallationStore,
    states: AsyncOAuthStateStore,
) -> list[Route]:
    """Both pages, for people's browsers."""
    flow = Flow(client=client, settings=_settings(ours, installations, states, client))

    async def redirected(request: AsyncBoltRequest) -> BoltResponse:
        try:
            return await flow.handle_callback(request)
        except Unreachable:
            return _failed("unreachable", flow.settings)

    return [
        Route(INSTALL, _page(flow.handle_installation), methods=["GET"]),
        Route(REDIRECT, _page(redirected), methods=["GET"]),
    ]


def page(title: str, sentences: Sequence[str], link: tuple[str, str] | None = None) -> str:
    """A plain page; every word of it is escaped."""
    words = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in sentences)
    there = f'<p><a href="{html.escape(link[1])}">{html.escape(link[0])}</a></p>' if link else ""
    return PAGE.format(title=html.escape(title), words=words, link=there)


def _settings(
    ours: Client,
    installations: AsyncInstallationStore,
    states: AsyncOAuthStateStore,
    client: AsyncWebClient,
) -> AsyncOAuthSettings:
    async def success(args: AsyncSuccessArgs) -> BoltResponse:
        await _welcome(client, args.installation)
        team = args.installation.team_name or args.installation.enterprise_name or "your workspace"
        told = [sentence.format(team=team) for sentence in DONE]
        return _told(200, page("Threadline is installed", told), args.settings)

    async def failure(args: AsyncFailureArgs) -> BoltResponse:
        log.warning("slack.not_installed", reason=args.reason[:100])
        return _failed(args.reason, args.settings)

    return AsyncOAuthSettings(
        client_id=ours.client_id,
        client_secret=ours.client_secret,
        scopes=manifest.scopes(),
        user_scopes=(),
        redirect_uri=ours.redirect_uri,
        install_path=INSTALL,
        redirect_uri_path=REDIRECT,
        authorization_url=ours.authorize_url,
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=states,
        callback_options=AsyncCallbackOptions(success=success, failure=failure),
    )


def _failed(reason: str, settings: AsyncOAuthSettings) -> BoltResponse:
    """What happened and what to do; the state's cookie goes in any case."""
    sentence = FAILURES.get(reason, UNKNOWN_FAILURE)
    status = 503 if reason in NOT_OURS else 200 if reason == "access_denied" else 400
    body = page("Threadline is not installed", [sentence], (AGAIN, INSTALL))
    return _told(status, body, settings)


def _told(status: int, body: str, settings: AsyncOAuthSettings) -> BoltResponse:
    gone = settings.state_utils.build_set_cookie_for_deletion()
    return BoltResponse(status=status, body=body, headers={"Set-Cookie": gone})


def _page(
    work: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]],
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        answered = to_starlette_response(await work(to_async_bolt_request(request, b"")))
        answered.headers.update(HEADERS)
        return answered

    return answer


async def _welcome(client: AsyncWebClient, made: Installation) -> None:
    """A message to whoever installed us; when it cannot be sent, our Home has the same button."""
    try:
        await client.chat_postMessage(
            token=made.bot_token,
            channel=made.user_id,
            text=setup.WELCOME,
            blocks=setup.welcome(),
        )
    except (SlackApiError, *UNREACHED, *UNREADABLE) as error:
        log.warning("slack.no_welcome", team_id=made.team_id, reason=type(error).__name__)


def _installation(got: Any, who: Any) -> Installation:
    """Slack's answers as the SDK keeps them."""
    team, enterprise = got.get("team") or {}, got.get("enterprise") or {}
    return Installation(
        app_id=got.get("app_id"),
        enterprise_id=enterprise.get("id"),
        enterprise_name=enterprise.get("name"),
        team_id=team.get("id"),
        team_name=team.get("name"),
        bot_token=got["access_token"],
        bot_id=who.get("bot_id"),
        bot_user_id=got.get("bot_user_id"),
        bot_scopes=got.get("scope") or "",
        bot_refresh_token=got.get("refresh_token"),
        bot_token_expires_in=got.get("expires_in"),
        user_id=got["authed_user"]["id"],
        is_enterprise_install=bool(got.get("is_enterprise_install")),
    )
