"""Whether Slack tells us anything: noted at most once a minute, so that somebody can be told."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from pymongo.errors import PyMongoError

from domain.ports import Clock
from domain.services.operation import hearing

log = structlog.get_logger(__name__)
Note = Callable[[str, datetime], None]


@dataclass
class Ears:
    """One process's; several at once do no harm."""

    clock: Clock
    _noted: dict[Note, datetime] = field(default_factory=dict, init=False)

    async def hear(self, next: Callable[[], Awaitable[Any]]) -> Any:  # noqa: A002 - Bolt's name
        """A middleware of Bolt's: what came is believed, and goes on its way first."""
        answer = await next()
        await self._note(hearing.heard)
        return answer

    async def refuse(self) -> None:
        """A request that looked like Slack's had a signature that does not fit."""
        await self._note(hearing.refused)

    async def _note(self, note: Note) -> None:
        now = self.clock.now()
        last = self._noted.get(note)
        if last is not None and abs(now - last) < hearing.EVERY:
            return
        self._noted[note] = now
        try:
            await asyncio.to_thread(note, hearing.SLACK, now)
        except PyMongoError as error:  # it is noted with what comes next
            log.info("hearing.unnoted", reason=type(error).__name__)
            del self._noted[note]
