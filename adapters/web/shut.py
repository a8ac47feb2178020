"""While a backup is being put back under a process, whoever calls is told to come again later."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.web.errors import problem

RETRY_SECONDS = 30
MESSAGE = "A backup is being restored. Try again later."


class Barrier(Protocol):
    """What says whether it is shut; both may be asked in any thread."""

    def knows(self) -> bool:
        """Whether it answers without a question to the database."""

    def shuts(self) -> bool:
        """Whether nothing may be taken in."""


class Shut:
    """Middleware: 503 instead of an answer, so that nothing is taken in that would be dropped.

    `told` are the paths that are answered all the same. A new WebSocket is turned away too.
    """

    def __init__(self, app: ASGIApp, barrier: Barrier, told: Sequence[str]) -> None:
        self._app, self._barrier, self._told = app, barrier, frozenset(told)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on while nothing is being restored."""
        asked = scope["type"] in ("http", "websocket") and scope["path"] not in self._told
        if not asked or not await self._shuts():
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1013})  # try again later
        else:
            reply = problem(503, "UNAVAILABLE", MESSAGE)
            reply.headers["Retry-After"] = str(RETRY_SECONDS)
            await reply(scope, receive, send)

    async def _shuts(self) -> bool:
        """Without a thread's hop as long as it is known."""
        barrier = self._barrier
        return barrier.shuts() if barrier.knows() else await asyncio.to_thread(barrier.shuts)
