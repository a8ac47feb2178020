"""Automatic answers over the API: kept, changed, tried; business hours set and read."""

from typing import Any

import pytest

from domain.model import AutoReply, BusinessHours, Message, Thread
from domain.services import threads
from domain.services.automation import replies, responding
from domain.services.automation.replies import CONSENT, HELPED, LEAVING, NO_KEYWORD, SIGNS
from tests.clock import NOON
from tests.domain.build import conversation, later, received
from tests.domain.replies import AWAY, rule, shut
from tests.graph.desk import OURS, POLICY, Program

SAVED = """mutation($id: ID, $input: AutoReplyInput!) { saveAutoReply(id: $id, input: $input) {
    ... on AutoReply { id name keywords match body enabled duringHours priority }
    ... on Problem { code message fields { field message } } } }"""
LISTED = "{ autoReplies { name enabled } }"
GONE = """mutation($id: ID!) { deleteAutoReply(id: $id) {
    ... on Deleted { id } ... on Problem { code } } }"""
HOURS = "timezone intervals { weekday from to } holidays holidayCalendar awayBody openNow"
SET = f"""mutation($input: BusinessHoursInput!) {{ setBusinessHours(input: $input) {{
    ... on BusinessHours {{ {HOURS} }}
    ... on Problem {{ code message fields {{ field message }} }} }} }}"""
TRIED = """query($thread: ID!, $text: String!, $at: DateTime) {
  previewAutoReply(threadId: $thread, text: $text, at: $at) { rule { name } body reason } }"""
HERE: dict[str, Any] = {"recipient": OURS, "policy": POLICY}
RULE = {"name": "Hours", "keywords": ["hours", "Open?"], "body": "Nine to five."}
WEEK = {
    "timezone": "America/New_York",
    "intervals": [{"weekday": day, "from": "09:00", "to": "17:00"} for day in range(1, 6)],
}


def save(me: Program, own: str | None = None, **changes: Any) -> Any:
    return me.ask(SAVED, id=own, input=RULE | changes)["saveAutoReply"]


def keep(me: Program, **changes: Any) -> Any:
    return me.ask(SET, input=WEEK | changes)["setBusinessHours"]


def test_a_rule_is_kept_with_what_holds_unless_it_is_said(me: Program) -> None:
    made = save(me)
    del made["id"]
    plain = {"match": "EXACT", "enabled": True, "duringHours": None, "priority": 0}
    assert made == RULE | plain
    assert me.ask(LISTED)["autoReplies"] == [{"name": "Hours", "enabled": True}]


def test_all_of_it_is_set_anew(me: Program) -> None:
    own = save(me, duringHours=True, priority=5)["id"]
    changed = save(me, own, match="CONTAINS", enabled=False)
    assert (changed["match"], changed["enabled"]) == ("CONTAINS", False)
    assert (changed["duringHours"], changed["priority"]) == (None, 0)
    stored = AutoReply._get_collection().find_one()
    assert stored is not None
    assert "duringHours" not in stored
    assert (stored["rev"], stored["createdAt"]) == (2, NOON)


def test_a_rule_is_deleted(me: Program) -> None:
    own = save(me)["id"]
    assert me.ask(GONE, id=own)["deleteAutoReply"] == {"id": own}
    assert me.ask(GONE, id=own)["deleteAutoReply"] == {"code": "NOT_FOUND"}
    assert save(me, own)["code"] == "NOT_FOUND"
    assert me.ask(LISTED)["autoReplies"] == []


@pytest.mark.parametrize(
    "word", ["STOP", "Help", "yes", "arrêt", "aide", "unstop", "join", "s t o p"]
)
def test_words_of_consent_are_refused_in_every_country(me: Program, word: str) -> None:
    """Row: §4.7"""
    made = save(me, keywords=["hours", word], match="CONTAINS")
    assert made["code"] == "INVALID_INPUT"
    assert made["fields"] == [{"field": "keywords", "message": CONSENT.format(word=word)}]


