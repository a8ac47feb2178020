"""Middleware: every request has its trace, and webhooks are counted and timed."""

import time
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain import tracing
from domain.ports import Telemetry

CAUSE = "threadline.trace"
"""In the scope: the trace of the text that a request turned out to be about."""
OUTCOMES = {401: "unsigned", 403: "unsigned", 413: "too_large", 429: "limited"}
OK, BAD, FAILED = 300, 400, 500


class Traced:
    """Stands before everything else; `kinds` names the paths of webhooks.

    A well-formed `X-Request-Id` comes back as it was given, else the trace does under that name.
    """

    def __init__(self, app: ASGIApp, telemetry: Telemetry, kinds: Mapping[str, str]) -> None:
        self._app = app
        self._telemetry = telemetry
        self._kinds = kinds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """HTTP and WebSocket alike; what belongs to no request passes through."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        trace = tracing.begun(headers)
        with tracing.traced(trace):
            if scope["type"] == "websocket":
                await self._app(scope, receive, send)
            else:
                await self._answer(scope, receive, send, trace, _named(headers) or trace)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, trace: str, name: str
    ) -> None:
        kind, began = self._kinds.get(scope["path"]), time.time()
        status = FAILED

        async def answered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = name
            await send(message)

        try:
            await self._app(scope, receive, answered)
        finally:
            if kind:
                self._done(kind, status, began, scope.get(CAUSE) or trace)

    def _done(self, kind: str, status: int, began: float, trace: str) -> None:
        self._telemetry.count("webhook_requests", kind=kind, outcome=outcome(status))
        self._telemetry.observe("webhook_seconds", time.time() - began, kind=kind)
        if status < OK:  # nobody else can make us keep spans
            self._telemetry.span(f"webhook {kind}", trace, began)


def outcome(status: int) -> str:
    """What an answer says of a webhook."""
    if status < BAD:
        return "taken"
    return OUTCOMES.get(status, "failed" if status >= FAILED else "malformed")


def _named(headers: Headers) -> str | None:
    """The caller's own name of the request, where it is fit to be repeated."""
    given = headers.get("x-request-id", "")
    return given if tracing.REQUEST_ID.fullmatch(given) else None
