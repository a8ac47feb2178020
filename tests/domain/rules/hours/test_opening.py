"""The next minute that is open, compared with a look at every minute."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.hours import Hours, Place, shipped
from domain.rules.hours.opening import is_open, opening
from domain.rules.hours.windows import Window
from tests.domain.rules.hours.places import EAST, WEST, at, hours, leaves

MINUTE = timedelta(minutes=1)
ZONES = (
    *(EAST, WEST, "America/Phoenix", "America/St_Johns", "Pacific/Honolulu", "Europe/London"),
    *("Australia/Lord_Howe", "Pacific/Chatham", "Asia/Kathmandu", "America/Santiago", "UTC"),
)
STATES = tuple(sorted(shipped().states))
START = datetime(2024, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(0), timedelta(days=5 * 365)).map(lambda ahead: START + ahead)
places = st.builds(
    Place,
    st.lists(st.sampled_from(ZONES), max_size=3, unique=True).map(tuple),
    st.frozensets(st.sampled_from(STATES), max_size=3),
)
windows = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(
    lambda both: Window(min(both[0], both[1] - 1), max(both[0] + 1, both[1]))
)


def first_open(them: Hours, now: datetime) -> datetime:
    """The same, minute by minute."""
    if leaves(them, now):
        return now
    minute = now.replace(second=0, microsecond=0) + MINUTE
    while not leaves(them, minute):
        minute += MINUTE
    return minute


@settings(max_examples=8)
@given(places, moments, st.sampled_from(["safe", "law"]))
def test_the_opening_is_the_first_open_minute(place: Place, now: datetime, reading: str) -> None:
    them = Hours(reading=reading, place=place)
    found = them.advertising(now).at
    if found is not None and found - now < timedelta(days=1):
        assert found == first_open(them, now)


@pytest.mark.long
@pytest.mark.timeout(900)
@settings(max_examples=150, deadline=None)
@given(places, moments, st.sampled_from(["safe", "law"]))
def test_the_opening_is_the_first_open_minute_in_very_many_places(
    place: Place, now: datetime, reading: str
) -> None:
    them = Hours(reading=reading, place=place)
    found = them.advertising(now).at
    assert found is None or found == first_open(them, now)


@settings(max_examples=60)
@given(places, moments, st.floats(0, 1), st.sampled_from(["safe", "law"]))
def test_it_is_open_then_and_at_no_moment_before(
    place: Place, now: datetime, part: float, reading: str
) -> None:
    them = Hours(reading=reading, place=place)
    found = them.advertising(now).at
    if found is None:
        return
    assert found >= now
    assert leaves(them, found)
    between = now + (found - now) * part
    assert between == found or not leaves(them, between)


@settings(max_examples=40)
@given(st.sampled_from(ZONES), windows, st.integers(0, 72 * 60), st.sampled_from([0, 1, 2, 3]))
def test_nights_in_which_clocks_change_have_the_right_first_minute(
    zone: str, window: Window, ahead: int, change: int
) -> None:
    """Row: §3.6"""
    eves = ("2026-03-07", "2026-10-31", "2026-04-04", "2026-10-03")
    now = at(f"{eves[change]} 00:00", zone) + ahead * MINUTE

    def every(_: date) -> Window:
        return window

    found = opening(now, (zone,), every)
    assert found is not None
    assert is_open(found, (zone,), every)
    earlier = range(min(int((found - now) / MINUTE), 200))
    assert not any(is_open(found - (one + 1) * MINUTE, (zone,), every) for one in earlier)


def test_a_text_made_at_19_59_that_comes_to_leave_at_20_01_waits_for_the_morning() -> None:
    """Rows: §1.1, §10.2"""
    them = hours("NY")
    assert leaves(them, at("2026-03-04 19:59"))
    assert them.advertising(at("2026-03-04 20:01")).at == at("2026-03-05 09:00")


@pytest.mark.parametrize(("evening", "apart"), [("2026-03-07 20:01", 12), ("2026-10-31 20:01", 14)])
def test_the_night_in_which_clocks_change_is_an_hour_shorter_or_longer(
    evening: str, apart: int
) -> None:
    """Row: §10.2"""
    now = at(evening)
    found = hours("NY").advertising(now).at
    assert found is not None
    assert found - now == timedelta(hours=apart, minutes=-1)


def test_a_moment_in_the_open_is_its_own_answer_to_the_microsecond() -> None:
    now = at("2026-03-04 12:00") + timedelta(microseconds=7)
    assert hours("NY").advertising(now).at == now


def test_hours_that_never_come_are_not_looked_for_for_ever() -> None:
    assert opening(at("2026-03-04 12:00"), (EAST,), lambda _: None) is None
    apart = Window(600, 601)
    assert opening(at("2026-03-04 12:00"), (EAST, WEST), lambda _: apart) is None
