"""Socket Mode: the same listeners on a connection that we open, for places without an address."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from domain import tracing
from domain.ports import SILENT, Telemetry

CROWDED = "too_many_websockets"
PING_SECONDS = 10.0
FORGOTTEN_SECONDS = 300.0
FAILED = 400
FINISH_SECONDS = 3.0  # after that Slack no longer listens to an answer anyway

log = structlog.get_logger(__name__)


@dataclass
class Backoff:
    """How long to stay away when Slack has too many connections of ours: longer every time."""

    first: float = 1.0
    longest: float = 60.0
    _times: int = 0
    _last: float = 0.0

    def seconds(self, now: float) -> float:
        """The next pause; after a quiet while it is a short one again."""
        if now - self._last > FORGOTTEN_SECONDS:
            self._times = 0
        self._last = now
        pause = min(self.longest, self.first * 2.0**self._times)
        self._times = min(self._times + 1, 16)
        return pause * (0.5 + random.random() / 2)  # noqa: S311 - processes part, no secret


class Line(SocketModeClient):
    """The SDK's client, which would come back at once to a crowd, and to an address gone stale."""

    backoff: Backoff

    async def enqueue_message(self, message: str) -> None:
        """Slack says goodbye right before it closes: who is told so comes back once, not twice."""
        if goodbye(message) is not None:
            self.auto_reconnect_enabled = False
        await super().enqueue_message(message)

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Slack closes a connection every few hours, or when there are too many of ours."""
        reason = goodbye(raw_message)
        if reason is not None:
            log.info("slack.disconnected", reason=reason)
        if reason == CROWDED:
            await asyncio.sleep(self.backoff.seconds(time.monotonic()))
        await super().run_message_listeners(message, raw_message)
        if reason is not None and not self.closed:
            self.auto_reconnect_enabled = self.default_auto_reconnect_enabled

    async def connect(self) -> None:
        """Until it is made; what Slack once gave as an address is good for a short while only."""
        forgetting = asyncio.create_task(self._forget())
        try:
            await super().connect()  # type: ignore[no-untyped-call] # the SDK has no types here
        finally:
            forgetting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await forgetting

    async def _forget(self) -> None:
        while True:
            await asyncio.sleep(self.ping_interval / 2)
            self.wss_uri = None


def goodbye(message: str) -> str | None:
    """Why Slack is about to close the connection; None when it is not."""
    if '"disconnect"' not in message:
        return None
    read = orjson.loads(message)
    said = read.get("reason") if isinstance(read, dict) else None
    return str(said) if isinstance(read, dict) and read.get("type") == "disconnect" else None


@dataclass
class Connection:
    """Whether Slack's events reach this process, for whoever asks from outside."""

    line: Line | None = None

    async def made(self) -> bool:
        """At this moment."""
        return self.line is not None and await self.line.is_connected()


async def run(
    app: AsyncApp,
    app_token: str,
    telemetry: Telemetry = SILENT,
    connection: Connection | None = None,
) -> None:
    """Until cancelled; a lost connection is made again."""
    async with running(app, app_token, telemetry=telemetry, connection=connection):
        await asyncio.Event().wait()


@asynccontextmanager
async def running(
    app: AsyncApp,
    app_token: str,
    *,
    ping: float = PING_SECONDS,
    backoff: Backoff | None = None,
    telemetry: Telemetry = SILENT,
    connection: Connection | None = None,
) -> AsyncIterator[None]:
    """Connected inside, by the base URL of the app's client; `ping` in seconds.

    At the end what was begun is answered first. What comes meanwhile is left unanswered: Slack
    tells it again, over another connection.
    """
    under_way, leaving = set[asyncio.Task[Any] | None](), asyncio.Event()

    async def handle(client: SocketModeClient, request: SocketModeRequest) -> None:
        if leaving.is_set():
            return
        begun, task = time.time(), asyncio.current_task()
        under_way.add(task)
        trace, outcome = tracing.begun(), "failed"
        tracing.follow(trace)
        try:
            response = await run_async_bolt_app(app, request)
            await send_async_response(client, request, response, begun)
            outcome = "taken" if response.status < FAILED else "failed"
        finally:
            under_way.discard(task)
            telemetry.count("webhook_requests", kind="slack", outcome=outcome)
            telemetry.observe("webhook_seconds", time.time() - begun, kind="slack")
            telemetry.span("slack event", trace, begun)

    line = Line(app_token, logger=app.logger, web_client=app.client, ping_interval=ping)
    line.backoff = backoff or Backoff()
    if connection:
        connection.line = line
    line.socket_mode_request_listeners.append(handle)  # type: ignore[arg-type] # its own client
    try:
        await line.connect()
        yield
    finally:
        leaving.set()
        if begun := list(filter(None, under_way)):
            await asyncio.wait(begun, timeout=FINISH_SECONDS)
        await line.close()  # type: ignore[no-untyped-call] # the SDK has no types here
