"""A week in figures, beside the week before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from domain.policy import Policy
from domain.rules.analytics import days, telling
from domain.services.figures.asking import Asked, Told, asked
from domain.values.figures import Chart

WEEK = timedelta(days=7)
TOLD_AT = time(9)
TITLE = "Your texts, {span}"
PICTURE = "Bars of texts a day: sent, received; the week before beside them."


@dataclass(frozen=True)
class Week:
    """In words, as a chart, and what the chart says in words."""

    title: str
    lines: tuple[str, ...]
    chart: Chart
    spoken: str


def monday(now: datetime, zone: ZoneInfo) -> date:
    """The last Monday at nine that has come."""
    today = now.astimezone(zone)
    day = today.date() - timedelta(days=today.weekday())
    return day if now >= told_at(day, zone) else day - WEEK


def told_at(day: date, zone: ZoneInfo) -> datetime:
    """When the week before that Monday is told."""
    return datetime.combine(day, TOLD_AT, zone)


def told(of: date, senders: Sequence[str], now: datetime, policy: Policy) -> Week | None:
    """The week before that Monday; None where nobody texted in it."""
    owner = {"sender": tuple(senders)} if senders else {}
    zone = ZoneInfo(policy.consent.zone)
    starts = [days.starts(of - back * WEEK, zone) for back in (2, 1, 0)]
    before, last = (
        asked(Asked(begin, end, "day", owner), now, policy) for begin, end in pairwise(starts)
    )
    counted = last.totals.figures
    if not counted.sent and not counted.received:
        return None
    costs = (last.totals.cost, before.totals.cost)
    title = TITLE.format(span=telling.span(of - WEEK, of))
    chart = _chart(title, last, before)
    lines = telling.lines(counted, before.totals.figures, costs, policy.rates.unit)
    return Week(title, lines, chart, _spoken(chart))


def _chart(title: str, last: Told, before: Told) -> Chart:
    return Chart(
        title=title,
        days=tuple(f"{date.fromisoformat(row.key):%a} {row.key[-2:]}" for row in last.rows),
        sent=tuple(row.figures.sent for row in last.rows),
        received=tuple(row.figures.received for row in last.rows),
        sent_before=tuple(row.figures.sent for row in before.rows),
        received_before=tuple(row.figures.received for row in before.rows),
    )


def _spoken(chart: Chart) -> str:
    """What the picture shows, for those who cannot see it."""
    told_days = (
        f"{day} {sent} sent, {received} received"
        for day, sent, received in zip(chart.days, chart.sent, chart.received, strict=True)
    )
    return f"{PICTURE} {'; '.join(told_days)}."
