"""The next minute in which several clocks and several rules all say yes.

Whether it is open changes only where a window begins in one of the zones, so only those moments
are looked at, in their order: as they are on the clock that day, whatever it does at night.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from heapq import merge
from zoneinfo import ZoneInfo

from domain.rules.hours.windows import Window

FAR = timedelta(days=60)
ONE_DAY, ONE_MINUTE = timedelta(days=1), timedelta(minutes=1)

Day = Callable[[date], Window | None]
"""The hours of a local day; None: none."""


def is_open(at: datetime, zones: Sequence[str], hours: Day) -> bool:
    """Whether the moment is within the hours of that day in every zone."""
    return all(_open_in(at, zone, hours) for zone in zones)


def opening(at: datetime, zones: Sequence[str], hours: Day) -> datetime | None:
    """The moment itself if it is open, else the first whole minute that is; None: none for long."""
    if is_open(at, zones, hours):
        return at
    for start in merge(*(_starts(at, zone, hours) for zone in zones)):
        if is_open(start, zones, hours):
            return start
    return None


def beginning(at: datetime, zone: str, hours: Day) -> datetime:
    """When the hours begin next in that zone, which they do on any day."""
    return next(_starts(at, zone, hours))


def _open_in(at: datetime, zone: str, hours: Day) -> bool:
    there = at.astimezone(_zone(zone))
    window = hours(there.date())
    return window is not None and there.hour * 60 + there.minute in window


def _starts(at: datetime, zone: str, hours: Day) -> Iterator[datetime]:
    """When the hours may begin in that zone after a moment (UTC), in order."""
    today = at.astimezone(_zone(zone)).date()
    for number in range(-1, FAR.days):
        day = today + number * ONE_DAY
        if window := hours(day):
            yield from (one for one in _moments(day, window.start, zone) if one > at)


def _moments(day: date, minute: int, zone: str) -> list[datetime]:
    """All moments at which that window may begin.

    A time that the clocks skip or show twice has two, an hour or so apart; skipped, the hours
    begin somewhere between.
    """
    there = datetime.combine(day, time(*divmod(minute, 60)), _zone(zone))
    first, last = sorted(there.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    apart = (last - first) // ONE_MINUTE
    return [first + ONE_MINUTE * more for more in range(apart + 1)]


@lru_cache(1_000)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
