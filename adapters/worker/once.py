"""What must not be done twice: an earlier try is looked for before it is made again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from domain import outbox
from domain.outbox import Claim
from domain.policy import Timing
from domain.ports import Chat, Clock
from domain.values import Failed, Opened, Place, Postponed, Shown, Unclear

Found = TypeVar("Found", Shown, Opened)

LOOK_AGAIN_SECONDS = 1.0
LEASE_LOST = "the look took longer than the lease"


@dataclass(frozen=True)
class Once:
    """Looks and does under a claim, whose lease must outlast the call."""

    chat: Chat
    clock: Clock
    timing: Timing

    async def do(
        self,
        claim: Claim,
        look: Awaitable[Found | Postponed | None] | None,
        deed: Callable[[datetime], Awaitable[Found | Failed | Postponed | Unclear]],
    ) -> Found | Failed | Postponed | Unclear:
        """Do it, if no earlier try has done it already and the lease still outlasts the call."""
        if look:
            found = await look
            if isinstance(found, Postponed):
                return Unclear(found.reason, found.seconds or LOOK_AGAIN_SECONDS)
            if found is not None:
                return found
            held = await asyncio.to_thread(self.kept, claim)
            if held is None:
                return Unclear(LEASE_LOST)
            claim = held
        return await deed(self.latest(claim))

    async def seen(self, place: Place, key: str, since: datetime) -> Shown | Postponed | None:
        """Our own post, if it is there already."""
        found = await self.chat.find_post(place, key, since)
        return Shown(found) if isinstance(found, str) else found

    def kept(self, claim: Claim) -> Claim | None:
        """The same lease for longer; None when it was lost."""
        return outbox.renew(claim, self.clock.now(), self.timing.lease)

    def latest(self, claim: Claim) -> datetime:
        """When a call must have begun: the chat asks again, right before it makes it."""
        return claim.until - self.timing.call

    def in_time(self, claim: Claim) -> bool:
        """Whether a call begun now ends within the lease; no when this process was asleep."""
        return claim.outlasts(self.clock.now(), self.timing.call)
