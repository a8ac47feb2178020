"""Carries out upkeep: each conversation's place is made to look as it should."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

from adapters.worker.lane import Lane, Work
from adapters.worker.once import Once
from adapters.worker.placing import Placer
from domain import outbox
from domain.outbox import Claim
from domain.policy import Timing
from domain.ports import Chat, Chats, Clock
from domain.services import threads
from domain.services.channels import asking, keeping, tidings
from domain.services.channels.keeping import Step
from domain.services.channels.steps import Ask, Keep, Report, inquiry_key
from domain.values import Postponed

T = TypeVar("T")

NO_WORKSPACE = timedelta(seconds=30)


@dataclass(frozen=True)
class Keeper:
    """Claims conversations whose upkeep is due, each for the workspace where it lives."""

    chats: Chats
    clock: Clock
    timing: Timing

    def lane(self) -> Lane[Claim]:
        """To be run by a worker process."""
        return Lane(
            Work(
                keeping.SLOT,
                self.claim,
                self.carry_out,
                keeping.earliest,
                self.clock.now,
                heeds="threads",
                slot=keeping.SLOT,
            )
        )

    def claim(self) -> Claim | None:
        """The conversation whose upkeep is due first."""
        return keeping.claim(self.clock.now(), self.timing.lease)

    async def carry_out(self, claim: Claim) -> None:
        """Until its place is as it should be or must wait, or the lease is lost."""
        chat = await self._hop(lambda: self._chat(claim))
        if chat is None:
            away = Postponed("no_workspace", NO_WORKSPACE.total_seconds())
            await self._hop(lambda: self._rest(claim, away))
        else:
            await self._work(claim, Once(chat, self.clock, self.timing))
        await self._hop(lambda: outbox.release(claim))

    async def _work(self, claim: Claim, once: Once) -> None:
        held: Claim | None = claim
        while held and (step := await self._next(held, once.chat)) and once.in_time(held):
            outcome = await self._do(step, held, once)
            if keeping.waits(step, outcome):
                await self._hop(partial(self._rest, claim, outcome))
                return
            held = await self._hop(lambda: once.kept(claim))

    async def _next(self, claim: Claim, chat: Chat) -> Step | None:
        archives = chat.workspace.archive_closed
        return await self._hop(
            lambda: keeping.next_step(claim, self.clock.now(), archives=archives)
        )

    async def _do(self, step: Step, claim: Claim, once: Once) -> object:
        placer = Placer(once)
        match step:
            case Report():
                inbox = step.place or await placer.inbox(step.thread_id)
                place = await self._hop(lambda: tidings.inbox_of(step, inbox))
                shown = await placer.announced(claim, place, step.key, step.remark, step.since)
                await self._hop(lambda: tidings.reported(step, shown))
                return shown
            case Ask(_, place, what, since):
                shown = await placer.announced(claim, place, inquiry_key(what), what, since)
                await self._hop(lambda: asking.asked(step, shown))
                return shown
            case Keep():
                done = await once.chat.keep(step.place, step.deed)
                await self._hop(lambda: keeping.kept(step, done, self.clock.now()))
                return done
            case _:
                return await placer.carry_out(step, claim)

    def _rest(self, claim: Claim, outcome: object) -> None:
        keeping.rest(claim, outcome, self.clock.now(), self.timing.lease)

    def _chat(self, claim: Claim) -> Chat | None:
        thread = threads.get(claim.thread_id)
        return self.chats.of(thread.channel.team_id, thread.sender)

    async def _hop(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)
