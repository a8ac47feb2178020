"""Figures over the API: what was asked is answered, and what makes no sense is a reason."""

from datetime import timedelta
from typing import Any

import pytest
from bson import Decimal128

from domain.model import Message
from domain.services import agents
from domain.values import Person
from tests.clock import NOON
from tests.graph.desk import OURS, Program, answered, conversation, person, text

FIGURES = """query($from: DateTime!, $to: DateTime!, $by: AnalyticsGroup, $of: AnalyticsFilter) {
  analytics(from: $from, to: $to, groupBy: $by, filter: $of) {
    totals { key sent delivered failed received replies responseRate firstResponseSeconds optOuts
      clicks conversions cost value }
    rows { key sent received replies cost value } bestSendTimes { weekday from to } } }"""
VALUE = """mutation($id: ID!, $amount: Decimal!, $key: String) {
  recordValue(contactId: $id, amount: $amount, idempotencyKey: $key) {
  ... on Activity { id kind text } ... on Problem { code fields { field } } } }"""
DAY = {"from": "2026-03-04T05:00:00Z", "to": "2026-03-05T05:00:00Z"}  # in New York


def told(me: Program, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = me.ask(FIGURES, **DAY | asked)["analytics"]
    return found


@pytest.fixture
def busy(me: Program) -> None:
    """Somebody wrote, was answered after ninety seconds, and answered that."""
    ann = Person("U1", "T1", "Ann", "ann@example.com", False, False, False, False)
    agents.learn(ann, NOON)
    talk = conversation(person())
    text(talk, 1, response_seconds=90, answered_by={"kind": "agent", "key": "U1"}, segments=1)
    answered(
        talk,
        3,
        sent_by={"kind": "agent", "key": "U1"},
        attempted_at=NOON + timedelta(minutes=3),
        replied_at=NOON + timedelta(minutes=9),
        price=Decimal128("0.0100"),
        segments=1,
    )
    answered(talk, 5, status="failed", attempted_at=NOON + timedelta(minutes=5))


@pytest.mark.usefixtures("busy")
def test_what_became_of_texts_is_told_by_whatever_is_asked_for(me: Program) -> None:
    found = told(me, by="AGENT")
    totals = found["totals"]
    counts = {"sent": 1, "delivered": 1, "failed": 1, "received": 1, "replies": 1}
    assert counts.items() <= totals.items()
    assert (totals["key"], totals["responseRate"], totals["firstResponseSeconds"]) == (
        "total",
        1,
        90,
    )
    assert (totals["optOuts"], totals["clicks"], totals["conversions"]) == (0, 0, 0)
    assert [(one["key"], one["sent"], one["received"]) for one in found["rows"]] == [
        ("U1", 1, 0),
        ("none", 0, 1),
    ]
    assert found["bestSendTimes"] == []


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("DAY", ["2026-03-04"]),
        ("SENDER", [OURS]),
        ("TEMPLATE", ["none"]),
        ("CAMPAIGN", ["none"]),
    ],
)
def test_each_way_of_grouping_says_the_same_together(me: Program, by: str, keys: list[str]) -> None:
    found = told(me, by=by)
    assert [one["key"] for one in found["rows"]] == keys
    for name in ("sent", "received", "replies"):
        assert sum(one[name] for one in found["rows"]) == found["totals"][name] == 1


@pytest.mark.usefixtures("busy")
def test_hours_of_the_week_are_those_of_the_business(me: Program) -> None:
    rows = told(me, by="HOUR_OF_WEEK")["rows"]
    assert [one["key"] for one in rows if one["sent"]] == ["3-15"]  # Wednesday, three in New York
    assert len(rows) == 168


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(
    ("of", "sent", "received"),
    [
        ({"agentId": "U1"}, 1, 0),
        ({"agentId": "U2"}, 0, 0),
        ({"senderId": OURS}, 1, 1),
        ({"agentId": "U1", "senderId": "+15550000000"}, 0, 0),
        ({"agentId": None}, 1, 1),
        (None, 1, 1),
    ],
)
def test_figures_of_some_are_of_those_alone(
    me: Program, of: dict[str, str] | None, sent: int, received: int
) -> None:
    totals = told(me, of=of)["totals"]
    assert (totals["sent"], totals["received"]) == (sent, received)


def test_when_texts_are_answered_most_is_told_where_there_are_enough(me: Program) -> None:
    talk = conversation(person())
    for place in range(20):
        at = NOON + timedelta(minutes=place)
        ours = {"attempted_at": at, "purpose": "marketing", "replied_at": at}
        answered(talk, place, **ours)
    assert told(me)["bestSendTimes"] == [{"weekday": 3, "from": "15:00", "to": "16:00"}]
    Message.objects.first().delete()
    assert told(me)["bestSendTimes"] == []


@pytest.mark.parametrize(
    "wrong",
    [{"to": DAY["from"]}, {"to": "2026-03-04T04:59:59Z"}, {"from": "2024-02-01T00:00:00Z"}],
)
def test_what_is_no_stretch_of_time_is_an_error_with_its_field(
    me: Program, wrong: dict[str, str]
) -> None:
    error = me.refused(FIGURES, **DAY | wrong)
    assert error["extensions"]["code"] == "INVALID_INPUT"
    assert error["extensions"]["fields"][0]["field"] == "to"


def test_what_was_brought_is_recorded_once_for_each_key(me: Program) -> None:
    who = str(person().id)
    first, second = (me.do(VALUE, id=who, amount="12.5", key="k1") for _ in range(2))
    assert first == second
    assert (first["kind"], first["text"]) == ("value", "Value of 12.50 recorded.")
    assert told(me)["totals"]["value"] == "12.50"
    other = me.do(VALUE, id=who, amount="13", key="k1")
    assert (other["code"], other["fields"]) == ("CONFLICT", [{"field": "idempotencyKey"}])
    refused = me.do(VALUE, id=who, amount="0")
    assert (refused["code"], refused["fields"]) == ("INVALID_INPUT", [{"field": "amount"}])
