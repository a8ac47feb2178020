"""Texts over the API: previewed, sent once, called back, shown as they are."""

from datetime import timedelta
from typing import Any

import pytest

from domain.model import Message, Number
from domain.policy import Policy
from tests.clock import NOON, FakeClock
from tests.graph.conftest import Api
from tests.graph.desk import OURS, Program, answered, conversation, person, program, text

SEND = """mutation($input: SendMessageInput!) { sendMessage(input: $input) {
  ... on Message { id status direction purpose from to body segments encoding sendAt tags origin
    media { url contentType } sentBy { ... on Token { id } } contact { name } thread { id }
    decision { allowed reasons rulesVersion problem { code } } statusHistory { status } }
  ... on Problem { code message conflictId help fields { field } } } }"""
PREVIEW = """query($input: SendMessageInput!) { previewMessage(input: $input) {
  body units segments encoding unicodeCulprits smartBody smartSegments estimatedPrice priceUnit
  missingVariables
  decision { allowed reasons needsConfirmation problem { code message help } } } }"""
ONE = """query($id: ID) { message(id: $id) { id status errorCode errorMessage errorHelp
  decision { allowed problem { code } } sentBy { __typename ... on Agent { id name } } } }"""
CANCEL = """mutation($id: ID!) { cancelMessage(id: $id) {
  ... on Message { id status } ... on Problem { code message } } }"""
RELEASE = CANCEL.replace("cancelMessage", "releaseMessage")


def send(me: Program, **said: Any) -> dict[str, Any]:
    return dict(me.do(SEND, input=said))


def preview(me: Program, **said: Any) -> dict[str, Any]:
    return dict(me.ask(PREVIEW, input=said)["previewMessage"])


@pytest.fixture
def agreed() -> None:
    """Jane's number has said yes."""
    Number(phone="+17605551234", level="express", consent_at=NOON).save()


def test_a_text_to_a_contact_is_queued(me: Program, agreed: None) -> None:
    contact = person()
    sent = send(me, contactId=str(contact.id), body="Hello Jane", tags=["crm"])
    assert (sent["status"], sent["to"], sent["from"]) == ("QUEUED", "+17605551234", OURS)
    assert sent["sentBy"] == {"id": me.token_id}
    assert sent["decision"]["reasons"] == ["opted_in"]
    assert sent["statusHistory"] == [{"status": "QUEUED"}]
    assert Message.objects.get(id=sent["id"]).dispatch.due_at == NOON


def test_a_text_to_a_new_number_makes_its_contact(me: Program, agreed: None) -> None:
    sent = send(me, to="(760) 555-1234", body="Hello")
    assert sent["contact"] == {"name": "+17605551234"}
    assert sent["thread"]["id"]


def test_an_answer_in_a_conversation_needs_no_opt_in(me: Program) -> None:
    thread = conversation(person())
    text(thread)
    sent = send(me, threadId=str(thread.id), body="Hello")
    assert sent["decision"]["reasons"] == ["wrote_recently"]


def test_a_key_sends_one_text(me: Program, agreed: None) -> None:
    first = send(me, to="7605551234", body="Hello", idempotencyKey="k1")
    assert send(me, to="7605551234", body="Hello", idempotencyKey="k1") == first
    assert first["origin"] == f"api:{me.token_id}/k1"
    other = send(me, to="7605551234", body="Something else", idempotencyKey="k1")
    assert other["code"] == "CONFLICT"
    assert Message.objects.count() == 1


def test_without_consent_nothing_leaves_and_the_refusal_is_kept(me: Program) -> None:
    refused = send(me, to="7605551234", body="Hello")
    assert refused["code"] == "OPT_IN_REQUIRED"
    assert refused["help"]
    kept = Message.objects.get(id=refused["conflictId"])
    assert kept.status == "refused"
    assert kept.dispatch.due_at is None


def test_a_number_that_said_stop_is_refused(me: Program) -> None:
    Number(phone="+17605551234", blocked=True, level="express").save()
    assert send(me, to="7605551234", body="Hello")["code"] == "OPTED_OUT"


