"""Holidays: the few ways in which days are named, and what moves when one falls on a weekend."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ONE_DAY = timedelta(days=1)
_DAY = re.compile(
    r"(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun) from )?(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?P<even>, even years)?"
)
_EASTER = re.compile(r"easter(?P<offset>[+-]\d{1,3})")
_LEAP_YEAR = 2024


@dataclass(frozen=True, slots=True)
class Named:
    """A day of every year as the rules name it; checked when it was read."""

    name: str
    said: str

    def of(self, year: int) -> date | None:
        """The day it is in that year."""
        if moved := _EASTER.fullmatch(self.said):
            return easter(year) + int(moved["offset"]) * ONE_DAY
        found = _DAY.fullmatch(self.said)
        if not found:
            raise ValueError(self.said)
        if found["even"] and year % 2:
            return None
        first = date(year, int(found["month"]), int(found["day"]))
        if not found["weekday"]:
            return first
        return first + (WEEKDAYS.index(found["weekday"]) - first.weekday()) % 7 * ONE_DAY


@dataclass(frozen=True)
class Calendar:
    """A list of holidays; `moves`: the weekday on which another one's holiday is kept as well."""

    days: tuple[Named, ...] = ()
    moves: Mapping[int, int] | None = None

    def on(self, day: date) -> str | None:
        """The holiday's name, if that day is one or is kept for one."""
        for kept in (day - ONE_DAY, day, day + ONE_DAY):
            name = self._named(kept)
            if name and (kept == day or (self.moves or {}).get(kept.weekday()) == day.weekday()):
                return name
        return None

    def _named(self, day: date) -> str | None:
        return next((one.name for one in self.days if _day_of(one, day.year) == day), None)


def named(name: str, said: str) -> Named:
    """Such a day; ValueError where `said` is no day of a year."""
    one = Named(name, said)
    one.of(_LEAP_YEAR)
    one.of(_LEAP_YEAR + 1)
    return one


@lru_cache(128)
def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by Butcher's rule."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@lru_cache(4_096)
def _day_of(one: Named, year: int) -> date | None:
    return one.of(year)
