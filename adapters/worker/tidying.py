"""Clears away what has expired, files and short links, a few times an hour."""

import asyncio
from datetime import datetime, timedelta

from domain.ports import Clock, Files
from domain.services import links, media

EVERY = timedelta(minutes=10)


class Tidier:
    """One process's turns; several at once do no harm."""

    def __init__(self, files: Files, clock: Clock, every: timedelta = EVERY) -> None:
        self._files = files
        self._clock = clock
        self._every = every
        self._turn: datetime | None = None

    def claim(self) -> datetime | None:
        """The present moment when it is time, else None."""
        now = self._clock.now()
        if self._turn and now < self._turn:
            return None
        self._turn = now + self._every
        return now

    def earliest(self) -> datetime | None:
        """When it is time again."""
        return self._turn

    async def carry_out(self, now: datetime) -> None:
        """Until nothing is left that has expired."""
        while await asyncio.to_thread(media.tidy, self._files, now):
            continue
        await asyncio.to_thread(links.tidy, now)
