"""A lane takes work when it is due, or at once when woken, and outlives whatever goes wrong."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from pymongo.errors import ServerSelectionTimeoutError

from adapters.worker.lane import LONGEST_SLEEP, TEXTS, Lane, Work
from domain.ports import Change
from tests import local

QUICKLY = 0.8 * LONGEST_SLEEP


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Pile:
    """Work by its due time; what is carried out lands in `done`."""

    due: list[tuple[datetime, str]] = field(default_factory=list)
    done: list[tuple[datetime, str]] = field(default_factory=list)
    claims: int = 0
    looks: int = 0
    troubles: list[Exception] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, name: str, in_seconds: float = 0) -> datetime:
        """Something to do from then on."""
        at = now() + timedelta(seconds=in_seconds)
        with self.lock:
            self.due.append((at, name))
        return at

    def claim(self) -> str | None:
        with self.lock:
            self.claims += 1
            if self.troubles:
                raise self.troubles.pop(0)
            ready = min((one for one in self.due if one[0] <= now()), default=None)
            if ready is None:
                return None
            self.due.remove(ready)
            return ready[1]

    def earliest(self) -> datetime | None:
        with self.lock:
            self.looks += 1
            return min((at for at, _ in self.due), default=None)

    async def carry_out(self, name: str) -> None:
        self.done.append((now(), name))
        self.news.set()

    def names(self) -> list[str]:
        """What was carried out, in order."""
        return [name for _, name in self.done]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something to be carried out that makes it true."""
        async with asyncio.timeout(local.PATIENCE):
            while not holds():
                self.news.clear()
                await self.news.wait()


@asynccontextmanager
async def running(
    pile: Pile, carry_out: Callable[[str], Awaitable[None]] | None = None, at_once: int = 4
) -> AsyncIterator[Lane[str]]:
    """A lane that works on the pile inside the block."""
    work = Work("test", pile.claim, carry_out or pile.carry_out, pile.earliest, now, at_once)
    lane = Lane(work)
    task = asyncio.create_task(lane.run())
    try:
        yield lane
    finally:
        lane.stop()
        await asyncio.wait_for(task, local.PATIENCE)


@pytest.fixture
async def pile() -> Pile:
    return Pile()


async def resting(pile: Pile) -> None:
    """Until the lane has found nothing and knows how long it may sleep."""
    async with asyncio.timeout(local.PATIENCE):
        while not pile.looks:
            await asyncio.sleep(0)


async def test_what_is_due_is_carried_out_in_the_order_in_which_it_is_due(pile: Pile) -> None:
    for number in range(5):
        pile.put(f"{number}")
    async with running(pile, at_once=1):
        await pile.until(lambda: len(pile.done) == 5)
    assert pile.names() == ["0", "1", "2", "3", "4"]


async def test_work_is_taken_when_its_time_comes_and_not_before(pile: Pile) -> None:
    at = pile.put("later", in_seconds=0.2)
    async with running(pile):
        await pile.until(lambda: bool(pile.done))
    assert at <= pile.done[0][0] < at + timedelta(seconds=0.6)


async def test_a_sleeping_lane_is_woken_at_once(pile: Pile) -> None:
    async with running(pile) as lane:
        await resting(pile)
        began = monotonic()
        pile.put("news")
        lane.wake()
        await pile.until(lambda: bool(pile.done))
        assert monotonic() - began < QUICKLY


async def test_news_that_was_missed_is_found_within_a_second_or_so(pile: Pile) -> None:
    async with running(pile):
        await resting(pile)
        pile.put("unannounced")
        await pile.until(lambda: bool(pile.done))


async def test_a_piece_that_fails_ends_neither_the_lane_nor_the_others(pile: Pile) -> None:
    async def carry_out(name: str) -> None:
        if name == "bad":
            raise RuntimeError("broken")
        await pile.carry_out(name)

    for name in ("bad", "good", "bad", "bad", "bad", "bad", "fine"):
        pile.put(name)
    async with running(pile, carry_out, at_once=2):
        await pile.until(lambda: len(pile.done) == 2)
    assert pile.names() == ["good", "fine"]


async def test_the_lane_goes_on_after_the_database_was_away(pile: Pile) -> None:
    pile.troubles = [ServerSelectionTimeoutError("away")]
    pile.put("after")
    async with running(pile):
        await pile.until(lambda: pile.names() == ["after"])
    assert pile.claims >= 2


async def test_a_claim_that_failed_gives_its_place_back(pile: Pile) -> None:
    pile.troubles = [ServerSelectionTimeoutError("away")]
    pile.put("one")
    async with running(pile, at_once=1):
        await pile.until(lambda: pile.names() == ["one"])


