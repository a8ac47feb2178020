"""However much is nested in a page, the database is asked a constant number of times."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo.database import Database

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


@pytest.mark.parametrize("query", [TEXTS, PEOPLE, THREADS], ids=["texts", "people", "threads"])
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
