"""The business is open when the clock on its wall says so, whatever clocks do twice a year."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.replying.business import ALWAYS, DAY, Hours, Interval, public

NEW_YORK = "America/New_York"
NINE_TO_FIVE = tuple(Interval(day, 540, 1020) for day in range(1, 6))
ZONES = st.sampled_from([NEW_YORK, "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"])
MINUTES = st.integers(0, DAY - 1)
INTERVALS = st.builds(Interval, st.integers(1, 7), MINUTES, st.integers(1, DAY)).filter(
    lambda one: one.start != one.end
)


def within(start: datetime, minutes: int) -> st.SearchStrategy[datetime]:
    """Any minute from then on, for so many of them."""
    return st.integers(0, minutes).map(lambda past: start + timedelta(minutes=past))


MOMENTS = st.one_of(
    within(datetime(2026, 1, 1, tzinfo=UTC), 2 * 365 * DAY),
    # Around the nights in which clocks change.
    within(datetime(2026, 3, 8, 4, tzinfo=UTC), 300),
    within(datetime(2026, 11, 1, 4, tzinfo=UTC), 240),
)
FEW = settings(max_examples=50)


def apart(intervals: list[Interval]) -> tuple[Interval, ...]:
    """Those of them that do not overlap an earlier one."""
    kept: list[Interval] = []
    for one in intervals:
        if not any(one.overlaps(other) for other in kept):
            kept.append(one)
    return tuple(kept)


WEEKS = st.lists(INTERVALS, max_size=5).map(apart)


def at(*moment: int, zone: str = NEW_YORK, fold: int = 0) -> datetime:
    """What the clock shows there."""
    year, month, day, hour, minute = moment
    return datetime(year, month, day, hour, minute, fold=fold, tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        ((2026, 3, 4, 8, 59), False),
        ((2026, 3, 4, 9, 0), True),
        ((2026, 3, 4, 16, 59), True),
        ((2026, 3, 4, 17, 0), False),
        ((2026, 3, 7, 12, 0), False),
    ],
)
def test_from_the_first_minute_to_before_the_last(moment: tuple[int, ...], opened: bool) -> None:
    assert Hours(NEW_YORK, NINE_TO_FIVE).is_open(at(*moment)) is opened


def test_a_lunch_break_is_closed() -> None:
    hours = Hours(NEW_YORK, (Interval(3, 540, 720), Interval(3, 780, 1020)))
    assert [hours.is_open(at(2026, 3, 4, hour, 30)) for hour in (11, 12, 13)] == [True, False, True]


def test_a_night_belongs_to_the_day_on_which_it_began() -> None:
    hours = Hours(NEW_YORK, (Interval(5, 22 * 60, 2 * 60),), frozenset({"2026-03-07"}))
    assert hours.is_open(at(2026, 3, 7, 1, 59))
    assert not hours.is_open(at(2026, 3, 7, 2, 0))
    shut = Hours(NEW_YORK, (Interval(5, 22 * 60, 2 * 60),), frozenset({"03-06"}))
    assert not shut.is_open(at(2026, 3, 6, 23, 0))
    assert not shut.is_open(at(2026, 3, 7, 1, 0))


def test_until_midnight_is_all_of_the_evening() -> None:
    hours = Hours(NEW_YORK, (Interval(3, 20 * 60, DAY),))
    assert hours.is_open(at(2026, 3, 4, 23, 59))
    assert not hours.is_open(at(2026, 3, 5, 0, 0))


def test_before_anybody_has_said_it_is_always_open() -> None:
    assert Hours(NEW_YORK, ALWAYS).is_open(at(2026, 3, 8, 3, 0))
    assert not Hours(NEW_YORK, ()).is_open(at(2026, 3, 4, 12, 0))
    assert Hours(NEW_YORK, ()).opens_at(at(2026, 3, 4, 12, 0)) is None


@pytest.mark.parametrize("fold", [0, 1])
def test_an_hour_that_comes_twice_is_open_twice(fold: int) -> None:
    hours = Hours(NEW_YORK, (Interval(7, 60, 120),))
    assert hours.is_open(at(2026, 11, 1, 1, 30, fold=fold))


def test_what_begins_in_a_skipped_hour_begins_right_after_it() -> None:
    hours = Hours(NEW_YORK, (Interval(7, 150, 240),))
    assert hours.opens_at(at(2026, 3, 8, 1, 0)) == at(2026, 3, 8, 3, 0)


def test_holidays_of_a_date_of_each_year_and_of_a_country() -> None:
    dated = Hours(NEW_YORK, NINE_TO_FIVE, frozenset({"2026-03-04", "12-24"}))
    assert not dated.is_open(at(2026, 3, 4, 12, 0))
    assert not any(dated.is_open(at(year, 12, 24, 12, 0)) for year in (2026, 2027))
    kept = Hours(NEW_YORK, NINE_TO_FIVE, calendar="US")
    assert not kept.is_open(at(2026, 7, 3, 12, 0)), "the Fourth is a Saturday: it is kept before"
    assert kept.opens_at(at(2026, 7, 2, 18, 0)) == at(2026, 7, 6, 9, 0)


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    chavez = date(2026, 3, 31)
    assert chavez in public("US-CA", 2026)
    assert chavez not in public("US", 2026)
    for unknown in ("XX", "US-XX", ""):
        with pytest.raises(ValueError, match=f"^{unknown}$"):
            public(unknown, 2026)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (Interval(1, 540, 720), Interval(1, 720, 900), False),
        (Interval(1, 540, 721), Interval(1, 720, 900), True),
        (Interval(7, 1320, 120), Interval(1, 60, 180), True),
        (Interval(7, 1320, 60), Interval(1, 60, 180), False),
        (Interval(2, 0, DAY), Interval(3, 0, 60), False),
        (Interval(2, 0, DAY), Interval(2, 60, 120), True),
    ],
)
def test_intervals_that_share_a_minute_overlap(
    one: Interval, other: Interval, overlap: bool
) -> None:
    assert one.overlaps(other) is other.overlaps(one) is overlap


@FEW
@given(INTERVALS, INTERVALS)
def test_they_overlap_exactly_when_some_minute_is_in_both(one: Interval, other: Interval) -> None:
    first, second = map(minutes, (one, other))
    assert one.overlaps(other) == bool(first & second)


def minutes(one: Interval) -> set[int]:
    """The minutes of the week in which it is open."""
    start = (one.weekday - 1) * DAY + one.start
    return {(start + past) % (7 * DAY) for past in range(one.minutes)}


@FEW
@given(ZONES, WEEKS, MOMENTS)
def test_open_is_what_the_clock_and_the_weekday_say(
    zone: str, week: tuple[Interval, ...], moment: datetime
) -> None:
    here = moment.astimezone(ZoneInfo(zone))
    minute = here.weekday() * DAY + here.hour * 60 + here.minute
    shown = any(minute in minutes(one) for one in week)
    assert Hours(zone, week).is_open(moment) is shown


@FEW
@given(ZONES, WEEKS, MOMENTS)
def test_it_opens_next_when_it_is_open_and_was_not_a_minute_before(
    zone: str, week: tuple[Interval, ...], moment: datetime
) -> None:
    hours, moment = Hours(zone, week), moment.replace(second=0, microsecond=0)
    opening = hours.opens_at(moment)
    if opening is None:
        assert not week or hours.is_open(moment)
        return
    assert opening > moment
    assert hours.is_open(opening)
    assert not hours.is_open(opening - timedelta(minutes=1))
    between = min(180, (opening - moment) // timedelta(minutes=1))
    assert not any(hours.is_open(moment + timedelta(minutes=past)) for past in range(between))
