"""Whoever stops waiting for the driver leaves no socket behind."""

import asyncio
import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from adapters.mongo.calls import Calls
from adapters.mongo.feed import DatabaseFeed

Raw = dict[str, Any]
READERS = 40


@contextmanager
def nothing_left_open() -> Iterator[None]:
    """No socket made inside is found open when memory is collected."""
    gc.collect()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        yield
        gc.collect()
    assert [str(warning.message) for warning in told] == []


async def test_readers_who_leave_while_the_driver_connects(watched: AsyncDatabase[Raw]) -> None:
    feed = DatabaseFeed(watched)
    with nothing_left_open():
        async with feed.running():
            here = await feed.cursor()

            async def reader() -> None:
                async with feed.follow(here) as changes:
                    await anext(changes)

            for turn in range(READERS):
                readers = [asyncio.create_task(reader()) for _ in range(3)]
                for _ in range(turn):  # turns of the loop: each time a little further
                    await asyncio.sleep(0)
                for one in readers:
                    one.cancel()
                await asyncio.gather(*readers, return_exceptions=True)


async def test_a_call_goes_on_without_its_caller() -> None:
    calls, started, done = Calls(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        started.set()
        await asyncio.sleep(0)
        done.set()

    caller = asyncio.create_task(calls.whole(work()))
    await started.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await calls.settled()
    assert done.is_set()


async def test_a_caller_who_waits_gets_the_error() -> None:
    async def work() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await Calls().whole(work())
