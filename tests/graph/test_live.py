"""What subscribers share, and what a subscription does when its feed is slow, broken or over."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from pymongo.database import Database

from domain.ports import Change
from graph.live import _steps
from graph.shared import Shared
from tests.graph.desk import Program, conversation, person, text
from tests.graph.test_subscriptions import TEXTS
from tests.graph.wire import connected, cursor


def change(cursor: str) -> Change:
    """A change of which only the cursor matters."""
    return Change(cursor, "update", "smsmessages", "1", {}, {})


async def test_what_is_shared_is_made_once() -> None:
    shared, made = Shared(), Counter[str]()

    async def make() -> str:
        made["node"] += 1
        await asyncio.sleep(0)
        return "node"

    got = await asyncio.gather(*(shared.get("key", make) for _ in range(50)))
    assert got == ["node"] * 50
    assert made == {"node": 1}


async def test_only_the_newest_are_kept() -> None:
    shared = Shared(kept=3)
    for key in range(10):
        await shared.get(key, lambda: asyncio.sleep(0))
    assert list(shared.made) == [7, 8, 9]


async def test_a_failure_is_told_to_all_who_wait_and_tried_again_by_the_next() -> None:
    shared = Shared()

    async def fail() -> str:
        await asyncio.sleep(0)
        raise OSError("away")

    async def work() -> str:
        return "node"

    waiting = [asyncio.create_task(shared.get("key", fail)) for _ in range(3)]
    got = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(one) for one in got] == [OSError] * 3
    assert await shared.get("key", work) == "node"


async def test_one_who_leaves_does_not_take_the_work_along() -> None:
    shared, go = Shared(), asyncio.Event()

    async def make() -> str:
        await go.wait()
        return "node"

    leaver = asyncio.create_task(shared.get("key", make))
    stayer = asyncio.create_task(shared.get("key", make))
    await asyncio.sleep(0)
    leaver.cancel()
    await asyncio.wait({leaver})
    go.set()
    assert await stayer == "node"


async def test_silence_is_told_without_losing_what_comes() -> None:
    go = asyncio.Event()

    async def feed() -> AsyncIterator[Change]:
        yield change("1")
        await go.wait()
        yield change("2")

    steps = _steps(feed(), lambda: 0.01)
    first, silent = await anext(steps), await anext(steps)
    assert (first.cursor if first else None, silent) == ("1", None)
    go.set()
    heard = [step.cursor async for step in steps if step]
    assert heard == ["2"]


async def test_leaving_in_the_middle_of_waiting_is_clean() -> None:
    left = asyncio.Event()

    async def feed() -> AsyncIterator[Change]:
        try:
            await asyncio.Event().wait()
            yield change("1")
        finally:
            left.set()

    steps = _steps(feed(), lambda: 0.01)
    assert await anext(steps) is None
    await steps.aclose()
    assert left.is_set()


@pytest.fixture
def reads(db: Database[dict[str, Any]]) -> Iterator[Callable[[], int]]:
    """How often contacts were read since the test began, by the server's own profiler."""
    match = {"command.find": "contacts", "ns": f"{db.name}.contacts"}
    db.command("profile", 2)
    yield lambda: db["system.profile"].count_documents(match)
    db.command("profile", 0)
    db["system.profile"].drop()


async def test_what_is_nested_in_an_event_is_read_once_for_all(
    me: Program, reads: Callable[[], int]
) -> None:
    thread = conversation(person())
    after, before = await cursor(me), reads()
    text(thread)
    async with connected(me) as line:
        streams = [await line.subscribe(TEXTS, after=after) for _ in range(10)]
        heard = [await line.receive() for _ in streams]
    names = [one["payload"]["data"]["messages"]["message"]["contact"]["name"] for one in heard]
    assert names == ["Jane Doe"] * 10
    assert reads() - before == 1
