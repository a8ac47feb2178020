"""Carries out dispatch: the only place from which texts leave."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from domain import outbox
from domain.outbox import Claim
from domain.policy import Policy, Timing
from domain.ports import Chats, Clock, Links, Lookup, Sms
from domain.rules import roles
from domain.services import agents, dispatch, unclear
from domain.services.dispatch import Identify, Look, Send, Step, Verify, verifying
from domain.values import Declined, Failed, Holder, Person, Postponed

T = TypeVar("T")

# The chat knows nobody of that name; any other refusal says nothing about the person.
STRANGERS = frozenset({"user_not_found", "users_not_found", "user_not_visible"})
ASK_AGAIN_SECONDS = 5.0
NO_LOOKUP = Declined("Twilio Lookup is not set up here.")


@dataclass(frozen=True)
class Dispatcher:
    """Works through one thread's outgoing texts while it holds the thread's lease."""

    sms: Sms
    chats: Chats | None
    clock: Clock
    policy: Policy
    timing: Timing
    links: Links | None = None
    lookup: Lookup | None = None

    def claim(self) -> Claim | None:
        """The thread whose text is due first."""
        return outbox.claim(dispatch.SLOT, self.clock.now(), self.timing.lease)

    async def carry_out(self, claim: Claim) -> None:
        """Until nothing more can be done in this thread now, or the lease is lost."""
        held: Claim | None = claim
        while held and (step := await self._next(held)):
            await self._do(step)
            held = await self._hop(lambda: self._kept(claim))
        await self._hop(lambda: outbox.release(claim))

    async def _next(self, claim: Claim) -> Step | None:
        return await self._hop(
            lambda: dispatch.next_step(
                claim, self.clock.now(), self.policy, self.timing, self.links
            )
        )

    async def _do(self, step: Step) -> None:
        match step:
            case Send():
                await self._send(step)
            case Look():
                await self._look(step)
            case Identify():
                await self._identify(step)
            case Verify():
                await self._verify(step)

    async def _send(self, step: Send) -> None:
        if self.clock.now() + self.timing.call > step.until:
            return  # this process was asleep: whoever finds the lease at its end will look
        outcome = await self.sms.send(step.text)
        await self._hop(lambda: dispatch.record(step, outcome, self.clock.now(), self.timing))

    async def _look(self, step: Look) -> None:
        found = await self.sms.sent_to(step.recipient)
        await self._hop(lambda: unclear.resolve(step, found, self.clock.now(), self.timing))

    async def _identify(self, step: Identify) -> None:
        """Ask the chat who wrote it; somebody it does not know does not send.

        While it does not say, those whom we knew go on for a while; others wait.
        """
        asked_at = self.clock.now()
        chat = await self._hop(lambda: self.chats and self.chats.of(step.team_id, step.sender))
        told = await chat.person(step.user_id) if chat else Failed("no_chat")
        if isinstance(told, Failed) and told.code in STRANGERS:
            told = Person(step.user_id, "", "", None, False, False, False, True, roles.NONE)
        if isinstance(told, Person):
            person = told
            await self._hop(lambda: agents.learn(person, asked_at))
            return
        if await self._hop(lambda: agents.excuse(step.user_id, self.clock.now())):
            return
        asked = told.seconds if isinstance(told, Postponed) else None
        pause = timedelta(seconds=asked or ASK_AGAIN_SECONDS)
        await self._hop(lambda: dispatch.wait(step.message_id, self.clock.now() + pause))

    async def _verify(self, step: Verify) -> None:
        """Ask whose number it is; until somebody can say, the text does not leave."""
        told = await self.lookup.holder(step.phone, step.since) if self.lookup else NO_LOOKUP
        await self._hop(lambda: self._verified(step, told))

    def _verified(self, step: Verify, told: Holder | Postponed | Declined) -> None:
        now = self.clock.now()
        if isinstance(told, Holder):
            verifying.record(step, told, now, self.policy)
        else:
            verifying.postponed(step, told, now, self.timing)

    def _kept(self, claim: Claim) -> Claim | None:
        return outbox.renew(claim, self.clock.now(), self.timing.lease)

    async def _hop(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)
