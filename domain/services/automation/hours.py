"""The business hours, of which there is one set: kept, and read as rules judge by them."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain.model import BusinessHours, OpenInterval
from domain.policy import Policy
from domain.rules import zones
from domain.rules.replying.business import ALWAYS, Hours, Interval, public
from domain.rules.replying.week import DAYS, clock
from domain.services.automation import phrasing
from domain.services.people.fields import wrong

KEY = "main"
MOST_INTERVALS, MOST_HOLIDAYS = 70, 200
LEAP_YEAR = 2_000
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)
_DAY = re.compile(r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})", re.ASCII)
_CALENDAR = re.compile(r"[A-Z]{2}(-[A-Za-z0-9]{1,10})?", re.ASCII)
ZONE = "“{said}” is no time zone: write one such as America/New_York."
WEEKDAY = "A weekday is a number from 1 (Monday) to 7 (Sunday)."
TIME = "“{said}” is no time of day: write 09:00, or 24:00 for the end of the day."
NOTHING = "From {said} to {said} is no time at all: for a whole day write 00:00 to 24:00."
OVERLAP = "{one} and {other} overlap: make one of them."
TOO_MANY = f"There can be at most {MOST_INTERVALS} intervals in a week."
HOLIDAY = "“{said}” is no day: write 2026-12-24, or 12-24 for every year."
TOO_MANY_HOLIDAYS = f"There can be at most {MOST_HOLIDAYS} days of your own."
CALENDAR = "“{said}” is no calendar of holidays: write a country such as US, or US-CA for a part."


class Opening(NamedTuple):
    """Open on that weekday (1 is Monday) from one time to another, as `09:00`."""

    weekday: int
    start: str
    end: str


@dataclass(frozen=True)
class Wish:
    """Business hours as they are to be; without an interval the business stays shut."""

    zone: str
    intervals: Sequence[Opening] = ()
    holidays: Sequence[str] = ()
    calendar: str | None = None
    away: str | None = None


def kept() -> BusinessHours | None:
    """What was set; None before that."""
    found: BusinessHours | None = BusinessHours.objects(key=KEY).first()
    return found


def business_hours(policy: Policy) -> BusinessHours:
    """What was set; before that, open at any time in the business's own zone."""
    if (found := kept()) is not None:
        return found
    always = [OpenInterval(**one._asdict()) for one in map(_opening, ALWAYS)]
    return BusinessHours(key=KEY, timezone=policy.consent.zone, intervals=always)


def of(found: BusinessHours) -> Hours:
    """As rules judge by them."""
    return Hours(
        zone=found.timezone,
        intervals=tuple(
            Interval(one.weekday, _minute(one.start), _minute(one.end)) for one in found.intervals
        ),
        holidays=frozenset(found.holidays),
        calendar=found.holiday_calendar,
    )


def set_to(wish: Wish, now: datetime, policy: Policy) -> BusinessHours:
    """Keep them in place of those before; InvalidInput that names the field."""
    fields = _stored(wish, policy) | {"updatedAt": now}
    gone = {name: "" for name, value in fields.items() if value is None}
    update: dict[str, Any] = {"$set": {name: fields[name] for name in fields if name not in gone}}
    update |= {"$inc": {"rev": 1}} | ({"$unset": gone} if gone else {})
    while True:
        try:
            found = BusinessHours._get_collection().find_one_and_update(
                {"key": KEY}, update, upsert=True, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:
            continue  # somebody else has just set the first ones
        made: BusinessHours = BusinessHours._from_son(found)
        return made


def _stored(wish: Wish, policy: Policy) -> dict[str, Any]:
    zone = zones.known(wish.zone.strip())
    if zone is None:
        raise wrong("timezone", ZONE.format(said=wish.zone[:50]))
    away = wish.away.strip() if wish.away else ""
    return {
        "timezone": zone,
        "intervals": [
            {"weekday": one.weekday, "from": one.start, "to": one.end}
            for one in map(_opening, _intervals(wish.intervals))
        ],
        "holidays": _holidays(wish.holidays),
        "holidayCalendar": _calendar(wish.calendar),
        "awayBody": phrasing.checked(away, policy, "awayBody") if away else None,
    }


def _intervals(said: Sequence[Opening]) -> list[Interval]:
    """In the order of the week, none of them in another."""
    if len(said) > MOST_INTERVALS:
        raise wrong("intervals", TOO_MANY)
    found = sorted({_interval(one) for one in said})
    for place, one in enumerate(found):
        for other in found[place + 1 :]:
            if one.overlaps(other):
                raise wrong("intervals", OVERLAP.format(one=_said(one), other=_said(other)))
    return found


def _interval(said: Opening) -> Interval:
    if said.weekday not in range(1, 8):
        raise wrong("intervals", WEEKDAY)
    for one in (said.start, said.end):
        if not _CLOCK.fullmatch(one) or said.start == "24:00":
            raise wrong("intervals", TIME.format(said=one[:20]))
    start, end = _minute(said.start), _minute(said.end)
    if start == end:
        raise wrong("intervals", NOTHING.format(said=said.start))
    return Interval(said.weekday, start, end)


def _holidays(said: Sequence[str]) -> list[str]:
    if len(said) > MOST_HOLIDAYS:
        raise wrong("holidays", TOO_MANY_HOLIDAYS)
    for one in said:
        found = _DAY.fullmatch(one)
        try:
            year, month, day = found.groups() if found else ("0", "0", "0")
            date(int(year or LEAP_YEAR), int(month), int(day))
        except ValueError as error:
            raise wrong("holidays", HOLIDAY.format(said=one[:20])) from error
    return sorted(set(said))


def _calendar(said: str | None) -> str | None:
    if not said or not said.strip():
        return None
    country, bar, part = said.strip().partition("-")
    for name in dict.fromkeys((f"{country.upper()}{bar}{part}", said.strip().upper())):
        with suppress(ValueError):
            if _CALENDAR.fullmatch(name) and public(name, LEAP_YEAR):
                return name
    raise wrong("holidayCalendar", CALENDAR.format(said=said[:20]))


def _minute(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _opening(one: Interval) -> Opening:
    return Opening(one.weekday, clock(one.start), clock(one.end))


def _said(one: Interval) -> str:
    return f"{DAYS[one.weekday - 1]} {clock(one.start)} to {clock(one.end)}"
