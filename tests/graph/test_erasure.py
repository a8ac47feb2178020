"""Contacts are deleted and forgotten over the API."""

from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database

from domain.model import Contact, Message, Number, Thread
from domain.services import consent, dispatch
from domain.services.consent import Statement
from tests.clock import NOON, FakeClock
from tests.domain.build import TIMING, accepted_as, leaving
from tests.domain.forgotten import strings
from tests.graph.conftest import Api
from tests.graph.desk import POLICY, Program, conversation, person, program, text

PHONE = "+17605551234"
DELETE = """mutation($id: ID!, $erase: Boolean) { deleteContact(id: $id, eraseMessages: $erase) {
  ... on Deleted { id } ... on Problem { code message help conflictId retryAt } } }"""
CREATE = """mutation { createContact(input: { firstName: "New", lastName: "Name",
  phone: "(760) 555-1234" }) { ... on Contact { id preferences { smsOptIn }
    consent { level optedOutAt } timeline { nodes { kind } } } } }"""
SEND = """mutation($input: SendMessageInput!) { sendMessage(input: $input) {
  ... on Message { id status } ... on Problem { code } } }"""
PROOF = "mutation($id: ID!) { exportProof(contactId: $id) { ... on Export { url } } }"


def stop(phone: str = PHONE) -> None:
    said = Statement("opt_out", "keyword", NOON, level="none", message_sid="SM1", ip="203.0.113.9")
    consent.record(f"stop:{phone}", phone, said, NOON)


def known() -> Contact:
    """Somebody who wrote to us."""
    contact = person(first_name="Zebedee", notes="likes velvet")
    text(conversation(contact), body="velvet")
    return contact


def delete(me: Program, contact: Contact, *, erase: bool = False) -> dict[str, Any]:
    return dict(me.do(DELETE, id=str(contact.id), erase=erase))


def test_a_deleted_contact_leaves_its_texts(me: Program) -> None:
    contact = known()
    assert delete(me, contact) == {"id": str(contact.id)}
    shown = me.ask("{ threads { nodes { contact { id } } } messages { nodes { contact { id } } } }")
    assert shown["threads"]["nodes"] == shown["messages"]["nodes"] == [{"contact": None}]
    assert delete(me, contact)["code"] == "NOT_FOUND"


def test_what_waits_is_called_back(me: Program) -> None:
    contact = known()
    at = (NOON.replace(year=2027)).isoformat()
    sent = me.do(SEND, input={"contactId": str(contact.id), "body": "Later", "sendAt": at})
    assert sent["status"] == "SCHEDULED"
    delete(me, contact)
    assert Message.objects.get(id=sent["id"]).status == "canceled"


@pytest.mark.parametrize("erase", [False, True])
def test_a_no_outlives_deletion_and_is_shown_again(me: Program, erase: bool) -> None:
    contact = known()
    stop()
    assert delete(me, contact, erase=erase) == {"id": str(contact.id)}
    again = me.do(CREATE)
    assert not again["preferences"]["smsOptIn"]
    assert again["consent"]["optedOutAt"] is not None
    assert {one["kind"] for one in again["timeline"]["nodes"]} == {"created", "consent"}
    refused = me.do(SEND, input={"to": PHONE, "body": "Hello"})
    assert refused == {"code": "OPTED_OUT"}


def test_to_an_erased_number_nothing_is_sent(me: Program) -> None:
    contact = known()
    stop()
    delete(me, contact, erase=True)
    assert me.do(SEND, input={"to": PHONE, "body": "Hello"}) == {"code": "OPTED_OUT"}


def test_nothing_personal_is_left(me: Program, db: Database[dict[str, Any]]) -> None:
    contact = known()
    stop()
    me.do(SEND, input={"to": PHONE, "body": "velvet"})
    assert me.do(PROOF, id=str(contact.id))["url"]
    delete(me, contact, erase=True)
    left = [
        (name, found)
        for name in db.list_collection_names()
        for raw in db[name].find()
        for found in strings(raw)
        if any(trace in found for trace in ("7605551234", "Zebedee", "velvet", "203.0.113.9"))
    ]
    assert left == []
    assert Number.objects.get().phone.startswith("#")


def test_the_ledger_of_the_forgotten_can_still_be_read(me: Program) -> None:
    contact = known()
    stop()
    delete(me, contact, erase=True)
    again = me.do(CREATE)["id"]
    query = """query($id: ID!) { consentEvents(contactId: $id) { nodes { phone ip action } } }"""
    events = me.ask(query, id=again)["consentEvents"]["nodes"]
    assert [one["action"] for one in events] == ["OPT_OUT", "ERASED", "OPT_OUT"]
    assert {(one["phone"], one["ip"]) for one in events} == {(PHONE, None)}


def test_without_a_secret_it_is_said_what_to_set(api: Api) -> None:
    me = program(api(policy=replace(POLICY, secret="")), "read", "write")
    contact = known()
    refused = delete(me, contact, erase=True)
    assert refused["code"] == "NOT_CONFIGURED"
    assert "SECRET_KEY" in refused["help"]
    assert delete(me, contact) == {"id": str(contact.id)}


def test_a_call_under_way_is_a_conflict_until_it_has_ended(me: Program, clock: FakeClock) -> None:
    contact = known()
    me.do(SEND, input={"contactId": str(contact.id), "body": "Now"})
    send = leaving(policy=POLICY)
    refused = delete(me, contact, erase=True)
    assert (refused["code"], refused["conflictId"]) == ("CONFLICT", str(contact.id))
    assert refused["retryAt"] is not None
    assert me.do(SEND, input={"to": PHONE, "body": "Another"}) == {"code": "OPTED_OUT"}
    dispatch.record(send, accepted_as("SM9"), NOON, TIMING)
    clock.advance(seconds=1)
    assert delete(me, contact, erase=True) == {"id": str(contact.id)}
    assert Message.objects.count() == Thread.objects.count() == 0


@pytest.mark.parametrize("erase", [False, True])
@pytest.mark.parametrize("strange", ["0" * 24, "nobody", "", "\0", "💬"])
def test_an_unknown_contact_is_a_problem(me: Program, strange: str, erase: bool) -> None:
    known()
    assert me.do(DELETE, id=strange, erase=erase)["code"] == "NOT_FOUND"
    assert Contact.objects.count() == 1


def test_a_token_that_only_reads_deletes_nobody(url: str) -> None:
    contact = known()
    refused = program(url, "read").do(DELETE, id=str(contact.id))
    assert refused["code"] == "FORBIDDEN"
    assert Contact.objects.count() == 1
