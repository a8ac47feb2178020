"""Clocks and disks, well and not."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from adapters import machine
from tests.server import free_port

GB = 1024**3


@pytest.mark.parametrize(
    ("skew", "said"),
    [
        (timedelta(hours=5), "is 5 hours ahead of this machine's"),
        (timedelta(minutes=-4), "is 4 minutes behind this machine's"),
    ],
)
def test_clocks_apart_are_told_with_what_follows_from_it(skew: timedelta, said: str) -> None:
    told = machine.clock(skew)
    assert (told.status, told.fix) == ("failed", "Let both machines set their clocks by NTP.")
    assert said in told.message
    assert "No text leaves" in told.message


@pytest.mark.parametrize("seconds", [0, 119, -119])
def test_small_differences_are_nothing_to_tell(seconds: int) -> None:
    assert machine.clock(timedelta(seconds=seconds)).status == "ok"


@pytest.mark.parametrize(
    ("used", "total", "status"),
    [
        (10 * GB, 100 * GB, "ok"),
        (86 * GB, 100 * GB, "warning"),
        (96 * GB, 100 * GB, "failed"),
        (0.7 * GB, 1.0 * GB, "failed"),
        (0, 0, "warning"),
    ],
)
def test_a_disk_is_told_before_it_is_full(used: float, total: float, status: str) -> None:
    assert machine.room(used, total).status == status


def test_the_database_says_how_full_its_disk_is(client: MongoClient[dict[str, Any]]) -> None:
    assert "GB are free" in machine.disk(client, "admin").message


def test_a_database_that_does_not_answer_is_only_doubted() -> None:
    address = f"mongodb://127.0.0.1:{free_port()}"
    with MongoClient[dict[str, Any]](address, serverSelectionTimeoutMS=100) as away:
        assert machine.disk(away, "x").status == "warning"
