"""Carries out dispatch: the only place from which texts leave."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from domain import outbox, tracing
from domain.outbox import Claim
from domain.policy import Policy, Timing
from domain.ports import SILENT, Chats, Clock, Line, Links, Lookup, Sms, Telemetry
from domain.rules import roles
from domain.services import agents, dispatch, unclear
from domain.services.dispatch import Identify, Look, Send, Step, Verify, lines, verifying
from domain.values import Accepted, Declined, Failed, Holder, Person, Postponed, SmsOutcome

T = TypeVar("T")

# The chat knows nobody of that name; any other refusal says nothing about the person.
STRANGERS = frozenset({"user_not_found", "users_not_found", "user_not_visible"})
ASK_AGAIN_SECONDS = 5.0
NO_LOOKUP = Declined("Twilio Lookup is not set up here.")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Dispatcher:
    """Works through one thread's outgoing texts while it holds the thread's lease.

    Once the process is `leaving` it begins no other text: the thread is given back to the others.
    Nor does it while no clock is `trusted`: a text could leave in the night, or after its time.
    """

    sms: Sms
    chats: Chats | None
    clock: Clock
    policy: Policy
    timing: Timing
    links: Links | None = None
    lookup: Lookup | None = None
    pace: Line | None = None
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    telemetry: Telemetry = SILENT
    trusted: Callable[[], bool] = lambda: True

    def claim(self) -> Claim | None:
        """The thread whose text is due first."""
        if not self.trusted():
            return None
        now = self.clock.now()
        among = lines.claimable(now, self.policy, self.pace)
        return outbox.claim(dispatch.SLOT, now, self.timing.lease, among)

    def urgent(self) -> Claim | None:
        """The same, but only for conversation: no campaign, nothing planned."""
        if not self.trusted():
            return None
        return outbox.claim(dispatch.SLOT, self.clock.now(), self.timing.lease, lines.URGENT)

    def earliest(self) -> datetime | None:
        """When the next text may be claimed."""
        return lines.earliest(self.clock.now(), self.policy, self.pace)

    async def carry_out(self, claim: Claim) -> None:
        """Until nothing more can be done in this thread now, or the lease is lost."""
        turn = await asyncio.to_thread(self._next, claim)
        while turn:
            step, held = turn
            await self._do(step)
            turn = await asyncio.to_thread(self._onwards, held)

    def _next(self, held: Claim) -> tuple[Step, Claim] | None:
        """What to do now; None once the thread is given back."""
        now = self.clock.now()
        step = dispatch.next_step(held, now, self.policy, self.timing, self.links, self.pace)
        if step is None:
            outbox.release(held)
            return None
        return step, held

    def _onwards(self, held: Claim) -> tuple[Step, Claim] | None:
        """The same after a step, unless the lease was lost meanwhile, or the process leaves."""
        if self.leaving.is_set() or not self.trusted():
            outbox.release(held)
            return None
        kept = self._kept(held)
        return self._next(kept) if kept else None

    async def _do(self, step: Step) -> None:
        tracing.follow(step.trace if isinstance(step, Send | Look) else None)
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
        began = time.time()
        outcome = await self.sms.send(step.text)
        await self._hop(lambda: self._sent(step, outcome, began))

    def _sent(self, step: Send, outcome: SmsOutcome, began: float) -> None:
        """Write it down, then say and count that it was done."""
        now, told = self.clock.now(), type(outcome).__name__.lower()
        dispatch.record(step, outcome, now, self.timing)
        message_id = step.text.message_id
        sid = outcome.sid if isinstance(outcome, Accepted) else None
        log.info("text.dispatched", message=message_id, outcome=told, sid=sid)
        self.telemetry.count("dispatches", outcome=told)
        self.telemetry.observe("dispatch_seconds", time.time() - began)
        if sid and step.due_at:
            self.telemetry.observe("dispatch_wait_seconds", (now - step.due_at).total_seconds())
        self.telemetry.span("dispatch", step.trace, began, message=message_id)

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
        """The lease, renewed once it would not outlast another call with one to spare."""
        now = self.clock.now()
        if claim.outlasts(now, 2 * self.timing.call):
            return claim
        return outbox.renew(claim, now, self.timing.lease)

    async def _hop(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)
