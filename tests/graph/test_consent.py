"""Consent over the API: into the ledger once, in force at once."""

from dataclasses import replace
from typing import Any

import pytest

from domain.model import ConsentEvent, Message, Number
from domain.policy import ConsentPolicy
from tests.graph.conftest import Api
from tests.graph.desk import POLICY, Program, answered, conversation, person, program

RECORD = """mutation($id: ID!, $input: ConsentInput!) {
  recordConsent(contactId: $id, input: $input) {
  ... on ConsentEvent { id phone action level scope method at wording wordingVersion ip note
    recordedAt recordedFromIp recordedBy { __typename ... on Token { id name scopes } }
    contact { preferences { smsOptIn } consent { level optedOutAt } } text: message { id } }
  ... on Problem { code message help fields { field } } } }"""
YES = {"action": "OPT_IN", "method": "FORM", "wording": "I agree to texts."}
NO = {"action": "OPT_OUT", "method": "PHONE_CALL", "note": "Said so on the phone."}


def record(me: Program, contact_id: Any, said: dict[str, Any], **more: Any) -> dict[str, Any]:
    return dict(me.do(RECORD, id=str(contact_id), input=said | more))


def test_a_yes_is_recorded_with_who_wrote_it_down(me: Program) -> None:
    event = record(me, person().id, YES)
    assert event["phone"] == "+17605551234"
    assert event["recordedBy"]["__typename"] == "Token"
    assert event["recordedBy"]["id"] == me.token_id
    assert event["recordedFromIp"] == "127.0.0.1"
    assert event["contact"]["preferences"]["smsOptIn"]
    assert event["contact"]["consent"]["level"] == "EXPRESS"


def test_a_no_is_in_force_at_once_and_calls_back_what_waits(me: Program) -> None:
    contact = person()
    thread = conversation(contact)
    waiting = answered(thread, status="queued", dispatch={"state": "due", "due_at": None})
    event = record(me, contact.id, NO)
    assert event["level"] == "NONE"
    assert not event["contact"]["preferences"]["smsOptIn"]
    assert event["contact"]["consent"]["optedOutAt"]
    assert Message.objects.get(id=waiting.id).status == "canceled"


def test_a_key_records_once(me: Program) -> None:
    contact = person()
    first = record(me, contact.id, YES, idempotencyKey="form-9")
    assert record(me, contact.id, YES, idempotencyKey="form-9")["id"] == first["id"]
    assert ConsentEvent.objects.count() == 1


def test_a_key_does_not_serve_for_the_opposite(me: Program) -> None:
    contact = person()
    record(me, contact.id, YES, idempotencyKey="form-9")
    refused = record(me, contact.id, NO, idempotencyKey="form-9")
    assert refused["code"] == "CONFLICT"
    assert ConsentEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"scope": "ALL"}, "scope"),
        ({"method": "EMAIL"}, "method"),
        ({"at": "2026-03-04T12:00:00Z"}, "at"),
        ({"note": "In the shop."}, "note"),
    ],
    ids=str,
)
def test_a_key_does_not_serve_for_another_statement(
    me: Program, other: dict[str, str], named: str
) -> None:
    contact, said = person(), NO | {"scope": "PROGRAM", "idempotencyKey": "call-1"}
    first = record(me, contact.id, said)
    assert record(me, contact.id, said)["id"] == first["id"]
    refused = record(me, contact.id, said | other)
    assert (refused["code"], refused["fields"]) == ("CONFLICT", [{"field": "idempotencyKey"}])
    assert refused["message"].endswith(f"differs in: {named}.")
    assert ConsentEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ip", "x"),
        ("ip", "fe80::1%eth0"),
        ("evidenceUrl", " "),
        ("evidenceUrl", "javascript:alert(1)"),
        ("evidenceUrl", "https://"),
        ("evidenceUrl", "https://example.com/" + "x" * 2_000),
        ("wording", "."),
        ("wording", " \u200b" * 10),
        ("wording", "x" * 5_001),
        ("note", "x" * 2_001),
        ("note", "a\0b"),
        ("userAgent", "x" * 1_001),
    ],
    ids=lambda value: ascii(value)[:12],
)
def test_what_proves_nothing_is_refused_and_lifts_no_block(
    me: Program, field: str, value: str
) -> None:
    contact = person()
    record(me, contact.id, NO)
    refused = record(me, contact.id, {"action": "OPT_IN", "method": "FORM", field: value})
    assert (refused["code"], refused["fields"]) == ("INVALID_INPUT", [{"field": field}])
    assert Number.objects.get(phone=contact.phone).blocked


def test_proof_is_kept_without_the_blanks_around_it(me: Program) -> None:
    said = YES | {"wording": "  I agree to texts. ", "ip": " 2001:DB8::1 "}
    event = record(me, person().id, said)
    assert (event["wording"], event["ip"]) == ("I agree to texts.", "2001:db8::1")


def test_without_a_key_each_statement_counts(me: Program) -> None:
    contact = person()
    assert record(me, contact.id, YES)["id"] != record(me, contact.id, YES)["id"]


