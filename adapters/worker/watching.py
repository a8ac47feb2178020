"""Looks at the installation again and again, and tells in the inbox channels what turned.

See `domain.services.operation.watch`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from adapters.worker.lane import Lane, Work
from adapters.worker.once import Once
from domain.model import Chore
from domain.outbox import Claim
from domain.policy import Timing
from domain.ports import Chat, Chats, Checks, Clock, Finding
from domain.services import workspaces
from domain.services.operation import alarms, checkups, rounds, watch
from domain.services.registry import chores
from domain.values import Failed, Postponed, Remark, Shown, Unclear

T = TypeVar("T")
Outcome = Shown | Failed | Postponed | Unclear
Examine = Callable[[], Awaitable[Sequence[Finding]]]
NO_WORKSPACE = timedelta(minutes=10)
PERSONAL = frozenset({"feed"})
"""What each process can only say of itself."""


@dataclass
class Watcher:
    """Two rounds: what is cheap each minute, what calls out (`examine`) each quarter of an hour.

    `tells`: there is somewhere to tell of it.
    """

    clock: Clock
    checks: Checks
    examine: Examine
    tells: bool = True
    _begun: set[str] = field(default_factory=set, init=False)

    def lanes(self) -> list[Lane[Chore]]:
        """The lanes of a worker process."""
        return [self._lane(rounds.WATCH, self.watch), self._lane(rounds.DOCTOR, self.see)]

    def _lane(self, name: str, work: Callable[[Chore], Awaitable[None]]) -> Lane[Chore]:
        def claim() -> Chore | None:
            return self.claim(name)

        def earliest() -> datetime | None:
            return chores.earliest(name)

        return Lane(Work(name, claim, work, earliest, self.clock.now, at_once=1))

    def claim(self, name: str) -> Chore | None:
        """The round, when it is due; the first time it is made sure that it will be soon."""
        if name not in self._begun:
            rounds.begin(name, self.clock.now())
            self._begun.add(name)
        return rounds.claim(name, self.clock.now())

    async def watch(self, chore: Chore) -> None:
        """What is cheap enough to be asked at any time."""
        await asyncio.to_thread(self._watch, chore)

    async def see(self, chore: Chore) -> None:
        """What calls out; it is kept, to be shown until the next time."""
        found = await self.examine()
        await asyncio.to_thread(self._see, chore, found)

    def _watch(self, chore: Chore) -> None:
        found = [one for one in self.checks() if one.at is None and one.name not in PERSONAL]
        self._settle(chore, found, rounds.WATCHED)

    def _see(self, chore: Chore, found: Sequence[Finding]) -> None:
        checkups.keep(found, self.clock.now())
        self._settle(chore, found, rounds.EXAMINED)

    def _settle(self, chore: Chore, found: Sequence[Finding], pause: timedelta) -> None:
        now = self.clock.now()
        unsteady = watch.look(found, now)
        watch.owe(told() if self.tells else [], now)
        rounds.done(chore, now, min(pause, rounds.AGAIN) if unsteady else pause)


def told() -> list[str]:
    """The workspaces that hear of it; an empty name is the only one."""
    known = workspaces.listed()
    return [one.team_id for one in known if one.is_set_up] if known else [""]


@dataclass(frozen=True)
class Post(Once):
    """Once, under an alarm's lease instead of a conversation's."""

    def kept(self, claim: Claim) -> Claim | None:
        """The same lease for longer; None when it was lost."""
        return alarms.renew(claim, self.clock.now(), self.timing.lease)


@dataclass(frozen=True)
class Alarmer:
    """Posts what is owed."""

    chats: Chats
    clock: Clock
    timing: Timing

    def lane(self) -> Lane[Claim]:
        """To be run by a worker process."""
        now, earliest = self.clock.now, alarms.earliest
        return Lane(Work("alarms", self.claim, self.carry_out, earliest, now, at_once=1))

    def claim(self) -> Claim | None:
        """The alarm that is due."""
        return alarms.claim(self.clock.now(), self.timing.lease)

    async def carry_out(self, held: Claim) -> None:
        """Post it, unless it is there."""
        chat = await self._hop(lambda: self.chats.of(alarms.team(held)))
        outcome: Outcome = Postponed("no_workspace", NO_WORKSPACE.total_seconds())
        if chat:
            outcome = await self._tell(held, chat)
        await self._hop(lambda: alarms.rest(held, outcome, self.clock.now(), self.timing.lease))

    async def _tell(self, held: Claim, chat: Chat) -> Outcome:
        step = await self._hop(lambda: alarms.next_step(held, chat.inbox))
        if not await self._hop(lambda: alarms.trying(held, step, self.clock.now())):
            return Unclear("lease lost")
        once = Post(chat, self.clock, self.timing)
        return await once.do(
            held,
            once.seen(step.place, step.key, step.since) if step.since else None,
            lambda latest: chat.announce(step.place, step.key, Remark(step.words), latest),
        )

    async def _hop(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)
