"""Keeps the rollups of days up to date."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from adapters.worker.lane import Lane, Work
from domain.model import Chore
from domain.policy import Policy
from domain.ports import Clock
from domain.services.figures import counting

LEASE = timedelta(minutes=5)
"""A day of a million texts takes a fraction of it."""


@dataclass(frozen=True)
class Figurer:
    """Counts one day after the other."""

    clock: Clock
    policy: Policy

    def lane(self) -> Lane[Chore]:
        """The lane of a worker process."""
        now = self.clock.now
        return Lane(Work("figures", self.claim, self.carry_out, counting.earliest, now, at_once=1))

    def claim(self) -> Chore | None:
        """The chore, when a day is to be counted."""
        return counting.claim(self.clock.now(), LEASE)

    async def carry_out(self, chore: Chore) -> None:
        """One day."""
        zone = ZoneInfo(self.policy.consent.zone)
        await asyncio.to_thread(lambda: counting.work(chore, zone, self.clock.now()))