def test_a_stop_is_not_lifted_without_proof(me: Program) -> None:
    contact = person()
    record(me, contact.id, NO)
    refused = record(me, contact.id, {"action": "OPT_IN", "method": "API"})
    assert refused["code"] == "OPTED_OUT"
    assert refused["help"]
    assert record(me, contact.id, YES)["contact"]["preferences"]["smsOptIn"]


def test_a_yes_to_nothing_is_no_statement_and_lifts_no_block(me: Program) -> None:
    contact = person()
    record(me, contact.id, NO)
    refused = record(me, contact.id, YES | {"level": "NONE"})
    assert refused["code"] == "INVALID_INPUT"
    assert ConsentEvent.objects.count() == 1


def test_our_wording_is_written_out_from_its_version(me: Program) -> None:
    said = {"action": "OPT_IN", "method": "FORM", "wordingVersion": "consent-1"}
    event = record(me, person().id, said)
    assert "Cedar & Pine" in event["wording"]
    assert event["wordingVersion"] == "consent-1"


def test_a_statement_cannot_come_from_the_future(me: Program) -> None:
    refused = record(me, person().id, YES, at="2026-03-04T21:00:00Z")
    assert refused["fields"] == [{"field": "at"}]
    assert ConsentEvent.objects.count() == 0


def test_a_contact_with_an_impossible_statement_is_not_made(me: Program) -> None:
    create = """mutation($input: CreateContactInput!) { createContact(input: $input) {
        __typename ... on Problem { fields { field } } } }"""
    jane = {"firstName": "Jane", "lastName": "Doe", "phone": "+17605551234"}
    refused = me.do(create, input=jane | {"consent": YES | {"at": "2027-01-01T00:00:00Z"}})
    assert refused["__typename"] == "Problem"
    assert me.ask("{ contacts { totalCount } }")["contacts"]["totalCount"] == 0


def test_nobody_unknown_consents(me: Program) -> None:
    assert record(me, "0" * 24, YES)["code"] == "NOT_FOUND"


def test_a_no_holds_for_all_numbers_of_the_person(me: Program) -> None:
    contact = person(phones=["+17605551234", "+17605550199"])
    record(me, contact.id, NO, idempotencyKey="call-1")
    record(me, contact.id, NO, idempotencyKey="call-1")
    assert {number.phone for number in Number.objects(blocked=True)} == set(contact.phones)
    assert ConsentEvent.objects.count() == 2


def test_where_yes_is_confirmed_it_waits_and_shows_that(api: Api) -> None:
    double = replace(POLICY, consent=ConsentPolicy(double_opt_in=True))
    me = program(api(policy=double), "read", "write")
    contact = person()
    event = record(me, contact.id, YES, idempotencyKey="form-9")
    assert event["action"] == "PENDING"
    assert record(me, contact.id, YES, idempotencyKey="form-9")["id"] == event["id"]
    said: dict[str, Any] = YES | {"at": "2026-03-01T12:00:00Z", "idempotencyKey": "form-10"}
    stronger = record(me, contact.id, said, level="WRITTEN")
    assert record(me, contact.id, said, level="WRITTEN")["id"] == stronger["id"]
    other = record(me, contact.id, said, level="WRITTEN", at="2026-03-02T12:00:00Z")
    assert other["message"].endswith("differs in: at.")
    asked = "query($id: ID!) { contact(id: $id) { preferences { smsOptIn } consent { askedAt } } }"
    shown = me.ask(asked, id=str(contact.id))["contact"]
    assert shown == {
        "preferences": {"smsOptIn": False},
        "consent": {"askedAt": "2026-03-04T20:00:00.000Z"},
    }
    record(me, contact.id, NO)
    refused = record(me, contact.id, YES)
    assert (refused["code"], refused["help"]) == (
        "OPTED_OUT",
        "They can text START to opt in again.",
    )


OURS = ["HELD", "RELEASED", "PENDING", "CONFIRMED", "DO_NOT_CALL", "CALLABLE", "VERIFIED"]


@pytest.mark.parametrize("action", [*OURS, "VOIDED", "ERASED"])
def test_programs_say_yes_or_no_and_nothing_else(me: Program, action: str) -> None:
    refused = record(me, person().id, YES, action=action)
    assert refused["code"] == "INVALID_INPUT"
    assert refused["fields"] == [{"field": "action"}]
    assert "OPT_IN or OPT_OUT" in refused["message"]
    assert ConsentEvent.objects.count() == 0


def test_a_no_to_advertising_calls_back_advertising_alone(me: Program) -> None:
    """Rows: §1.5, §6"""
    contact = person()
    record(me, contact.id, YES, level="WRITTEN")
    thread = conversation(contact)
    due: dict[str, Any] = {"status": "queued", "dispatch": {"state": "due", "due_at": None}}
    offer = answered(thread, origin="x:1", purpose="marketing", **due)
    told = answered(thread, origin="x:2", purpose="informational", **due)
    event = record(me, contact.id, NO, scope="PROGRAM")
    assert (event["scope"], event["contact"]["preferences"]) == ("PROGRAM", {"smsOptIn": True})
    assert Message.objects.get(id=offer.id).status == "canceled"
    assert Message.objects.get(id=told.id).status == "queued"
