"""Somebody's own page has figures in a few lines."""

from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from domain.model import Campaign, Message
from domain.services import agents
from domain.services.figures import weeks
from domain.services.home import sums
from tests.clock import NOON
from tests.domain.build import OURS, POLICY, person
from tests.domain.figuring import LINES, NAMED, past

pytestmark = pytest.mark.usefixtures("db")
MONTH = timedelta(days=30)


def shown(*senders: str) -> dict[str, tuple[str, ...]]:
    return {one.title: one.lines for one in sums.told(senders, NOON, POLICY)}


def test_an_empty_house_has_figures_of_nothing() -> None:
    found = shown()
    assert len(found) == 2
    assert found["The last 7 days, beside the 7 before"][0].startswith("Sent: 0 (as before)")


def test_the_last_days_stand_beside_those_before_and_then_who_wrote_and_what_went() -> None:
    past(Random(1), NOON - MONTH, MONTH, 300)
    agents.learn(person("U1", name="Ann <b>"), NOON)
    plain = {"origin": "one", "body": "Hi", "purpose": "marketing", "sender": OURS}
    Campaign(id=NAMED[0], name="Spring", per_minute=1, created_at=NOON, **plain).save()
    found = shown()
    week = Message.objects(
        direction="outbound",
        status__in=("sent", "delivered"),
        attempted_at__gte=NOON - timedelta(days=8),
    )
    assert week.count()
    ann = next(line for line in found[sums.AGENTS] if "Ann" in line)
    assert ann.startswith("Ann <b>: ")
    assert {line.split(": ")[0] for line in found[sums.CAMPAIGNS]} >= {"Spring", str(NAMED[1])}
    one, other = (shown(line)[sums.LAST.format(days=30)][0] for line in LINES)
    assert one != other


def test_a_week_in_words_names_its_days_also_across_a_month_and_a_year() -> None:
    past(Random(1), NOON - MONTH, MONTH, 60)
    monday = weeks.monday(NOON, ZoneInfo("America/New_York"))
    told = weeks.told(monday, (), NOON, POLICY)
    assert told
    assert told.title == "Your texts, 23 February – 1 March 2026"
    assert len(told.chart.days) == 7
