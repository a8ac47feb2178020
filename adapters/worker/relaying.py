"""Carries out relay: the chat is brought up to date, one thread at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from domain import outbox
from domain.outbox import Claim
from domain.policy import Timing
from domain.ports import Chat, Chats, Clock
from domain.services import channels, relay, threads
from domain.services.channels import Anchor, ChannelStep, Furnish, OpenChannel
from domain.services.relay import Mark, Reword, Say, Step, Tell
from domain.values import Failed, Opened, Place, Postponed, Shown, Unclear

T = TypeVar("T")
Found = TypeVar("Found", Shown, Opened)

LOOK_AGAIN_SECONDS = 1.0
NO_WORKSPACE = timedelta(seconds=30)
LEASE_LOST = "the look took longer than the lease"


@dataclass(frozen=True)
class Relayer:
    """Claims threads whose relay is due, each for the workspace where it lives."""

    chats: Chats
    clock: Clock
    timing: Timing

    def claim(self) -> Claim | None:
        """The thread whose relay is due first."""
        return outbox.claim(relay.SLOT, self.clock.now(), self.timing.lease)

    async def carry_out(self, claim: Claim) -> None:
        """Until the thread is up to date or must wait, or the lease is lost."""
        chat = await asyncio.to_thread(self._chat, claim)
        if chat is None:
            await asyncio.to_thread(self._homeless, claim)
            return
        await Hand(chat, self.clock, self.timing).carry_out(claim)

    def _chat(self, claim: Claim) -> Chat | None:
        thread = threads.get(claim.thread_id)
        return self.chats.of(thread.channel.team_id, thread.sender)

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

    async def carry_out(self, claim: Claim) -> None:
        """Until the thread is up to date or must wait, or the lease is lost."""
        held: Claim | None = claim
        while held and (step := await self._next(held)) and self._in_time(held):
            await self._do(step, held)
            held = await self._hop(lambda: self._kept(claim))
        await self._hop(lambda: outbox.release(claim))

    def _in_time(self, claim: Claim) -> bool:
        """Whether a call begun now ends within the lease; no when this process was asleep."""
        return claim.outlasts(self.clock.now(), self.timing.call)

    def _latest(self, claim: Claim) -> datetime:
        """When a call must have begun: the chat asks again, right before it makes it."""
        return claim.until - self.timing.call

    async def _next(self, claim: Claim) -> Step | None:
        return await self._hop(lambda: relay.next_step(claim, self.clock.now()))

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
        return await self._once(
            claim,
            self._seen(step.place, step.post.key, step.since) if step.since else None,
            lambda latest: self.chat.post(step.place, step.post, latest),
        )

    async def _settle(
        self, step: Say | Tell | Mark | Reword, outcome: object, record: Callable[[], None]
    ) -> None:
        """Write the outcome down; one that settled nothing lets the message rest a while."""

        def write() -> None:
            record()
            if relay.unsettled(step, outcome):
                relay.rest(step.message_id, outcome, self.clock.now(), self.timing.lease)

        await self._hop(write)

    async def _place(self, step: ChannelStep, claim: Claim) -> None:
        """Channel set-up; what it settles is written by `channels`."""
        match step:
            case OpenChannel():
                opened = await self._open(step, claim)
                await self._arrange(step, opened, lambda: channels.opened(step, opened))
            case Furnish():
                done = await self.chat.furnish(step.place, step.card)
                await self._arrange(step, done, lambda: channels.furnished(step, done))
            case Anchor():
                shown = await self._anchor(step, claim)
                inbox = self.chat.inbox
                await self._arrange(step, shown, lambda: channels.anchored(step, shown, inbox))

    async def _open(self, step: OpenChannel, claim: Claim) -> Opened | Failed | Postponed | Unclear:
        purpose = channels.purpose(step.thread_id)
        return await self._once(
            claim,
            self.chat.find_channel(step.name, purpose) if step.adopt else None,
            lambda latest: self.chat.open_channel(step.name, purpose, latest),
        )

    async def _anchor(self, step: Anchor, claim: Claim) -> Shown | Failed | Postponed | Unclear:
        key = channels.purpose(step.thread_id)
        return await self._once(
            claim,
            self._seen(self.chat.inbox, key, step.since) if step.since else None,
            lambda latest: self.chat.anchor(key, step.card, latest),
        )

    async def _once(
        self,
        claim: Claim,
        look: Awaitable[Found | Postponed | None] | None,
        do: Callable[[datetime], Awaitable[Found | Failed | Postponed | Unclear]],
    ) -> Found | Failed | Postponed | Unclear:
        """Do it, if no earlier try has done it already and the lease still outlasts the call."""
        if look:
            found = await look
            if isinstance(found, Postponed):
                return Unclear(found.reason, found.seconds or LOOK_AGAIN_SECONDS)
            if found is not None:
                return found
            held = await self._hop(lambda: self._kept(claim))
            if held is None:
                return Unclear(LEASE_LOST)
            claim = held
        return await do(self._latest(claim))

    async def _seen(self, place: Place, key: str, since: datetime) -> Shown | Postponed | None:
        """Our own post, if it is there already."""
        found = await self.chat.find_post(place, key, since)
        return Shown(found) if isinstance(found, str) else found

    async def _arrange(
        self, step: ChannelStep, outcome: object, record: Callable[[], None]
    ) -> None:
        def write() -> None:
            record()
            if channels.waits(step, outcome):
                relay.rest_thread(step.thread_id, outcome, self.clock.now(), self.timing.lease)

        await self._hop(write)

    def _kept(self, claim: Claim) -> Claim | None:
        return outbox.renew(claim, self.clock.now(), self.timing.lease)

    async def _hop(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)
