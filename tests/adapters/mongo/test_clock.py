"""The database's time, as our processes see it."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo import MongoClient

from adapters.mongo.clock import DatabaseClock, Measurement
from tests import local

Client = MongoClient[dict[str, Any]]
SLOW = timedelta(seconds=5)


def test_the_clock_is_aware_and_close_to_the_servers_own_time(client: Client) -> None:
    now = DatabaseClock(client).now()
    told = client.admin.command("hello")["localTime"].replace(tzinfo=UTC)
    assert now.tzinfo is UTC
    assert abs(now - told) < timedelta(seconds=1)


def test_a_time_that_was_stored_compares_equal_when_it_is_read_again(client: Client) -> None:
    now = DatabaseClock(client).now()
    collection = client["clock_test"]["times"]
    inserted = collection.insert_one({"_id": ObjectId(), "at": now})
    found = collection.find_one({"_id": inserted.inserted_id})
    client.drop_database("clock_test")
    assert found == {"_id": inserted.inserted_id, "at": now}


def test_time_never_stands_still_for_long(client: Client) -> None:
    clock = DatabaseClock(client)
    start = clock.now()
    deadline = datetime.now(UTC) + timedelta(seconds=local.PATIENCE)
    while clock.now() == start:
        assert datetime.now(UTC) < deadline
    assert clock.now() > start


def test_a_young_measurement_is_not_repeated(client: Client) -> None:
    clock = DatabaseClock(client)
    measured = clock.measured
    clock.now()
    assert clock.measured is measured


def test_an_old_measurement_is_renewed_once_by_many_threads(client: Client) -> None:
    clock = DatabaseClock(client, every=0)
    first = clock.measured
    seen: list[datetime] = []
    threads = [threading.Thread(target=lambda: seen.append(clock.now())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.measured.taken_at > first.taken_at
    assert max(seen) - min(seen) < timedelta(seconds=1)


def test_the_offset_counts_on_from_the_middle_of_the_round_trip() -> None:
    server = datetime(2026, 1, 1, 12, 0, 0, 500_000, tzinfo=UTC)
    measured = Measurement(server, taken_at=100.0)
    assert measured.at(102.25) == server + timedelta(seconds=2.25)


def test_times_are_cut_to_the_milliseconds_that_mongodb_keeps() -> None:
    server = datetime(2026, 1, 1, tzinfo=UTC)
    assert Measurement(server, 0.0).at(0.0019).microsecond == 1_000


def test_a_blurred_measurement_does_not_replace_a_sharp_one_unless_the_clock_was_set(
    client: Client,
) -> None:
    clock = DatabaseClock(client)
    sharp = clock.measured
    blurred = Measurement(sharp.server + timedelta(seconds=34), sharp.taken_at + 30, SLOW)
    clock.take(blurred)
    assert clock.measured.server == sharp.server + timedelta(seconds=30)
    assert clock.measured.taken_at == blurred.taken_at


@pytest.mark.parametrize("hours", [3, -3])
def test_a_database_whose_clock_is_set_alone_does_not_move_ours(client: Client, hours: int) -> None:
    clock = DatabaseClock(client)
    before = clock.measured
    clock.take(Measurement(before.server + timedelta(hours=hours), before.taken_at))
    assert clock.measured.server == before.server
    assert not clock.agrees()
    clock.take(Measurement(before.server, before.taken_at))
    assert clock.agrees()


@pytest.mark.parametrize("hours", [3, -3])
def test_when_both_clocks_were_set_it_follows_them(client: Client, hours: int) -> None:
    ours = [0.0]
    clock = DatabaseClock(client, wall=lambda: time.time() + ours[0])
    ours[0] = hours * 3600.0  # as after a machine has slept, which the steady clock does not count
    set_too = clock.measured.server + timedelta(hours=hours)
    clock.take(Measurement(set_too, clock.measured.taken_at))
    assert clock.measured.server == set_too
    assert clock.agrees()


def test_clocks_that_are_minutes_apart_do_not_agree(client: Client) -> None:
    ours = [0.0]
    clock = DatabaseClock(client, wall=lambda: time.time() + ours[0])
    assert clock.agrees()
    for off in (-3 * 3600.0, 3 * 3600.0, 180.0, -180.0):
        ours[0] = off
        assert not clock.agrees()
        assert abs(clock.skew().total_seconds() + off) < local.PATIENCE
    ours[0] = 0.0
    assert clock.agrees()
