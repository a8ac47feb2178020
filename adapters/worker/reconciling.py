"""Looks through the carrier's records; see `domain.services.recovery.carrier`.

One worker at a time, one call at a time: whatever it is, a text that waits to leave goes first.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from adapters.worker.lane import Lane, Work
from domain.model import Chore
from domain.policy import Policy, Timing
from domain.ports import Archive, Clock, Sms
from domain.services import workspaces
from domain.services.recovery import carrier, missed, restored
from domain.services.recovery.carrier import Ask, Step, Take, Turn
from domain.values import CarriedText, Declined, MediaRef, Postponed

T = TypeVar("T")
STEPS = 50
"""So many are done before others have their turn."""

log = structlog.get_logger()


class LostLease(Exception):
    """Another worker looks by now."""


@dataclass
class Reconciler:
    """Carries out one step after the other while it holds the chore."""

    sms: Sms
    archive: Archive
    clock: Clock
    policy: Policy
    timing: Timing
    _begun: bool = field(default=False, init=False)

    def lane(self) -> Lane[Chore]:
        """To be run by a worker process."""
        now, earliest = self.clock.now, carrier.earliest
        return Lane(Work("records", self.claim, self.carry_out, earliest, now, at_once=1))

    def claim(self) -> Chore | None:
        """The chore, when a look is due; for whoever has just started that is now."""
        now = self.clock.now()
        if not self._begun:
            carrier.hasten(now)
            self._begun = True
        return carrier.claim(now, self.timing.lease)

    async def carry_out(self, chore: Chore) -> None:
        """A turn: until the look is over, the carrier says no, or it is enough for now."""
        try:
            for _ in range(STEPS):
                step = await self._hop(lambda: self._next(chore))
                if step is None or not await self._do(chore, step):
                    return
        except LostLease:
            return
        await self._hop(lambda: carrier.rest(chore, self.clock.now()))

    def _next(self, chore: Chore) -> Step | None:
        """What to do next; None once the look is over, and written down as such."""
        now = self.clock.now()
        cadence = restored.widened(self.timing.records, now)
        if not carrier.renew(chore, now, self.timing.lease):
            raise LostLease
        step = carrier.next_step(chore, now, cadence)
        if step is None:
            teams = [one.team_id for one in workspaces.listed() if one.is_set_up] or [""]
            carrier.done(chore, teams, now, cadence)
        return step

    async def _do(self, chore: Chore, step: Step) -> bool:
        """Whether to go on."""
        match step:
            case Turn():
                return await self._list(chore, step)
            case Take():
                return await self._take(chore, step)
            case Ask():
                return await self._ask(chore, step)

    async def _list(self, chore: Chore, step: Turn) -> bool:
        told = await self.archive.page(step.since, step.place)
        if isinstance(told, Postponed | Declined):
            return await self._hop(lambda: self._refused(chore, told))
        page = told
        return await self._hop(lambda: carrier.listed(chore, page, self.clock.now(), self.policy))

    async def _take(self, chore: Chore, step: Take) -> bool:
        media: Sequence[MediaRef] = ()
        if step.found.media:
            told = await self.archive.enclosed(step.found.sid)
            if isinstance(told, Postponed):
                later = told
                return await self._hop(lambda: self._refused(chore, later))
            media = () if isinstance(told, Declined) else told
        if await self._hop(lambda: missed.is_gone(step.found, self.policy)):
            return True
        await self._hop(lambda: carrier.taken(step, media, self.clock.now(), self.policy))
        log.info("text.recovered", sid=step.found.sid)
        return True

    async def _ask(self, chore: Chore, step: Ask) -> bool:
        told = await self.sms.fetch(step.question.sid)
        if isinstance(told, Postponed):
            later = told
            return await self._hop(lambda: self._refused(chore, later))
        known = told if isinstance(told, CarriedText) else None
        return await self._hop(lambda: carrier.answered(chore, step, known, self.clock.now()))

    def _refused(self, chore: Chore, told: Postponed | Declined) -> bool:
        """Nothing more in this turn."""
        now = self.clock.now()
        if isinstance(told, Postponed):
            carrier.put_off(chore, now, told.reason, told.seconds)
        else:
            carrier.declined(chore, now, told.reason)
        return False

    async def _hop(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)
