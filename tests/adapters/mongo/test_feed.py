"""Everybody who follows sees every committed change once, in commit order, from any cursor."""

import asyncio
import random
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from adapters.mongo.feed import DatabaseFeed
from domain.ports import Change
from tests import local
from tests.adapters.mongo.conftest import marks, take

Raw = dict[str, Any]
WRITERS, EACH = 3, 120
THE_END = -1


def write(database: Database[Raw], *numbers: int, collection: str = "contacts") -> None:
    """One document for each number."""
    for number in numbers:
        database[collection].insert_one({"n": number, "rev": 1})


async def test_a_follower_sees_what_is_committed_from_now_on(
    feed: DatabaseFeed, bare: Database[Raw]
) -> None:
    write(bare, 1)
    async with feed.follow(await feed.cursor()) as changes:
        write(bare, 2, 3)
        assert marks(await take(changes, 2)) == [2, 3]


async def test_a_follower_without_a_cursor_sees_what_comes_after_it_joined(
    feed: DatabaseFeed, bare: Database[Raw]
) -> None:
    async with feed.follow(None) as changes:
        write(bare, 1, 2)
        assert marks(await take(changes, 2)) == [1, 2]


async def test_all_followers_see_the_same(feed: DatabaseFeed, bare: Database[Raw]) -> None:
    async with feed.follow(None) as one, feed.follow(None) as other:
        write(bare, 1, 2, 3)
        assert await take(one, 3) == await take(other, 3)


async def test_a_cursor_of_one_process_is_good_in_another(
    feed: DatabaseFeed, watched: AsyncDatabase[Raw], bare: Database[Raw]
) -> None:
    async with feed.follow(None) as changes:
        write(bare, 1, 2, 3)
        first, *others = await take(changes, 3)
    other = DatabaseFeed(watched)
    async with other.running(), other.follow(first.cursor) as changes:
        assert await take(changes, 2) == others


async def test_a_cursor_outlives_the_feed_that_gave_it(
    watched: AsyncDatabase[Raw], bare: Database[Raw]
) -> None:
    async with DatabaseFeed(watched).running() as before:
        cursor = await before.cursor()
    write(bare, 1, 2)
    async with DatabaseFeed(watched).running() as after, after.follow(cursor) as changes:
        write(bare, 3)
        assert marks(await take(changes, 3)) == [1, 2, 3]


async def test_a_process_that_lags_behind_a_cursor_repeats_nothing_from_before_it(
    feed: DatabaseFeed, watched: AsyncDatabase[Raw], bare: Database[Raw]
) -> None:
    lagging = DatabaseFeed(watched)
    async with lagging.running():
        here = await lagging.cursor()
    write(bare, 1, 2, 3)
    async with feed.follow(here) as changes:
        told = await take(changes, 3)
    async with lagging.follow(told[1].cursor) as changes, lagging.running():
        assert await take(changes, 1) == told[2:]


async def test_a_checkpoint_is_a_cursor_too(feed: DatabaseFeed, bare: Database[Raw]) -> None:
    async with feed.follow(await feed.cursor()) as changes:
        write(bare, 1)
        await take(changes, 1)
        write(bare, 0, collection="paces")  # Nobody's business, but it moves the server's time.
        async with asyncio.timeout(local.PATIENCE):
            checkpoint = await anext(changes)
    write(bare, 2)
    assert checkpoint.kind == "checkpoint"
    async with feed.follow(checkpoint.cursor) as changes:
        assert marks(await take(changes, 1)) == [2]


async def test_checkpoints_move_on_while_nothing_happens_that_anybody_sees(
    feed: DatabaseFeed, bare: Database[Raw]
) -> None:
    async with feed.follow(await feed.cursor()) as changes, asyncio.timeout(local.PATIENCE):
        seen: list[Change] = []
        while len(seen) < 3:
            write(bare, len(seen), collection="paces")
            seen.append(await anext(changes))
    cursors = [change.cursor for change in seen]
    assert {change.kind for change in seen} == {"checkpoint"}
    assert cursors == sorted(set(cursors))


