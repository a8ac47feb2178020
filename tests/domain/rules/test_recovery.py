"""How far back the carrier's records are looked at, and which of a yes and a no is in force."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.recovery import SURE, Cadence, Span, span, stays_out
from tests.clock import NOON

CADENCE = Cadence()
LONG_AGO = NOON - timedelta(days=400)
ago = st.timedeltas(timedelta(0), timedelta(days=10)).map(lambda past: NOON - past)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_nobody_looks_at_what_was_before_we_began() -> None:
    assert span(NOON, None, None, NOON, CADENCE).since == NOON


def test_the_first_look_goes_as_far_as_is_allowed() -> None:
    told = span(LONG_AGO, None, None, NOON, CADENCE)
    assert told == Span(NOON - CADENCE.reach, NOON - CADENCE.grace, thorough=True)


def test_usually_a_few_hours_are_looked_at() -> None:
    told = span(LONG_AGO, NOON - CADENCE.every, NOON - hours(1), NOON, CADENCE)
    assert told == Span(NOON - CADENCE.recent, NOON - CADENCE.grace)


def test_after_an_outage_all_of_it_is_looked_at() -> None:
    told = span(LONG_AGO, NOON - hours(20), NOON - hours(20), NOON, CADENCE)
    assert told.since == NOON - hours(20) - CADENCE.overlap


@pytest.mark.parametrize(("last", "thorough"), [(hours(23), False), (hours(24), True)])
def test_once_a_day_everything_within_reach_is_looked_at(last: timedelta, thorough: bool) -> None:
    told = span(LONG_AGO, NOON, NOON - last, NOON, CADENCE)
    assert told.thorough is thorough
    assert (told.since == NOON - CADENCE.reach) is thorough


@given(began=ago, looked_to=st.none() | ago, thorough_at=st.none() | ago)
def test_spans_follow_one_another_without_a_gap(
    began: datetime, looked_to: datetime | None, thorough_at: datetime | None
) -> None:
    """Nothing within reach, and since we began, lies between one look and the next."""
    told = span(began, looked_to, thorough_at, NOON, CADENCE)
    farthest = max(began, NOON - CADENCE.reach)
    assert farthest <= told.since <= max(looked_to or farthest, farthest)
    assert told.until == NOON - CADENCE.grace


@given(no_at=ago, yes_at=st.lists(ago, max_size=4))
def test_a_no_is_undone_only_by_a_yes_that_is_surely_later(
    no_at: datetime, yes_at: list[datetime]
) -> None:
    assert stays_out(no_at, yes_at) is not any(at - no_at >= SURE for at in yes_at)
