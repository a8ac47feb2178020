"""Figures are the same whether they come from rollups, from the documents, or from both."""

from collections import Counter
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from domain.errors import InvalidInput, Unavailable
from domain.model import Message, Rollup, RollupDay
from domain.policy import ConsentPolicy, Policy
from domain.rules.analytics import days
from domain.rules.analytics.figures import Figures
from domain.services.figures import keeping, measuring
from domain.services.figures.asking import GROUPS, Asked, asked
from tests.clock import NOON
from tests.domain.build import POLICY, race
from tests.domain.figuring import by_the_book, past, some

pytestmark = pytest.mark.usefixtures("db")
WEEK = timedelta(days=7)
NEW_YORK = ZoneInfo("America/New_York")
ZONES = {
    "America/New_York": datetime(2026, 3, 5, 5, tzinfo=UTC),  # a night of 23 hours
    "Europe/Berlin": datetime(2026, 10, 22, tzinfo=UTC),  # a night of 25
    "Asia/Kolkata": datetime(2026, 3, 5, tzinfo=UTC),  # hours that begin at the half
    "America/Havana": datetime(2026, 10, 29, tzinfo=UTC),  # midnight comes twice
    "Asia/Beirut": datetime(2026, 3, 26, tzinfo=UTC),  # and not at all
}


def policy(zone: str) -> Policy:
    return replace(POLICY, consent=ConsentPolicy(zone=zone))


def told(what: Asked, now: datetime, zone: str) -> dict[str, Counter[str]]:
    """The rows in which there is anything."""
    rows = asked(what, now, policy(zone)).rows
    return {row.key: counts for row in rows if (counts := +Counter(asdict(row.figures)))}


def days_of(begin: datetime, zone: str) -> list[Any]:
    return list(days.between(begin, begin + WEEK, ZoneInfo(zone)))


@pytest.mark.parametrize("zone", ZONES)
def test_rollups_and_documents_together_say_what_each_text_says(zone: str) -> None:
    chance, begin, there = Random(zone), ZONES[zone], ZoneInfo(zone)
    texts = past(chance, begin, WEEK, 300)
    every = days_of(begin, zone)
    for day in chance.sample(every, 5):
        now = begin + chance.uniform(0, 8) * timedelta(days=1)
        keeping.rebuild(day, there, now)
    for group in GROUPS * 3:
        what = some(chance, begin, WEEK, group)
        book = by_the_book(texts, what, there)
        assert told(what, begin + WEEK, zone) == {key: +one for key, one in book.items() if +one}


def rollups() -> list[dict[str, Any]]:
    """All of them as they are stored, but for their ids."""
    kept = list(Rollup._get_collection().find({}, {"_id": 0}))
    return sorted(kept, key=repr)


def seeded(count: int = 40, begin: datetime = NOON - WEEK) -> list[dict[str, Any]]:
    return past(Random(1), begin, WEEK, count)


def test_to_count_a_day_twice_or_by_several_at_once_leaves_it_the_same() -> None:
    seeded()
    day = days.of(NOON - WEEK / 2, NEW_YORK)
    keeping.rebuild(day, NEW_YORK, NOON)
    once = rollups()
    race(*[partial(keeping.rebuild, day, NEW_YORK, NOON)] * 3)
    assert once
    assert rollups() == once
    assert RollupDay.objects.count() == 1


def test_who_is_killed_while_replacing_a_day_leaves_the_old_one(db: Database[Any]) -> None:
    seeded()
    day = days.of(NOON - WEEK / 2, NEW_YORK)
    keeping.rebuild(day, NEW_YORK, NOON)
    before = rollups()
    Message.objects.update(set__status="failed")
    db.command("collMod", "rollups", validator={"day": "never"})
    with pytest.raises(BulkWriteError):  # after the old one was taken away
        keeping.rebuild(day, NEW_YORK, NOON + WEEK)
    db.command("collMod", "rollups", validator={})
    assert rollups() == before
    assert RollupDay.objects.get().counted_at == NOON
    keeping.rebuild(day, NEW_YORK, NOON + WEEK)
    assert rollups() != before


