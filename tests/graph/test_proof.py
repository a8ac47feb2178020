"""The proof of one person's consent, as a file that whoever asked can fetch."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from mongoengine.connection import get_db

from adapters.web.files import SignedLinks
from domain.model import Author, Contact
from domain.services.people import activities
from tests.clock import NOON, FakeClock
from tests.graph.conftest import Api
from tests.graph.desk import PUBLIC, Program, answered, conversation, http, person, program, text

EXPORT = """mutation ($id: ID!) {
  exportProof(contactId: $id) {
    ... on Export { url expiresAt }
    ... on Problem { code message }
  }
}"""
SEND = """mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { ... on Message { id } ... on Problem { code } }
}"""
AGREED = """mutation ($id: ID!) {
  recordConsent(contactId: $id, input: {
    action: OPT_IN, level: WRITTEN, method: FORM, wording: "I agree. \\"Yes\\" \u2013 שלום 😀",
    wordingVersion: "v7", ip: "203.0.113.9", userAgent: "Firefox", note: "at the counter"
  }) { ... on ConsentEvent { id } }
}"""


def fetched(me: Program, export: dict[str, Any]) -> httpx2.Response:
    """The file behind an export, on the server that the tests run."""
    base = me.url.replace("/graphql", "")
    return http().get(base + export["url"].removeprefix(PUBLIC))


def proof(me: Program, contact: Contact) -> dict[str, Any]:
    """The document itself."""
    return dict(fetched(me, me.do(EXPORT, id=str(contact.id))).json())


def test_it_says_what_was_agreed_to_and_how_that_is_known(me: Program) -> None:
    jane = person()
    me.do(AGREED, id=str(jane.id))
    (event,) = proof(me, jane)["consentEvents"]
    assert (event["action"], event["level"], event["method"]) == ("opt_in", "written", "form")
    assert event["wording"] == 'I agree. "Yes" – שלום 😀'
    assert (event["wordingVersion"], event["ip"]) == ("v7", "203.0.113.9")
    assert (event["phone"], event["contactId"]) == (jane.phone, str(jane.id))
    assert (event["recordedBy"]["name"], event["recordedFromIp"]) == ("Test program", "127.0.0.1")
    assert event["recordedAt"] == "2026-03-04T20:00:00.000Z"


def test_it_says_who_it_is_and_how_their_number_stands(me: Program) -> None:
    jane = person(email="jane@example.com")
    me.do(AGREED, id=str(jane.id))
    found = proof(me, jane)
    assert found["contact"]["id"] == str(jane.id)
    assert found["contact"]["email"] == "jane@example.com"
    assert found["contact"]["preferences"]["smsOptIn"] is True
    (number,) = found["numbers"]
    assert (number["phone"], number["blocked"], number["level"]) == (jane.phone, False, "written")


def test_it_holds_every_text_with_its_history_and_the_decision(me: Program) -> None:
    jane = person()
    text(conversation(jane), body="Is it still there?")
    me.do(SEND, input={"to": jane.phone, "body": "It is \u2013 come!"})
    asked, told = proof(me, jane)["texts"]
    assert (asked["direction"], asked["body"]) == ("inbound", "Is it still there?")
    assert (told["direction"], told["body"]) == ("outbound", "It is – come!")
    assert told["decision"]["allowed"] is True
    assert told["decision"]["rulesVersion"]
    assert [step["status"] for step in told["statusHistory"]] == ["queued"]
    assert told["sentBy"]["name"] == "Test program"


def test_what_was_refused_is_there_too(me: Program) -> None:
    jane = person()
    assert me.do(SEND, input={"to": jane.phone, "body": "Hello"})["code"] == "OPT_IN_REQUIRED"
    (refused,) = proof(me, jane)["texts"]
    assert (refused["status"], refused["decision"]["allowed"]) == ("refused", False)


def test_what_people_decided_is_there_and_their_notes_are_not(me: Program) -> None:
    jane = person()
    author = Author(kind="agent", key="U1", name="Ann")
    for kind in ("revocation", "note"):
        activities.record(jane.id, kind, f"A {kind}.", author, NOON)
    (decided,) = proof(me, jane)["decisions"]
    assert (decided["text"], decided["author"]["name"]) == ("A revocation.", "Ann")


def test_nobody_elses_things_are_in_it(me: Program) -> None:
    jane, joe = person(), person("+17605551235", first_name="Joe")
    for one in (jane, joe):
        text(conversation(one), body=f"I am {one.first_name}")
        me.do(AGREED, id=str(one.id))
    found = proof(me, jane)
    assert [one["body"] for one in found["texts"]] == ["I am Jane"]
    assert [one["phone"] for one in found["consentEvents"]] == [jane.phone]
    assert joe.phone not in str(found)


def test_what_belonged_to_a_contact_that_was_merged_is_in_it(me: Program) -> None:
    jane, other = person(), person("+17605551235")
    text(conversation(other, minutes=1), body="My other phone")
    me.do(AGREED, id=str(other.id))
    Contact._get_collection().update_one({"_id": jane.id}, {"$set": {"mergedIds": [other.id]}})
    found = proof(me, jane)
    assert [one["body"] for one in found["texts"]] == ["My other phone"]
    assert len(found["consentEvents"]) == 1
    assert found["contact"]["mergedIds"] == [str(other.id)]


def test_all_their_numbers_count(me: Program) -> None:
    jane = person(phones=["+17605551234", "+17605551235"])
    answered(conversation(jane), from_="+15550009999", to="+17605551235", contact_id=None)
    assert [one["to"] for one in proof(me, jane)["texts"]] == ["+17605551235"]


def test_somebody_without_a_history_has_a_whole_document(me: Program) -> None:
    found = proof(me, person())
    lists = ["numbers", "consentEvents", "wordings", "decisions", "campaigns", "texts"]
    assert list(found) == ["head", "contact", *lists, "sha256"]
    assert [found[name] for name in lists] == [[], [], [], [], [], []]
    assert found["head"]["business"] == "Cedar & Pine"
    assert found["head"]["madeBy"] == "Test program"


def test_it_is_a_file_to_be_saved_for_an_hour(me: Program, clock: FakeClock) -> None:
    jane = person()
    export = me.do(EXPORT, id=str(jane.id))
    assert export["expiresAt"] == "2026-03-04T21:00:00.000Z"
    reply = fetched(me, export)
    assert reply.headers["content-type"] == "application/json"
    whole = f"filename*=UTF-8''consent-proof-{jane.id}.json"
    assert reply.headers["content-disposition"].startswith("attachment;")
    assert whole in reply.headers["content-disposition"]
    clock.set(NOON + timedelta(hours=1))
    assert fetched(me, export).status_code == 410


def test_it_cannot_be_sent_as_a_picture(me: Program) -> None:
    jane = person()
    text(conversation(jane))
    me.do(EXPORT, id=str(jane.id))
    (stored,) = get_db()["files.files"].find({})
    wish = {"to": jane.phone, "mediaIds": [str(stored["_id"])]}
    assert me.do(SEND, input=wish) == {"code": "MEDIA_REJECTED"}


@pytest.mark.parametrize("contact_id", ["", "x", "0" * 24, "\x00", "😀" * 99])
def test_nobody_has_no_proof(me: Program, contact_id: str) -> None:
    assert me.do(EXPORT, id=contact_id)["code"] == "NOT_FOUND"
    assert get_db()["files.files"].count_documents({}) == 0


def test_a_text_is_nobody(me: Program) -> None:
    made = text(conversation(person()))
    assert me.do(EXPORT, id=str(made.id))["code"] == "NOT_FOUND"


def test_without_a_secret_nothing_is_written(api: Api) -> None:
    lone = program(api(links=SignedLinks(PUBLIC, "")), "read")
    assert lone.do(EXPORT, id=str(person().id))["code"] == "NOT_CONFIGURED"
    assert get_db()["files.files"].count_documents({}) == 0


def test_people_get_a_page_that_no_browser_takes_for_ours(me: Program) -> None:
    jane = person()
    text(conversation(jane), body="<b>Is it still there?</b>")
    page = EXPORT.replace("contactId: $id", "contactId: $id, format: HTML")
    reply = fetched(me, me.do(page, id=str(jane.id)))
    assert "&lt;b&gt;Is it still there?&lt;/b&gt;" in reply.text
    assert reply.headers["content-type"] == "application/octet-stream"
    assert reply.headers["content-disposition"].startswith("attachment;")
    assert f"consent-proof-{jane.id}.html" in reply.headers["content-disposition"]
