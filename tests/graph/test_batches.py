"""One text to several people over the API: an answer for each, in the order given."""

from typing import Any

import pytest

from domain.model import Contact, Message, Number, Thread
from tests.clock import NOON
from tests.graph.desk import Program, person

SEND = """mutation($input: SendMessagesInput!) { sendMessages(input: $input) { __typename
  ... on Message { id status to body tags sentBy { ... on Token { id } } contact { name } }
  ... on Problem { code message help conflictId fields { field message } } } }"""
JANE, JOE, ANN = "+17605551234", "+17605551235", "+17605551236"


def send(me: Program, body: str = "We open at nine", **said: Any) -> list[dict[str, Any]]:
    """The answers of one call; what is not about recipients is about the text."""
    outer = {
        name: said.pop(name) for name in ("to", "contactIds", "idempotencyKey") if name in said
    }
    answers: list[dict[str, Any]] = me.do(SEND, input={"message": {"body": body} | said, **outer})
    return answers


@pytest.fixture
def agreed() -> None:
    """Jane and Joe have said yes."""
    for phone in (JANE, JOE):
        Number(phone=phone, level="express", consent_at=NOON).save()


def test_each_recipient_has_an_answer_in_the_order_given(me: Program, agreed: None) -> None:
    jane = person(JANE)
    answers = send(me, to=["760-555-1235", ANN], contactIds=[str(jane.id)], tags=["news"])
    assert [one["__typename"] for one in answers] == ["Message", "Problem", "Message"]
    assert [answers[0]["to"], answers[2]["to"]] == [JOE, JANE]
    assert answers[2]["contact"] == {"name": "Jane Doe"}
    assert (answers[0]["tags"], answers[0]["sentBy"]) == (["news"], {"id": me.token_id})


def test_a_refusal_names_the_recipient_and_makes_nobody(me: Program, agreed: None) -> None:
    good, bad = send(me, to=[JANE, "(760) 555-1236"])
    assert good["status"] == "QUEUED"
    assert (bad["code"], bad["fields"][0]["field"]) == ("OPT_IN_REQUIRED", "to.1")
    assert bad["fields"][0]["message"].startswith("(760) 555-1236: ")
    assert bad["help"]
    assert (Contact.objects.count(), Thread.objects.count()) == (1, 1)


def test_a_number_that_is_named_twice_gets_one_text(me: Program, agreed: None) -> None:
    first, second = send(me, to=[JANE, "760.555.1234"])
    assert first["id"] == second["id"]
    assert Message.objects.count() == 1


def test_a_key_sends_one_text_to_each(me: Program, agreed: None) -> None:
    first = send(me, to=[JANE, JOE], idempotencyKey="k1")
    assert send(me, to=[JANE, JOE], idempotencyKey="k1") == first
    other = send(me, "Something else", to=[JANE, JOE], idempotencyKey="k1")
    assert [one["code"] for one in other] == ["CONFLICT", "CONFLICT"]
    assert other[1]["fields"][0]["field"] == "idempotencyKey"
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"body": " "}, "MESSAGE_EMPTY", "message.body"),
        ({"purpose": "HELP"}, "INVALID_INPUT", "purpose"),
        ({"mediaUrls": ["http://m.example/1"]}, "MEDIA_REJECTED", "mediaUrls"),
        ({"mediaIds": ["nonsense"]}, "MEDIA_REJECTED", "mediaIds"),
        ({"idempotencyKey": "k" * 201}, "INVALID_INPUT", "idempotencyKey"),
        ({"sendAt": "2099-01-01T00:00:00Z"}, "INVALID_INPUT", "message.sendAt"),
    ],
)
def test_what_is_wrong_with_the_text_is_told_to_each(
    me: Program, agreed: None, said: dict[str, Any], code: str, field: str
) -> None:
    answers = send(me, to=[JANE, JOE], **said)
    assert [one["code"] for one in answers] == [code, code]
    assert field in [one["field"] for one in answers[0]["fields"]]
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, ["to"]),
        ({"to": [], "contactIds": []}, ["to"]),
        ({"to": [JANE] * 101}, ["to"]),
        ({"to": [JANE], "threadId": "x"}, ["message.threadId"]),
    ],
)
def test_what_is_wrong_with_the_call_is_one_problem(
    me: Program, agreed: None, said: dict[str, Any], fields: list[str]
) -> None:
    (problem,) = send(me, **said)
    assert (problem["__typename"], problem["code"]) == ("Problem", "INVALID_INPUT")
    assert [one["field"] for one in problem["fields"]] == fields
    assert Message.objects.count() == 0


def test_a_text_that_names_somebody_itself_is_not_sent(me: Program, agreed: None) -> None:
    told = {"to": [JANE], "message": {"to": JOE, "body": "Hello"}}
    (problem,) = me.do(SEND, input=told)
    assert [one["field"] for one in problem["fields"]] == ["message.to"]
    assert Message.objects.count() == 0


def test_a_hundred_people_get_their_texts(me: Program) -> None:
    phones = [f"+1760555{place:04}" for place in range(3000, 3100)]
    Number.objects.insert([Number(phone=phone, level="express") for phone in phones])
    answers = send(me, to=phones)
    assert [one["to"] for one in answers] == phones
    assert Message.objects(status="queued").count() == 100


def test_what_all_answers_together_would_cost_is_limited(me: Program, agreed: None) -> None:
    costly = """mutation($input: SendMessagesInput!) { sendMessages(input: $input) {
      ... on Message { contact { messages(first: 200) { nodes { id } } } }
      ... on Problem { code } } }"""
    told = {"to": [JANE] * 100, "message": {"body": "Hello"}}
    assert me.do(costly, input=told) == [{"code": "COST_LIMIT"}]
    assert Message.objects.count() == 0


def test_a_key_within_the_text_counts_where_the_call_has_none(me: Program, agreed: None) -> None:
    told = {"to": [JANE], "message": {"body": "Hello", "idempotencyKey": "k1"}}
    assert me.do(SEND, input=told) == me.do(SEND, input=told)
    assert Message.objects.get().origin == f"api:{me.token_id}/k1/{JANE}"
