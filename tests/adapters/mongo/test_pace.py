"""Waits that all processes share."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
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
