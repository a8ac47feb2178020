"""Two contacts become one over the API: everything of either is found at the kept one."""

from datetime import timedelta
from typing import Any

import pytest

from domain.model import Contact
from domain.services import consent
from domain.services.consent import Statement
from domain.services.people import merging
from tests.clock import NOON
from tests.domain.build import TOKEN
from tests.graph.desk import Program, conversation, person, text

OTHER = "+17605550002"
MERGE = """mutation($keep: ID!, $merge: ID!) { mergeContacts(keepId: $keep, mergeId: $merge) {
  ... on Contact { id name phone phones tags notes preferences { smsOptIn }
    threads { totalCount nodes { phone contact { id } } }
    messages { totalCount nodes { body contact { id } } } }
  ... on Problem { code message conflictId fields { field } } } }"""
FILTERED = """query($id: ID) {
  threads(filter: {contactId: $id}) { totalCount nodes { phone contact { id } } }
  messages(filter: {contactId: $id}) { totalCount nodes { body contact { id } } } }"""


def merge(me: Program, keep: Contact, other: Contact) -> dict[str, Any]:
    return dict(me.do(MERGE, keep=str(keep.id), merge=str(other.id)))


def two() -> tuple[Contact, Contact]:
    """Two contacts with a conversation of one text each."""
    keep, other = person(tags=["vip"]), person(OTHER, first_name="JD", tags=["warm"], notes="Tea")
    for contact, body in ((keep, "One"), (other, "Two")):
        text(conversation(contact), body=body)
    return keep, other


def test_the_kept_one_comes_back_with_everything(me: Program) -> None:
    keep, other = two()
    merged = merge(me, keep, other)
    assert (merged["id"], merged["name"], merged["notes"]) == (str(keep.id), "Jane Doe", "Tea")
    assert (merged["phones"], merged["tags"]) == ([keep.phone, OTHER], ["vip", "warm"])
    assert {one["phone"] for one in merged["threads"]["nodes"]} == {keep.phone, OTHER}
    assert {one["body"] for one in merged["messages"]["nodes"]} == {"One", "Two"}
    assert (merged["threads"]["totalCount"], merged["messages"]["totalCount"]) == (2, 2)


def test_every_conversation_and_text_is_the_kept_ones(me: Program) -> None:
    keep, other = two()
    merged = merge(me, keep, other)
    linked = [*merged["threads"]["nodes"], *merged["messages"]["nodes"]]
    assert {one["contact"]["id"] for one in linked} == {str(keep.id)}


@pytest.mark.parametrize("silent", [0, 1])
def test_a_no_to_either_number_is_shown(me: Program, silent: int) -> None:
    both = two()
    for contact in both:
        said = Statement("opt_in", "form", NOON, level="written", wording="I agree.")
        consent.record(f"yes:{contact.phone}", contact.phone, said, NOON)
    refused = Statement("opt_out", "keyword", NOON + timedelta(minutes=1), level="none")
    consent.record("no", both[silent].phone, refused, NOON)
    merge(me, *both)
    query = """query($id: ID) { contact(id: $id) { preferences { smsOptIn }
      consent { marketingConsent tcpaConsent level optedOutAt } } }"""
    shown = me.ask(query, id=str(both[0].id))["contact"]
    assert shown["consent"].pop("optedOutAt") is not None
    assert shown["preferences"] == {"smsOptIn": False}
    assert shown["consent"] == {
        "marketingConsent": False,
        "tcpaConsent": False,
        "level": "WRITTEN",
    }


@pytest.mark.parametrize("by", [0, 1])
def test_filters_by_either_contact_find_all(me: Program, by: int) -> None:
    both = two()
    merge(me, *both)
    found = me.ask(FILTERED, id=str(both[by].id))
    for name in ("threads", "messages"):
        assert found[name]["totalCount"] == len(found[name]["nodes"]) == 2
        assert {one["contact"]["id"] for one in found[name]["nodes"]} == {str(both[0].id)}


def test_the_merged_one_is_found_as_the_kept_one(me: Program) -> None:
    keep, other = two()
    merge(me, keep, other)
    query = "query($id: ID, $phone: Phone) { contact(id: $id, phone: $phone) { id } }"
    assert me.ask(query, id=str(other.id))["contact"]["id"] == str(keep.id)
    assert me.ask(query, phone="(760) 555-0002")["contact"]["id"] == str(keep.id)


def test_the_list_holds_the_kept_one_alone(me: Program) -> None:
    keep, other = two()
    merge(me, keep, other)
    for search in (None, "555-0002", "doe"):
        query = "query($q: String) { contacts(search: $q) { totalCount nodes { id } } }"
        found = me.ask(query, q=search)["contacts"]
        assert found == {"totalCount": 1, "nodes": [{"id": str(keep.id)}]}


def test_pages_run_through_the_texts_of_both(me: Program) -> None:
    keep, other = two()
    for minute in range(4):
        text(conversation((keep, other)[minute % 2]), minute, body=f"{minute}")
    merge(me, keep, other)
    query = """query($id: ID, $after: Cursor) { contact(id: $id) { messages(first: 2, after: $after)
      { nodes { id } pageInfo { endCursor hasNextPage } } } }"""
    seen, after = [], None
    for _ in range(3):
        page = me.ask(query, id=str(keep.id), after=after)["contact"]["messages"]
        seen += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert len(set(seen)) == len(seen) == 6
    assert not page["pageInfo"]["hasNextPage"]


def test_contacts_beside_a_merged_one_keep_their_own(me: Program) -> None:
    keep, other = two()
    third = person("+17605550003", first_name="Bob")
    text(conversation(third), body="Three")
    merging.merge(keep.id, other.id, TOKEN, NOON)
    query = """{ contacts { nodes { id threads { totalCount } messages { nodes { body } } } }
      messages { nodes { body contact { id } } } }"""
    found = me.ask(query)
    counts = {one["id"]: one["threads"]["totalCount"] for one in found["contacts"]["nodes"]}
    assert counts == {str(keep.id): 2, str(third.id): 1}
    owners = {one["body"]: one["contact"]["id"] for one in found["messages"]["nodes"]}
    assert owners == {"One": str(keep.id), "Two": str(keep.id), "Three": str(third.id)}


def test_an_update_of_the_merged_one_is_one_of_the_kept_one(me: Program) -> None:
    keep, other = two()
    merge(me, keep, other)
    update = """mutation($id: ID!) { updateContact(id: $id, input: { notes: "Coffee" }) {
      ... on Contact { id notes } } }"""
    assert me.do(update, id=str(other.id)) == {"id": str(keep.id), "notes": "Coffee"}


def test_what_cannot_be_merged_is_a_problem(me: Program) -> None:
    keep, other = two()
    assert merge(me, keep, keep)["code"] == "INVALID_INPUT"
    merge(me, keep, other)
    again = merge(me, keep, other)
    assert (again["code"], again["conflictId"]) == ("CONFLICT", str(keep.id))
    assert again["fields"] == [{"field": "mergeId"}]


@pytest.mark.parametrize("strange", ["0" * 24, "nobody", "", "\0", "💬"])
def test_unknown_ids_are_a_problem(me: Program, strange: str) -> None:
    keep = person()
    told = me.do(MERGE, keep=str(keep.id), merge=strange)
    assert (told["code"], told["fields"]) == ("NOT_FOUND", [{"field": "mergeId"}])
    assert me.do(MERGE, keep=strange, merge=str(keep.id))["fields"] == [{"field": "keepId"}]
