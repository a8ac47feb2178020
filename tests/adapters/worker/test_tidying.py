"""Files that have expired are cleared away, now and then."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from adapters.mongo.files import DatabaseFiles
from adapters.worker.crew import lanes
from adapters.worker.tidying import EVERY, Tidier
from domain.model import Link
from domain.services.links.clearing import KEPT
from tests import local
from tests.clock import NOON, FakeClock
from tests.domain.build import TIMING
from tests.domain.test_links import LIFE, made


@pytest.fixture
def files(db: Database[dict[str, Any]]) -> DatabaseFiles:
    return DatabaseFiles(db)


def expired(files: DatabaseFiles) -> str:
    """The id of a file whose time is over."""
    return files.put("a", "x/y", [b"a"], kind="proof", now=NOON, expires_at=NOON).id


def test_it_is_time_at_once_and_then_at_intervals(files: DatabaseFiles, clock: FakeClock) -> None:
    tidier = Tidier(files, clock)
    assert (tidier.claim(), tidier.claim()) == (NOON, None)
    assert tidier.earliest() == NOON + EVERY
    clock.set(NOON + EVERY - timedelta(milliseconds=1))
    assert tidier.claim() is None
    clock.set(NOON + EVERY)
    assert tidier.claim() == NOON + EVERY


class Piles:
    """A store in which so much has expired; it is removed a hundred at a time."""

    def __init__(self, left: int) -> None:
        self.left = left

    def tidy(self, now: datetime, used: object) -> int:
        removed = min(self.left, 100)
        self.left -= removed
        return removed


@pytest.mark.usefixtures("db")
async def test_one_turn_clears_all_of_it(clock: FakeClock) -> None:
    piles: Any = Piles(1_001)
    await Tidier(piles, clock).carry_out(NOON)
    assert piles.left == 0


async def test_short_links_go_half_a_year_after_their_end(
    files: DatabaseFiles, clock: FakeClock
) -> None:
    made()
    await Tidier(files, clock).carry_out(NOON + LIFE + KEPT - timedelta(seconds=1))
    assert Link.objects.count() == 1
    await Tidier(files, clock).carry_out(NOON + LIFE + KEPT)
    assert Link.objects.count() == 0


async def until_gone(files: DatabaseFiles, file_id: str) -> None:
    async with asyncio.timeout(local.PATIENCE):
        while files.find(file_id):
            await asyncio.sleep(0.01)


async def test_a_worker_does_it_without_being_told(files: DatabaseFiles, clock: FakeClock) -> None:
    file_id = expired(files)
    (*_, lane) = lanes(clock, TIMING.lease, None, None, tidier=Tidier(files, clock))
    running = asyncio.create_task(lane.run())
    await until_gone(files, file_id)
    lane.stop()
    await running
