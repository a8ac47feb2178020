"""Tells the week's figures in the chat; see `domain.services.figures.digests`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from adapters.worker.lane import Lane, Work
from adapters.worker.once import Once
from domain.outbox import Claim
from domain.policy import Policy, Timing
from domain.ports import Charts, Chat, Chats, Clock
from domain.services import workspaces
from domain.services.figures import digests
from domain.services.figures.digests import Step
from domain.values import (
    Digest,
    Failed,
    Picture,
    Postponed,
    Shown,
    Unavailable,
    Unclear,
    Uploaded,
)

T = TypeVar("T")
Outcome = Shown | Failed | Postponed | Unclear | None
NO_WORKSPACE = timedelta(minutes=10)
EVERY = timedelta(minutes=1)
NAME = "figures.png"


@dataclass(frozen=True)
class Post(Once):
    """Once, under a digest's lease instead of a conversation's."""

    def kept(self, claim: Claim) -> Claim | None:
        """The same lease for longer; None when it was lost."""
        return digests.renew(claim, self.clock.now(), self.timing.lease)


@dataclass
class Digester:
    """Begins the week's digests and posts them."""

    chats: Chats
    charts: Charts
    clock: Clock
    policy: Policy
    timing: Timing
    _begun: datetime | None = field(default=None, init=False)

    def lane(self) -> Lane[Claim]:
        """To be run by a worker process."""
        now = self.clock.now
        work = Work("digests", self.claim, self.carry_out, digests.earliest, now, at_once=1)
        return Lane(work)

    def claim(self) -> Claim | None:
        """The digest that is due; once a minute it is seen which there are to be."""
        now = self.clock.now()
        if self._begun is None or abs(now - self._begun) >= EVERY:
            teams = [one.team_id for one in workspaces.listed() if one.is_set_up] or [""]
            digests.begin(teams, now, self.policy)
            self._begun = now
        return digests.claim(now, self.timing.lease)

    async def carry_out(self, held: Claim) -> None:
        """Post it, if there is anything to tell."""
        chat = await self._hop(lambda: self.chats.of(digests.team(held)))
        outcome: Outcome = Postponed("no_workspace", NO_WORKSPACE.total_seconds())
        if chat:
            outcome = await self._tell(held, chat)
        await self._hop(lambda: digests.rest(held, outcome, self.clock.now(), self.timing.lease))

    async def _tell(self, held: Claim, chat: Chat) -> Outcome:
        senders, now = chat.workspace.senders, self.clock.now()
        step = await self._hop(
            lambda: digests.next_step(held, chat.inbox, senders, now, self.policy)
        )
        if step is None:
            return None
        picture = None if step.plain else await self._picture(held, step, chat)
        if isinstance(picture, Unclear):
            return picture
        fresh = await self._hop(lambda: digests.renew(held, self.clock.now(), self.timing.lease))
        if fresh is None or not await self._hop(lambda: digests.trying(fresh, step, now)):
            return Unclear("lease lost")
        told = Digest(step.week.title, step.week.lines, picture)
        once = Post(chat, self.clock, self.timing)
        return await once.do(
            fresh,
            once.seen(step.place, step.key, step.since) if step.since else None,
            lambda latest: chat.announce(step.place, step.key, told, latest),
        )

    async def _picture(self, held: Claim, step: Step, chat: Chat) -> Picture | Unclear | None:
        """The week's picture, in the chat already; None where the chat takes none."""
        if step.file_id:
            return Picture(step.file_id, step.week.spoken, framed=True)
        data = await self._hop(lambda: self.charts.draw(step.week.chart))
        match await chat.upload(NAME, data):
            case Uploaded() as file:
                await self._hop(lambda: digests.uploaded(held, file))
                return Picture(file.id, step.week.spoken, framed=True)
            case Postponed() as later:  # an earlier post may be there, and stays to be looked for
                return Unclear(later.reason, later.seconds or 1)
            case Unavailable():
                return None

    async def _hop(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)
