"""Real servers for tests: an ASGI application under uvicorn in a thread, on a free port."""

import asyncio
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn

START_SECONDS = 60
KEPT = 600  # seconds of an idle connection: none ends at the moment when it is used again
TURNS = 10  # of the loop, for what was closed to be gone
QUIET_PORTS = (10_000, 30_000)  # below those that the system hands out


class Signalling(uvicorn.Server):
    """A uvicorn server that tells when it has started, or failed to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then tell."""
        try:
            await super().startup(sockets)
        except SystemExit:
            self.should_exit = True  # uvicorn's way to say that the application did not start
        finally:
            self.ready.set()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve as uvicorn does; then cut off who stayed, and let all transports end."""
        await super().serve(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for _ in range(TURNS):
            await asyncio.sleep(0)


def free_port() -> int:
    """A port that nobody uses at this moment, and no outgoing connection is given later."""
    while True:
        port = random.SystemRandom().randrange(*QUIET_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def serving(app: Any, *, listener: socket.socket | None = None, **options: Any) -> Iterator[str]:
    """Run the application until the block ends; yields `http://127.0.0.1:PORT`."""
    listener = listener or socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # answers are not held back
    usual = {"log_config": None, "timeout_graceful_shutdown": 2, "timeout_keep_alive": KEPT}
    config = uvicorn.Config(app, **usual | options)
    server = Signalling(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        if not server.ready.wait(START_SECONDS) or not server.started:
            raise RuntimeError("the application did not start: see its log")
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
        listener.close()
