"""Carries out the copying of files: the carrier's to us, ours to the chat, an agent's to us."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from adapters.worker.lane import TEXTS, Lane, Work
from domain import outbox, tracing
from domain.errors import NotFound
from domain.model import Message
from domain.ports import Chat, Chats, Clock, Files, Fitting, Media
from domain.services import threads
from domain.services.media import copying, fetching
from domain.services.media.copying import Copy, Have, Show
from domain.services.media.fetching import SLOT
from domain.values import Content, Postponed, Unavailable, Uploaded

T = TypeVar("T")

NO_CARRIER = Postponed("Twilio is not set up here.")
NO_CHAT = Postponed("The chat is not set up here.")


@dataclass(frozen=True)
class Fetcher:
    """Works on one message's files while it holds the message's lease."""

    media: Media | None
    chats: Chats | None
    files: Files
    fit: Fitting
    clock: Clock
    bench: asyncio.Lock = field(default_factory=asyncio.Lock)

    def claim(self) -> Message | None:
        """The message whose files are due first."""
        return fetching.claim(self.clock.now())

    async def carry_out(self, message: Message) -> None:
        """One turn: a few files side by side, each written down by itself."""
        tracing.follow(message.trace)
        chat = await self._hop(lambda: self._chat(message))
        shows = chat is not None
        steps = copying.copies(message, chat=shows)
        few = asyncio.Semaphore(copying.AT_ONCE)

        async def carry(step: Copy) -> Postponed | None:
            async with few:
                return await self._carry(step, message, chat)

        outcomes = await asyncio.gather(*map(carry, steps))
        left = [one for one in outcomes if one is not None]
        await self._hop(lambda: fetching.settle(message, left, self.clock.now(), chat=shows))

    def lane(self) -> Lane[Message]:
        """The lane of a worker process."""
        earliest = lambda: outbox.earliest(SLOT)  # noqa: E731 - a name for one call
        return Lane(
            Work(SLOT, self.claim, self.carry_out, earliest, self.clock.now, 2, TEXTS, SLOT)
        )

    async def _carry(self, step: Copy, message: Message, chat: Chat | None) -> Postponed | None:
        """What is left of it for another turn."""
        if copying.stuck(message):
            outcome: Unavailable | Postponed | None = Unavailable(fetching.STUCK)
        elif isinstance(step, Have):
            outcome = await self._have(step, chat)
        else:
            outcome = await self._show(step, chat)
        if isinstance(outcome, Postponed) and not copying.overdue(step, self.clock.now()):
            return outcome
        if outcome is not None:
            why = outcome if isinstance(outcome, Unavailable) else Unavailable(outcome.reason)
            await self._hop(lambda: fetching.failed(step, why, self.clock.now()))
        return None

    async def _have(self, step: Have, chat: Chat | None) -> Unavailable | Postponed | None:
        fetched = await self._fetched(step, chat)
        if not isinstance(fetched, Content):
            return fetched
        content = fetched
        async with self.bench:  # one picture at a time, as everybody shares the threads
            prepared = await self._hop(lambda: fetching.prepared(step, content, self.fit))
        if isinstance(prepared, Unavailable):
            return prepared
        ready = prepared
        await self._hop(lambda: self._keep(step, ready))
        return None

    async def _fetched(self, step: Have, chat: Chat | None) -> Content | Unavailable | Postponed:
        if step.inbound:
            return await self.media.fetch(step.source, step.most) if self.media else NO_CARRIER
        return await chat.download(step.source, step.most) if chat else NO_CHAT

    def _keep(self, step: Have, content: Content) -> None:
        """Stored, then written down."""
        now = self.clock.now()
        fetching.had(step, fetching.kept(content, self.files, now), now)

    async def _show(self, step: Show, chat: Chat | None) -> Unavailable | Postponed | None:
        if chat is None:
            return NO_CHAT
        try:
            data = await self._hop(lambda: b"".join(self.files.read(step.file_id)))
        except NotFound:
            return Unavailable(fetching.GONE)
        outcome = await chat.upload(step.name, data)
        if not isinstance(outcome, Uploaded):
            return outcome
        copy = outcome
        await self._hop(lambda: fetching.shown(step, copy, self.clock.now()))
        return None

    def _chat(self, message: Message) -> Chat | None:
        """The workspace where the conversation lives."""
        if self.chats is None or message.thread_id is None:
            return None
        thread = threads.get(message.thread_id)
        return self.chats.of(thread.channel.team_id, thread.sender)

    async def _hop(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)
