"""However much is nested in a page, the database is asked a constant number of times."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from domain.model import Author
from domain.services import consent
from tests.clock import NOON
from tests.graph.desk import Program, answered, conversation, person, text

TEXTS = """query($first: Int) { messages(first: $first) { totalCount nodes {
  id body contact { name assignedAgent { name } consent { level } }
  thread { id contact { name } lastMessage { body } }
  sentBy { ... on Token { name } } retryOf { id }
} } }"""
PEOPLE = """query($first: Int) { contacts(first: $first) { nodes {
  name threads(first: 2) { totalCount nodes { id lastMessage { body } } }
  messages(first: 3) { edges { cursor node { body thread { id } } } }
} } }"""
THREADS = """query($first: Int) { threads(first: $first) { nodes {
  id contact { name } assignedTo { name } lastMessage { body sentBy { ... on Token { name } } }
  messages(first: 2) { nodes { body contact { name } } }
} } }"""


TIMELINES = """query($first: Int) { contacts(first: $first, filter: { status: [NEW] }) { nodes {
  name assignedAgent { name } timeline(first: 10) { totalCount nodes {
    kind text actor { ... on Token { name } } message { body contact { name } }
    consentEvent { level recordedBy { ... on System { name } } } } }
} } }"""
SEARCH = """query($first: Int) { contacts(search: "jane", first: $first, orderBy: NAME_ASC,
  filter: { status: [NEW], smsOptIn: false, created: { from: "2026-01-01T00:00:00Z" } }) { nodes {
  name threads { nodes { id lastMessage { body } } } messages(first: 10) { nodes { body } }
} } }"""


READS = ("find", "aggregate", "count", "getMore")


Reads = Callable[[Callable[[], Any]], Counter[str]]


@pytest.fixture
def reads(db: Database[dict[str, Any]]) -> Iterator[Reads]:
    """How often some work reads each collection, by the server's own profiler."""

    def told() -> Counter[str]:
        seen = db["system.profile"].find({"ns": {"$ne": f"{db.name}.system.profile"}})
        found = (one for one in seen if any(name in one["command"] for name in READS))
        return Counter(one["ns"].partition(".")[2] for one in found)

    def during(work: Callable[[], Any]) -> Counter[str]:
        before = told()
        work()
        return told() - before

    db.command("profile", 2)
    yield during
    db.command("profile", 0)
    db["system.profile"].drop()


def people(count: int) -> None:
    """So many contacts with a conversation each, of three texts."""
    for place in range(count):
        contact = person(f"+1760555{place:04}", minutes=place)
        thread = conversation(contact, minutes=place)
        for minute in range(2):
            text(thread, minutes=place + minute)
        last = answered(thread, minutes=place + 2, sent_by={"kind": "token", "key": "0" * 24})
        thread.update(set__last_message_id=last.id)


QUERIES = {
    "texts": TEXTS,
    "people": PEOPLE,
    "threads": THREADS,
    "timelines": TIMELINES,
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_longer_page_takes_no_more_commands(me: Program, reads: Reads, query: str) -> None:
    people(8)
    short = reads(lambda: me.ask(query, first=2))
    assert reads(lambda: me.ask(query, first=8)) == short
    assert sum(short.values()) <= 14, short


def test_what_is_not_selected_is_not_read(me: Program, reads: Reads) -> None:
    people(2)
    asked = reads(lambda: me.ask("{ contacts { nodes { name } } }"))
    assert asked == {"contacts": 1, "tokens": 1}


def test_a_count_alone_reads_no_page(me: Program, reads: Reads) -> None:
    people(2)
    asked = reads(lambda: me.ask("{ contacts { totalCount } }"))
    assert asked == {"contacts": 1, "tokens": 1}


def test_nested_pages_hold_what_belongs_to_each(me: Program) -> None:
    people(3)
    for contact in me.ask(PEOPLE, first=3)["contacts"]["nodes"]:
        (thread,) = contact["threads"]["nodes"]
        texts = [edge["node"] for edge in contact["messages"]["edges"]]
        assert contact["threads"]["totalCount"] == 1
        assert [one["thread"]["id"] for one in texts] == [thread["id"]] * 3


def test_one_field_may_be_asked_for_under_several_names(me: Program) -> None:
    people(1)
    one = me.ask("""{ contacts { nodes { a: messages(first: 1) { nodes { id } }
        b: messages(first: 2) { nodes { body } pageInfo { hasNextPage } } } } }""")
    (contact,) = one["contacts"]["nodes"]
    assert len(contact["a"]["nodes"]) == 1
    assert len(contact["b"]["nodes"]) == 2
    assert contact["b"]["pageInfo"]["hasNextPage"]


def test_a_nested_page_goes_on_from_its_cursor(me: Program) -> None:
    people(1)
    query = """query($after: Cursor) { contacts { nodes {
        messages(first: 2, after: $after) { nodes { id }
          pageInfo { endCursor hasNextPage } } } } }"""
    first = me.ask(query)["contacts"]["nodes"][0]["messages"]
    rest = me.ask(query, after=first["pageInfo"]["endCursor"])["contacts"]["nodes"][0]["messages"]
    assert len({node["id"] for node in first["nodes"] + rest["nodes"]}) == 3
    assert not rest["pageInfo"]["hasNextPage"]


def test_fragments_and_directives_are_followed(me: Program, reads: Reads) -> None:
    people(1)
    query = """query($with: Boolean!) { messages { nodes { ...Text } } }
        fragment Text on Message { id ... on Message { contact @include(if: $with) { name } }
          thread @skip(if: true) { id } }"""
    without = reads(lambda: me.ask(query, **{"with": False}))
    assert without == {"smsmessages": 1, "tokens": 1}
    shown = me.ask(query, **{"with": True})["messages"]["nodes"]
    assert shown[0]["contact"]["name"] == "Jane Doe"
    assert "thread" not in shown[0]


@pytest.mark.parametrize("first", [1, 3, 8])
def test_a_search_takes_few_commands_whatever_comes_together(
    me: Program, reads: Reads, first: int
) -> None:
    people(8)
    asked = reads(lambda: me.ask(SEARCH, first=first))
    assert asked["contacts"] <= 5 + len(("threads", "messages"))
    assert sum(asked.values()) <= 9, asked


LEDGER = """query($id: ID!, $first: Int) { consentEvents(contactId: $id, first: $first) {
  totalCount nodes { level contact { name } message { body } recordedBy { ... on Agent { name } } }
} }"""


def test_a_longer_ledger_takes_no_more_commands(me: Program, reads: Reads) -> None:
    contact = person()
    for place in range(8):
        said = consent.Statement("opt_in", "agent", NOON, recorded_by=Author(kind="agent", key="U"))
        consent.record(f"test:{place}", contact.phone, said, NOON + timedelta(minutes=place))
    short = reads(lambda: me.ask(LEDGER, id=str(contact.id), first=2))
    assert reads(lambda: me.ask(LEDGER, id=str(contact.id), first=8)) == short


def test_of_a_text_only_what_is_selected_leaves_the_database(
    me: Program, db: Database[dict[str, Any]], reads: Reads
) -> None:
    people(1)
    reads(lambda: me.ask("{ messages { nodes { body contact { name } } } }"))
    asked = {one["ns"]: one["command"] for one in db["system.profile"].find({"op": "query"})}
    shown = {ns.partition(".")[2]: set(one.get("projection", ())) for ns, one in asked.items()}
    assert shown["smsmessages"] == {"_id", "mergedInto", "body", "contactId", "createdAt"}
    assert shown["contacts"] == {"_id", "mergedInto", "firstName", "lastName"}
