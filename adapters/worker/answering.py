"""What is answered without anybody: keywords, what rules know, agreements to be confirmed."""

import asyncio
from dataclasses import dataclass

import structlog

from adapters.worker.lane import Lane, Work
from domain.model import Message, Number
from domain.policy import Policy, Timing
from domain.ports import Clock
from domain.services.automation import inviting, responding
from domain.services.consent import asking

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Answerer:
    """Makes our own texts; they leave like all others."""

    clock: Clock
    policy: Policy
    timing: Timing

    def answer(self, text: Message) -> None:
        """Commit what a customer's text is answered with by itself, if at all; safe to repeat."""
        if made := responding.answer(text, self.clock.now(), self.policy):
            log.info("text.answered", message=str(text.id), answer=str(made.id))

    def lane(self) -> Lane[Number]:
        """Asks numbers to confirm, a few at a time."""
        now = self.clock.now
        due, heeds = asking.earliest, "numbers"
        return Lane(Work(asking.SLOT, self.claim, self.carry_out, due, now, 2, heeds))

    def claim(self) -> Number | None:
        """The number that is to be asked next."""
        return asking.claim(self.clock.now(), self.timing.lease)

    async def carry_out(self, number: Number) -> None:
        """Commit the request; at a bad hour it waits like any other text."""
        await asyncio.to_thread(inviting.ask, number, self.clock.now(), self.policy)
