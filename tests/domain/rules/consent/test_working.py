"""A working day later: the same time of day, but never on a weekend or a federal holiday."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.consent.working import day_after, is_working

NEW_YORK = "America/New_York"
ZONES = [NEW_YORK, "Pacific/Honolulu", "America/St_Johns", "Asia/Kolkata"]
START = datetime(2024, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 5_800_000).map(lambda minutes: START + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("2026-03-04 16:00", "2026-03-05 16:00"),  # Wednesday
        ("2026-03-13 16:00", "2026-03-16 16:00"),  # Friday to Monday
        ("2026-03-06 16:00", "2026-03-09 16:00"),  # the same, with summer time in between
        ("2026-03-14 09:30", "2026-03-16 09:30"),  # Saturday
        ("2026-11-25 12:00", "2026-11-27 12:00"),  # over Thanksgiving
        ("2026-07-02 12:00", "2026-07-06 12:00"),  # Independence Day falls on a Saturday
        ("2025-12-24 23:59", "2025-12-26 23:59"),
        ("2026-01-16 08:00", "2026-01-20 08:00"),  # over Martin Luther King's day
    ],
)
def test_the_same_time_on_the_next_working_day(said: str, due: str) -> None:
    """Row: §4.8"""
    zone = ZoneInfo(NEW_YORK)
    at = datetime.fromisoformat(said).replace(tzinfo=zone).astimezone(UTC)
    assert day_after(at, NEW_YORK).astimezone(zone).strftime("%Y-%m-%d %H:%M") == due


def test_the_day_is_the_zones_own() -> None:
    late = datetime(2026, 3, 7, 4, tzinfo=UTC)  # Friday evening in New York
    assert day_after(late, NEW_YORK) == datetime(2026, 3, 10, 3, tzinfo=UTC)


@given(MOMENTS, st.sampled_from(ZONES))
def test_it_is_a_working_day_and_soon(at: datetime, zone: str) -> None:
    due = day_after(at, zone)
    assert is_working(due.astimezone(ZoneInfo(zone)).date())
    assert timedelta(hours=22) <= due - at <= timedelta(days=5, hours=1)


@pytest.mark.parametrize("day", [date(2026, 12, 25), date(2026, 3, 7), date(2026, 9, 7)])
def test_nobody_decides_on_a_day_off(day: date) -> None:
    assert not is_working(day)
