"""A contact's timeline over the API: everything that happened, in one order."""

from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from domain.model import Activity, Agent, Author, Contact, Message
from domain.services import consent
from domain.services.consent import Statement
from domain.services.people import activities, contacts, merging
from tests.clock import NOON
from tests.graph.desk import Program, answered, conversation, person, text
from tests.graph.test_commands import Reads, reads

__all__ = ["reads"]
TIMELINE = """query($id: ID, $first: Int, $after: Cursor) { contact(id: $id) {
  timeline(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    edges { cursor node { id at kind text actor { __typename ... on Token { name }
        ... on Agent { name } ... on System { name } }
      message { id body thread { id } } consentEvent { id phone } } } } } }"""
NOTE = """mutation($id: ID!, $text: String!) { addNote(contactId: $id, text: $text) {
  ... on Activity { id at kind text actor { ... on Token { name } } message { id } }
  ... on Problem { code fields { field } } } }"""
LOG = """mutation($id: ID!, $method: ContactMethod!, $at: DateTime, $note: String) {
  logContact(contactId: $id, method: $method, at: $at, note: $note) {
  ... on Activity { id at kind text } ... on Problem { code fields { field } } } }"""
UPDATE = """mutation($id: ID!, $input: UpdateContactInput!) {
  updateContact(id: $id, input: $input) { ... on Contact { id } } }"""
DAVE = Author(kind="agent", key="U404", name="Dave")


def shown(me: Program, contact: Contact, **more: Any) -> list[dict[str, Any]]:
    found = me.ask(TIMELINE, id=str(contact.id), **more)["contact"]["timeline"]
    return [edge["node"] for edge in found["edges"]]


def agree(phone: str, minutes: int = 0, action: str = "opt_in") -> None:
    at = NOON + timedelta(minutes=minutes)
    said = Statement(action, "form", at, level="written", message_sid=None, wording="I agree.")
    consent.record(f"{action}:{phone}:{minutes}", phone, said, at)


def eventful() -> Contact:
    """Five minutes with a line of every kind."""
    contact = person()
    thread = conversation(contact)
    text(thread, 1, body="Is it sold?")
    agree(contact.phone, 2)
    answered(thread, 3, body="Not yet.", sent_by={"kind": "token", "key": "0" * 24, "name": "CRM"})
    at = NOON + timedelta(minutes=4)
    activities.record(contact.id, "note", "Likes tea.", DAVE, at)
    return contact


def test_everything_that_happened_is_told_the_newest_first(me: Program) -> None:
    told = shown(me, eventful())
    assert [(one["kind"], one["text"]) for one in told] == [
        ("note", "Likes tea."),
        ("text_out", "Sent: Not yet."),
        ("consent", "Agreed to texts to +17605551234 in writing (form)."),
        ("text_in", "Received: Is it sold?"),
    ]
    assert [one["actor"]["name"] for one in told] == ["Dave", "CRM", "Threadline", "The contact"]
    assert [one["actor"]["__typename"] for one in told] == ["Agent", "System", "System", "System"]


def test_what_a_line_is_about_is_linked(me: Program) -> None:
    contact = eventful()
    note, out, event, came = shown(me, contact)
    assert (
        note["message"] is note["consentEvent"] is out["consentEvent"] is event["message"] is None
    )
    assert event["consentEvent"] == {"id": event["id"], "phone": contact.phone}
    assert [one["message"]["id"] for one in (out, came)] == [out["id"], came["id"]]
    assert came["message"]["body"] == "Is it sold?"


def test_a_line_may_be_about_a_text(me: Program) -> None:
    contact = eventful()
    about = Message.objects(direction="inbound").get()
    activities.record(contact.id, "revocation", "Asked.", DAVE, NOON, message_id=about.id)
    line = shown(me, contact)[-1]
    assert (line["kind"], line["message"]["id"]) == ("revocation", str(about.id))


