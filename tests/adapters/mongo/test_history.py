"""What a process remembers of the newest changes, and what that saves when many resume at once."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from adapters.mongo.feed import REMEMBERED, DatabaseFeed
from adapters.mongo.history import History
from domain.ports import Change
from tests.adapters.mongo.conftest import marks, take

Raw = dict[str, Any]


def change(number: int) -> Change:
    """A change whose cursor is that number."""
    return Change(f"{number:03}", "insert", "contacts", number, {}, {})


def begun(at: int, *numbers: int, room: int = 5) -> History:
    """A memory that began there and was told these."""
    history = History(room)
    history.begin(f"{at:03}")
    for number in numbers:
        history.add(change(number))
    return history


def after(history: History, number: int) -> list[int] | None:
    """What it has after that cursor."""
    found = history.after(f"{number:03}")
    return None if found is None else [one.id for one in found]


def test_it_has_all_that_came_after_a_cursor_that_it_knows() -> None:
    history = begun(10, 12, 14)
    assert [after(history, cursor) for cursor in (10, 12, 14)] == [[12, 14], [14], []]


@pytest.mark.parametrize("cursor", [9, 11, 13, 15])
def test_a_cursor_that_it_never_saw_is_not_its_to_judge(cursor: int) -> None:
    assert after(begun(10, 12, 14), cursor) is None


def test_the_oldest_makes_room_for_the_newest() -> None:
    history = begun(10, 11, 12, 13, room=2)
    assert [after(history, cursor) for cursor in (10, 11, 12)] == [None, [12, 13], [13]]


def test_older_changes_are_put_before_the_others() -> None:
    history = begun(10, 12)
    history.reach("007", [change(8), change(10), change(12)])
    assert [after(history, cursor) for cursor in (7, 8, 10)] == [[8, 10, 12], [10, 12], [12]]


def test_what_it_reaches_back_to_already_is_left_as_it_is() -> None:
    history = begun(5, 8)
    history.reach("007", [change(8)])
    assert (after(history, 5), after(history, 7)) == ([8], None)


def test_more_than_there_is_room_for_is_left_out_altogether() -> None:
    history = begun(10, 12, room=2)
    history.reach("007", [change(8), change(9)])
    assert (after(history, 7), after(history, 10)) == (None, [12])


def test_after_a_fresh_begin_nothing_of_before_is_known() -> None:
    history = begun(10, 12)
    history.begin(None)
    assert (after(history, 10), after(history, 12)) == (None, None)


@given(st.integers(1, 20), st.lists(st.integers(0, 60), max_size=8), st.integers(1, 30))
def test_whatever_was_reached_it_tells_all_or_nothing(
    room: int, reached: list[int], told: int
) -> None:
    log = list(range(1, 61))
    history = begun(30, *log[30 : 30 + told], room=room)
    for cursor in reached:
        history.reach(f"{cursor:03}", [change(number) for number in log if number > cursor])
    newest = 30 + told
    for cursor in range(newest + 1):
        assert after(history, cursor) in (None, list(range(cursor + 1, newest + 1)))


class Counting:
    """A database that counts how many streams are opened."""

    def __init__(self, real: AsyncDatabase[Raw]) -> None:
        self._real = real
        self.opened = 0

    async def watch(self, *pipeline: Any, **options: Any) -> Any:
        self.opened += 1
        return await self._real.watch(*pipeline, **options)

    async def command(self, name: str) -> Any:
        return await self._real.command(name)


async def resumed(feed: DatabaseFeed, cursor: str, count: int) -> list[int]:
    """What one follower hears."""
    async with feed.follow(cursor) as changes:
        return marks(await take(changes, count))


async def test_many_who_resume_at_once_after_a_restart_need_one_stream(
    feed: DatabaseFeed, watched: AsyncDatabase[Raw], bare: Database[Raw]
) -> None:
    async with feed.follow(None) as changes:
        bare["contacts"].insert_many([{"n": number, "rev": 1} for number in range(9)])
        cursors = [one.cursor for one in await take(changes, 9)]
    database: Any = Counting(watched)
    async with DatabaseFeed(database).running() as restarted:
        first = await asyncio.gather(*(resumed(restarted, cursors[2], 6) for _ in range(30)))
        second = await asyncio.gather(*(resumed(restarted, one, 1) for one in cursors[3:8]))
    assert first == [[3, 4, 5, 6, 7, 8]] * 30
    assert second == [[4], [5], [6], [7], [8]]
    assert database.opened == 2


async def test_who_was_away_for_longer_than_is_remembered_reads_alone_and_misses_nothing(
    feed: DatabaseFeed, watched: AsyncDatabase[Raw], bare: Database[Raw]
) -> None:
    start, many = await feed.cursor(), REMEMBERED + 50
    bare["contacts"].insert_many([{"n": number, "rev": 1} for number in range(many)])
    async with DatabaseFeed(watched).running() as restarted:
        assert await resumed(restarted, start, many) == list(range(many))


async def test_a_gap_between_memory_and_the_live_stream_cannot_be(
    feed: DatabaseFeed, watched: AsyncDatabase[Raw], bare: Database[Raw]
) -> None:
    start = await feed.cursor()
    bare["contacts"].insert_many([{"n": number, "rev": 1} for number in range(20)])
    async with DatabaseFeed(watched).running() as restarted:
        following = [asyncio.create_task(resumed(restarted, start, 60)) for _ in range(5)]
        for number in range(20, 60):
            await asyncio.to_thread(bare["contacts"].insert_one, {"n": number, "rev": 1})
        assert await asyncio.gather(*following) == [list(range(60))] * 5