@dataclass
class Gate:
    """Work that begins and then waits until it is opened."""

    pile: Pile
    open: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[str] = field(default_factory=list)

    async def carry_out(self, name: str) -> None:
        self.begun.append(name)
        self.pile.news.set()
        await self.open.wait()
        await self.pile.carry_out(name)


async def test_a_few_pieces_run_at_once_and_no_more(pile: Pile) -> None:
    gate = Gate(pile)
    for number in range(6):
        pile.put(f"{number}")
    async with running(pile, gate.carry_out, at_once=3):
        await pile.until(lambda: len(gate.begun) == 3)
        assert pile.claims == 3
        gate.open.set()
        await pile.until(lambda: len(pile.done) == 6)


async def test_a_slow_piece_does_not_hold_up_others(pile: Pile) -> None:
    gate = Gate(pile)

    async def carry_out(name: str) -> None:
        await (gate if name == "slow" else pile).carry_out(name)

    for name in ("slow", "quick", "quicker"):
        pile.put(name)
    async with running(pile, carry_out):
        await pile.until(lambda: pile.names() == ["quick", "quicker"])
        gate.open.set()


async def test_stopping_finishes_what_was_begun(pile: Pile) -> None:
    gate = Gate(pile)
    pile.put("begun")
    async with running(pile, gate.carry_out) as lane:
        await pile.until(lambda: gate.begun == ["begun"])
        lane.stop()
        asyncio.get_running_loop().call_later(0.3, gate.open.set)
    assert pile.names() == ["begun"]


async def test_a_stopped_lane_claims_nothing_more(pile: Pile) -> None:
    gate = Gate(pile)
    for name in ("begun", "left"):
        pile.put(name)
    async with running(pile, gate.carry_out, at_once=1) as lane:
        await pile.until(lambda: gate.begun == ["begun"])
        lane.stop()
        gate.open.set()
    assert pile.names() == ["begun"]
    assert [name for _, name in pile.due] == ["left"]


async def test_stopping_does_not_wait_for_what_is_due_later(pile: Pile) -> None:
    pile.put("tomorrow", in_seconds=86_400)
    began = monotonic()
    async with running(pile):
        await resting(pile)
    assert monotonic() - began < QUICKLY
    assert not pile.done


async def test_many_lanes_share_a_pile_and_do_each_piece_once(pile: Pile) -> None:
    for number in range(40):
        pile.put(f"{number}", in_seconds=number / 200)
    async with running(pile), running(pile), running(pile):
        await pile.until(lambda: len(pile.done) == 40)
    assert sorted(pile.names()) == sorted(f"{number}" for number in range(40))


@pytest.mark.parametrize(
    ("touched", "wakes"),
    [
        ({"dispatch.due_at": 1, "dispatch.state": "due", "rev": 2}, True),
        ({"dispatch": {"state": "due"}, "rev": 2}, True),
        ({"dispatch.state": "done", "rev": 2}, False),
        ({"dispatch.due_at": 1, "dispatch.lease_until": 1, "rev": 2}, False),
        ({"relay.due_at": 1, "rev": 2}, False),
    ],
)
def test_only_a_change_that_may_open_its_slot_wakes_a_lane(
    touched: dict[str, Any], wakes: bool
) -> None:
    work = Work("test", lambda: None, Pile().carry_out, lambda: None, now, 1, TEXTS, "dispatch")
    assert Lane(work).heeds(Change("1", "update", TEXTS, 1, {}, touched)) is wakes
    assert not Lane(work).heeds(Change("1", "update", "threads", 1, {}, touched))


def test_a_document_that_is_new_wakes_whose_slot_it_has() -> None:
    work = Work("test", lambda: None, Pile().carry_out, lambda: None, now, 1, TEXTS, "dispatch")
    assert Lane(work).heeds(Change("1", "insert", TEXTS, 1, {"dispatch": {}}, {}))
    assert not Lane(work).heeds(Change("1", "insert", TEXTS, 1, {"relay": {}}, {}))


async def test_a_lane_that_rests_begins_nothing_until_it_may(pile: Pile) -> None:
    pile.put("waits")
    async with running(pile) as lane:
        await pile.until(lambda: bool(pile.done))
        rests = [True]
        lane.rests = lambda: rests[0]
        before, pile.looks = pile.claims, 0
        pile.put("rests")
        lane.wake()
        await resting(pile)
        assert (pile.names(), pile.claims) == (["waits"], before)
        rests[0] = False
        lane.wake()
        await pile.until(lambda: len(pile.done) == 2)