@pytest.mark.parametrize("first", [1, 2, 3, 50])
def test_pages_of_any_size_tell_every_line_once(me: Program, first: int) -> None:
    contact = eventful()
    for _ in range(4):  # at one and the same moment
        text(conversation(contact), 3, body="Hello?")
        activities.record(contact.id, "note", "Hm.", DAVE, NOON + timedelta(minutes=3))
    whole = shown(me, contact)
    told, after = [], None
    while True:
        page = me.ask(TIMELINE, id=str(contact.id), first=first, after=after)["contact"]["timeline"]
        assert len(page["edges"]) <= first
        told += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert told == whole
    assert len({one["id"] for one in whole}) == page["totalCount"] == 12


def test_what_comes_meanwhile_does_not_move_the_next_page(me: Program) -> None:
    contact = eventful()
    first = me.ask(TIMELINE, id=str(contact.id), first=2)["contact"]["timeline"]
    activities.record(contact.id, "note", "New.", DAVE, NOON + timedelta(hours=1))
    rest = shown(me, contact, after=first["pageInfo"]["endCursor"])
    assert [one["kind"] for one in rest] == ["consent", "text_in"]


@pytest.mark.parametrize("cursor", ["", "nonsense", "\0", "e30"])
def test_what_is_no_cursor_is_refused(me: Program, cursor: str) -> None:
    refused = me.refused(TIMELINE, id=str(eventful().id), after=cursor)
    assert refused["extensions"]["code"] == "INVALID_INPUT"


def test_a_cursor_of_another_list_is_refused(me: Program) -> None:
    contact = eventful()
    other = me.ask("{ messages(first: 1) { pageInfo { endCursor } } }")["messages"]["pageInfo"]
    refused = me.refused(TIMELINE, id=str(contact.id), after=other["endCursor"])
    assert refused["extensions"]["code"] == "INVALID_INPUT"
    own = me.ask(TIMELINE, id=str(contact.id), first=1)["contact"]["timeline"]["pageInfo"]
    back = me.refused(
        "query($after: Cursor) { messages(after: $after) { nodes { id } } }",
        after=own["endCursor"],
    )
    assert back["extensions"]["code"] == "INVALID_INPUT"


def test_consent_from_before_the_contact_belongs_to_it(me: Program) -> None:
    agree("+17605551234", -9, "opt_out")
    (line,) = shown(me, person())
    assert line["text"] == "Opted out of texts to +17605551234 (form)."


def test_a_number_that_was_given_up_leaves_what_it_said(me: Program) -> None:
    contact = person(phones=["+17605551234", "+17605550001"])
    agree("+17605550001")
    update = {"removePhones": ["+17605550001"]}
    me.do(UPDATE, id=str(contact.id), input=update)
    (line,) = shown(me, contact)
    assert line["consentEvent"]["phone"] == "+17605550001"


def test_others_things_are_not_told(me: Program) -> None:
    contact, other = eventful(), person("+17605550002")
    text(conversation(other), 9, body="Mine")
    agree(other.phone, 9)
    assert len(shown(me, contact)) == 4
    assert len(shown(me, other)) == 2


def test_the_kept_contact_tells_what_happened_to_the_merged_one(me: Program) -> None:
    contact, other = eventful(), person("+17605550002", first_name="JD")
    text(conversation(other), 9, body="Mine")
    agree(other.phone, 8)
    merging.merge(contact.id, other.id, DAVE, NOON + timedelta(minutes=10))
    kinds = [one["kind"] for one in shown(me, contact)]
    assert kinds == ["merged", "text_in", "consent", "note", "text_out", "consent", "text_in"]
    page = me.ask(TIMELINE, id=str(other.id))["contact"]["timeline"]
    assert page["totalCount"] == len(page["edges"]) == 7


