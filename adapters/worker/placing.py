"""Carries out the steps by which a conversation gets its place, for relay and upkeep alike."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from adapters.worker.once import Once
from domain.outbox import Claim
from domain.services import channels
from domain.services.channels import (
    Anchor,
    ChannelStep,
    Furnish,
    Introduce,
    OpenChannel,
    Recount,
    Reopen,
)
from domain.values import (
    Announced,
    Failed,
    Opened,
    Place,
    Postponed,
    Route,
    Shown,
    Unarchive,
    Unclear,
)


@dataclass(frozen=True)
class Placer:
    """What a step settles is written by `channels`."""

    once: Once

    async def carry_out(self, step: ChannelStep, claim: Claim) -> object:
        """The outcome, once it is written down."""
        match step:
            case OpenChannel():
                opened = await self._open(step, claim)
                return await self._write(opened, channels.opened, step, opened)
            case Furnish():
                route = await self.route(step.thread_id)
                done = await self.once.chat.furnish(step.place, step.card, route.agents)
                return await self._write(done, channels.furnished, step, done)
            case Anchor():
                return await self._anchor(step, claim)
            case Introduce():
                key = channels.card_key(step.thread_id)
                shown = await self.announced(claim, step.place, key, step.card, step.since)
                return await self._write(shown, channels.introduced, step, shown)
            case Recount():
                shown = await self.announced(claim, step.place, step.key, step.past, step.since)
                return await self._write(shown, channels.recounted, step, shown, self._now())
            case Reopen():
                again = await self.once.chat.keep(step.place, Unarchive())
                return await self._write(again, channels.reopened, step, again, self._now())

    async def announced(
        self, claim: Claim, place: Place, key: str, what: Announced, since: datetime | None
    ) -> Shown | Failed | Postponed | Unclear:
        """Show it, unless an earlier try has shown it already."""
        return await self.once.do(
            claim,
            self.once.seen(place, key, since) if since else None,
            lambda latest: self.once.chat.announce(place, key, what, latest),
        )

    async def route(self, thread_id: object) -> Route:
        """Where the conversation belongs, were its place made now."""
        workspace = self.once.chat.workspace
        return await asyncio.to_thread(channels.route_of, thread_id, workspace)

    async def inbox(self, thread_id: object) -> Place:
        """The shared channel that it belongs to."""
        route = await self.route(thread_id)
        return replace(self.once.chat.inbox, channel_id=route.inbox)

    async def _open(self, step: OpenChannel, claim: Claim) -> Opened | Failed | Postponed | Unclear:
        chat, purpose = self.once.chat, channels.purpose(step.thread_id)
        if not (chat.workspace.own_channels or step.awaited):
            return Failed(channels.INBOX_ONLY)
        return await self.once.do(
            claim,
            chat.find_channel(step.name, purpose) if step.adopt else None,
            lambda latest: chat.open_channel(step.name, purpose, latest),
        )

    async def _anchor(self, step: Anchor, claim: Claim) -> object:
        """In the inbox that an earlier try has chosen, if there was one."""
        inbox = await self.inbox(step.thread_id)
        inbox = replace(inbox, channel_id=step.inbox or inbox.channel_id)
        await asyncio.to_thread(channels.anchoring, step, inbox)
        key = channels.card_key(step.thread_id)
        shown = await self.announced(claim, inbox, key, step.card, step.since)
        # Who we are is known by now, and with it the workspace's id.
        inbox = replace(inbox, team_id=self.once.chat.inbox.team_id)
        return await self._write(shown, channels.anchored, step, shown, inbox)

    def _now(self) -> datetime:
        return self.once.clock.now()

    async def _write(self, outcome: object, record: Any, *told: object) -> object:
        await asyncio.to_thread(record, *told)
        return outcome
