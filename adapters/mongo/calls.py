"""The asynchronous driver's calls, each carried to its end whoever stops waiting for it.

A caller that is cancelled while the driver connects leaves the half-made connection's socket open
until memory is collected (pymongo 4), and a subscriber may hang up at any moment.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Calls:
    """What is under way, of callers that wait and of callers that have left."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[Any]] = set()

    async def whole(self, call: Coroutine[Any, Any, T]) -> T:
        """Its result; cancelling this leaves the call itself alone."""
        task = asyncio.create_task(call)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def settled(self) -> None:
        """Wait until nothing is under way any more: before the client is closed."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # whoever still waited has it; nobody else misses it
