"""When the business is open: by the clock on its own wall, with days on which it stays shut.

What clocks do twice a year needs no rule here: from 9:00 to 17:00 is what the clock shows. An
interval that ends before it begins runs on past midnight, and belongs to the day on which it began.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 24 * 60
WEEK = 7 * DAY
REMEMBERED = 64
FARTHEST = timedelta(days=400)
A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)


@dataclass(frozen=True, order=True)
class Interval:
    """Open on that weekday (1 is Monday) from one minute of the day to another; at most a day."""

    weekday: int
    start: int
    end: int

    @property
    def minutes(self) -> int:
        """How long it lasts on the clock."""
        return self.end - self.start if self.end > self.start else self.end - self.start + DAY

    def overlaps(self, other: "Interval") -> bool:
        """Whether some minute of the week is in both."""
        apart = (other.begins - self.begins) % WEEK
        return apart < self.minutes or WEEK - apart < other.minutes

    @property
    def begins(self) -> int:
        """The minute of the week."""
        return (self.weekday - 1) * DAY + self.start


ALWAYS = tuple(Interval(weekday, 0, DAY) for weekday in range(1, 8))
"""Open all week: what holds before anybody has said otherwise."""


@dataclass(frozen=True)
class Hours:
    """A week in that zone. `holidays` are dates (2026-12-24) or days of each year (12-25);
    `calendar` is a country, or a country and a part of it (US, US-CA), whose holidays count.
    """

    zone: str
    intervals: tuple[Interval, ...] = ALWAYS
    holidays: frozenset[str] = frozenset()
    calendar: str | None = None

    def is_open(self, at: datetime) -> bool:
        """Whether the business is open at that moment."""
        here = at.astimezone(ZoneInfo(self.zone))
        minute, today = here.hour * 60 + here.minute, here.date()
        yesterday = today - A_DAY
        return any(one.start <= minute < _until(one) for one in self._of(today)) or any(
            minute < _until(one) - DAY for one in self._of(yesterday)
        )

    def is_holiday(self, day: date) -> bool:
        """Whether the business stays shut on a day on which it would open."""
        if {day.isoformat(), f"{day:%m-%d}"} & self.holidays:
            return True
        return self.calendar is not None and day in public(self.calendar, day.year)

    def opens_at(self, at: datetime) -> datetime | None:
        """When it opens next; None when it is open now, or stays shut for more than a year."""
        if not self.intervals or self.is_open(at):
            return None
        found = (one for one in self._openings(at) if one > at and self.is_open(one))
        return next((self._first_of(one) for one in found), None)

    def _openings(self, at: datetime) -> Iterator[datetime]:
        """When clocks show that an interval begins: in autumn that may be twice."""
        there = ZoneInfo(self.zone)
        day = at.astimezone(there).date()
        for ahead in range(FARTHEST.days):
            then = datetime.combine(day + timedelta(days=ahead), time(), there)
            for one in sorted(self._of(then.date())):
                shown = then.replace(hour=one.start // 60, minute=one.start % 60)
                yield from sorted(shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1))

    def _first_of(self, at: datetime) -> datetime:
        """The minute at which it opened; in spring a beginning may have been skipped."""
        while self.is_open(at - A_MINUTE):
            at -= A_MINUTE
        return at

    def _of(self, day: date) -> tuple[Interval, ...]:
        """What begins on that day."""
        own = tuple(one for one in self.intervals if one.weekday == day.isoweekday())
        return () if not own or self.is_holiday(day) else own


def _until(one: Interval) -> int:
    """Its end, in minutes since the day on which it began."""
    return one.start + one.minutes


@lru_cache(REMEMBERED)
def public(calendar: str, year: int) -> frozenset[date]:
    """The public holidays of a year there, and the days on which they are kept; ValueError for
    a calendar that nobody knows.
    """
    import holidays  # a fifth of a second, and only where hours are kept

    country, _, part = calendar.partition("-")
    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=year)
    except (RuntimeError, KeyError) as error:  # what is not supported is the former
        raise ValueError(calendar) from error
    return frozenset(found)