def test_a_change_of_status_and_agent_is_told(me: Program) -> None:
    Agent(user_id="U1", name="Ann", fetched_at=NOON).save()
    contact = person()
    me.do(UPDATE, id=str(contact.id), input={"status": "CLIENT", "assignedAgent": "U1"})
    told = {one["kind"]: one for one in shown(me, contact)}
    assert told["status"]["text"] == "Status changed from new to client."
    assert told["assigned"]["text"] == "Assigned to Ann."
    assert told["status"]["actor"] == {"__typename": "Token", "name": "Test program"}


def test_a_longer_page_of_people_takes_no_more_commands(me: Program, reads: Reads) -> None:
    for place in range(6):
        contact = person(f"+1760555{place:04}", minutes=place)
        text(conversation(contact), place)
        agree(contact.phone, place)
        activities.record(contact.id, "note", "Hm.", DAVE, NOON)
    query = """query($first: Int) { contacts(first: $first) { nodes { timeline(first: 3) {
      totalCount nodes { text actor { ... on Agent { name } } message { body thread { id } }
        consentEvent { phone contact { name } } } } } } }"""
    short = reads(lambda: me.ask(query, first=1))
    assert reads(lambda: me.ask(query, first=6)) == short
    assert sum(short.values()) <= 12, short
    for one in me.ask(query, first=6)["contacts"]["nodes"]:
        assert one["timeline"]["totalCount"] == len(one["timeline"]["nodes"]) == 3


def test_an_unknown_author_of_old_is_the_systems(me: Program) -> None:
    contact = person()
    old = {"contactId": contact.id, "kind": "note", "text": "Old.", "at": NOON}
    for author in ({"author": "jim"}, {"author": None}, {}, {"author": {"kind": "robot"}}):
        Activity._get_collection().insert_one({"_id": ObjectId(), **old, **author})
    names = [one["actor"]["name"] for one in shown(me, contact)]
    assert sorted(names) == ["Threadline", "Threadline", "Threadline", "jim"]


def test_a_note_is_written_and_given_back(me: Program) -> None:
    contact = person()
    made = me.do(NOTE, id=str(contact.id), text=" Likes tea 🫖 ")
    assert (made["kind"], made["text"], made["message"]) == ("note", "Likes tea 🫖", None)
    assert made["actor"] == {"name": "Test program"}
    assert shown(me, contact)[0]["id"] == made["id"]


@pytest.mark.parametrize("words", ["", " ", "a\0b", "x" * 20_001])
def test_what_is_no_note_is_a_problem(me: Program, words: str) -> None:
    refused = me.do(NOTE, id=str(person().id), text=words)
    assert refused == {"code": "INVALID_INPUT", "fields": [{"field": "text"}]}
    assert Activity.objects.count() == 0


def test_being_in_touch_is_the_contacts_last_contact(me: Program) -> None:
    contact = person()
    earlier = (NOON - timedelta(days=2)).isoformat()
    made = me.do(LOG, id=str(contact.id), method="IN_PERSON", at=earlier, note="At the fair")
    assert (made["kind"], made["text"]) == ("log", "Met in person: At the fair")
    assert me.do(LOG, id=str(contact.id), method="EMAIL")["text"] == "E-mailed."
    after = contacts.get(contact.id)
    assert (after.last_contact_date, after.last_contact_method) == (NOON, "email")


def test_a_time_to_come_is_a_problem(me: Program) -> None:
    contact, at = person(), (NOON + timedelta(hours=1)).isoformat()
    refused = me.do(LOG, id=str(contact.id), method="PHONE", at=at)
    assert refused == {"code": "INVALID_INPUT", "fields": [{"field": "at"}]}


@pytest.mark.parametrize("strange", ["0" * 24, "nobody", "", "\0"])
def test_notes_and_logs_need_a_contact(me: Program, strange: str) -> None:
    assert me.do(NOTE, id=strange, text="Hm.")["code"] == "NOT_FOUND"
    assert me.do(LOG, id=strange, method="PHONE")["code"] == "NOT_FOUND"
    assert Activity.objects.count() == 0
