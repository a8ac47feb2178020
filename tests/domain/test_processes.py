"""Which processes are known to live."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from domain.errors import Conflict
from domain.model import Process
from domain.services.operation import processes
from tests.clock import NOON

SOON = NOON + timedelta(seconds=30)
LATE = NOON + timedelta(minutes=2)


def living(now: Any) -> list[tuple[str, str]]:
    """Kind and key of those alive."""
    return [(one.kind, one.key) for one in processes.alive(now)]


def test_who_was_heard_of_lately_lives_and_who_is_silent_does_not(
    db: Database[dict[str, Any]],
) -> None:
    processes.beat("web", "a", NOON, host="one", pid=7, version="1", at="127.0.0.1:8000")
    processes.beat("worker", "b", SOON, host="one", pid=8, version="1")
    assert living(SOON) == [("web", "a"), ("worker", "b")]
    assert living(NOON + timedelta(seconds=60)) == [("worker", "b")]
    assert living(LATE) == []
    first = Process.objects(key="a").get()
    assert (first.host, first.pid, first.version) == ("one", 7, "1")
    assert first.facts == {"at": "127.0.0.1:8000"}


def test_to_speak_again_keeps_the_start_and_makes_no_second(db: Database[dict[str, Any]]) -> None:
    processes.beat("web", "a", NOON)
    processes.beat("web", "a", LATE)
    (known,) = processes.alive(LATE)
    assert (known.started_at, known.seen_at) == (NOON, LATE)


def test_who_says_goodbye_is_gone_and_the_dead_are_forgotten_by_the_server(
    db: Database[dict[str, Any]],
) -> None:
    processes.beat("web", "a", NOON)
    processes.leave("a")
    assert living(NOON) == []
    assert Process.objects.count() == 0
    seen = Process._get_collection().index_information()["seen"]
    assert seen["expireAfterSeconds"] == 24 * 3600


def test_what_must_not_be_done_under_one_names_those_that_live(
    db: Database[dict[str, Any]],
) -> None:
    processes.beat("web", "a", NOON, host="one", pid=7)
    processes.beat("worker", "b", SOON, host="two", pid=8)
    with pytest.raises(Conflict, match=r"web \(one, 7\), worker \(two, 8\)") as refused:
        processes.check_stopped(SOON)
    assert refused.value.help == processes.STOP
    with pytest.raises(Conflict, match=r"database: worker \(two, 8\)\.$"):
        processes.check_stopped(NOON + timedelta(seconds=50))  # the first was silent too long
    processes.leave("b")
    processes.check_stopped(NOON + timedelta(seconds=50))