@pytest.mark.parametrize(
    ("keywords", "sentence"),
    [
        (["INFO"], HELPED.format(word="INFO")),
        (["remove me"], LEAVING.format(word="remove me")),
        (["ALTO"], LEAVING.format(word="ALTO")),
        (["\u0405\u0422\u041e\u0420"], LEAVING.format(word="\u0405\u0422\u041e\u0420")),
        (["🙂"], SIGNS.format(word="🙂")),
        (["  "], NO_KEYWORD),
        ([f"k{n}" for n in range(21)], replies.TOO_MANY_KEYWORDS),
        (["x" * 51], replies.TOO_LONG_A_KEYWORD),
    ],
)
def test_keywords_that_cannot_be(me: Program, keywords: list[str], sentence: str) -> None:
    made = save(me, keywords=keywords)
    assert made["fields"] == [{"field": "keywords", "message": sentence}]


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"body": "Hi {first_name}"}, "body", "write {first_name|something}"),
        ({"body": "Hi {"}, "body", "brace"),
        ({"body": " "}, "body", "needs words"),
        ({"body": "x" * 1_001}, "body", "1,000"),
        ({"body": "a\u0007"}, "body", "control characters"),
        ({"name": " "}, "name", "Give the rule a name"),
        ({"name": "x" * 101}, "name", "100 characters"),
        ({"name": "a\u0007"}, "name", "control characters"),
        ({"priority": 1_001}, "priority", "whole number"),
    ],
)
def test_what_cannot_be_a_rule(me: Program, changes: dict[str, Any], field: str, word: str) -> None:
    (told,) = save(me, **changes)["fields"]
    assert told["field"] == field
    assert word in told["message"]
    assert AutoReply.objects.count() == 0


def test_two_rules_have_no_one_name(me: Program) -> None:
    save(me)
    assert save(me, name=" hours ")["code"] == "CONFLICT"
    other = save(me, name="Other")["id"]
    assert save(me, other, name="HOURS")["code"] == "CONFLICT"


def test_there_are_a_hundred_rules_at_most(me: Program) -> None:
    fields = AutoReply._get_collection().find_one({"_id": rule("x").id}) or {}
    del fields["_id"]
    many = [fields | {"name": f"n{n}", "key": f"n{n}"} for n in range(99)]
    AutoReply._get_collection().insert_many(many)
    assert save(me)["message"] == replies.TOO_MANY


def test_before_anybody_has_set_them_it_is_always_open(me: Program) -> None:
    told = me.ask(f"{{ businessHours {{ {HOURS} }} }}")["businessHours"]
    assert told["openNow"]
    assert [one["weekday"] for one in told["intervals"]] == [1, 2, 3, 4, 5, 6, 7]
    assert told["intervals"][0] == {"weekday": 1, "from": "00:00", "to": "24:00"}
    assert (told["awayBody"], told["holidayCalendar"]) == (None, None)


def test_business_hours_are_set_and_set_anew(me: Program) -> None:
    more = {"holidays": ["12-24", "2026-12-31"], "holidayCalendar": "us-ca", "awayBody": AWAY}
    told = keep(me, **more)
    assert told == WEEK | more | {"holidayCalendar": "US-CA", "openNow": True}
    bare = keep(me, intervals=[])
    assert (bare["awayBody"], bare["holidays"], bare["openNow"]) == (None, [], False)
    assert me.ask("{ businessHours { openNow } }")["businessHours"] == {"openNow": False}
    assert BusinessHours.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone", "no time zone"),
        ({"holidayCalendar": "XX"}, "holidayCalendar", "no calendar"),
        ({"holidayCalendar": "US-XX"}, "holidayCalendar", "no calendar"),
        ({"holidayCalendar": "../x"}, "holidayCalendar", "no calendar"),
        ({"holidays": ["2026-02-30"]}, "holidays", "no day"),
        ({"holidays": ["24.12."]}, "holidays", "no day"),
        ({"holidays": ["12-24"] * 201}, "holidays", "200"),
        ({"awayBody": "Hi {name}"}, "awayBody", "{name|something}"),
        (
            {"intervals": [{"weekday": 8, "from": "09:00", "to": "17:00"}]},
            "intervals",
            "1 (Monday)",
        ),
        ({"intervals": [{"weekday": 1, "from": "9:00", "to": "17:00"}]}, "intervals", "09:00"),
        ({"intervals": [{"weekday": 1, "from": "24:00", "to": "17:00"}]}, "intervals", "24:00"),
        ({"intervals": [{"weekday": 1, "from": "09:00", "to": "09:00"}]}, "intervals", "no time"),
        (
            {
                "intervals": [
                    {"weekday": 7, "from": "22:00", "to": "02:00"},
                    {"weekday": 1, "from": "01:00", "to": "03:00"},
                ]
            },
            "intervals",
            "Monday 01:00 to 03:00 and Sunday 22:00 to 02:00 overlap",
        ),
    ],
)
def test_hours_that_cannot_be(me: Program, changes: dict[str, Any], field: str, word: str) -> None:
    (told,) = keep(me, **changes)["fields"]
    assert told["field"] == field
    assert word in told["message"]
    assert BusinessHours.objects.count() == 0


