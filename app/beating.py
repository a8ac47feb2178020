"""A process says every few seconds that it lives, and at a clean end that it is gone."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import structlog
from pymongo.errors import PyMongoError

from adapters.release import release
from app.house import House
from domain.services.operation import processes

GOODBYE_SECONDS = 2.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def beating(house: House, kind: str, **facts: object) -> AsyncIterator[None]:
    """Inside, that process is known to live."""
    key = uuid4().hex
    about = {"host": socket.gethostname(), "pid": os.getpid(), **facts}

    def beat() -> None:
        processes.beat(kind, key, house.clock.now(), version=release(), **about)
        house.pulse.felt()

    task = asyncio.create_task(_beat(beat), name=f"beating {kind}")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        with suppress(PyMongoError, TimeoutError):  # it is forgotten in a while all the same
            async with asyncio.timeout(GOODBYE_SECONDS):
                await asyncio.to_thread(processes.leave, key)


async def _beat(beat: Callable[[], None]) -> None:
    """Again and again; a database that is away is told of elsewhere."""
    while True:
        try:
            await asyncio.to_thread(beat)
        except PyMongoError as error:
            log.info("process.unheard", reason=type(error).__name__)
        await asyncio.sleep(processes.EVERY.total_seconds())
