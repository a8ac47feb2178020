"""Somebody's hours for tests: a local moment, and whether an advertisement may leave then."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.rules.hours import Hours, find

EAST, MIDDLE, MOUNTAIN, WEST = (
    f"America/{name}" for name in ("New_York", "Chicago", "Denver", "Los_Angeles")
)
NUMBERS = {
    "NY": "+12125550101",
    "AL": "+12055550101",
    "CT": "+12035550101",
    "FL": "+13055550101",
    "KY": "+15025550101",
    "LA": "+15045550101",
    "MA": "+16175550101",
    "MD": "+14105550101",
    "MI": "+13135550101",
    "MN": "+16125550101",
    "MS": "+16015550101",
    "NJ": "+12015550101",
    "NM": "+15055550101",
    "NV": "+17025550101",
    "OK": "+14055550101",
    "PA": "+12155550101",
    "RI": "+14015550101",
    "TX": "+15125550101",
    "UT": "+18015550101",
    "VA": "+17035550101",
    "WA": "+12065550101",
}
"""One of each state, as its area code says; New York stands for those without a row."""


def at(said: str, zone: str = EAST) -> datetime:
    """`2026-03-04 19:59` there, as a moment."""
    return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def hours(state: str, reading: str = "safe") -> Hours:
    """The hours of somebody with a number of that state."""
    return Hours(reading=reading, place=find(NUMBERS[state]))


def leaves(them: Hours, moment: datetime) -> bool:
    """Whether advertising may leave then."""
    return them.advertising(moment).at == moment


def allowed(them: Hours, day: str) -> str:
    """The hours of that local day, as `9:00-20:00`, or `none`: each quarter of an hour is asked."""
    zone = them.zones[0]
    start = at(f"{day} 00:00", zone)
    minutes = [15 * each for each in range(96)]
    found = [one for one in minutes if leaves(them, start + timedelta(minutes=one))]
    if not found:
        return "none"
    assert found == list(range(found[0], found[-1] + 1, 15)), "one window without holes"
    return "-".join(f"{one // 60}:{one % 60:02}" for one in (found[0], found[-1] + 15))
