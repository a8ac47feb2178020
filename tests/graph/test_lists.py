"""Lists: what they hold, in which order, page by page."""

from datetime import timedelta
from typing import Any

import pytest

from tests.clock import NOON
from tests.graph.desk import OURS, Program, answered, conversation, person, text

CONTACTS = """query($search: String, $filter: ContactFilter, $order: ContactOrder, $first: Int,
    $after: Cursor) {
  contacts(search: $search, filter: $filter, orderBy: $order, first: $first, after: $after) {
    nodes { phone } edges { cursor node { phone } } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""


def walked(me: Program, first: int, **variables: Any) -> list[str]:
    """All phones of the list, fetched so many at a time."""
    found, after = [], None
    while True:
        page = me.ask(CONTACTS, first=first, after=after, **variables)["contacts"]
        found += [node["phone"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def test_the_newest_contact_comes_first(me: Program) -> None:
    person("+17605550101", minutes=1)
    person("+17605550102", minutes=2)
    page = me.ask(CONTACTS)["contacts"]
    assert [node["phone"] for node in page["nodes"]] == ["+17605550102", "+17605550101"]
    assert page["totalCount"] == 2


@pytest.mark.parametrize("order", ["CREATED_DESC", "CREATED_ASC", "LAST_CONTACT_DESC", "NAME_ASC"])
@pytest.mark.parametrize("first", [1, 2, 3])
def test_pages_of_any_size_give_every_contact_once(me: Program, order: str, first: int) -> None:
    names = ["Ash", "Ash", "Birch", "Cedar", "Ash", "Birch", "Ash"]
    dates = [None, 3, 3, None, 1, 3, None]
    for place, (name, day) in enumerate(zip(names, dates, strict=True)):
        contact = person(f"+1760555010{place}", minutes=place // 3, last_name=name)
        if day:
            contact.update(set__last_contact_date=contact.created_at.replace(day=day))
    whole = walked(me, 200, order=order)
    assert len(whole) == 7
    assert walked(me, first, order=order) == whole


SEARCHES = {
    "jane": ["jan", "DOE", "doe jane", "0101"],
    "jose": ["josé", "jose", "example", "j@ex"],
    "all": ["760 555 01", "(760)", "j", "  "],
    "none": ["xyz", "jane smith", "$where", "999"],
}


@pytest.mark.parametrize(
    ("search", "found"), [(one, found) for found, many in SEARCHES.items() for one in many]
)
def test_people_are_found_by_what_somebody_types(me: Program, search: str, found: str) -> None:
    jane = person("+17605550101", minutes=1).phone
    jose = person("+17605550102", first_name="José", last_name="Smith", email="j@example.com").phone
    expected = {"jane": [jane], "jose": [jose], "all": [jane, jose], "none": []}
    assert walked(me, 50, search=search) == expected[found]


@pytest.mark.parametrize("search", ["?!", "🙂", "+"])
def test_what_has_neither_letters_nor_digits_finds_nobody(me: Program, search: str) -> None:
    person("+17605550101")
    assert me.ask(CONTACTS, search=search)["contacts"]["nodes"] == []


def test_contacts_are_filtered(me: Program) -> None:
    one = person("+17605550101", minutes=1, status="client", tags=["vip", "warm"]).phone
    two = person("+17605550102", minutes=2, status="qualified", tags=["vip"]).phone
    three = person("+17605550103", minutes=3, notes="Has a garden").phone
    conditions: list[tuple[dict[str, Any], list[str]]] = [
        ({"status": ["CLIENT"]}, [one]),
        ({"status": ["CLIENT", "QUALIFIED"]}, [two, one]),
        ({"tagsAny": ["vip", "cold"]}, [two, one]),
        ({"tagsAll": ["vip", "warm"]}, [one]),
        ({"smsOptIn": False}, [three, two, one]),
        ({"smsOptIn": True}, []),
        ({"notesText": "garden"}, [three]),
        ({"created": {"from": "2026-03-04T20:02:00Z"}}, [three, two]),
        ({"created": {"from": "2026-03-04T20:01:00Z", "to": "2026-03-04T20:02:00Z"}}, [one]),
        ({"tagsAny": ["vip"], "status": ["QUALIFIED"]}, [two]),
        ({"assignedAgent": "U0NOBODY"}, []),
        ({}, [three, two, one]),
    ]
    for condition, expected in conditions:
        assert walked(me, 50, filter=condition) == expected, condition


COMBINED: list[tuple[dict[str, Any], list[str]]] = [
    ({"search": "ja", "filter": {"status": ["CLIENT"]}}, ["0103", "0101"]),
    ({"search": "ja", "order": "NAME_ASC"}, ["0103", "0102", "0101"]),
    ({"search": "ja 0103", "order": "NAME_ASC"}, ["0103"]),
    ({"search": "555", "order": "NAME_ASC", "filter": {"tagsAny": ["vip"]}}, ["0103", "0101"]),
    ({"search": "555", "order": "LAST_CONTACT_DESC"}, ["0103", "0101", "0102"]),
    ({"order": "LAST_CONTACT_DESC", "filter": {"notesText": "big GARDEN"}}, ["0103", "0101"]),
    (
        {"order": "NAME_ASC", "filter": {"created": {"to": "2026-03-04T20:03:00Z"}}},
        ["0102", "0101"],
    ),
    (
        {"order": "CREATED_ASC", "filter": {"lastContact": {"from": "2026-03-05T00:00:01Z"}}},
        ["0103"],
    ),
    ({"filter": {"tagsAll": ["vip"], "status": ["CLIENT"], "smsOptIn": False}}, ["0103", "0101"]),
    ({"filter": {"notesText": "gard"}}, []),
    ({"filter": {"notesText": "?!"}}, []),
]


@pytest.mark.parametrize(("wanted", "found"), COMBINED)
def test_search_filters_and_order_go_together(
    me: Program, wanted: dict[str, Any], found: list[str]
) -> None:
    garden, names = "A big, green garden.", ("Zoe", "Smith", "Abel")
    for place, last in enumerate(names, 1):
        notes, tags, status = (garden, ["vip"], "client") if place != 2 else (None, [], "new")
        told = {"last_name": last, "notes": notes, "tags": tags, "status": status}
        contact = person(f"+1760555010{place}", minutes=place, first_name="Jane", **told)
        if place != 2:
            contact.update(set__last_contact_date=NOON + timedelta(hours=place * 4))
    assert [phone[-4:] for phone in walked(me, 1, **wanted)] == found
    assert [phone[-4:] for phone in walked(me, 50, **wanted)] == found


def test_notes_are_found_by_the_words_that_they_have_now(me: Program) -> None:
    contact = person(notes="Has a garden")
    change = """mutation($id: ID!, $notes: String) { updateContact(id: $id, input: {
        notes: $notes }) { ... on Contact { id } } }"""
    for notes, words in (("Wants a pool", "pool"), (None, None)):
        me.do(change, id=str(contact.id), notes=notes)
        assert walked(me, 50, filter={"notesText": "garden"}) == []
        assert len(walked(me, 50, filter={"notesText": words})) == 1


def test_somebody_who_was_merged_is_in_no_list(me: Program) -> None:
    kept, gone = person("+17605550101"), person("+17605550102")
    me.do(
        """mutation($keep: ID!, $merge: ID!) { mergeContacts(keepId: $keep, mergeId: $merge) {
        ... on Contact { id } } }""",
        keep=str(kept.id),
        merge=str(gone.id),
    )
    for order in ("CREATED_DESC", "CREATED_ASC", "LAST_CONTACT_DESC", "NAME_ASC"):
        assert walked(me, 50, order=order) == [kept.phone]
    assert me.ask("{ contacts { totalCount } }") == {"contacts": {"totalCount": 1}}


@pytest.mark.parametrize("field", ["tagsAny", "tagsAll"])
def test_a_list_of_tags_has_its_bounds(me: Program, field: str) -> None:
    tags = [str(number) for number in range(51)]
    error = me.refused(CONTACTS, filter={field: tags})
    assert error["extensions"]["code"] == "INVALID_INPUT"
    assert error["extensions"]["fields"][0]["field"] == field
    assert walked(me, 50, filter={field: tags[:50]}) == []


def test_conversations_are_filtered_and_the_latest_is_first(me: Program) -> None:
    jane, john = person(), person("+17605550188")
    one = conversation(jane, minutes=1, status="closed", assignedTo="U0ANNA")
    two = conversation(john, minutes=2, unreadCount=3)
    query = "query($f: ThreadFilter) { threads(filter: $f) { totalCount nodes { id } } }"
    conditions: list[tuple[dict[str, Any], list[Any]]] = [
        ({}, [two, one]),
        ({"status": ["CLOSED"]}, [one]),
        ({"assignedTo": "U0ANNA"}, [one]),
        ({"unassigned": True}, [two]),
        ({"unread": True}, [two]),
        ({"unread": False}, [one]),
        ({"contactId": str(john.id)}, [two]),
        ({"contactId": "nonsense"}, []),
        ({"senderId": OURS}, [two, one]),
        ({"unassigned": True, "unread": True, "status": ["OPEN", "SNOOZED"]}, [two]),
        ({"assignedTo": "U0ANNA", "status": ["CLOSED"], "contactId": str(jane.id)}, [one]),
        ({"assignedTo": "U0ANNA", "status": ["OPEN"]}, []),
        ({"assignedTo": "U0ANNA", "unassigned": True}, []),
        ({"senderId": "+15550000000"}, []),
    ]
    for condition, expected in conditions:
        page = me.ask(query, f=condition)["threads"]
        assert [node["id"] for node in page["nodes"]] == [str(one.id) for one in expected]
        assert page["totalCount"] == len(expected)


def test_texts_are_filtered_and_the_newest_is_first(me: Program) -> None:
    jane = conversation(person())
    john = conversation(person("+17605550188"))
    one = text(jane, minutes=1, body="Is the garden large?")
    two = answered(jane, minutes=2, status="failed")
    three = text(john, minutes=3)
    query = "query($f: MessageFilter) { messages(filter: $f) { nodes { id } } }"
    conditions: list[tuple[dict[str, Any], list[Any]]] = [
        ({}, [three, two, one]),
        ({"threadId": str(jane.id)}, [two, one]),
        ({"contactId": str(john.contact_id)}, [three]),
        ({"phone": "(760) 555-1234"}, [two, one]),
        ({"phone": OURS}, [three, two, one]),
        ({"direction": "OUTBOUND"}, [two]),
        ({"status": ["FAILED", "UNDELIVERED"]}, [two]),
        ({"text": "garden"}, [one]),
        ({"text": "Large GARDEN the"}, [one]),
        ({"text": "gard"}, []),
        ({"text": "garden hello"}, []),
        ({"phone": OURS, "direction": "INBOUND"}, [three, one]),
        ({"phone": "+17605551234", "direction": "INBOUND", "text": "garden"}, [one]),
        ({"phone": "+17605550188", "status": ["FAILED"]}, []),
        ({"contactId": str(jane.contact_id), "direction": "OUTBOUND"}, [two]),
        ({"created": {"to": "2026-03-04T20:02:00Z"}}, [one]),
    ]
    for condition, expected in conditions:
        nodes = me.ask(query, f=condition)["messages"]["nodes"]
        assert [node["id"] for node in nodes] == [str(one.id) for one in expected], condition


def test_texts_for_numbers_that_are_not_ours_are_listed(me: Program) -> None:
    thread = conversation(person())
    text(thread)
    stray = text(thread, unplaced=True)
    page = me.ask("{ unplaced { totalCount nodes { id } } }")["unplaced"]
    assert page == {"totalCount": 1, "nodes": [{"id": str(stray.id)}]}


def test_a_conversation_is_shown_whole(me: Program) -> None:
    place = {"step": "ready", "channelId": "C01", "name": "sms-jane-doe-1234"}
    thread = conversation(person(), channel=place, replyMode="internal")
    one = """query($id: ID!) { thread(id: $id) { phone status unreadCount createdAt
        sender { id phone messagingServiceSid known default }
        slackChannel { teamId channelId threadTs name url replyMode } } }"""
    seen = me.ask(one, id=str(thread.id))["thread"]
    assert seen["sender"] == {
        "id": OURS,
        "phone": OURS,
        "messagingServiceSid": None,
        "known": True,
        "default": True,
    }
    assert seen["slackChannel"]["replyMode"] == "INTERNAL"
    assert seen["slackChannel"]["channelId"] == "C01"
    assert me.ask(one, id="nonsense") == {"thread": None}
    assert me.ask(one, id="0" * 24) == {"thread": None}
