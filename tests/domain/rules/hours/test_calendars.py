"""Holidays by name, and what is kept when one falls on a weekend."""

from datetime import date

import pytest

from domain.rules.consent.working import is_working
from domain.rules.hours import shipped
from domain.rules.hours.calendars import Calendar, easter, named


@pytest.mark.parametrize(
    ("year", "day"),
    [(2019, "04-21"), (2024, "03-31"), (2025, "04-20"), (2026, "04-05"), (2038, "04-25")],
)
def test_easter(year: int, day: str) -> None:
    assert f"{easter(year):%m-%d}" == day


@pytest.mark.parametrize(
    ("said", "year", "day"),
    [
        ("07-04", 2026, "2026-07-04"),
        ("mon from 01-15", 2026, "2026-01-19"),
        ("mon from 05-25", 2026, "2026-05-25"),
        ("thu from 11-22", 2026, "2026-11-26"),
        ("easter-47", 2026, "2026-02-17"),
        ("easter-2", 2026, "2026-04-03"),
        ("tue from 11-02, even years", 2026, "2026-11-03"),
        ("tue from 11-02, even years", 2027, None),
    ],
)
def test_a_day_is_named_by_a_date_a_weekday_or_easter(said: str, year: int, day: str) -> None:
    found = named("A day", said).of(year)
    assert (found and str(found)) == day


@pytest.mark.parametrize("said", ["", "7-4", "02-30", "02-29", "mon 01-15", "easter", "13-01"])
def test_what_names_no_day_of_every_year_is_refused(said: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the message is the word itself)
        named("A day", said)


def test_what_moves_is_kept_on_both_days_also_across_a_new_year() -> None:
    federal = shipped().calendars["US"]
    assert federal.on(date(2027, 12, 31)) == federal.on(date(2028, 1, 1)) == "New Year's Day"
    assert federal.on(date(2027, 7, 5)) == federal.on(date(2027, 7, 4)) == "Independence Day"
    assert federal.on(date(2027, 7, 6)) is None


def test_what_moves_nowhere_is_kept_on_its_day_alone() -> None:
    still = Calendar((named("A day", "07-04"),))
    assert still.on(date(2027, 7, 4))
    assert not still.on(date(2027, 7, 5))


@pytest.mark.parametrize("year", range(2024, 2034))
def test_there_are_eleven_federal_holidays_each_year(year: int) -> None:
    days = [one.of(year) for one in shipped().calendars["US"].days]
    assert len(set(days)) == 11
    assert not any(is_working(day) for day in days if day)
