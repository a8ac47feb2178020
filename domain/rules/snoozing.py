"""Until when a conversation rests: the usual choices, where the agent is."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

MORNING = time(9)
MINUTE = timedelta(minutes=1)
HOURS: Mapping[str, int] = MappingProxyType({"hour": 1, "hours": 3})
TOMORROW, MONDAY, OWN = "tomorrow", "monday", "own"
CHOICES = (*HOURS, TOMORROW, MONDAY, OWN)
WEEK = 7


def moment(choice: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment of a choice other than OWN; ValueError for what is none.

    On the minute, so that the same choice made twice in a row is the same moment.
    """
    if choice in HOURS:
        return _minute(now) + timedelta(hours=HOURS[choice])
    today = now.astimezone(zone).date()
    if choice == TOMORROW:
        return datetime.combine(today + timedelta(days=1), MORNING, zone)
    if choice == MONDAY:
        return datetime.combine(today + timedelta(days=WEEK - today.weekday()), MORNING, zone)
    raise ValueError(choice)


def at(day: str, clock: str, zone: ZoneInfo) -> datetime:
    """A day and a time of day as forms give them, where the agent is; ValueError for others."""
    return datetime.strptime(f"{day} {clock}", "%Y-%m-%d %H:%M").replace(tzinfo=zone)


def written(until: datetime, zone: ZoneInfo) -> str:
    """As that agent reads it."""
    there = until.astimezone(zone)
    name = zone.key.replace("_", " ")
    return f"{there:%A}, {there:%B} {there.day}, {there:%H:%M} ({name})"


def _minute(now: datetime) -> datetime:
    """The minute that has begun or begins next."""
    floor = now.replace(second=0, microsecond=0)
    return floor if floor == now else floor + MINUTE
