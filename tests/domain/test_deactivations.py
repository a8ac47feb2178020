"""What was agreed to with a number ends when its owner gives it up, and every day is looked at."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.model import Chore, ConsentEvent
from domain.services import consent, numbers
from domain.services.consent import Statement
from domain.services.registry import deactivations
from domain.services.registry.deactivations import (
    HOPELESS,
    MOST_DAYS,
    READY,
    claim,
    declined,
    done,
    end,
    wanted,
)
from domain.values import Declined
from tests.clock import NOON
from tests.domain.build import CUSTOMER, STRANGER, later, race

pytestmark = pytest.mark.usefixtures("db")
LEASE = timedelta(seconds=45)
DAY = date(2026, 3, 3)
YESTERDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def agreed(at: datetime = YESTERDAY, phone: str = CUSTOMER, **how: Any) -> None:
    said = Statement("opt_in", "form", at, level="written", ip="203.0.113.7", **how)
    consent.record(f"agreed:{phone}/{at}", phone, said, at)


def chore() -> Chore:
    held = claim(NOON, LEASE)
    assert held
    return held


def test_a_consent_older_than_the_day_is_void() -> None:
    """Row: §8.2"""
    agreed()
    assert end([CUSTOMER, STRANGER], DAY, NOON) == 1
    number = numbers.state_of(CUSTOMER)
    assert (number.level, number.opted_in, number.blocked) == ("none", False, False)
    assert number.voided_at == datetime(2026, 3, 3, tzinfo=UTC)


def test_it_is_recorded_once_for_each_number_and_day() -> None:
    agreed()
    race(*[lambda: end([CUSTOMER], DAY, NOON)] * 3)
    assert end([CUSTOMER], DAY, NOON) == 0
    assert [one.action for one in ConsentEvent.objects.order_by("recorded_at")][1:] == ["voided"]


def test_a_consent_given_since_then_stays() -> None:
    agreed(datetime(2026, 3, 3, 1, tzinfo=UTC))
    assert end([CUSTOMER], DAY, NOON) == 0
    assert numbers.state_of(CUSTOMER).level == "written"


def test_a_block_outlives_it() -> None:
    agreed()
    no = Statement("opt_out", "agent", YESTERDAY + timedelta(hours=1), level="none")
    consent.record("no", CUSTOMER, no, NOON)
    end([CUSTOMER], DAY, NOON)
    number = numbers.state_of(CUSTOMER)
    assert (number.blocked, number.level) == (True, "none")


def test_without_consent_nothing_is_written() -> None:
    assert end([CUSTOMER], DAY, NOON) == 0
    assert ConsentEvent.objects.count() == 0


def test_the_first_time_all_the_lists_that_there_are_are_read() -> None:
    assert wanted(chore(), NOON) == date(2026, 3, 3) - timedelta(days=MOST_DAYS - 1)


def test_missed_days_are_caught_up_one_after_the_other() -> None:
    held = chore()
    done(held, date(2026, 2, 28), NOON)
    days = []
    while day := wanted(held, NOON):
        days.append(day)
        assert deactivations.earliest() == NOON
        done(held, day, NOON)
    assert days == [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)]
    assert deactivations.earliest() == datetime(2026, 3, 5, tzinfo=UTC) + READY


def test_days_that_are_too_long_ago_are_left_out() -> None:
    held = chore()
    done(held, date(2025, 1, 1), NOON)
    assert wanted(held, NOON) == date(2026, 2, 2)


def test_a_list_is_not_asked_for_before_it_is_ready() -> None:
    early = datetime(2026, 3, 4, 5, 59, tzinfo=UTC)
    held = chore()
    done(held, date(2026, 3, 2), early)
    assert wanted(held, early) is None
    assert deactivations.earliest() == datetime(2026, 3, 4, 6, tzinfo=UTC)
    assert wanted(held, early + timedelta(minutes=1)) == DAY


def test_several_workers_take_it_once() -> None:
    assert sum(one is not None for one in race(*[lambda: claim(NOON, LEASE)] * 6)) == 1


def test_whoever_died_is_followed_by_another() -> None:
    late = chore()
    assert claim(later(44), LEASE) is None
    assert claim(later(45), LEASE)
    done(late, DAY, later(46))
    assert Chore.objects.get().done is None


def test_what_twilio_refuses_is_seen_until_it_works() -> None:
    held = chore()
    declined(held, DAY, NOON, Declined("HTTP 401"))
    assert Chore.objects.get().trouble == "2026-03-03: HTTP 401"
    assert deactivations.earliest() == later(hours=1)
    done(held, DAY, NOON)
    assert Chore.objects.get().trouble is None


@pytest.mark.parametrize(("days", "missing", "given_up"), [(5, True, True), (5, False, False)])
def test_only_a_list_that_never_comes_is_given_up(days: int, missing: bool, given_up: bool) -> None:
    held, day = chore(), NOON.date() - timedelta(days=days)
    assert timedelta(days=days) > HOPELESS
    declined(held, day, NOON, Declined("HTTP 404", missing))
    assert Chore.objects.get().done == (day.isoformat() if given_up else None)


def test_a_list_that_broke_off_is_read_again_soon() -> None:
    deactivations.put_off(chore(), NOON, "broke", 90)
    assert deactivations.earliest() == later(90)
