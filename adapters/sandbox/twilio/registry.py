"""What Twilio knows of numbers: consents told by us, new owners, and numbers given up."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeAlias

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.encounter import Answer
from adapters.sandbox.ledger import Json, Ledger
from adapters.sandbox.twilio.create import PHONE, Form
from adapters.sandbox.twilio.errors import TwilioError
from adapters.sandbox.twilio.optout import Blocks
from adapters.sandbox.twilio.text import now

Deed: TypeAlias = Callable[[Request, Form], Answer]
Endpoint: TypeAlias = Callable[[str, Deed], Callable[[Request], Awaitable[Response]]]

MOST_ITEMS = 25
LINK_SECONDS = 120
FAULTY = 30646
KEY = re.compile(r"[0-9a-f]{32}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
SOURCES = ("website", "offline", "opt-in-message", "opt-out-message", "others")
LISTS = "/twilio/lists"


class Registry:
    """The Consents API, Lookup's `reassigned_number`, and the lists of deactivated numbers."""

    def __init__(self, config: SandboxConfig, ledger: Ledger, blocks: Blocks) -> None:
        self._config = config
        self._ledger = ledger
        self._blocks = blocks

    def routes(self, endpoint: Endpoint) -> list[Route]:
        """To be mounted under `/twilio`, as the hosts that they are on are rewritten to it."""
        bulk = endpoint("consents.bulk", self._bulk)
        lookup = endpoint("lookup", self._lookup)
        lists = endpoint("deactivations", self._deactivations)
        return [
            Route("/v1/Consents/Bulk", bulk, methods=["POST"]),
            Route("/v2/PhoneNumbers/{number}", lookup, methods=["GET"]),
            Route("/v1/Deactivations", lists, methods=["GET"]),
        ]

    def lists(self) -> list[Route]:
        """To be mounted at the sandbox's root: where links lead."""
        return [Route(f"{LISTS}/{{day}}", self._list, methods=["GET"])]

    def _bulk(self, _request: Request, form: Form) -> Answer:
        items = form.many("Items")
        if not 0 < len(items) <= MOST_ITEMS:
            raise TwilioError(20001, "Items")
        return Answer(201, {"items": [self._consent(_read(item)) for item in items]})

    def _consent(self, item: Json) -> Json:
        faults = self._faults(item)
        if not faults:
            stopped = item["status"] == "opt-out"
            self._blocks.set(item["sender_id"], item["contact_id"], stopped=stopped)
        key = item.get("correlation_id", "")
        code = FAULTY if faults else 0
        return {"correlation_id": key, "error_code": code, "error_messages": faults}

    def _faults(self, item: Json) -> list[str]:
        ours = {*self._config.numbers, self._config.messaging_service_sid} - {None}
        fine = {
            "CONTACT_ID": PHONE.fullmatch(str(item.get("contact_id"))),
            "CORRELATION_ID": KEY.fullmatch(str(item.get("correlation_id"))),
            "SENDER_ID": item.get("sender_id") in ours,
            "STATUS": item.get("status") in ("opt-in", "opt-out"),
            "SOURCE": item.get("source") in SOURCES,
            "DATE_OF_CONSENT": _is_moment(item.get("date_of_consent")),
        }
        return [f"INVALID_{name}" for name, good in fine.items() if not good]

    def _lookup(self, request: Request, _form: Form) -> Answer:
        number, query = request.path_params["number"], request.query_params
        if not PHONE.fullmatch(number):
            raise TwilioError(20404, request.url.path)
        since = query.get("LastVerifiedDate", "")
        told: Json | None = None
        if "reassigned_number" in query.get("Fields", "").split(","):
            if not re.fullmatch(r"\d{8}", since):
                raise TwilioError(20001, "LastVerifiedDate")
            holder = self._ledger.all("holder").get(number, {"told": "no"})["told"]
            told = {"last_verified_date": since, "is_number_reassigned": holder, "error_code": None}
        return Answer(200, {"phone_number": number, "valid": True, "reassigned_number": told})

    def _deactivations(self, request: Request, _form: Form) -> Answer:
        day = request.query_params.get("Date", "")
        if not DAY.fullmatch(day):
            raise TwilioError(20001, "Date")
        if day not in self._ledger.all("deactivated"):
            raise TwilioError(20404, f"{request.url.path}?Date={day}")
        link = f"{self._config.own_url}{LISTS}/{day}?at={now()}"
        return Answer(307, {"redirect_to": link}, {"location": link})

    async def _list(self, request: Request) -> Response:
        if "authorization" in request.headers:
            return PlainTextResponse("only one way to say who asks is allowed", 400)
        kept = self._ledger.all("deactivated").get(request.path_params["day"])
        if kept is None or now() - float(request.query_params.get("at", 0)) > LINK_SECONDS:
            return PlainTextResponse("Request has expired", 403)
        return PlainTextResponse("".join(f"{one}\n" for one in kept["numbers"]))


def _read(item: str) -> Json:
    try:
        found: Any = orjson.loads(item)
    except orjson.JSONDecodeError as wrong:
        raise TwilioError(20001, "Items") from wrong
    if not isinstance(found, dict):
        raise TwilioError(20001, "Items")
    return found


def _is_moment(told: object) -> bool:
    try:
        datetime.fromisoformat(str(told))
    except ValueError:
        return told is None
    return True
