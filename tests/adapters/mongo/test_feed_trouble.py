"""Slow readers, broken lines, killed cursors and lost history: told, or survived without a gap."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database
from pymongo.errors import OperationFailure

from adapters.mongo.connection import async_client
from adapters.mongo.feed import DatabaseFeed, Follower
from domain.errors import CursorExpired, FellBehind
from domain.ports import Change
from tests import local
from tests.adapters.line import line_to
from tests.adapters.mongo.conftest import marks, take

Raw = dict[str, Any]


def change(number: int) -> Change:
    """A change that says nothing but its number."""
    return Change(f"82{number:030d}", "insert", "contacts", number, {"n": number}, {})


async def left(changes: AsyncIterator[Change]) -> list[Change]:
    """What a reader still gets before it is cut off."""
    found: list[Change] = []
    try:
        while True:
            found += await take(changes, 1)
    except FellBehind:
        return found


async def drained(changes: AsyncIterator[Change]) -> list[Any]:
    """The same by their marks."""
    return marks(await left(changes))


async def test_a_slow_reader_is_cut_off_after_what_it_had(
    watched: AsyncDatabase[Raw], bare: Database[Raw]
) -> None:
    feed = DatabaseFeed(watched, buffer=3)
    async with feed.running(), feed.follow(None) as slow, feed.follow(None) as quick:
        for number in range(6):
            bare["contacts"].insert_one({"n": number, "rev": 1})
            assert marks(await take(quick, 1)) == [number]
        assert await drained(slow) == [0, 1, 2]


async def test_a_reader_that_was_cut_off_resumes_with_its_last_cursor(
    watched: AsyncDatabase[Raw], bare: Database[Raw]
) -> None:
    feed = DatabaseFeed(watched, buffer=2)
    async with feed.running(), feed.follow(None) as slow, feed.follow(None) as quick:
        for number in range(5):
            bare["contacts"].insert_one({"n": number, "rev": 1})
            await take(quick, 1)
        first = (await take(slow, 1))[0]
        assert await drained(slow) == [1]
        async with feed.follow(first.cursor) as again:
            assert marks(await take(again, 4)) == [1, 2, 3, 4]


async def test_a_reader_that_catches_up_slowly_loses_nothing_before_it_is_cut_off(
    watched: AsyncDatabase[Raw], bare: Database[Raw]
) -> None:
    feed = DatabaseFeed(watched, buffer=2)
    async with feed.running(), feed.follow(None) as quick:
        start = await feed.cursor()
        for number in range(3):
            bare["contacts"].insert_one({"n": number, "rev": 1})
            await take(quick, 1)
        async with feed.follow(start) as slow:
            for number in range(3, 7):
                bare["contacts"].insert_one({"n": number, "rev": 1})
                await take(quick, 1)
            seen = await left(slow)
        # How much of it memory still had depends on the moment; five are what was there for sure.
        assert len(seen) >= 5
        async with feed.follow(seen[-1].cursor) as again:
            rest = await take(again, 7 - len(seen))
        assert marks([*seen, *rest]) == [0, 1, 2, 3, 4, 5, 6]


async def test_a_reader_that_left_is_forgotten(feed: DatabaseFeed, bare: Database[Raw]) -> None:
    async with feed.follow(None) as changes:
        bare["contacts"].insert_one({"n": 1, "rev": 1})
        await take(changes, 1)
    assert not feed._followers


async def test_a_follower_ends_for_the_first_reason_that_it_was_given() -> None:
    follower = Follower(2)
    follower.offer(change(1))
    follower.end(CursorExpired("too old"))
    follower.end(FellBehind("too slow"))
    follower.offer(change(2))
    assert (await follower.next()).id == 1
    with pytest.raises(CursorExpired):
        await follower.next()


async def test_a_waiting_reader_is_woken_by_the_end() -> None:
    follower = Follower(2)
    reader = asyncio.create_task(follower.next())
    await asyncio.sleep(0)
    follower.end(CursorExpired("too old"))
    with pytest.raises(CursorExpired):
        await asyncio.wait_for(reader, local.PATIENCE)


def own_streams(bare: Database[Raw]) -> list[Raw]:
    """The server's operations that read this database's change stream."""
    stages: list[Raw] = [
        {"$currentOp": {"idleCursors": True}},
        {"$match": {"cursor.originatingCommand.$db": bare.name}},
    ]
    return list(bare.client["admin"].aggregate(stages))


def kill_cursors(bare: Database[Raw]) -> int:
    """Take the change stream's cursor away on the server."""
    cursors = [one["cursor"]["cursorId"] for one in own_streams(bare)]
    bare.command("killCursors", "$cmd.aggregate", cursors=cursors)
    return len(cursors)


def kill_operations(bare: Database[Raw]) -> int:
    """Interrupt the change stream's read on the server."""
    active = [one["opid"] for one in own_streams(bare) if "opid" in one]
    for operation in active:
        bare.client["admin"].command("killOp", op=operation)
    return len(active)


@pytest.mark.parametrize("kill", [kill_cursors, kill_operations])
async def test_the_feed_goes_on_without_a_gap_after_its_stream_was_killed(
    feed: DatabaseFeed, bare: Database[Raw], kill: Any
) -> None:
    async with feed.follow(None) as changes:
        bare["contacts"].insert_one({"n": 0, "rev": 1})
        await take(changes, 1)
        while not await asyncio.to_thread(kill, bare):
            await asyncio.sleep(0)
        for number in range(1, 4):
            bare["contacts"].insert_one({"n": number, "rev": 1})
        assert marks(await take(changes, 3)) == [1, 2, 3]


