"""What somebody's own page says in figures: the last days, who wrote most, which campaigns went."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bson import ObjectId

from domain.errors import Unavailable
from domain.model import Agent, Campaign
from domain.policy import Policy
from domain.rules.analytics import days, telling
from domain.rules.analytics.besttimes import Stretch
from domain.rules.analytics.figures import hour_of
from domain.services.figures.asking import NOBODY, Asked, Row, Told, asked
from domain.values import Sums

SPANS = (7, 30)
MOST = 5
ONE_DAY = timedelta(days=1)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LAST = "The last {days} days, beside the {days} before"
AGENTS, CAMPAIGNS = "Agents, last 30 days", "Campaigns, last 30 days"
TIMES = "When texts are answered most"
UNCOUNTED = "Not yet"


def told(senders: Sequence[str], now: datetime, policy: Policy) -> list[Sums]:
    """Figures of these senders, or of all; a reason where there are none yet."""
    owner = {"sender": tuple(senders)} if senders else {}
    zone = ZoneInfo(policy.consent.zone)
    month = days.starts(days.of(now, zone) - 29 * ONE_DAY, zone)
    try:
        found = [_span(each, owner, now, policy) for each in SPANS]
        agents = asked(Asked(month, now, "agent", owner), now, policy)
        sent = asked(Asked(month, now, "campaign", owner, times=True), now, policy)
    except Unavailable as error:
        return [Sums(UNCOUNTED, (error.message,))]
    parts = [(AGENTS, _agents(_top(agents))), (CAMPAIGNS, _campaigns(_top(sent)))]
    parts.append((TIMES, tuple(map(_time, sent.times))))
    return [*found, *(Sums(title, lines) for title, lines in parts if lines)]


def _span(length: int, owner: Mapping[str, tuple[str, ...]], now: datetime, policy: Policy) -> Sums:
    zone, span = ZoneInfo(policy.consent.zone), length * ONE_DAY
    begin = days.starts(days.of(now, zone) - span + ONE_DAY, zone)
    # To the hour, so that nothing has to be counted anew for what is long past.
    ends = (now, hour_of(now - span, zone))
    last, before = (
        asked(Asked(begin - back, end, "agent", owner), now, policy).totals
        for back, end in zip((timedelta(0), span), ends, strict=True)
    )
    costs = (last.cost, before.cost)
    lines = telling.lines(last.figures, before.figures, costs, policy.rates.unit)
    return Sums(LAST.format(days=length), lines)


def _top(found: Told) -> list[Row]:
    """Those who sent most."""
    return [row for row in found.rows if row.key != NOBODY and row.figures.sent][:MOST]


def _agents(rows: Sequence[Row]) -> tuple[str, ...]:
    known = Agent.objects(user_id__in=[row.key for row in rows]).only("user_id", "name")
    names = {one.user_id: one.name for one in known}
    return tuple(
        f"{names.get(row.key) or row.key}: {row.figures.sent:,} sent"
        f" · {telling.share(row.figures.response_rate)} answered"
        f" · first answer after {telling.waited(row.figures.response_seconds)}"
        for row in rows
    )


def _campaigns(rows: Sequence[Row]) -> tuple[str, ...]:
    known = Campaign.objects(id__in=[row.key for row in rows if ObjectId.is_valid(row.key)])
    names = {str(one.id): one.name for one in known.only("name")}
    return tuple(
        f"{names.get(row.key) or row.key}: {row.figures.sent:,} sent"
        f" · {telling.share(row.figures.response_rate)} answered"
        f" · {row.figures.opt_outs:,} opted out · {row.figures.clicks:,} clicked"
        for row in rows
    )


def _time(one: Stretch) -> str:
    return f"{WEEKDAYS[one.weekday - 1]} {one.start}:00 – {one.end}:00"