@pytest.mark.parametrize(
    ("whom", "fields"),
    [
        ({}, ["to", "contactId", "threadId"]),
        ({"to": "7605551234", "contactId": "0" * 24}, ["to", "contactId", "threadId"]),
    ],
)
def test_one_addressee_must_be_named(me: Program, whom: dict[str, str], fields: list[str]) -> None:
    refused = send(me, body="Hello", **whom)
    assert refused["code"] == "INVALID_INPUT"
    assert [one["field"] for one in refused["fields"]] == fields


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"body": ""}, "MESSAGE_EMPTY"),
        ({"body": "   "}, "MESSAGE_EMPTY"),
        ({}, "MESSAGE_EMPTY"),
        ({"body": "x" * 1601}, "MESSAGE_TOO_LONG"),
        ({"body": "Hi", "to": "12345"}, "INVALID_PHONE"),
        ({"body": "Hi", "mediaUrls": ["http://example.com/a.png"]}, "MEDIA_REJECTED"),
        ({"body": "Hi", "mediaUrls": ["https://[bad"]}, "MEDIA_REJECTED"),
        ({"body": "Hi", "mediaUrls": ["https://example.com/a.png"] * 11}, "MEDIA_REJECTED"),
        ({"body": "Hi", "purpose": "HELP"}, "INVALID_INPUT"),
        ({"body": "Hi", "to": None, "threadId": "nonsense"}, "NOT_FOUND"),
        ({"body": "Hi", "senderId": "+15551112222"}, "NOT_CONFIGURED"),
    ],
)
def test_what_cannot_be_sent_is_said(
    me: Program, agreed: None, said: dict[str, Any], code: str
) -> None:
    refused = send(me, **{"to": "7605551234"} | said)
    assert refused["code"] == code
    assert refused["message"]
    assert Message.objects(status="queued").count() == 0


def test_a_text_for_later_is_scheduled(me: Program, agreed: None) -> None:
    sent = send(me, to="7605551234", body="Later", sendAt="2026-03-05T10:00:00-08:00")
    assert (sent["status"], sent["sendAt"]) == ("SCHEDULED", "2026-03-05T18:00:00.000Z")


def test_a_time_that_is_past_is_a_mistake(me: Program, agreed: None) -> None:
    refused = send(me, to="7605551234", body="Now", sendAt="2026-03-01T10:00:00Z")
    assert (refused["code"], refused["fields"][0]["field"]) == ("INVALID_INPUT", "sendAt")
    assert Message.objects.count() == 0


def test_the_same_request_is_the_same_text_when_its_time_has_passed(
    me: Program, agreed: None, clock: FakeClock
) -> None:
    at = (NOON + timedelta(hours=1)).isoformat()
    wish = {"to": "7605551234", "body": "Later", "sendAt": at, "idempotencyKey": "k"}
    first = send(me, **wish)
    clock.advance(hours=2)
    assert send(me, **wish)["id"] == first["id"]


def test_smart_encoding_changes_the_text_only_when_asked(me: Program, agreed: None) -> None:
    plain = send(me, to="7605551234", body="It’s me", smartEncoding=True)
    assert (plain["body"], plain["encoding"]) == ("It's me", "GSM7")
    asis = send(me, to="7605551234", body="It’s me")
    assert (asis["body"], asis["encoding"]) == ("It’s me", "UCS2")


def test_media_go_along(me: Program, agreed: None) -> None:
    sent = send(me, to="7605551234", mediaUrls=["https://example.com/a.png"])
    assert sent["media"] == [{"url": "https://example.com/a.png", "contentType": ""}]


def test_without_a_sender_it_says_which_setting_is_missing(api: Api, agreed: None) -> None:
    lonely = program(api(policy=Policy()), "read", "write")
    refused = send(lonely, to="7605551234", body="Hello")
    assert refused["code"] == "NOT_CONFIGURED"
    assert "TWILIO_PHONE_NUMBER" in refused["message"]


