"""The two webhooks: customers' texts, and reports about ours.

A request is believed only if it is signed, and answered only when what it brought is durable.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.telemetry.requests import CAUSE
from adapters.twilio import form
from adapters.twilio.form import BadForm
from adapters.twilio.gateway import STATUS_PATH
from adapters.twilio.intake import Intake
from adapters.twilio.signature import Secrets, signed_url, verify
from domain import tracing
from domain.errors import DomainError
from domain.policy import Policy
from domain.ports import Clock
from domain.services import inbound, messages, reports, strays
from domain.services.inbound import Receipt
from domain.values import InboundText, StatusReport

INBOUND_PATH = "/api/crm/sms/webhook"
LARGEST = 256 * 1024
# Twilio waits fifteen seconds for an answer; a call that is under way ends long before.
PATIENCE_SECONDS = 5.0
PAUSE_SECONDS = 0.05
TOLD_EVERY = timedelta(minutes=1)
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Webhooks:
    """The routes' handlers; `base_url` is the address under which Twilio calls us."""

    base_url: str
    secrets: Secrets
    clock: Clock
    policy: Policy
    patience_seconds: float = PATIENCE_SECONDS
    _unsigned: dict[str, tuple[datetime, int]] = field(default_factory=dict, init=False)

    def routes(self) -> list[Route]:
        """Both, POST only."""
        return [
            Route(INBOUND_PATH, self.text, methods=["POST"]),
            Route(STATUS_PATH, self.report, methods=["POST"]),
        ]

    async def text(self, request: Request) -> Response:
        """A customer's text; 200 means that it is in the database."""
        body = await self._signed(request)
        try:
            text = form.inbound(body, tracing.current())
        except BadForm as error:
            return await self._unplaced(body, "inbound", str(error))
        receipt = await self._intake.take(text)
        if receipt.calls_under_way:
            await self._wait_for_calls(text)
        return Response(EMPTY_TWIML, media_type="text/xml")

    async def report(self, request: Request) -> Response:
        """What became of a text of ours; `m` in the address is our id for it."""
        body = await self._signed(request)
        try:
            told = form.status(body, request.query_params.get("m"))
        except BadForm as error:
            return await self._unplaced(body, "status", str(error))
        placed = await asyncio.to_thread(lambda: reports.placed(told, self.clock.now()))
        if placed is None:
            log.warning("report.unplaced", sid=told.sid)
        else:
            request.scope[CAUSE] = placed.trace
            tracing.follow(placed.trace)
            log.info("report.received", sid=told.sid, message=str(placed.id), word=_known(told))
        return Response(status_code=204)

    @cached_property
    def _intake(self) -> Intake:
        return Intake(self._receive)

    def _receive(self, texts: Sequence[InboundText]) -> list[Receipt]:
        """Runs in a thread, the log lines too: writing them would hold the event loop up."""
        receipts = inbound.receive_all(texts, self.clock.now(), self.policy)
        for text, told in zip(texts, receipts, strict=True):
            log.info(
                "text.received",
                sid=text.sid,
                message=told.message_id,
                first=told.first_time,
                trace=text.trace,
            )
        return receipts

    async def _signed(self, request: Request) -> bytes:
        """The body, once its signature is found to be good; 403 otherwise."""
        body = await _capped(request)
        query = request.scope.get("query_string", b"")
        path = request.scope.get("raw_path") or request.url.path.encode()
        url = signed_url(self.base_url, path.partition(b"?")[0], query)
        kind = request.headers.get("content-type")
        if not verify(url, body, kind, dict(request.headers), self.secrets):
            self._tell_unsigned(request.url.path)
            raise HTTPException(403, "The signature does not fit: this is not from Twilio.")
        return body

    def _tell_unsigned(self, path: str) -> None:
        """Strangers may knock without end: a line a minute for each route, and how many it was."""
        kind, now = ("status" if path == STATUS_PATH else "inbound"), self.clock.now()
        latest, more = self._unsigned.get(kind, (now - TOLD_EVERY, 0))
        if abs(now - latest) < TOLD_EVERY:
            self._unsigned[kind] = latest, more + 1
            return
        self._unsigned[kind] = now, 0
        log.warning("webhook.unsigned", path=path, kind=kind, more=more)

    async def _unplaced(self, body: bytes, kind: str, why: str) -> Response:
        """Signed, yet neither a text nor a report: kept, so that nothing is lost."""
        try:
            fields = form.parse(body)
        except BadForm as error:
            raise HTTPException(400, str(error)) from error
        origin = f"{kind}:{hashlib.sha256(body).hexdigest()}"
        await asyncio.to_thread(lambda: strays.keep(origin, kind, fields, self.clock.now()))
        log.warning("webhook.unplaced", kind=kind, why=why)
        return Response(EMPTY_TWIML, media_type="text/xml")

    async def _wait_for_calls(self, text: InboundText) -> None:
        """STOP is answered when no call to that person is under way any more, within reason."""
        until = asyncio.get_running_loop().time() + self.patience_seconds
        while asyncio.get_running_loop().time() < until:
            if not await asyncio.to_thread(self._under_way(text)):
                return
            # The end of a call in another process makes no event here.
            await asyncio.sleep(PAUSE_SECONDS)

    def _under_way(self, text: InboundText) -> Callable[[], bool]:
        return lambda: messages.under_way(text.sender, self.clock.now())


def unconfigured(problem: str) -> list[Route]:
    """The same addresses where Twilio is not set up: 503, and which settings are missing."""

    async def refuse(_: Request) -> Response:
        raise DomainError(problem, code="NOT_CONFIGURED")

    return [Route(path, refuse, methods=["POST"]) for path in (INBOUND_PATH, STATUS_PATH)]


def _known(told: StatusReport) -> str:
    """The carrier's word, unless it is none that we know: then it could be anything."""
    return told.word if told.status else "unknown"


async def _capped(request: Request) -> bytes:
    """The whole body; 413 when it is larger than any webhook."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            raise HTTPException(413, "The request is too large.")
        chunks.append(chunk)
    return b"".join(chunks)
