"""Rollups of past days, made anew again and again: what is late still finds its day.

A day is replaced whole, in one transaction: who is killed leaves the old one, and two who do it at
once leave one of theirs. Which day is next follows from when each was last counted, so there is no
mark that a crash could lose.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mongoengine import get_connection
from pymongo.client_session import ClientSession

from domain.model import Activity, Message, Rollup, RollupDay
from domain.rules.analytics import days
from domain.rules.analytics.figures import NAMES, Cell, Figures
from domain.services.figures.measuring import measured

Raw = dict[str, Any]
ALL, OWNERS = "all", Cell._fields[1:]
FRESH_DAYS, FRESH = 3, timedelta(minutes=5)
LATE_DAYS, LATE = 35, timedelta(days=1)
LONG_AGO, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
MARGIN = timedelta(seconds=30)
"""What is younger may not be stored yet by whoever is storing it."""


def rebuild(day: date, zone: ZoneInfo, now: datetime) -> None:
    """Count that day afresh, as far as it has come; safe to repeat at any time."""
    begin = days.starts(day, zone)
    until = max(begin, min(days.ends(day, zone), now - MARGIN))
    cells = measured(begin, until, zone, most=None)
    mark = {"day": str(day), "zone": zone.key, "until": until, "countedAt": now, "rev": 1}
    with get_connection().start_session() as session:
        session.with_transaction(lambda txn: _replace(txn, mark, _documents(str(day), cells)))


def _replace(session: ClientSession, mark: Raw, fresh: list[Raw]) -> None:
    own = {"day": mark["day"]}
    # First, so that two who count one day take turns.
    RollupDay._get_collection().replace_one(own, mark, upsert=True, session=session)
    rollups = Rollup._get_collection()
    rollups.delete_many(own, session=session)
    if fresh:
        rollups.insert_many(fresh, session=session)


def _documents(day: str, cells: dict[Cell, Figures]) -> list[Raw]:
    """Its rollups: by all owners together, and by each of them alone."""
    parted = ((ALL, OWNERS), *((owner, (owner,)) for owner in OWNERS))
    return [one for of, owners in parted for one in _of(of, owners, day, cells)]


def _of(of: str, owners: tuple[str, ...], day: str, cells: dict[Cell, Figures]) -> Iterator[Raw]:
    """One for each owner of cells, its hours in order."""
    whose: dict[tuple[str | None, ...], dict[datetime, Figures]] = defaultdict(
        lambda: defaultdict(Figures)
    )
    for cell, counted in cells.items():
        whose[tuple(getattr(cell, name) for name in owners)][cell.at] += counted
    for owner, hours in whose.items():
        yield {name: part for name, part in zip(owners, owner, strict=True) if part} | {
            "of": of,
            "day": day,
            "rev": 1,
            "sums": _stored(sum(hours.values(), Figures())),
            "hours": [{"at": at} | _stored(one) for at, one in sorted(hours.items())],
        }


def _stored(counted: Figures) -> Raw:
    return {name: count for name in NAMES if (count := getattr(counted, name))}


def next_day(zone: ZoneInfo, now: datetime) -> tuple[date, datetime] | None:
    """The day that is to be counted next, and when that is due; None where there is nothing."""
    first = beginning()
    if first is None:
        return None
    known = {one["day"]: one for one in RollupDay._get_collection().find()}
    return min(
        ((day, _due(day, zone, now, known.get(str(day)))) for day in _past(first, zone, now)),
        key=lambda one: (one[1], -one[0].toordinal()),
    )


def _past(first: datetime, zone: ZoneInfo, now: datetime) -> Iterator[date]:
    return days.between(first, max(now, first + timedelta(microseconds=1)), zone)


def _due(day: date, zone: ZoneInfo, now: datetime, mark: Raw | None) -> datetime:
    """What was never counted comes first, and the latest of it; an old day that is done never."""
    if mark is None or mark["zone"] != zone.key:
        return LONG_AGO
    age = (days.of(now, zone) - day).days
    if age < FRESH_DAYS:
        return mark["countedAt"] + FRESH  # type: ignore[no-any-return]
    unfinished = mark["until"] < days.ends(day, zone)
    if age < LATE_DAYS or unfinished:
        return mark["countedAt"] + LATE  # type: ignore[no-any-return]
    return NEVER


def rebuild_all(zone: ZoneInfo, now: datetime) -> Iterator[date]:
    """Count every day afresh, the latest first; each day that is done."""
    first = beginning()
    for day in reversed(list(_past(first, zone, now)) if first else []):
        rebuild(day, zone, now)
        yield day


def beginning() -> datetime | None:
    """When the first text was made, or the first amount recorded; None before either."""
    text = Message._get_collection().find_one({}, {"createdAt": 1}, sort=[("createdAt", 1)])
    value = Activity._get_collection().find_one({"kind": "value"}, {"at": 1}, sort=[("at", 1)])
    moments = [one for one in ((text or {}).get("createdAt"), (value or {}).get("at")) if one]
    return min(moments, default=None)
