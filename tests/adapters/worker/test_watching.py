"""The rounds of a worker, and what is posted in the inbox channel: each turn once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from adapters.worker.watching import Alarmer, Watcher
from domain.model import Alarm
from domain.ports import Finding
from domain.services.operation import checkups, rounds, watch
from domain.values import Failed, Postponed, Unclear
from tests.adapters.worker.fakes import INBOX, FakeChat
from tests.clock import NOON, FakeClock
from tests.domain.build import TIMING

pytestmark = pytest.mark.usefixtures("db")
BAD = Finding("workers", "failed", "Work waits.", "Start one.")
FAR = Finding("public_url", "failed", "Nobody answers.", "Look at it.")
FEED = Finding("feed", "failed", "Live events do not arrive.", "Restart it.")


@pytest.fixture
def alarmer(chat: FakeChat, clock: FakeClock) -> Alarmer:
    return Alarmer(chat, clock, TIMING)


def watcher(clock: FakeClock, near: Sequence[Finding], far: Sequence[Finding]) -> Watcher:
    """A worker that finds this."""

    async def look() -> Sequence[Finding]:
        return far

    return Watcher(clock, lambda: near, look)


def turned(finding: Finding = BAD, start: int = 0) -> None:
    """Two looks agreed, the first so many minutes after noon."""
    for number in range(start, start + 2):
        watch.look([finding], NOON + timedelta(minutes=number))
    watch.owe([""], NOON)


async def rounded(one: Watcher, name: str) -> bool:
    """One round, if it is due."""
    chore = one.claim(name)
    if chore:
        await (one.watch if name == rounds.WATCH else one.see)(chore)
    return chore is not None


async def posted(alarmer: Alarmer) -> bool:
    """One alarm, if one is due."""
    held = alarmer.claim()
    if held:
        await alarmer.carry_out(held)
    return held is not None


def said(chat: FakeChat) -> list[str]:
    """What was announced in the inbox channel."""
    told = chat.told("remark")
    assert all(place == INBOX for place, *_ in told)
    return [what.text for _, _, what in told]


async def test_what_both_rounds_find_is_owed_after_two_looks(clock: FakeClock) -> None:
    one, other = (watcher(clock, [BAD, FEED], [FAR]) for _ in range(2))
    for _ in range(2):
        for name in (rounds.WATCH, rounds.DOCTOR):
            assert not await rounded(one, name)
    clock.advance(seconds=30)
    for _ in range(2):
        for name in (rounds.WATCH, rounds.DOCTOR):
            assert await rounded(one, name)
            assert not await rounded(other, name)
        clock.advance(minutes=2)
    assert sorted(one.name for one in Alarm.objects) == ["public_url", "workers"]
    (kept,) = checkups.kept()
    assert (kept.name, kept.at) == ("public_url", clock.now() - timedelta(minutes=2))


async def test_where_nobody_can_be_told_nothing_is_owed(clock: FakeClock) -> None:
    one = watcher(clock, [BAD], [])
    one.tells = False
    await rounded(one, rounds.WATCH)
    for _ in range(3):
        clock.advance(minutes=2)
        assert await rounded(one, rounds.WATCH)
    assert Alarm.objects.count() == 0


async def test_it_is_posted_once_with_what_to_do(alarmer: Alarmer, chat: FakeChat) -> None:
    turned()
    assert await posted(alarmer)
    assert not await posted(alarmer)
    (words,) = said(chat)
    assert "Something is wrong" in words
    assert "(workers): Work waits." in words
    assert "Start one." in words
    assert "Since 2026-03-04 20:00 UTC." in words


async def test_what_works_again_is_said(alarmer: Alarmer, chat: FakeChat) -> None:
    turned()
    turned(Finding("workers", "ok", "Nothing waits."), 5)
    assert await posted(alarmer)
    assert await posted(alarmer)
    assert "This works again (workers): Nothing waits." in said(chat)[1]


@pytest.mark.parametrize(
    ("outcome", "seconds"),
    [(Failed("is_archived"), 60), (Postponed("ratelimited", 30), 30)],
)
async def test_a_no_is_tried_again_later(
    alarmer: Alarmer, chat: FakeChat, clock: FakeClock, outcome: Any, seconds: int
) -> None:
    turned()
    chat.will["remark"] = [outcome]
    assert await posted(alarmer)
    assert not await posted(alarmer)
    clock.advance(seconds=seconds)
    assert await posted(alarmer)
    assert chat.names() == ["remark", "remark"]
    assert not await posted(alarmer)


async def test_an_unclear_try_is_looked_for_and_not_repeated(
    alarmer: Alarmer, chat: FakeChat, clock: FakeClock, db: Database[Any]
) -> None:
    turned()
    chat.will["remark"] = [Unclear("no answer")]
    chat.will["find_post"] = ["7.000100"]
    assert await posted(alarmer)
    clock.advance(seconds=TIMING.lease.total_seconds())
    assert await posted(alarmer)
    assert chat.names() == ["remark", "find_post"]
    assert db.alarms.find_one({}, {"ts": 1})["ts"] == "7.000100"  # type: ignore[index] # it is there
    clock.advance(hours=1)
    assert not await posted(alarmer)


async def test_a_worker_that_died_in_the_middle_is_taken_over(
    alarmer: Alarmer, chat: FakeChat, clock: FakeClock
) -> None:
    turned()
    assert alarmer.claim()
    assert not await posted(alarmer)
    clock.advance(seconds=TIMING.lease.total_seconds())
    assert await posted(alarmer)
    assert len(said(chat)) == 1
