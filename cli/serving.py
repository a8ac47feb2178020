"""How a process runs until it is told to stop, and how it stops: in order, but soon.

A web process that gets SIGTERM says on /readyz that it leaves and goes on serving for a moment,
each answer the last of its connection, so that balancers turn elsewhere. Then it takes no more
connections, ends its streams, answers what was asked, and closes what is open. A worker claims
nothing more and finishes what it began. Whatever hangs, from the signal on there are nine seconds:
then the process ends where it is, which is a crash like any other, and others finish what it was
doing. The exit code is 0 in either case; a process that is told to stop before it runs, while it
still starts, ends at once with the signal's own (143 for SIGTERM).
"""

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from types import FrameType

import structlog
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters import startup

STOP_SECONDS = 9.0  # in all; many supervisors kill after ten
ANSWER_SECONDS = 3  # for what was asked and is not answered yet
LOOK_SECONDS = 0.05
MOST_FRAME = 2**20  # bytes; the API's own limit is a little lower
SIGNALS = (signal.SIGINT, signal.SIGTERM)

log = structlog.get_logger(__name__)


class Limit:
    """The time that stopping may take, in seconds; it begins with the first signal."""

    def __init__(self, seconds: float = STOP_SECONDS) -> None:
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._begun = False

    def begin(self) -> None:
        """From now on; a second signal changes nothing."""
        if not self._begun:
            self._begun = True
            self._timer.start()

    def _cut(self) -> None:
        log.warning("stop.cut_short", after=self._timer.interval)
        sys.stderr.flush()
        os._exit(0)


class Server(uvicorn.Server):
    """Stops as the head of this module says."""

    def __init__(
        self,
        config: uvicorn.Config,
        leaving: asyncio.Event,
        hang_up: Sequence[Callable[[], None]],
        drain_seconds: float,
        limit: Limit,
    ) -> None:
        super().__init__(config)
        self._limit = limit
        self._leaving, self._hang_up, self._drain_seconds = leaving, hang_up, drain_seconds
        self._drains = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's
        """As uvicorn has it, but that the signal is not raised again: to stop is no failure."""
        self._limit.begin()
        self.force_exit = self.force_exit or (self.should_exit and sig == signal.SIGINT)
        self._drains = self._drains or sig == signal.SIGTERM
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it, once everybody knows."""
        self._leaving.set()
        if self._drains:
            await self._drained()
        for hang_up in self._hang_up:
            hang_up()
        await super().shutdown(sockets)

    async def _drained(self) -> None:
        time = asyncio.get_running_loop().time
        until = time() + self._drain_seconds
        while time() < until and not self.force_exit:  # noqa: ASYNC110 - signals wake no event
            await asyncio.sleep(LOOK_SECONDS)


def parting(web_app: ASGIApp, leaving: asyncio.Event) -> ASGIApp:
    """The same; while the process is leaving no connection is kept for another request."""

    async def last(scope: Scope, receive: Receive, send: Send) -> None:
        async def closing(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
            await send(message)

        parts = leaving.is_set() and scope["type"] == "http"
        await web_app(scope, receive, closing if parts else send)

    return last


def serve(
    web_app: ASGIApp,
    listener: socket.socket,
    leaving: asyncio.Event,
    hang_up: Sequence[Callable[[], None]],
    *,
    proxies: Sequence[str] = (),
    drain_seconds: float = 0.0,
) -> None:
    """Run until Ctrl-C or SIGTERM.

    `leaving` is set first, each of `hang_up` is called once no new connection is wanted any more:
    streams never end by themselves.
    """
    startup.roomy()
    config = uvicorn.Config(
        parting(web_app, leaving),
        log_config=None,
        access_log=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        ws_ping_interval=20,
        ws_max_size=MOST_FRAME,
        ws_per_message_deflate=False,  # it would compress each event for each subscriber anew
        timeout_graceful_shutdown=ANSWER_SECONDS,
    )
    with suppress(KeyboardInterrupt):
        Server(config, leaving, hang_up, drain_seconds, Limit()).run(sockets=[listener])


async def until_stopped(
    run: Callable[[asyncio.Event], Awaitable[None]], stop: asyncio.Event
) -> None:
    """Run until SIGINT or SIGTERM sets `stop`, then let it finish what it began."""
    limit, loop = Limit(), asyncio.get_running_loop()

    def told() -> None:
        limit.begin()
        stop.set()

    for number in SIGNALS:
        loop.add_signal_handler(number, told)
    await run(stop)