def turns(now: datetime, most: int = 100) -> list[str]:
    """What a worker counts at that moment, in its order."""
    counted: list[str] = []
    while (wanted := keeping.next_day(NEW_YORK, now)) and wanted[1] <= now and most > len(counted):
        keeping.rebuild(wanted[0], NEW_YORK, now)
        counted.append(str(wanted[0]))
    return counted


def test_days_are_counted_the_latest_first_and_again_while_anything_may_change() -> None:
    assert keeping.next_day(NEW_YORK, NOON) is None
    seeded(begin=NOON - 8 * WEEK)
    first, today = str(days.of(NOON - 8 * WEEK, NEW_YORK)), str(days.of(NOON, NEW_YORK))
    every = turns(NOON)
    assert (every[0], every[-1], len(every)) == (today, first, 57)
    assert turns(NOON + timedelta(minutes=4)) == []
    assert turns(NOON + timedelta(minutes=5)) == every[:3]
    assert len(turns(NOON + timedelta(hours=30))) == 35
    assert turns(NOON + timedelta(hours=30)) == []


def test_another_zone_of_the_business_has_other_days() -> None:
    texts = seeded()
    turns(NOON)
    what = Asked(NOON - WEEK, NOON)
    book = by_the_book(texts, what, ZoneInfo("Asia/Kolkata"))
    assert told(what, NOON, "Asia/Kolkata") == {key: +one for key, one in book.items() if +one}
    assert keeping.next_day(ZoneInfo("Asia/Kolkata"), NOON) == (
        days.of(NOON, ZoneInfo("Asia/Kolkata")),
        keeping.LONG_AGO,
    )


def test_what_is_late_is_seen_once_its_day_is_counted_again() -> None:
    seeded()
    turns(NOON)
    what = Asked(NOON - WEEK, NOON, "agent")
    Message.objects(direction="outbound").update(set__status="delivered")
    stale = asked(what, NOON, POLICY).totals.figures.delivered
    sent = Message.objects(direction="outbound", attempted_at__not__gte=NOON).count()
    turns(NOON + timedelta(days=1))
    assert stale < asked(what, NOON + timedelta(days=1), POLICY).totals.figures.delivered == sent


def test_too_much_that_nobody_has_counted_yet_is_no_answer_but_a_reason() -> None:
    seeded()
    with pytest.raises(Unavailable, match="put together"):
        measuring.measured(NOON - WEEK, NOON, NEW_YORK, most=10)
    assert measuring.measured(NOON - WEEK, NOON, NEW_YORK, most=None)


@pytest.mark.parametrize("span", [timedelta(0), timedelta(seconds=-1), timedelta(days=733)])
def test_what_is_no_stretch_of_time_is_refused(span: timedelta) -> None:
    with pytest.raises(InvalidInput) as refused:
        asked(Asked(NOON, NOON + span), NOON, POLICY)
    assert refused.value.fields[0].field == "to"


def test_days_and_hours_without_anything_have_rows_too() -> None:
    found = asked(Asked(NOON - WEEK, NOON), NOON, POLICY)
    assert len(found.rows) == 8
    assert {row.figures for row in found.rows} == {Figures()}
    hours = asked(Asked(NOON - WEEK, NOON, "hour_of_week"), NOON, POLICY).rows
    assert (len(hours), hours[0].key, hours[-1].key) == (168, "1-00", "7-23")


def test_the_days_of_a_stretch_cost_together_what_it_costs() -> None:
    seeded()
    found = asked(Asked(NOON - WEEK, NOON), NOON, POLICY)
    assert abs(sum(row.cost for row in found.rows) - found.totals.cost) < Decimal("0.001")
    assert found.totals.cost > 0
