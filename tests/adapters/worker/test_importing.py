"""The worker's lane reads tables, however often a worker is killed, and beside other workers."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from adapters.mongo.clock import DatabaseClock
from adapters.mongo.connection import async_client
from adapters.mongo.feed import DatabaseFeed
from adapters.worker.crew import lanes, working
from adapters.worker.importing import Importer
from domain.errors import FellBehind
from domain.model import ConsentEvent, Contact, Import
from domain.ports import Change, StoredFile
from domain.services.tables import importing, imports
from tests import local
from tests.adapters.worker.fakes import FakeFeed
from tests.clock import FakeClock
from tests.domain.build import TIMING
from tests.domain.tables import POLICY, counts, csv, files, handed_in, many, snapshot

WRITTEN = ("contacts", "ledger", "numbers", "activities")
MOMENTS = ("createdAt", "updatedAt", "recordedAt", "at")


class Killed(BaseException):
    """The process ended in the middle."""


class Torn:
    """Files of which only so many bytes can be read before the process is killed."""

    def __init__(self, most: int) -> None:
        self.most = most

    def read(self, file_id: str) -> Iterator[bytes]:
        data = b"".join(files().read(file_id))
        yield data[: self.most]
        raise Killed

    def find(self, file_id: str) -> StoredFile | None:
        return files().find(file_id)


@pytest.fixture
async def feed(mongodb_uri: str, db: Database[Any]) -> AsyncIterator[DatabaseFeed]:
    """What is committed, for readers who keep fifty changes at most."""
    async with (
        async_client(mongodb_uri) as other,
        DatabaseFeed(other[db.name], buffer=50).running() as running,
    ):
        yield running


@pytest.fixture
def clock(db: Database[Any]) -> FakeClock:
    """Noon, over a clean database."""
    return FakeClock()


def importer(clock: Any, store: Any = None) -> Importer:
    """A worker's hand."""
    return Importer(store or files(), clock, POLICY)


async def until_ended(made: Import) -> Import:
    """The import once it has ended."""
    async with asyncio.timeout(local.PATIENCE):
        while (found := imports.get(made.id)).status in ("pending", "running"):
            await asyncio.sleep(0.01)
    return found


async def test_a_lane_reads_what_is_handed_in(
    client: MongoClient[dict[str, Any]], db: Database[Any]
) -> None:
    clock = DatabaseClock(client)
    crew = lanes(clock, TIMING.lease, None, None, importer=importer(clock))
    async with working(crew, FakeFeed()):
        made = handed_in(csv(*many(30)), now=clock.now())
        found = await until_ended(made)
    assert (found.status, counts(found)) == ("done", (30, 0, 0))


async def test_several_workers_read_each_table_once(
    client: MongoClient[dict[str, Any]], db: Database[Any]
) -> None:
    clock = DatabaseClock(client)
    made = [handed_in(csv(*many(40, start=at)), now=clock.now()) for at in (0, 20, 40)]
    async with AsyncExitStack() as stack:
        for _ in range(3):
            crew = lanes(clock, TIMING.lease, None, None, importer=importer(clock))
            await stack.enter_async_context(working(crew, FakeFeed()))
        found = [await until_ended(one) for one in made]
    assert [one.status for one in found] == ["done"] * 3
    assert sum(one.created for one in found) == Contact.objects.count() == 80
    assert sum(one.updated for one in found) == 40


async def collect(changes: AsyncIterator[Change], seen: list[Change], most: int) -> None:
    """Note changes until there are so many, or the reader is cut off."""
    async for change in changes:
        seen.append(change)
        if len(seen) == most:
            return


async def test_a_follower_who_is_overrun_goes_on_from_where_it_was(
    feed: DatabaseFeed, clock: FakeClock
) -> None:
    handed_in(csv(*many(600)))
    held, seen = importer(clock).claim(), list[Change]()
    assert held
    async with feed.follow(None) as changes:
        await importer(clock).carry_out(held)
        with pytest.raises(FellBehind):
            await collect(changes, seen, 600)
    assert 0 < len(seen) < 600
    async with feed.follow(seen[-1].cursor) as rest, asyncio.timeout(local.PATIENCE):
        await collect(rest, seen, 600)
    assert len({change.id for change in seen}) == Contact.objects.count() == 600


@pytest.fixture
async def whole(clock: FakeClock) -> dict[str, Any]:
    """What an import comes to that nothing disturbs."""
    handed_in(csv(*many(600, smsOptIn="yes")))
    hand = importer(clock)
    while held := hand.claim():
        await hand.carry_out(held)
    return snapshot(*WRITTEN, without=MOMENTS)


async def test_killed_again_and_again_it_comes_to_the_same(
    whole: dict[str, Any], clock: FakeClock
) -> None:
    for name in (*WRITTEN, "numberkeys"):
        Contact._get_collection().database[name].delete_many({})
    made = handed_in(csv(*many(600, smsOptIn="yes")))
    for most in (10, 5_000, 5_500, 12_000):
        held = importer(clock).claim()
        assert held
        with pytest.raises(Killed):
            await importer(clock, Torn(most)).carry_out(held)
        assert importer(clock).claim() is None
        clock.advance(importing.LEASE.total_seconds())
    held = importer(clock).claim()
    assert held
    assert 0 < held.done < held.total
    await importer(clock).carry_out(held)
    after = imports.get(made.id)
    assert (after.status, counts(after), after.done) == ("done", (600, 0, 0), 600)
    assert snapshot(*WRITTEN, without=MOMENTS) == whole
    assert ConsentEvent.objects.count() == 600
