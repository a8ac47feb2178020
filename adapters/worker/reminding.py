"""Posts reminders and the news of conversations that are back, each once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from adapters.worker.lane import Lane, Work
from domain.policy import Policy, Timing
from domain.ports import Chat, Chats, Clock
from domain.services import channels
from domain.services.desk import nudges, reminding
from domain.services.desk.nudges import Held
from domain.services.desk.reminding import SLOT, Call
from domain.values import Failed, Postponed, Shown, Unclear

T = TypeVar("T")
NO_WORKSPACE = timedelta(seconds=30)
MOST_REFUSALS = 5


@dataclass(frozen=True)
class Reminder:
    """Claims lines that are due; one that cannot be posted now comes again later."""

    chats: Chats
    clock: Clock
    policy: Policy
    timing: Timing

    def claim(self) -> Held | None:
        """The line that is due first."""
        return reminding.claim(self.clock.now(), self.timing.lease, self.policy)

    def earliest(self) -> datetime | None:
        """When the next one is due."""
        return reminding.earliest(self.policy)

    def lane(self) -> Lane[Held]:
        """The lane of a worker process."""
        now = self.clock.now
        work = Work(
            SLOT, self.claim, self.carry_out, self.earliest, now, heeds="threads", slot="nudges"
        )
        return Lane(work)

    async def carry_out(self, held: Held) -> None:
        """Post it, unless it is there or not wanted any more."""
        chat = await self._hop(lambda: self._chat(held))
        if chat is None:
            await self._hop(lambda: nudges.later(held, self.clock.now() + NO_WORKSPACE))
            return
        call = await self._hop(lambda: self._wanted(held, chat))
        if call is None:
            await self._hop(lambda: nudges.settled(held))
            return
        outcome = await self._look(call, chat) or await self._post(call, held, chat)
        if outcome is not None:
            told = outcome
            await self._hop(lambda: self._settle(held, call, told))

    async def _look(self, call: Call, chat: Chat) -> Shown | Unclear | None:
        """Our own post of an earlier try; Unclear while nobody can say."""
        if call.since is None:
            return None
        found = await chat.find_post(call.place, call.post.key, call.since)
        if isinstance(found, Postponed):
            return Unclear(found.reason, found.seconds)
        return Shown(found) if found else None

    async def _post(
        self, call: Call, held: Held, chat: Chat
    ) -> Shown | Failed | Postponed | Unclear | None:
        """None when the lease is lost, or too short for a call."""
        latest = held.until - self.timing.call
        ours = await self._hop(lambda: nudges.tried(held, call.place, self.clock.now()))
        if not ours or self.clock.now() > latest:
            return None
        return await chat.post(call.place, call.post, latest)

    def _chat(self, held: Held) -> Chat | None:
        return self.chats.of(*reminding.home(held))

    def _wanted(self, held: Held, chat: Chat) -> Call | None:
        return reminding.wanted(held, chat.workspace, self.clock.now(), self.policy)

    def _settle(
        self, held: Held, call: Call, outcome: Shown | Failed | Postponed | Unclear
    ) -> None:
        attempts = held.nudge.attempts
        until = self.clock.now() + channels.pause(outcome, attempts, self.timing.lease)
        match outcome:
            case Shown():
                nudges.settled(held)
            case Unclear():
                nudges.later(held, until)
            case Postponed():
                nudges.anew(held, until)
            case _ if attempts >= MOST_REFUSALS:
                nudges.settled(held)
            case _:
                nudges.anew(held, until, call.inbox)

    async def _hop(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)