def test_a_preview_measures_and_judges_and_makes_nothing(me: Program, agreed: None) -> None:
    seen = preview(me, to="7605551234", body="It’s " + "x" * 70)
    assert (seen["units"], seen["segments"], seen["encoding"]) == (75, 2, "UCS2")
    assert (seen["unicodeCulprits"], seen["smartSegments"]) == (["’"], 1)
    assert seen["smartBody"].startswith("It's")
    assert (seen["estimatedPrice"], seen["priceUnit"]) == ("0.0158", "USD")
    assert seen["decision"] == {
        "allowed": True,
        "reasons": ["opted_in"],
        "needsConfirmation": False,
        "problem": None,
    }
    assert me.ask("{ contacts { totalCount } threads { totalCount } messages { totalCount } }") == {
        name: {"totalCount": 0} for name in ("contacts", "threads", "messages")
    }


def test_a_preview_says_why_not(me: Program) -> None:
    no = preview(me, to="7605551234", body="Hello")["decision"]
    assert not no["allowed"]
    assert no["problem"]["code"] == "OPT_IN_REQUIRED"


def test_a_preview_of_nothing_may_not_be_sent(me: Program, agreed: None) -> None:
    no = preview(me, to="7605551234", body="")["decision"]
    assert no["problem"]["code"] == "MESSAGE_EMPTY"


def test_a_queued_text_is_called_back_and_a_sent_one_is_not(me: Program, agreed: None) -> None:
    sent = send(me, to="7605551234", body="Hello", sendAt="2026-03-05T10:00:00Z")
    assert me.do(CANCEL, id=sent["id"]) == {"id": sent["id"], "status": "CANCELED"}
    assert me.do(CANCEL, id=sent["id"])["code"] == "TOO_LATE"
    gone = answered(conversation(person("+17605550188")), status="delivered")
    assert me.do(CANCEL, id=str(gone.id))["code"] == "TOO_LATE"


def test_a_held_text_is_released(me: Program) -> None:
    thread = conversation(person())
    later = {"state": "due", "due_at": NOON + timedelta(seconds=5)}
    held = answered(thread, status="held", dispatch=later)
    assert me.do(RELEASE, id=str(held.id))["status"] == "QUEUED"
    assert Message.objects.get(id=held.id).dispatch.due_at == NOON
    assert me.do(RELEASE, id=str(held.id))["code"] == "TOO_LATE"


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        *((status, True) for status in ("failed", "undelivered", "unknown", "refused", "canceled")),
        *((status, False) for status in ("delivered", "sent", "sending", "queued")),
    ],
)
def test_an_error_shows_only_while_it_counts(me: Program, status: str, shown: bool) -> None:
    error: dict[str, Any] = {
        "error_code": 30005,
        "error_message": "Unknown number",
        "error_help": "Check it.",
    }
    made = answered(conversation(person()), status=status, **error)
    seen = me.ask(ONE, id=str(made.id))["message"]
    told = (seen["errorCode"], seen["errorMessage"], seen["errorHelp"])
    assert told == ((30005, "Unknown number", "Check it.") if shown else (None, None, None))


def test_an_agent_who_is_not_on_record_is_still_named(me: Program) -> None:
    by = {"kind": "agent", "key": "U0GONE"}
    made = answered(conversation(person()), sent_by=by)
    author = me.ask(ONE, id=str(made.id))["message"]["sentBy"]
    assert author == {"__typename": "Agent", "id": "U0GONE", "name": "U0GONE"}


def test_a_text_is_found_by_the_carriers_id(me: Program) -> None:
    made = text(conversation(person()), twilio_sid="SM1")
    one = "query($sid: String) { message(twilioMessageSid: $sid) { id } }"
    assert me.ask(one, sid="SM1") == {"message": {"id": str(made.id)}}
    assert me.ask(one, sid="SM2") == {"message": None}
    assert me.refused(one)["extensions"]["code"] == "INVALID_INPUT"


def test_a_phone_number_is_formatted_and_checked(me: Program) -> None:
    facts = "query($n: String!) { phone(input: $n) { valid e164 country problem { code } } }"
    good = {"valid": True, "e164": "+17605551234", "country": "US", "problem": None}
    assert me.ask(facts, n="760-555-1234")["phone"] == good
    assert me.ask(facts, n="nope")["phone"]["problem"] == {"code": "INVALID_PHONE"}
