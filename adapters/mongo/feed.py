"""Committed changes to everybody who follows: one change stream a process, fanned out in memory.

A follower with a cursor is caught up from memory, or by a stream of its own where memory does not
reach, and then handed over to the live one: tokens compare as strings, so the hand-over is exact.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any

import structlog
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from adapters.mongo import stream
from adapters.mongo.calls import Calls
from adapters.mongo.history import History
from domain.errors import CursorExpired, DomainError, FellBehind
from domain.ports import SILENT, Change, Telemetry

BUFFER = 2_000
REMEMBERED = 1_000
REACH_SECONDS = 2.0
RETRY_SECONDS = 0.5
CHECKPOINT_SECONDS = 10.0
BEHIND = "You read too slowly and were cut off: resume with your last cursor."

log = structlog.get_logger()


class Follower:
    """One reader's buffer; full means cut off, never an endless backlog."""

    def __init__(self, size: int, telemetry: Telemetry = SILENT) -> None:
        self._size = size
        self._telemetry = telemetry
        self._buffer: deque[Change] = deque()
        self._ended: DomainError | None = None
        self._news = asyncio.Event()

    def offer(self, change: Change) -> None:
        """Take a change, or end when there is no room left."""
        if self._ended:
            return
        if len(self._buffer) >= self._size:
            self._telemetry.count("feed_cut_off")
            self.end(FellBehind(BEHIND))
            return
        self._buffer.append(change)
        self._news.set()

    def end(self, reason: DomainError) -> None:
        """No more after what is buffered."""
        self._ended = self._ended or reason
        self._news.set()

    async def next(self) -> Change:
        """The next change; raises the reason once the buffer is empty and it has ended."""
        while not self._buffer:
            if self._ended:
                raise self._ended
            self._news.clear()
            await self._news.wait()
        return self._buffer.popleft()