async def test_a_page_and_what_follows_its_cursor_leave_no_gap(
    feed: DatabaseFeed, watched: AsyncDatabase[Raw], bare: Database[Raw]
) -> None:
    writer = threading.Thread(target=write, args=(bare, *range(300)))
    async with feed.follow(await feed.cursor()) as live:
        writer.start()
        readers = []
        for _ in range(5):
            await take(live, 40)
            readers.append(asyncio.create_task(_page_and_rest(feed, watched)))
        for reader in readers:
            assert await reader == set(range(300))
    writer.join()


async def _page_and_rest(feed: DatabaseFeed, watched: AsyncDatabase[Raw]) -> set[int]:
    """What a client knows that reads a page and then follows from the cursor before it."""
    cursor = await feed.cursor()
    known = {one["n"] async for one in watched["contacts"].find()}
    async with feed.follow(cursor) as changes:
        while 299 not in known:
            known |= set(marks(await take(changes, 1)))
    return known


@pytest.fixture
def writers(bare: Database[Raw]) -> Iterator[list[threading.Thread]]:
    """Three threads that write into all published collections, each its own numbers."""
    names = ("contacts", "smsmessages", "threads")

    def run(first: int) -> None:
        for number in range(first, first + EACH):
            write(bare, number, collection=names[number % 3])

    threads = [threading.Thread(target=run, args=(k * EACH,)) for k in range(WRITERS)]
    yield threads
    for thread in threads:
        thread.join()


async def test_the_hand_over_is_exact_under_three_writers(
    feed: DatabaseFeed, bare: Database[Raw], writers: list[threading.Thread]
) -> None:
    start = await feed.cursor()
    async with feed.follow(start) as live:
        for thread in writers:
            thread.start()
        readers = []
        for _ in range(6):
            seen = await take(live, 40)
            readers.append(asyncio.create_task(_from(feed, random.choice(seen).cursor)))
        for thread in writers:
            await asyncio.to_thread(thread.join)
        write(bare, THE_END)
        truth = await _from(feed, start)
        assert len(truth) == len(set(truth)) == WRITERS * EACH + 1
        assert truth == sorted(truth)
        for reader in readers:
            found = await reader
            assert found == truth[len(truth) - len(found) :]


async def _from(feed: DatabaseFeed, cursor: str) -> list[str]:
    """The cursors of all changes after that one, to the write that follows all others.

    Each writer's own last would not do: one may be done before a reader's cursor.
    """
    found: list[Change] = []
    async with feed.follow(cursor) as changes:
        while not found or marks(found[-1:]) != [THE_END]:
            found += await take(changes, 1)
    return [change.cursor for change in found]


async def test_who_leaves_while_catching_up_leaves_no_stream_behind(
    feed: DatabaseFeed, bare: Database[Raw]
) -> None:
    before = await feed.cursor()
    write(bare, *range(10))
    async with feed.follow(before) as changes:
        assert marks(await take(changes, 2)) == [0, 1]
    assert [change async for change in changes] == []


async def test_without_documents_it_tells_what_has_changed_all_the_same(
    watched: AsyncDatabase[Raw], bare: Database[Raw]
) -> None:
    feed = DatabaseFeed(watched)
    async with feed.running(documents=False), feed.follow(None) as changes:
        write(bare, 1)
        bare["contacts"].update_one({"n": 1}, {"$set": {"name": "Jane"}, "$inc": {"rev": 1}})
        bare["contacts"].delete_one({"n": 1})
        made, changed, gone = await take(changes, 3)
    assert made.document
    assert made.document["n"] == 1
    assert (changed.document, changed.touched) == (None, {"name": "Jane", "rev": 2})
    assert (gone.kind, gone.document, gone.touched) == ("delete", None, {})