async def test_the_feed_goes_on_without_a_gap_after_the_line_was_cut(
    mongodb_uri: str, bare: Database[Raw]
) -> None:
    async with line_to(mongodb_uri) as (line, uri), async_client(uri) as client:
        feed = DatabaseFeed(client[bare.name])
        async with feed.running(), feed.follow(None) as changes:
            bare["contacts"].insert_one({"n": 0, "rev": 1})
            await take(changes, 1)
            await line.cut()
            bare["contacts"].insert_one({"n": 1, "rev": 1})
            await line.mend()
            bare["contacts"].insert_one({"n": 2, "rev": 1})
            assert marks(await take(changes, 2)) == [1, 2]


async def test_the_feed_outlives_the_database_being_dropped(
    feed: DatabaseFeed, bare: Database[Raw]
) -> None:
    bare["contacts"].insert_one({"n": 1, "rev": 1})
    cursor = await feed.cursor()
    bare.client.drop_database(bare.name)
    bare["contacts"].insert_one({"n": 2, "rev": 1})
    async with feed.follow(cursor) as changes:
        with pytest.raises(CursorExpired):
            await take(changes, 1)
    async with feed.follow(None) as changes:
        bare["contacts"].insert_one({"n": 3, "rev": 1})
        assert marks(await take(changes, 1)) == [3]


async def test_who_resumes_from_before_the_database_was_dropped_is_told(
    watched: AsyncDatabase[Raw], bare: Database[Raw]
) -> None:
    bare["contacts"].insert_one({"n": 1, "rev": 1})
    async with DatabaseFeed(watched).running() as before:
        cursor = await before.cursor()
    bare.client.drop_database(bare.name)
    bare["contacts"].insert_one({"n": 2, "rev": 1})
    async with DatabaseFeed(watched).running() as after, after.follow(cursor) as changes:
        with pytest.raises(CursorExpired):
            await take(changes, 1)


class Forgetful:
    """A database whose history may be gone: the next stream from a cursor meets that error."""

    def __init__(self, real: AsyncDatabase[Raw], code: int) -> None:
        self._real = real
        self.code = code
        self.forgot = False
        self.opens = asyncio.Event()
        self.opens.set()

    async def watch(self, *pipeline: Any, **options: Any) -> Any:
        if self.forgot and options["resume_after"]:
            self.forgot = False
            raise OperationFailure("the resume point may no longer be in the oplog", self.code)
        if not options["resume_after"]:
            await self.opens.wait()
        return await self._real.watch(*pipeline, **options)

    async def command(self, name: str) -> Any:
        return await self._real.command(name)


@pytest.fixture
async def forgetful(watched: AsyncDatabase[Raw]) -> Any:
    """Typed as Any: it stands in for a whole database."""
    return Forgetful(watched, 286)


@pytest.mark.parametrize("code", [286, 136, 280, 260])
async def test_who_resumes_from_a_lost_history_is_told(
    forgetful: Any, bare: Database[Raw], code: int
) -> None:
    async with DatabaseFeed(forgetful).running() as before:
        cursor = await before.cursor()
    bare["contacts"].insert_one({"n": 1, "rev": 1})
    async with DatabaseFeed(forgetful).running() as feed:
        forgetful.code, forgetful.forgot = code, True
        async with feed.follow(cursor) as changes:
            with pytest.raises(CursorExpired, match="fetch afresh"):
                await take(changes, 1)


async def lose_history(forgetful: Any, bare: Database[Raw], changes: AsyncIterator[Change]) -> None:
    """Interrupt the feed when it can no longer resume, until its reader is told."""
    forgetful.forgot = True
    while not await asyncio.to_thread(kill_operations, bare):
        await asyncio.sleep(0)
    with pytest.raises(CursorExpired):
        await take(changes, 1)


async def test_when_the_feed_itself_loses_its_history_all_are_told_and_it_begins_anew(
    forgetful: Any, bare: Database[Raw]
) -> None:
    feed = DatabaseFeed(forgetful)
    async with feed.running():
        async with feed.follow(None) as changes:
            bare["contacts"].insert_one({"n": 1, "rev": 1})
            await take(changes, 1)
            await lose_history(forgetful, bare, changes)
        async with feed.follow(await feed.cursor()) as changes:
            bare["contacts"].insert_one({"n": 2, "rev": 1})
            assert marks(await take(changes, 1)) == [2]


async def test_who_joins_while_the_feed_begins_anew_misses_nothing(
    forgetful: Any, bare: Database[Raw]
) -> None:
    feed = DatabaseFeed(forgetful)
    async with feed.running(), feed.follow(None) as changes:
        bare["contacts"].insert_one({"n": 1, "rev": 1})
        cursor = (await take(changes, 1))[0].cursor
        forgetful.opens.clear()
        await lose_history(forgetful, bare, changes)
        bare["contacts"].insert_one({"n": 2, "rev": 1})
        joining = asyncio.create_task(joined(feed, cursor))
        for _ in range(20):
            await forgetful.command("ping")
        forgetful.opens.set()
        assert await joining == [2]


async def joined(feed: DatabaseFeed, cursor: str) -> list[Any]:
    """The first that somebody sees who joins now with that cursor."""
    async with feed.follow(cursor) as changes:
        return marks(await take(changes, 1))
