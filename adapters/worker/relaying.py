"""Carries out relay: the chat is brought up to date, one thread at a time."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from adapters.worker.once import Once
from adapters.worker.placing import Placer
from domain import outbox, tracing
from domain.outbox import Claim
from domain.policy import Timing
from domain.ports import SILENT, Chat, Chats, Clock, Telemetry
from domain.services import channels, relay, threads, workspaces
from domain.services.channels import ChannelStep
from domain.services.relay import Mark, Reword, Say, Step, Tell
from domain.values import Failed, Postponed, Shown, Unclear

T = TypeVar("T")

NO_WORKSPACE = timedelta(seconds=30)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Relayer:
    """Claims threads whose relay is due, each for the workspace where it lives.

    Once the process is `leaving` it ends after the step that it is at.
    """

    chats: Chats
    clock: Clock
    timing: Timing
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    telemetry: Telemetry = SILENT

    def claim(self) -> Claim | None:
        """The thread whose relay is due first."""
        return outbox.claim(relay.SLOT, self.clock.now(), self.timing.lease)

    def earliest(self) -> datetime | None:
        """When the relay of any thread is due next."""
        return outbox.earliest(relay.SLOT)

    async def carry_out(self, claim: Claim) -> None:
        """Until the thread is up to date or must wait, or the lease is lost."""
        chat = await asyncio.to_thread(self._chat, claim)
        if chat is None:
            await asyncio.to_thread(self._homeless, claim)
            return
        hand = Hand(chat, self.clock, self.timing, self.leaving, self.telemetry)
        await hand.carry_out(claim)

    def _chat(self, claim: Claim) -> Chat | None:
        thread = threads.get(claim.thread_id)
        chat = self.chats.of(thread.channel.team_id, thread.sender)
        if chat and chat.workspace.team_id:
            workspaces.moved(thread.id, chat.workspace.team_id)
        return chat

    def _homeless(self, claim: Claim) -> None:
        """No workspace is there to show it in: its texts wait for one."""
        waiting = outbox.waiting(relay.SLOT, claim.thread_id)
        outbox.put_off(relay.SLOT, waiting, self.clock.now() + NO_WORKSPACE)
        outbox.release(claim)


@dataclass(frozen=True)
class Hand:
    """Works through one thread's open relays while it holds the thread's lease."""

    chat: Chat
    clock: Clock
    timing: Timing
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    telemetry: Telemetry = SILENT

    @property
    def _once(self) -> Once:
        return Once(self.chat, self.clock, self.timing)

    async def carry_out(self, claim: Claim) -> None:
        """Until the thread is up to date or must wait, or the lease is lost."""
        held: Claim | None = claim
        while held and (step := await self._next(held)) and self._once.in_time(held):
            await self._traced(step, held)
            held = await self._hop(lambda: self._kept(claim))
        await self._hop(lambda: outbox.release(claim))

    def _kept(self, claim: Claim) -> Claim | None:
        return None if self.leaving.is_set() else self._once.kept(claim)

    async def _next(self, claim: Claim) -> Step | None:
        return await self._hop(lambda: relay.next_step(claim, self.clock.now()))

    async def _traced(self, step: Step, claim: Claim) -> None:
        """One step, under the trace of the text that it is for."""
        about = step if isinstance(step, Say | Tell | Mark | Reword) else None
        tracing.follow(about.trace if about else None)
        began = time.time()
        await self._do(step, claim)
        if about:
            ids = {"message": str(about.message_id)}
            self.telemetry.span(f"relay {_kind(step)}", about.trace, began, **ids)

    async def _do(self, step: Step, claim: Claim) -> None:
        match step:
            case Say():
                await self._say(step, claim)
            case Tell():
                told = await self.chat.whisper(
                    step.place, step.notice.user_id, step.notice.text, relay.buttons(step)
                )
                await self._settle(step, told, lambda: relay.told(step, told))
            case Mark():
                done = await self.chat.mark(
                    step.place, step.ts, step.want, step.have, spare=step.passing
                )
                await self._settle(step, done, lambda: relay.marked(step, done))
            case Reword():
                changed = await self.chat.reword(step.place, step.ts, step.post)
                await self._settle(step, changed, lambda: relay.reworded(step, changed))
            case _:
                await self._place(step, claim)

    async def _say(self, step: Say, claim: Claim) -> None:
        shown = await self._post_once(step, claim)
        await self._settle(step, shown, lambda: relay.said(step, shown))

    async def _post_once(self, step: Say, claim: Claim) -> Shown | Failed | Postponed | Unclear:
        return await self._once.do(
            claim,
            self._once.seen(step.place, step.post.key, step.since) if step.since else None,
            lambda latest: self.chat.post(step.place, step.post, latest),
        )

    async def _settle(
        self, step: Say | Tell | Mark | Reword, outcome: object, record: Callable[[], None]
    ) -> None:
        """Write the outcome down; one that settled nothing lets the message rest a while."""

        def write() -> None:
            record()
            self._told(step, outcome)
            if relay.unsettled(step, outcome):
                relay.rest(step.message_id, outcome, self.clock.now(), self.timing.lease)

        await self._hop(write)

    def _told(self, step: Say | Tell | Mark | Reword, outcome: object) -> None:
        """Say and count what came of it."""
        kind, word = _kind(step), _word(outcome)
        shown = isinstance(step, Say) and step.part == "text"
        tell = log.info if shown else log.debug
        tell("text.relayed", message=str(step.message_id), step=kind, outcome=word)
        self.telemetry.count("relays", step=kind, outcome=word)
        if isinstance(step, Say) and step.came_at and isinstance(outcome, Shown):
            delay = (self.clock.now() - step.came_at).total_seconds()
            self.telemetry.observe("relay_delay_seconds", delay)

    async def _place(self, step: ChannelStep, claim: Claim) -> None:
        """Channel set-up; until it is settled the first unseen text rests."""
        outcome = await Placer(self._once).carry_out(step, claim)
        self.telemetry.count("relays", step="place", outcome=_word(outcome))
        if channels.waits(step, outcome):
            await self._hop(
                lambda: relay.rest_thread(
                    step.thread_id, outcome, self.clock.now(), self.timing.lease
                )
            )

    async def _hop(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)


def _kind(step: Step) -> str:
    return type(step).__name__.lower()


def _word(outcome: object) -> str:
    """What came of a step; of some nothing at all is what is hoped for."""
    trouble = isinstance(outcome, Failed | Postponed | Unclear)
    return type(outcome).__name__.lower() if trouble else "done"
