"""What of a stretch of time the rollups know, and what must be counted from the documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.rules.analytics import days
from domain.rules.analytics.figures import HOUR, hour_of

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Plan:
    """Days whose rollups count whole; days of which the hours within a span count; and the rest."""

    whole: list[str] = field(default_factory=list)
    hours: dict[str, Span] = field(default_factory=dict)
    rest: list[Span] = field(default_factory=list)


def planned(begin: datetime, end: datetime, zone: ZoneInfo, known: Mapping[str, datetime]) -> Plan:
    """The plan; `known` says of the days that have rollups until when they were counted."""
    plan = Plan()
    rest: list[Span] = []
    for day in days.between(begin, end, zone):
        start, over = max(begin, days.starts(day, zone)), min(end, days.ends(day, zone))
        until = known.get(str(day))
        if until is None:
            rest.append((start, over))
        elif (start, over) == (days.starts(day, zone), days.ends(day, zone)):
            plan.whole.append(str(day))
            rest.append((until, over))
        else:
            first, last = _hours(start, min(over, until), zone)
            plan.hours[str(day)] = (first, last)
            rest += [(start, min(first, over)), (max(last, start), over)]
    return Plan(plan.whole, plan.hours, joined(rest))


def _hours(start: datetime, end: datetime, zone: ZoneInfo) -> Span:
    """The whole hours within; an empty span at the start where there are none."""
    first = hour_of(start, zone)
    first = first if first == start else first + HOUR
    last = hour_of(end, zone)
    return (first, last) if first < last else (start, start)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same moments in as few spans as can be."""
    found: list[Span] = []
    for start, end in sorted(one for one in spans if one[0] < one[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
