"""Local times: a day and a time somewhere as a moment, and a moment in the words of a place.

What the clocks do twice a year has one rule: a time that is skipped counts as just as long after
the change, and of a time that comes twice the first one is meant.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.rules.phone import describe

REMEMBERED = 10_000
COMMON = {
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Phoenix": "Arizona",
    "America/Los_Angeles": "Pacific",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "America/Puerto_Rico": "Puerto Rico",
    "UTC": "UTC",
}
"""Zones to choose from, with what people call them."""
CONTINENTS = frozenset({"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic"}) | {
    *("Australia", "Europe", "Indian", "Pacific", "Brazil", "Canada", "Chile", "Mexico", "US")
}
"""With what regions' zones begin."""
SHORT = {
    "America/New_York": "ET EST EDT EST5EDT EASTERN",
    "America/Chicago": "CT CST CDT CST6CDT CENTRAL",
    "America/Denver": "MT MST MDT MST7MDT MOUNTAIN",
    "America/Los_Angeles": "PT PST PDT PST8PDT PACIFIC",
    "America/Anchorage": "AKT AKST AKDT ALASKA",
    "Pacific/Honolulu": "HT HST HAWAII",
}
"""What people in the United States write for the zone of a region."""
_MEANT = {short: zone for zone, written in SHORT.items() for short in written.split()}


class Kind(StrEnum):
    """Whether a local time is there once, is skipped, or comes twice."""

    PLAIN = "plain"
    SKIPPED = "skipped"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Local:
    """A local time as the moment (UTC) that it means."""

    at: datetime
    kind: Kind


def known(name: str | None) -> str | None:
    """The zone's name if the time zone database has it."""
    try:
        return ZoneInfo(name).key if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def region(name: str | None) -> str | None:
    """The same where people live by it: `EST` or `Etc/GMT+5` is one clock for all the year."""
    found = known(name)
    first, _, city = (found or "").partition("/")
    return found if city and first in CONTINENTS else None


def meant(written: str) -> str | None:
    """The region's zone, also where somebody wrote it short (EST, Pacific time)."""
    plain = " ".join(written.split())
    return region(plain) or _MEANT.get(plain.upper().removesuffix(" TIME"))


@lru_cache(REMEMBERED)
def of_phone(phone: str) -> str | None:
    """The zone of a number (E.164), where its area has only one."""
    zones = describe(phone).timezones
    return known(zones[0]) if len(zones) == 1 else None


def moment(day: date, clock: time, zone: str) -> Local:
    """What that time of that day is in that zone, by the rule above."""
    meant = datetime.combine(day, clock.replace(tzinfo=None, fold=0))
    there = meant.replace(tzinfo=ZoneInfo(zone))
    at = there.astimezone(UTC)
    if at.astimezone(there.tzinfo).replace(tzinfo=None) != meant:
        return Local(at, Kind.SKIPPED)
    twice = there.utcoffset() != there.replace(fold=1).utcoffset()
    return Local(at, Kind.TWICE if twice else Kind.PLAIN)


def local(at: datetime, zone: str) -> datetime:
    """The moment as clocks there show it."""
    return at.astimezone(ZoneInfo(zone))


def clock(at: datetime, zone: str) -> str:
    """The time of day there: 8:05 AM PST."""
    there = local(at, zone)
    name = there.strftime("%Z")
    named = f"UTC{name[:3]}{f':{name[3:]}' if name[3:] else ''}" if name[:1] in "+-" else name
    return f"{there.hour % 12 or 12}:{there:%M} {'PM' if there.hour >= 12 else 'AM'} {named}"


def told(at: datetime, zone: str) -> str:
    """The moment as people there say it: Thu, Mar 5, 2026, 8:05 AM PST."""
    there = local(at, zone)
    return f"{there:%a, %b} {there.day}, {there.year}, {clock(at, zone)}"


def for_both(at: datetime, theirs: str | None, ours: str | None, us: str = "you") -> str:
    """The moment for the customer and for an agent, `us`; once where their clocks agree."""
    if theirs is None or ours is None:
        return told(at, theirs or ours or "UTC")
    one, other = local(at, theirs), local(at, ours)
    if one.utcoffset() == other.utcoffset():
        return told(at, theirs)
    same_day = one.date() == other.date()
    own = clock(at, ours) if same_day else told(at, ours)
    return f"{told(at, theirs)} for the customer, {own} for {us}"
