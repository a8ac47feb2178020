"""The usual moments until which a conversation rests."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.snoozing import CHOICES, MONDAY, OWN, TOMORROW, at, moment, written
from tests.clock import NOON

ZONES = ("America/Los_Angeles", "America/New_York", "Europe/London", "Pacific/Auckland", "UTC")
MOMENTS = st.integers(0, 4 * 366 * 86_400).map(lambda after: NOON + timedelta(seconds=after))
CHOSEN = st.sampled_from([one for one in CHOICES if one != OWN])
LOS_ANGELES = ZoneInfo("America/Los_Angeles")


@given(CHOSEN, MOMENTS, st.sampled_from(ZONES))
def test_every_choice_is_ahead_within_eight_days(choice: str, now: datetime, zone: str) -> None:
    until = moment(choice, now, ZoneInfo(zone))
    assert timedelta(minutes=59) < until - now < timedelta(days=8)
    assert (until.second, until.microsecond) == (0, 0)


@given(st.sampled_from([TOMORROW, MONDAY]), MOMENTS, st.sampled_from(ZONES))
def test_mornings_are_at_nine_where_the_agent_is(choice: str, now: datetime, zone: str) -> None:
    there = moment(choice, now, ZoneInfo(zone)).astimezone(ZoneInfo(zone))
    assert (there.hour, there.minute) == (9, 0)
    assert choice == TOMORROW or there.weekday() == 0


@given(CHOSEN, MOMENTS)
def test_the_same_choice_within_a_minute_is_the_same_moment(choice: str, now: datetime) -> None:
    now = now.replace(second=1)
    assert moment(choice, now, LOS_ANGELES) == moment(
        choice, now + timedelta(seconds=50), LOS_ANGELES
    )


def test_on_a_monday_it_is_the_next() -> None:
    monday = datetime(2026, 3, 2, 12, tzinfo=LOS_ANGELES)
    assert moment(MONDAY, monday, LOS_ANGELES) == datetime(2026, 3, 9, 9, tzinfo=LOS_ANGELES)


def test_a_moment_of_ones_own_is_where_the_agent_is() -> None:
    until = at("2026-03-06", "08:30", LOS_ANGELES)
    assert until == datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
    assert written(until, LOS_ANGELES) == "Friday, March 6, 08:30 (America/Los Angeles)"


@pytest.mark.parametrize(
    ("day", "clock"),
    [("", "08:30"), ("2026-03-06", ""), ("2026-02-30", "08:30"), ("2026-03-06", "08:30+05:00")],
)
def test_what_is_no_day_and_time_is_a_value_error(day: str, clock: str) -> None:
    with pytest.raises(ValueError, match=r"match format|unconverted|out of range"):
        at(day, clock, LOS_ANGELES)


def test_another_choice_is_none() -> None:
    with pytest.raises(ValueError, match="never"):
        moment("never", NOON, LOS_ANGELES)
