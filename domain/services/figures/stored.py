"""Rollups, summed by the database."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mongoengine import get_connection
from pymongo.client_session import ClientSession

from domain.model import Rollup, RollupDay
from domain.rules.analytics import days
from domain.rules.analytics.figures import NAMES, Figures, figures
from domain.services.figures import spans
from domain.services.figures.keeping import ALL, OWNERS
from domain.services.figures.spans import Plan

Raw = dict[str, Any]
HOURS = "at"


@dataclass(frozen=True)
class Wanted:
    """Which rollups, by whose they are, and by which of their fields they are summed.

    `by`: `day`, `at` (the hour) or one of agent, template, campaign and sender.
    """

    begin: datetime
    end: datetime
    zone: ZoneInfo
    owner: Mapping[str, tuple[str, ...]]


def read(wanted: Wanted, ways: Sequence[str]) -> tuple[Plan, list[dict[Any, Figures]]]:
    """What rollups say of that time, summed in each of these ways, and what they do not cover.

    All as of one moment: no day is seen half replaced.
    """
    with get_connection().start_session(snapshot=True) as session:
        plan = spans.planned(wanted.begin, wanted.end, wanted.zone, _known(wanted, session))
        return plan, [_summed(plan, wanted.owner, by, session) for by in ways]


def _known(wanted: Wanted, session: ClientSession) -> dict[str, datetime]:
    """Until when each day was counted, of those that were."""
    all_days = [*map(str, days.between(wanted.begin, wanted.end, wanted.zone))]
    within = {"day": {"$gte": all_days[0], "$lte": all_days[-1]}, "zone": wanted.zone.key}
    found = RollupDay._get_collection().find(within, {"day": 1, "until": 1}, session=session)
    return {one["day"]: one["until"] for one in found}


def _summed(
    plan: Plan, owner: Mapping[str, tuple[str, ...]], by: str, session: ClientSession
) -> dict[Any, Figures]:
    found: dict[Any, Figures] = defaultdict(Figures)
    for stages in _stages(plan, owner, by):
        for row in Rollup._get_collection().aggregate(stages, session=session):
            found[row["_id"]] += figures(row)
    return found


def _stages(plan: Plan, owner: Mapping[str, tuple[str, ...]], by: str) -> list[list[Raw]]:
    """Days of which all counts, and those of which some hours do."""
    made: list[list[Raw]] = []
    whose: Raw = {name: {"$in": list(some)} for name, some in owner.items()}
    whose |= {"of": _of({*owner, by} & {*OWNERS})}
    if plan.whole:
        match = {"$match": {"day": {"$in": plan.whole}, **whose}}
        hourly = by == HOURS
        unwound: list[Raw] = [{"$unwind": "$hours"}] if hourly else []
        made.append([match, *unwound, _group(by, "hours" if hourly else "sums")])
    if plan.hours:
        match = {"$match": {"day": {"$in": [*plan.hours]}, **whose}}
        some = [
            {"day": day, "hours.at": {"$gte": first, "$lt": last}}
            for day, (first, last) in plan.hours.items()
        ]
        made.append([match, {"$unwind": "$hours"}, {"$match": {"$or": some}}, _group(by, "hours")])
    return made


def _of(named: set[str]) -> str:
    """Which rollups are the fewest that tell apart what was asked."""
    if not named:
        return "sender"
    return named.pop() if len(named) == 1 else ALL


def _group(by: str, part: str) -> Raw:
    key = "$hours.at" if by == HOURS else f"${by}"
    return {"$group": {"_id": key, **{name: {"$sum": f"${part}.{name}"} for name in NAMES}}}
