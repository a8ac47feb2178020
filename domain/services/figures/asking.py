"""Figures of a stretch of time: from rollups, and from the documents where those end."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain.policy import Policy
from domain.rules.analytics import days
from domain.rules.analytics.besttimes import Slot, Stretch, best
from domain.rules.analytics.figures import NONE, Cell, Figures
from domain.services.figures import measuring, rents, stored
from domain.services.figures.rents import Rents
from domain.services.figures.stored import HOURS, Wanted
from domain.services.people.fields import wrong

DAY, HOUR_OF_WEEK = "day", "hour_of_week"
GROUPS = (DAY, HOUR_OF_WEEK, "agent", "template", "campaign", "sender")
LONGEST = timedelta(days=2 * 366)
BACKWARDS = "This must be after `from`."
TOO_LONG = "Figures are of two years at most."
YEARS = range(1970, 9999)
TOO_FAR = f"Choose a time between the years {YEARS[0]} and {YEARS[-1]}."
NOBODY = "none"
MOST_ROWS = 1_000


@dataclass(frozen=True)
class Asked:
    """Which figures: `owner` is whose, by the names of Cell, each one of several; `times`: also
    when to send best.
    """

    begin: datetime
    end: datetime
    by: str = DAY
    owner: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    times: bool = False


@dataclass(frozen=True)
class Row:
    """Figures of one day, hour, agent and so on, with all that it cost."""

    key: str
    figures: Figures
    cost: Decimal


@dataclass(frozen=True)
class Told:
    """The answer."""

    totals: Row
    rows: list[Row]
    times: list[Stretch]


def asked(what: Asked, now: datetime, policy: Policy) -> Told:
    """The figures; InvalidInput for no stretch of time, Unavailable while too much is uncounted."""
    for name, at in (("from", what.begin), ("to", what.end)):
        if at.year not in YEARS:
            raise wrong(name, TOO_FAR)
    if what.begin >= what.end:
        raise wrong("to", BACKWARDS)
    if what.end - what.begin > LONGEST:
        raise wrong("to", TOO_LONG)
    zone = ZoneInfo(policy.consent.zone)
    ways = [HOURS if what.by == HOUR_OF_WEEK else what.by]
    ways += [HOURS] if what.times and HOURS not in ways else []
    sums = _summed(Wanted(what.begin, what.end, zone, what.owner), ways)
    weekly = _weekly(sums[-1], zone) if ways[-1] == HOURS else {}
    found = _every_hour(weekly) if what.by == HOUR_OF_WEEK else sums[0]
    own = rents.of(what.owner, now, policy)
    total = sum(found.values(), NONE)
    cost = total.cost(policy.rates) + own.between(what.begin, what.end)
    times = {slot: (one.pushed, one.heard) for slot, one in weekly.items()}
    return Told(
        Row("total", total, cost),
        _rows(what, found, zone, own),
        best(times) if what.times else [],
    )


def _summed(wanted: Wanted, ways: list[str]) -> list[dict[Any, Figures]]:
    """What is stored, and what is not yet, in each of the ways."""
    plan, found = stored.read(wanted, ways)
    for begin, end in plan.rest:
        for cell, counted in measuring.measured(begin, end, wanted.zone).items():
            if all(getattr(cell, name) in some for name, some in wanted.owner.items()):
                for by, into in zip(ways, found, strict=True):
                    into[_key(cell, by, wanted.zone)] += counted
    return found


def _key(cell: Cell, by: str, zone: ZoneInfo) -> Any:
    return str(days.of(cell.at, zone)) if by == DAY else getattr(cell, by)


def _weekly(hours: Mapping[datetime, Figures], zone: ZoneInfo) -> dict[Slot, Figures]:
    found: dict[Slot, Figures] = defaultdict(Figures)
    for at, counted in hours.items():
        there = at.astimezone(zone)
        found[Slot(there.isoweekday(), there.hour)] += counted
    return found


def _every_hour(hours: Mapping[Slot, Figures]) -> dict[Any, Figures]:
    every = [Slot(weekday, hour) for weekday in range(1, 8) for hour in range(24)]
    return {f"{slot.weekday}-{slot.hour:02}": hours.get(slot, NONE) for slot in every}


def _rows(what: Asked, found: Mapping[Any, Figures], zone: ZoneInfo, own: Rents) -> list[Row]:
    """In the order of time, else those who sent most first; numbers cost days and senders."""
    if what.by == HOUR_OF_WEEK:
        return [_row(key, one, own) for key, one in found.items()]
    if what.by == DAY:
        return [
            _row(str(day), found.get(str(day), NONE), own, *_within(day, what, zone))
            for day in days.between(what.begin, what.end, zone)
        ]
    rows = [_row(key or NOBODY, one, own) for key, one in found.items()]
    if what.by == "sender":
        silent = dict.fromkeys(own.senders.keys() - found.keys(), NONE)
        rows = [
            _row(key or NOBODY, one, own, what.begin, what.end, key)
            for key, one in {**found, **silent}.items()
        ]
    order = sorted(rows, key=lambda row: (-row.figures.sent, -row.figures.received, row.key))
    return order[:MOST_ROWS]


def _row(key: str, counted: Figures, own: Rents, *rented: Any) -> Row:
    """A row, with what numbers cost in the time (and of the sender) that is given."""
    rent = own.between(*rented) if rented and rented[-1] is not None else Decimal(0)
    return Row(key, counted, counted.cost(own.rates) + rent)


def _within(day: date, what: Asked, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return max(what.begin, days.starts(day, zone)), min(what.end, days.ends(day, zone))
