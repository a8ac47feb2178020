"""What waits, as the database has it: right, cheap, and asked now and then only."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import AutoReconnect

from adapters.telemetry.backlog import Backlog
from domain.model import Message
from domain.services.operation import processes
from tests.clock import NOON, FakeClock
from tests.domain import build

OURS = build.POLICY.senders


def told(clock: FakeClock, **options: Any) -> dict[str, dict[str, float]]:
    """Every figure's values, asked afresh."""
    gauges = Backlog(clock.now, OURS, **options).gauges()
    return {gauge.name: dict(gauge.values) for gauge in gauges}


def test_work_that_is_due_is_counted_with_its_age(db: Database[Any], clock: FakeClock) -> None:
    build.received()
    build.queued()
    clock.advance(90)
    found = told(clock)
    assert (found["slot_due"]["dispatch"], found["slot_due"]["relay"]) == (1, 2)
    assert found["slot_oldest_due_seconds"]["dispatch"] == 90
    assert found["slot_oldest_due_seconds"]["fetch"] == 0


def test_a_campaigns_texts_do_not_look_like_waiting_answers(
    db: Database[Any], clock: FakeClock
) -> None:
    build.received()
    text = build.queued()
    lined = {"dispatch.yields": True, "dispatch.line": OURS[0]}
    Message.objects(id=text.id).update_one(__raw__={"$set": lined})
    clock.advance(60)
    found = told(clock)
    assert (found["slot_due"]["dispatch"], found["slot_due"]["dispatch_line"]) == (0, 1)
    assert found["slot_oldest_due_seconds"]["dispatch_line"] == 60


def test_work_in_hand_and_work_given_up_are_counted(db: Database[Any], clock: FakeClock) -> None:
    build.received()
    build.queued()
    build.leaving()
    failed = build.queued("Gone")
    dead = {"status": "failed", "dispatch.state": "dead"}
    Message.objects(id=failed.id).update_one(__raw__={"$set": dead})
    found = told(clock)
    assert found["slot_leased"]["dispatch"] == found["open_texts"]["sending"] == 1
    assert found["slot_dead"] == {"dispatch": 1}


def test_refusals_of_an_hour_are_counted_by_their_code(db: Database[Any], clock: FakeClock) -> None:
    build.received()
    text = build.queued()
    refused = {"status": "refused", "decision.code": "OPTED_OUT"}
    Message.objects(id=text.id).update_one(__raw__={"$set": refused})
    assert told(clock)["refused_texts"] == {"opted_out": 1}
    clock.advance(3601)
    assert told(clock)["refused_texts"] == {}


def test_processes_and_a_workers_own_lanes_are_told(db: Database[Any], clock: FakeClock) -> None:
    for key in ("a", "b"):
        processes.beat("worker", key, NOON)
    ages = {"campaign.run": lambda: NOON - timedelta(seconds=5), "files": lambda: None}
    found = told(clock, lanes=lambda: ages)
    assert found["processes"] == {"worker": 2}
    assert found["lane_oldest_due_seconds"] == {"campaign.run": 5, "files": 0}


def test_many_scrapers_ask_the_database_once(db: Database[Any], clock: FakeClock) -> None:
    at = [100.0]
    backlog = Backlog(clock.now, OURS, good_for=10, tick=lambda: at[0])
    first = backlog.gauges()
    build.received()
    assert backlog.gauges() is first
    at[0] += 10
    assert backlog.gauges() is not first


def test_without_the_database_it_says_so_and_nothing_else(db: Database[Any]) -> None:
    def away() -> Any:
        raise AutoReconnect("10.0.0.1:27017: connection refused")

    (only,) = Backlog(away).gauges()
    assert (only.name, only.values) == ("database_up", {"": 0.0})


@pytest.fixture
def profile(db: Database[Any]) -> Any:
    """How the commands since the last call were carried out."""
    db.command("profile", 2)

    def commands() -> list[dict[str, Any]]:
        found = db["system.profile"].find({"planSummary": {"$exists": True}})
        return [one for one in found if not one["ns"].endswith("system.profile")]

    yield commands
    db.command("profile", 0)
    db["system.profile"].drop()


def test_every_question_is_served_by_an_index(
    db: Database[Any], clock: FakeClock, profile: Callable[[], list[dict[str, Any]]]
) -> None:
    build.received()
    build.queued()
    before = len(profile())
    told(clock)
    asked = profile()[before:]
    assert len(asked) > 15
    slow = [one for one in asked if "COLLSCAN" in one["planSummary"] or one.get("hasSortStage")]
    assert [(one["ns"], one["planSummary"], one["command"]) for one in slow] == []
