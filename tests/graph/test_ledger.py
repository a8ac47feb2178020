"""The ledger over the API: all of a person's numbers, the newest first, page by page."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from domain.model import ConsentEvent, Contact, NumberKey
from domain.services import consent
from domain.services.consent import Entry, Statement, reading
from domain.services.lists import pages
from domain.services.lists.pages import Window
from domain.services.people import contacts
from tests.clock import NOON
from tests.graph.desk import Program, conversation, person, text

FIRST, SECOND, FORMER = "+17605551234", "+17605550199", "+17605550188"
QUERY = """query($id: ID!, $first: Int, $after: Cursor) {
  consentEvents(contactId: $id, first: $first, after: $after) { totalCount
    edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor }
    nodes { id phone action level at note recordedAt contact { name }
      recordedBy { __typename ... on Token { name } ... on System { name } }
      message { body thread { id } } } } }"""


def said(minutes: int, phone: str = FIRST, **more: Any) -> Entry:
    """An event of the ledger, recorded that many minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    usual: dict[str, Any] = {"action": "opt_in", "method": "form", "wording": "Yes."}
    told = Statement(at=at, **usual | more)
    return consent.record(f"test:{phone}/{minutes}", phone, told, at)


def listed(me: Program, contact: Contact, **window: Any) -> Any:
    """The events of that contact."""
    return me.ask(QUERY, id=str(contact.id), **window)["consentEvents"]


def notes(found: Any) -> list[str]:
    return [node["note"] for node in found["nodes"]]


def test_events_of_all_numbers_come_newest_first(me: Program) -> None:
    contact = person(FIRST, phones=[FIRST, SECOND])
    said(1, note="a")
    said(2, SECOND, note="b", action="opt_out", level="none")
    said(3, note="c")
    said(4, "+17605550177", note="another person's")
    found = listed(me, contact)
    assert (notes(found), found["totalCount"]) == (["c", "b", "a"], 3)
    assert [one["phone"] for one in found["nodes"]] == [FIRST, SECOND, FIRST]
    assert {one["contact"]["name"] for one in found["nodes"]} == {"Jane Doe"}
    assert found["nodes"][1]["action"] == "OPT_OUT"


def test_pages_follow_one_another_without_gaps(me: Program) -> None:
    contact = person(FIRST, phones=[FIRST, SECOND])
    for minute in range(7):
        said(minute, (FIRST, SECOND)[minute % 2], note=str(minute))
    first = listed(me, contact, first=3)
    rest = listed(me, contact, first=200, after=first["pageInfo"]["endCursor"])
    assert notes(first) + notes(rest) == ["6", "5", "4", "3", "2", "1", "0"]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    assert rest["pageInfo"]["hasPreviousPage"]


def test_a_statement_from_before_the_contact_is_theirs_too(me: Program) -> None:
    said(1, note="before")
    found = listed(me, person(FIRST, minutes=2))
    assert notes(found) == ["before"]
    assert found["nodes"][0]["contact"] is None


def test_what_was_said_of_a_number_that_they_gave_up_stays(me: Program) -> None:
    contact = person(FIRST, phones=[FIRST, FORMER])
    said(1, FORMER, note="former")
    contacts.update(contact.id, {"phones": [FIRST]}, NOON)
    assert notes(listed(me, contact)) == ["former"]


def test_what_was_said_by_one_who_was_merged_into_them_is_theirs(me: Program) -> None:
    other = person(FORMER)
    said(1, FORMER, note="other's")
    contact = person(FIRST, merged_ids=[other.id])
    assert notes(listed(me, contact)) == ["other's"]


def test_a_text_that_said_it_is_shown_with_it(me: Program) -> None:
    contact = person()
    thread = conversation(contact)
    text(thread, body="STOP", twilio_sid="SM1")
    said(1, action="opt_out", level="none", message_sid="SM1", wording=None)
    (event,) = listed(me, contact)["nodes"]
    assert event["message"] == {"body": "STOP", "thread": {"id": str(thread.id)}}
    assert event["recordedBy"] == {"__typename": "System", "name": "Threadline"}


@pytest.fixture
def asked(db: Database[dict[str, Any]]) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What the database has been asked so far, as it says itself."""
    some = {"op": {"$in": ["query", "command", "getmore"]}}
    db.command("profile", 2)
    yield lambda: list(db["system.profile"].find(some))
    db.command("profile", 0)
    db["system.profile"].drop()


def test_a_longer_page_takes_no_more_commands(
    me: Program, asked: Callable[[], list[dict[str, Any]]]
) -> None:
    contact = person()
    thread = conversation(contact)
    for minute in range(8):
        text(thread, twilio_sid=f"SM{minute}")
        said(minute, message_sid=f"SM{minute}")
    took = []
    for first in (2, 8):
        before = len(asked())
        assert len(listed(me, contact, first=first)["nodes"]) == first
        took.append(len(asked()) - before)
    assert took[0] == took[1] > 0


def test_the_ledger_is_served_by_indexes_filter_and_order(
    url: str, asked: Callable[[], list[dict[str, Any]]]
) -> None:
    contact = person(FIRST, phones=[FIRST, SECOND])
    ids = [number(phone) for phone in (FIRST, SECOND, FORMER)]
    rows = [_row(place, ids[place % 3]) for place in range(600)]
    ConsentEvent._get_collection().insert_many(rows)
    wanted, first = reading.ledger_of(contact), Window(reading.LEDGER, 10)
    page = pages.page(ConsentEvent, wanted, first)
    later = pages.page(ConsentEvent, wanted, Window(reading.LEDGER, 10, page.end))
    assert (len(page.documents), len(later.documents)) == (10, 10)
    seen = [one for one in asked() if one["ns"].endswith(".ledger")]
    assert len(seen) == 2
    for one in seen:
        assert "COLLSCAN" not in one["planSummary"]
        assert not one.get("hasSortStage")
        assert one["keysExamined"] <= 40


def number(phone: str) -> ObjectId:
    """What the ledger calls that number."""
    made: ObjectId = NumberKey(phone=phone, current=True).save().id
    return made


def _row(place: int, number_id: ObjectId) -> dict[str, Any]:
    """An event as stored, older the higher its place."""
    at = NOON - timedelta(minutes=place)
    told = {"action": "opt_in", "recordedAt": at}
    return {"origin": f"row:{place}", "number": number_id, "place": place} | told


@pytest.mark.parametrize("contact_id", ["0" * 24, "nonsense", "\0"])
def test_of_nobody_there_is_no_ledger(me: Program, contact_id: str) -> None:
    assert me.refused(QUERY, id=contact_id)["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("window", [{"first": 0}, {"first": 201}, {"after": "nonsense"}])
def test_a_window_must_be_one_of_this_list(me: Program, window: dict[str, Any]) -> None:
    refused = me.refused(QUERY, id=str(person().id), **window)
    assert refused["extensions"]["code"] == "INVALID_INPUT"


def test_a_cursor_of_another_list_is_refused(me: Program) -> None:
    contact = person()
    other = me.ask("{ contacts(first: 1) { pageInfo { endCursor } } }")
    cursor = other["contacts"]["pageInfo"]["endCursor"]
    refused = me.refused(QUERY, id=str(contact.id), after=cursor)
    assert refused["extensions"]["code"] == "INVALID_INPUT"
