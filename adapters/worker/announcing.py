"""Tells in the inbox what came late; see `domain.services.recovery.bulletins`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from adapters.worker.lane import Lane, Work
from adapters.worker.once import Once
from domain.outbox import Claim
from domain.policy import Timing
from domain.ports import Chat, Chats, Clock
from domain.services.recovery import bulletins
from domain.values import Failed, Postponed, Shown, Unclear

T = TypeVar("T")
Outcome = Shown | Failed | Postponed | Unclear | None
NO_WORKSPACE = timedelta(minutes=10)


@dataclass(frozen=True)
class Post(Once):
    """Once, under a bulletin's lease instead of a conversation's."""

    def kept(self, claim: Claim) -> Claim | None:
        """The same lease for longer; None when it was lost."""
        return bulletins.renew(claim, self.clock.now(), self.timing.lease)


@dataclass(frozen=True)
class Announcer:
    """Posts each bulletin in its workspace's inbox."""

    chats: Chats
    clock: Clock
    timing: Timing

    def lane(self) -> Lane[Claim]:
        """To be run by a worker process."""
        now, earliest = self.clock.now, bulletins.earliest
        return Lane(Work("bulletins", self.claim, self.carry_out, earliest, now, at_once=1))

    def claim(self) -> Claim | None:
        """The bulletin that is due."""
        return bulletins.claim(self.clock.now(), self.timing.lease)

    async def carry_out(self, held: Claim) -> None:
        """Post it, if there is anything to tell."""
        chat = await self._hop(lambda: self.chats.of(bulletins.team(held)))
        outcome: Outcome = Postponed("no_workspace", NO_WORKSPACE.total_seconds())
        if chat:
            outcome = await self._tell(held, chat)
        await self._hop(lambda: bulletins.rest(held, outcome, self.clock.now(), self.timing.lease))

    async def _tell(self, held: Claim, chat: Chat) -> Outcome:
        senders, now = chat.workspace.senders, self.clock.now()
        step = await self._hop(lambda: bulletins.next_step(held, chat.inbox, senders, now))
        if step is None or isinstance(step, Postponed):
            return step
        fresh = await self._hop(lambda: bulletins.renew(held, self.clock.now(), self.timing.lease))
        if fresh is None or not await self._hop(lambda: bulletins.trying(fresh, step, now)):
            return Unclear("lease lost")
        once = Post(chat, self.clock, self.timing)
        return await once.do(
            fresh,
            once.seen(step.place, step.key, step.since) if step.since else None,
            lambda latest: chat.announce(step.place, step.key, step.what, latest),
        )

    async def _hop(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)
