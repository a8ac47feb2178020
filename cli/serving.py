"""How a process runs until it is told to stop."""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import uvicorn

from adapters import startup

MOST_FRAME = 2**20  # bytes; the API's own limit is a little lower


class _Server(uvicorn.Server):
    """Tells streams that never end by themselves to end, before it waits for them."""

    def __init__(self, config: uvicorn.Config, leaving: Sequence[Callable[[], None]]) -> None:
        super().__init__(config)
        self._leaving = leaving

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it, once the streams know."""
        for leave in self._leaving:
            leave()
        await super().shutdown(sockets)


def serve(
    web_app: Any,
    listener: socket.socket,
    proxies: Sequence[str] = (),
    leaving: Sequence[Callable[[], None]] = (),
) -> None:
    """Run until Ctrl-C or SIGTERM."""
    startup.roomy()
    config = uvicorn.Config(
        web_app,
        log_config=None,
        access_log=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        ws_ping_interval=20,
        ws_max_size=MOST_FRAME,
        ws_per_message_deflate=False,  # it would compress each event for each subscriber anew
        timeout_graceful_shutdown=3,
    )
    with suppress(KeyboardInterrupt):
        _Server(config, leaving).run(sockets=[listener])


async def until_stopped(run: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run until SIGINT or SIGTERM, then let it finish what it began."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await run(stop)