def tried(me: Program, text: str, at: str | None = None) -> Any:
    thread = Thread.objects.first()
    return me.ask(TRIED, thread=str(thread.id), text=text, at=at)["previewAutoReply"]


def everything() -> list[Any]:
    """All that is stored of texts and conversations."""
    return [list(noun._get_collection().find()) for noun in (Message, Thread)]


def test_the_test_bench_says_what_would_answer_and_writes_nothing(me: Program) -> None:
    conversation(**HERE)
    save(me, body="Hi {first_name|there}, nine to five.")
    keep(me, awayBody=AWAY)
    before = everything()
    assert tried(me, "hours") == {
        "rule": {"name": "Hours"},
        "body": "Hi there, nine to five.",
        "reason": "The rule “Hours” answers: the text is “hours”.",
    }
    assert tried(me, "Hello")["reason"] == "No rule has these words, and the business is open."
    night = tried(me, "Hello", "2026-03-05T03:00:00Z")
    assert (night["rule"], night["body"]) == (None, "We are closed and back tomorrow at 9:00 AM.")
    assert everything() == before


def test_the_test_bench_knows_what_was_answered(me: Program) -> None:
    shut()
    rule("price")
    text = received("Hello", **HERE)
    made = responding.answer(text, NOON, POLICY)
    assert made is not None
    assert "sent already" in tried(me, "Anybody?")["reason"]
    assert tried(me, "price")["body"]
    received("remove me", later(1), **HERE)
    assert "nobody has decided yet" in tried(me, "price")["reason"]
    assert threads.get(text.thread_id).held_for_review


def test_the_test_bench_wants_a_conversation_and_a_text(me: Program) -> None:
    nobody = "000000000000000000000001"
    (error,) = me.post(TRIED, thread=nobody, text="x").json()["errors"]
    assert error["extensions"]["code"] == "NOT_FOUND"
    conversation(**HERE)
    thread = str(Thread.objects.first().id)
    for wrong in ({"text": "x" * 1_601}, {"text": "x", "at": "9999-12-31T23:59:59Z"}):
        (error,) = me.post(TRIED, thread=thread, **wrong).json()["errors"]
        assert error["extensions"]["code"] == "INVALID_INPUT"


def test_an_automatic_answer_shows_whose_it_is(me: Program) -> None:
    rule("price")
    responding.answer(received("price", **HERE), NOON, POLICY)
    sent_by = "sentBy { __typename ... on System { name } }"
    asked = f"{{ messages(filter: {{ direction: OUTBOUND }}) {{ nodes {{ purpose {sent_by} }} }} }}"
    assert me.ask(asked)["messages"]["nodes"] == [
        {"purpose": "AUTO_REPLY", "sentBy": {"__typename": "System", "name": "price (automatic)"}}
    ]


@pytest.mark.parametrize(("word", "why"), [("x", replies.SHORT), ("No", replies.NEGATIVE)])
def test_what_is_in_many_texts_is_not_looked_for(me: Program, word: str, why: str) -> None:
    made = save(me, keywords=[word], match="CONTAINS")
    assert made["fields"] == [{"field": "keywords", "message": why.format(word=word)}]
    assert "id" in save(me, keywords=[word], match="EXACT")
