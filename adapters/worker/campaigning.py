"""Carries out campaigns: their lists, then their texts, a few seconds' worth each turn."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from adapters.worker.lane import Lane, Work
from domain import tracing
from domain.model import Campaign
from domain.policy import Policy
from domain.ports import Clock, Line
from domain.services.campaigns.sending import running
from domain.services.campaigns.sending.leases import LEASE
from domain.services.campaigns.sending.steering import SLOT


@dataclass(frozen=True)
class Campaigner:
    """Makes a campaign's texts while it holds its lease; others let them leave."""

    pace: Line
    clock: Clock
    policy: Policy
    lease: timedelta = LEASE

    def claim(self) -> Campaign | None:
        """The campaign whose next turn is due first."""
        return running.claim(self.clock.now(), self.lease)

    async def carry_out(self, held: Campaign) -> None:
        """One turn; what is left is due again in time."""
        tracing.follow(str(held.id))  # its texts have it too
        await asyncio.to_thread(running.work, held, self.pace, self.clock, self.policy, self.lease)

    def lane(self) -> Lane[Campaign]:
        """The lane of a worker process."""
        now = self.clock.now
        work = Work(
            f"campaign.{SLOT}",
            self.claim,
            self.carry_out,
            running.earliest,
            now,
            at_once=2,
            heeds="campaigns",
        )
        return Lane(work)
