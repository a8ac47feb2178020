"""Waits that all processes share."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database

from adapters.mongo.pace import COLLECTION, DatabasePace
from domain.rules.pacing import Rate
from tests.clock import NOON, FakeClock


def soon(seconds: float) -> Any:
    """So long after noon."""
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def paces(db: Database[dict[str, Any]]) -> Collection[dict[str, Any]]:
    return db[COLLECTION]


@pytest.fixture
def pace(paces: Collection[dict[str, Any]]) -> DatabasePace:
    return DatabasePace(paces)


def test_what_nobody_held_may_be_used_at_once(pace: DatabasePace) -> None:
    assert pace.wait("chat.postMessage/C1", NOON) == 0


def test_a_hold_is_waited_for_until_it_is_over(pace: DatabasePace, clock: FakeClock) -> None:
    pace.hold("chat.postMessage/C1", soon(30))
    assert pace.wait("chat.postMessage/C1", clock.now()) == 30
    assert pace.wait("chat.postMessage/C1", clock.advance(29.5)) == 0.5
    assert pace.wait("chat.postMessage/C1", clock.advance(0.5)) == 0
    assert pace.wait("chat.postMessage/C1", clock.advance(60)) == 0


def test_what_one_process_holds_all_wait_for(
    pace: DatabasePace, paces: Collection[dict[str, Any]]
) -> None:
    pace.hold("+17605550100", soon(5))
    assert DatabasePace(paces).wait("+17605550100", NOON) == 5


def test_a_hold_concerns_its_own_key_alone(pace: DatabasePace) -> None:
    pace.hold("chat.postMessage/C1", soon(30))
    assert pace.wait("chat.postMessage/C2", NOON) == 0


def test_a_shorter_hold_does_not_end_a_longer_one(
    pace: DatabasePace, paces: Collection[dict[str, Any]]
) -> None:
    pace.hold("users.info", soon(60))
    DatabasePace(paces).hold("users.info", soon(2))
    assert pace.wait("users.info", NOON) == 60


def test_of_many_holds_at_once_the_latest_counts(
    pace: DatabasePace, paces: Collection[dict[str, Any]]
) -> None:
    lengths = random.sample(range(1, 200), 24)
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(DatabasePace(paces).hold, "k", soon(s)) for s in lengths]:
            done.result()
    assert pace.wait("k", NOON) == max(lengths)
    assert paces.count_documents({}) == 1


ONE_A_SECOND = Rate(timedelta(seconds=1), 3)


def test_so_many_may_come_at_once_and_then_one_after_another(pace: DatabasePace) -> None:
    waits = [pace.take("post/C1", ONE_A_SECOND, NOON) for _ in range(5)]
    assert waits == [0, 0, 0, 1, 1]
    assert [pace.take("post/C1", ONE_A_SECOND, soon(1)) for _ in range(2)] == [0, 1]
    assert pace.take("post/C2", ONE_A_SECOND, NOON) == 0


def test_what_is_refused_uses_nothing(pace: DatabasePace) -> None:
    for _ in range(30):
        pace.take("post/C1", ONE_A_SECOND, NOON)
    assert pace.take("post/C1", ONE_A_SECOND, soon(1)) == 0


def test_what_matters_less_leaves_some(pace: DatabasePace) -> None:
    rate = Rate(timedelta(seconds=1), 6)
    assert [pace.take("react", rate, NOON, spare=True) for _ in range(4)] == [0, 0, 0, 1]
    assert [pace.take("react", rate, NOON) for _ in range(4)] == [0, 0, 0, 1]


def test_many_processes_together_keep_to_one_rate(pace: DatabasePace) -> None:
    rate = Rate(timedelta(seconds=1), 10)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: pace.take("fresh", rate, NOON), range(60)))
    assert waits.count(0) == 10
    assert max(waits) == 1


def test_a_hold_and_a_rate_do_not_disturb_each_other(pace: DatabasePace) -> None:
    pace.take("post/C1", ONE_A_SECOND, NOON)
    assert pace.wait("post/C1", NOON) == 0
    pace.hold("post/C1", soon(30))
    assert pace.take("post/C1", ONE_A_SECOND, NOON) == 0
    assert pace.wait("post/C1", NOON) == 30


AHEAD = timedelta(seconds=1)
FOUR = Rate(timedelta(seconds=0.25), 4)


def test_turns_are_given_ahead_and_no_further(pace: DatabasePace) -> None:
    turns = [pace.turn("texts", FOUR, NOON, AHEAD) for _ in range(12)]
    assert turns == [NOON] * 4 + [soon(step * 0.25) for step in range(1, 5)] + [None] * 4
    assert pace.turn("texts", FOUR, soon(0.25), AHEAD) == soon(1.25)


def test_several_turns_are_taken_at_once(pace: DatabasePace) -> None:
    rate = Rate(timedelta(seconds=1))
    assert pace.turn("campaign", rate, NOON, AHEAD, uses=5) == NOON
    assert pace.turn("campaign", rate, soon(3.9), AHEAD, uses=5) is None
    assert pace.turn("campaign", rate, soon(4), AHEAD, uses=5) == soon(5)


def test_what_waits_for_nothing_is_waited_for_by_others(pace: DatabasePace) -> None:
    for _ in range(10):
        pace.spend("texts", FOUR, NOON)
    assert pace.turn("texts", FOUR, NOON, AHEAD) is None
    assert pace.turn("texts", FOUR, soon(0.75), AHEAD) == soon(1.75)


def test_it_is_known_which_give_no_turn_and_until_when(pace: DatabasePace) -> None:
    for _ in range(8):
        pace.turn("busy", FOUR, NOON, AHEAD)
    pace.turn("free", FOUR, NOON, AHEAD)
    pace.hold("held", soon(5))
    asked = ["busy", "free", "held", "fresh"]
    assert pace.closed(asked, FOUR, NOON, AHEAD) == {"busy": soon(0.25)}
    assert pace.closed(asked, FOUR, soon(0.25), AHEAD) == {}


def test_a_pace_of_broken_milliseconds_is_kept_on_average(pace: DatabasePace) -> None:
    rate = Rate(timedelta(seconds=1) / 70)
    turns = [pace.turn("texts", rate, NOON, timedelta(minutes=1)) for _ in range(400)]
    assert turns[-1]
    assert abs((turns[-1] - NOON) / rate.every - 399) < 399 * 0.02


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 6), st.lists(st.integers(0, 900), min_size=4, max_size=12))
def test_of_several_takers_together_never_more_leave_than_allowed_and_each_has_its_turn(
    mongodb_uri: str, burst: int, gaps: list[int]
) -> None:
    """Three processes, each with its own clock a little off, until all have had a turn."""
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True) as client:
        paces = client[f"pace{random.randrange(10**9)}"][COLLECTION]
        rate, turns = Rate(timedelta(seconds=0.5), burst), list[Any]()
        with ThreadPoolExecutor(3) as pool:
            for each in [pool.submit(_taken, paces, rate, gaps, late) for late in range(3)]:
                turns += each.result()
        client.drop_database(paces.database.name)
    assert len(turns) == 3 * len(gaps)
    turns.sort()
    for place, first in enumerate(turns):
        for count, last in enumerate(turns[place:], start=1):
            assert count <= (last - first) / rate.every + burst + 1e-6


def _taken(paces: Any, rate: Rate, gaps: list[int], late: int) -> list[Any]:
    """One taker's turns: whoever gets none comes again when there is one."""
    pace, now, turns = DatabasePace(paces), soon(late * 0.02), list[Any]()
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        while (turn := pace.turn("texts", rate, now, AHEAD)) is None:
            now = pace.closed(["texts"], rate, now, AHEAD).get("texts", now)
        turns.append(turn)
    return turns
