"""The business's days, as moments."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


def starts(day: date, zone: ZoneInfo) -> datetime:
    """When that day begins there, also where the clocks skip its midnight or show it twice."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def ends(day: date, zone: ZoneInfo) -> datetime:
    """When the next one begins."""
    return starts(day + ONE_DAY, zone)


def of(at: datetime, zone: ZoneInfo) -> date:
    """The day that it is there."""
    return at.astimezone(zone).date()


def between(begin: datetime, end: datetime, zone: ZoneInfo) -> Iterator[date]:
    """Every day that has anything of that stretch."""
    day = of(begin, zone)
    while starts(day, zone) < end:
        yield day
        day += ONE_DAY
