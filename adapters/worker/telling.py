"""Tells the carrier who has opted out and who is back, a few numbers in one request."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from adapters.worker.lane import Lane, Work
from domain.model import Number
from domain.policy import Policy, Timing
from domain.ports import Clock, Consents, Pace
from domain.rules.pacing import Rate
from domain.services.registry import chores, telling
from domain.values import Declined, Listing, Postponed
from domain.values.registry import MOST_LISTINGS

T = TypeVar("T")
KEY = "carrier/consents"
RATE = Rate.within(100, timedelta(minutes=1), burst=20)
DECLINED_FOR = timedelta(minutes=15)
PACED = "This was asked often enough for now."
Told = Mapping[str, str | None] | Postponed | Declined


@dataclass(frozen=True)
class Teller:
    """Works through what the carrier is to be told; to be told twice does no harm.

    While it may not be `known` yet what was said last, nothing is told: an opt-in of before would
    lift the block that a STOP has set since.
    """

    consents: Consents
    clock: Clock
    pace: Pace
    policy: Policy
    timing: Timing
    known: Callable[[], bool] = lambda: True

    def lane(self) -> Lane[list[Number]]:
        """The lane of a worker process."""
        now = self.clock.now
        work = Work(
            "tell", self.claim, self.carry_out, self.earliest, now, at_once=1, heeds="numbers"
        )
        return Lane(work)

    def claim(self) -> list[Number] | None:
        """As many numbers as fit into one request; None while the carrier asks for a pause."""
        now = self.clock.now()
        if not self.known() or self.pace.wait(KEY, now):
            return None
        most = max(MOST_LISTINGS // max(len(self.policy.senders), 1), 1)
        return telling.claim(now, self.timing.lease, most) or None

    def earliest(self) -> datetime | None:
        """When there will be something to claim."""
        now, due = self.clock.now(), telling.earliest()
        return due and max(due, now + timedelta(seconds=self.pace.wait(KEY, now)))

    async def carry_out(self, numbers: list[Number]) -> None:
        """Tell it, and write down what it said."""
        now = self.clock.now()
        lines = await self._hop(lambda: [telling.begin(one, self.policy, now) for one in numbers])
        told = await self._tell([line for own in lines for line in own])
        if isinstance(told, Mapping):
            answers = told
            await self._hop(lambda: self._settle(numbers, lines, answers))
        else:
            failure = told
            await self._hop(lambda: self._put_off(numbers, failure))

    async def _tell(self, lines: Sequence[Listing]) -> Told:
        """As few requests as can be; the first that fails ends it."""
        told: dict[str, str | None] = {}
        for start in range(0, len(lines), MOST_LISTINGS):
            wait = await self._hop(lambda: self.pace.take(KEY, RATE, self.clock.now()))
            if wait:
                return Postponed(PACED, wait)
            outcome = await self.consents.tell(lines[start : start + MOST_LISTINGS])
            if not isinstance(outcome, Mapping):
                return outcome
            told |= outcome
        return told

    def _settle(
        self,
        numbers: Sequence[Number],
        lines: Sequence[Sequence[Listing]],
        told: Mapping[str, str | None],
    ) -> None:
        now = self.clock.now()
        for number, own in zip(numbers, lines, strict=True):
            telling.settle(number, own, told, now)
        if told:
            chores.works(chores.CONSENTS)

    def _put_off(self, numbers: Sequence[Number], why: Postponed | Declined) -> None:
        """Whoever asks for patience, or says no to all of it, is asked nothing meanwhile."""
        now, seconds = self.clock.now(), None
        if isinstance(why, Declined):
            chores.troubled(chores.CONSENTS, why.reason, now)
            seconds = DECLINED_FOR.total_seconds()
        elif why.busy:
            seconds = why.seconds or RATE.every.total_seconds()
        if seconds:
            self.pace.hold(KEY, now + timedelta(seconds=seconds))
        waits = seconds or (why.seconds if isinstance(why, Postponed) else None)
        telling.put_off(numbers, now, why.reason, waits)

    async def _hop(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)