class DatabaseFeed:
    """Implements domain.ports.Feed; works while its `running()` context is open."""

    def __init__(
        self,
        database: AsyncDatabase[dict[str, Any]],
        *,
        buffer: int = BUFFER,
        checkpoint_seconds: float = CHECKPOINT_SECONDS,
        telemetry: Telemetry = SILENT,
    ) -> None:
        self._telemetry = telemetry
        self._database = database
        self._calls = Calls()
        self._buffer = buffer
        self._checkpoint_seconds = checkpoint_seconds
        self._followers: set[Follower] = set()
        self._history = History(REMEMBERED)
        self._reaching: dict[str, asyncio.Task[None]] = {}
        self._position: str | None = None
        self._moved = asyncio.Event()
        self._documents = True

    @asynccontextmanager
    async def running(self, *, documents: bool = True) -> AsyncIterator["DatabaseFeed"]:
        """The live stream is open from the first statement inside to the last.

        Without `documents` it tells of a changed one only what has changed: that is cheaper, and
        all that a worker wants to know.
        """
        self._documents = documents
        pump = asyncio.create_task(self._pump(), name="feed")
        try:
            await self._moved.wait()
            yield self
        finally:
            pump.cancel()
            with suppress(asyncio.CancelledError):
                await pump
            await self._calls.settled()

    @property
    def position(self) -> str | None:
        """The cursor up to which this process has handed changes on."""
        return self._position

    @property
    def followers(self) -> int:
        """How many read it at this moment."""
        return len(self._followers)

    async def cursor(self) -> str:
        """The present moment, from the server itself: this process may be a little behind."""
        async with stream.opened(self._calls, self._database, None) as here:
            token = here.position
        return token or self._position or ""

    @asynccontextmanager
    async def follow(self, after: str | None) -> AsyncIterator[AsyncIterator[Change]]:
        """Changes after that cursor, then live; CursorExpired when it is too old.

        Who gave no cursor gets one first: a checkpoint at the place where they joined.
        """
        if after is not None:
            await self._resumable(after)
        await self._moved.wait()  # without a place to join at, what came before it would be lost
        follower = Follower(self._buffer, self._telemetry)
        self._followers.add(follower)
        try:
            # Who leaves in the middle leaves no stream behind for the garbage to close.
            async with aclosing(self._read(follower, after, self._position)) as changes:
                yield changes
        finally:
            self._followers.discard(follower)

    async def _resumable(self, after: str) -> None:
        """CursorExpired for what is no place to go on from; for an old one, as it is read."""
        self._telemetry.count("feed_resumed")
        if self._history.after(after) is not None:
            return
        try:
            await self._calls.whole(stream.checked(self._database, after))
        except CursorExpired:
            self._telemetry.count("feed_expired")
            raise

    async def _read(
        self, follower: Follower, after: str | None, joined_at: str | None
    ) -> AsyncGenerator[Change, None]:
        last = after or ""
        if after is not None:
            async with aclosing(self._caught_up(after, joined_at or after)) as missed:
                async for change in missed:
                    last = change.cursor
                    yield change
        elif joined_at is not None:
            yield _checkpoint(joined_at)
        while True:
            change = await follower.next()
            if change.cursor > last:
                yield change

    async def _caught_up(self, after: str, until: str) -> AsyncGenerator[Change, None]:
        """What was missed, from memory if that reaches back so far, else from the database."""
        if self._history.after(after) is None and after < (self._history.since or ""):
            await self._reached(after)
        remembered = self._history.after(after)
        if remembered is not None:
            for change in remembered:
                yield change
            return
        async with aclosing(self._missed(after, until)) as missed:
            async for change in missed:
                yield change

    async def _reached(self, after: str) -> None:
        """Extend the memory to that cursor, once for all who resume from it, unless it is far."""
        task = self._reaching.get(after)
        if task is None:
            task = self._reaching[after] = asyncio.create_task(self._reach(after))
            task.add_done_callback(lambda _: self._reaching.pop(after))
        await self._calls.whole(_outcome(task))

    async def _reach(self, after: str) -> None:
        found = list[Change]()
        async with stream.opened(self._calls, self._database, after) as past:
            with suppress(TimeoutError):
                async with asyncio.timeout(REACH_SECONDS):
                    while len(found) <= REMEMBERED:
                        event = await past.next()
                        found += [stream.change(event)] if event else []
                        if past.has_passed(self._history.since, idle=event is None):
                            self._history.reach(after, found)
                            return

    async def _missed(self, after: str, until: str) -> AsyncGenerator[Change, None]:
        """What was committed after one cursor, up to the moment when the follower joined."""
        async with stream.opened(self._calls, self._database, after) as past:
            while (past.position or "") < until:
                event = await past.next()
                if event is None:
                    continue
                if event["_id"]["_data"] > until:
                    return
                yield stream.change(event)

    async def _pump(self) -> None:
        """Read the live stream for ever; after trouble from where it was, or cut everybody off."""
        while True:
            try:
                await self._drain()
            except CursorExpired as error:
                log.warning("feed.history_lost", followers=len(self._followers))
                self._position = None
                self._history.begin(None)
                self._moved.clear()
                for follower in self._followers:
                    follower.end(error)
            except PyMongoError as error:
                self._telemetry.count("feed_interrupted")
                log.warning("feed.interrupted", reason=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        told = loop.time()
        live_stream = stream.opened(
            self._calls, self._database, self._position, documents=self._documents
        )
        async with live_stream as live:
            self._position = live.position or self._position
            if self._history.since is None:
                self._history.begin(self._position)
            self._moved.set()
            while live.alive:
                event = await live.next()
                if event is not None:
                    self._hand_on(stream.change(event))
                    continue
                self._position = live.position or self._position
                if self._position and loop.time() - told >= self._checkpoint_seconds:
                    told = loop.time()
                    self._hand_on(_checkpoint(self._position))

    def _hand_on(self, change: Change) -> None:
        self._position = change.cursor
        self._history.add(change)
        for follower in self._followers:
            follower.offer(change)


def _checkpoint(cursor: str) -> Change:
    """No change at all: a cursor for who has waited long for one."""
    return Change(cursor, "checkpoint", "", None, None, {})


async def _outcome(task: asyncio.Task[None]) -> None:
    await task
