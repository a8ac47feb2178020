"""Reads the carrier's daily lists of numbers that were given up, one day after the other."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from adapters.worker.lane import Lane, Work
from domain.model import Chore
from domain.policy import Timing
from domain.ports import Clock, Deactivations
from domain.services.registry import deactivations
from domain.values import Declined, Postponed

T = TypeVar("T")


class LostLease(Exception):
    """Another worker reads the list by now."""


@dataclass(frozen=True)
class Deactivator:
    """Works on a day's list while it holds the chore; to read it twice does no harm."""

    lists: Deactivations
    clock: Clock
    timing: Timing

    def lane(self) -> Lane[Chore]:
        """The lane of a worker process."""
        now, earliest = self.clock.now, deactivations.earliest
        return Lane(Work("deactivations", self.claim, self.carry_out, earliest, now, at_once=1))

    def claim(self) -> Chore | None:
        """The chore, when there may be a list."""
        return deactivations.claim(self.clock.now(), self.timing.lease)

    async def carry_out(self, chore: Chore) -> None:
        """One day's list."""
        day = deactivations.wanted(chore, self.clock.now())
        if day is None:
            await self._hop(lambda: deactivations.rest(chore, self.clock.now()))
            return
        try:
            outcome = await self.lists.read(day, lambda some: self._end(chore, day, some))
        except LostLease:
            return
        await self._hop(lambda: self._settle(chore, day, outcome))

    async def _end(self, chore: Chore, day: date, phones: Sequence[str]) -> None:
        def work() -> bool:
            deactivations.end(phones, day, self.clock.now())
            return deactivations.renew(chore, self.clock.now(), self.timing.lease)

        if not await self._hop(work):
            raise LostLease

    def _settle(self, chore: Chore, day: date, outcome: Postponed | Declined | None) -> None:
        now = self.clock.now()
        match outcome:
            case Postponed():
                deactivations.put_off(chore, now, outcome.reason, outcome.seconds)
            case Declined():
                deactivations.declined(chore, day, now, outcome)
            case None:
                deactivations.done(chore, day, now)

    async def _hop(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)
