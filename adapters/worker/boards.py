"""Keeps the messages of campaigns in the chat; see `domain.services.campaigns.showing.boards`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from adapters.worker.lane import Lane, Work
from adapters.worker.once import Once
from domain.outbox import Claim
from domain.policy import Policy, Timing
from domain.ports import Chat, Chats, Clock
from domain.services.campaigns.showing import boards
from domain.services.campaigns.showing.boards import Draw
from domain.services.campaigns.showing.stirring import SLOT
from domain.values import Failed, Place, Postponed, Redraw, Shown, Unclear

T = TypeVar("T")
Outcome = Shown | Failed | Postponed | Unclear | None
NO_WORKSPACE = timedelta(seconds=30)


@dataclass(frozen=True)
class Post(Once):
    """Once, under a campaign's lease instead of a conversation's."""

    def kept(self, claim: Claim) -> Claim | None:
        """The same lease for longer; None when it was lost."""
        return boards.renew(claim, self.clock.now(), self.timing.lease)


@dataclass(frozen=True)
class Boardkeeper:
    """Claims campaigns whose message may say something else by now."""

    chats: Chats
    clock: Clock
    policy: Policy
    timing: Timing

    def lane(self) -> Lane[Claim]:
        """To be run by a worker process."""
        now = self.clock.now
        work = Work(
            f"campaign.{SLOT}",
            lambda: boards.claim(now(), self.timing.lease),
            self.carry_out,
            boards.earliest,
            now,
            at_once=2,
            heeds="campaigns",
        )
        return Lane(work)

    async def carry_out(self, held: Claim) -> None:
        """Post or change it, if it is to say anything else than it does."""
        chat = await self._hop(lambda: self.chats.of(None, boards.sender(held)))
        outcome: Outcome = Postponed("no_workspace", NO_WORKSPACE.total_seconds())
        if chat:
            outcome = await self._draw(held, chat)
        await self._hop(lambda: boards.rest(held, outcome, self.clock.now(), self.timing.lease))

    async def _draw(self, held: Claim, chat: Chat) -> Outcome:
        inbox = await self._hop(lambda: _inbox(held, chat))
        now = self.clock.now()
        step = await self._hop(lambda: boards.next_step(held, inbox, now, self.policy))
        if step is None:
            return None
        outcome = await self._say(step, held, chat)
        await self._hop(lambda: boards.drawn(step, outcome, self.clock.now()))
        return outcome

    async def _say(self, step: Draw, held: Claim, chat: Chat) -> Outcome:
        if step.ts:
            return await chat.keep(step.place, Redraw(step.ts, step.progress))
        once = Post(chat, self.clock, self.timing)
        return await once.do(
            held,
            once.seen(step.place, step.key, step.since) if step.since else None,
            lambda latest: chat.announce(step.place, step.key, step.progress, latest),
        )

    async def _hop(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)


def _inbox(held: Claim, chat: Chat) -> Place:
    """The shared channel that the sender's conversations belong to."""
    route = chat.workspace.route(boards.sender(held), ())
    return replace(chat.inbox, channel_id=route.inbox)
