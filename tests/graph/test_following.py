"""Following people, and what makes a page and a stream one whole."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any

import pytest

from domain.model import Author, Contact
from domain.services.people import contacts, merging
from tests.clock import NOON
from tests.graph.desk import Program, conversation, person, text
from tests.graph.follow import TRANSPORTS, following, gathered
from tests.graph.wire import cursor

PEOPLE = """subscription ($filter: ContactFilter, $after: Cursor) {
  contacts(filter: $filter, after: $after) { cursor change id contact {
    id name phone tags assignedAgent { name } consent { level } } } }"""
PAGE = """query ($first: Int!, $after: Cursor) { messages(first: $first, after: $after) {
  nodes { id body } pageInfo { hasNextPage endCursor } } }"""
TEXTS = """subscription ($after: Cursor) { messages(after: $after) { cursor change id } }"""
JANE, JOHN, MARY = "+17605550101", "+17605550102", "+17605550103"


def named(events: Sequence[dict[str, Any]]) -> list[tuple[str, str | None]]:
    """What happened, and to whom."""
    return [(one["change"], one["contact"] and one["contact"]["name"]) for one in events]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_people_are_followed_as_they_come_and_change_and_go(
    me: Program, transport: str
) -> None:
    async with following(transport, me, PEOPLE, after=await cursor(me)) as stream:
        jane = person(JANE)
        first = await stream.event()
        contacts.update(jane.id, {"firstName": "Janet"}, NOON)
        second = await stream.event()
        Contact._get_collection().update_one(
            {"_id": jane.id}, {"$set": {"status": "client"}, "$inc": {"rev": 1}}
        )
        third = await stream.event()
        jane.delete()
        last = await stream.event()
    assert named([first, second, third, last]) == [
        ("ADDED", "Jane Doe"),
        ("UPDATED", "Janet Doe"),
        ("STATUS", "Janet Doe"),
        ("REMOVED", None),
    ]
    assert {one["id"] for one in (first, second, third, last)} == {str(jane.id)}


async def test_what_is_nested_in_a_contact_comes_along(me: Program) -> None:
    async with following("ws", me, PEOPLE, after=await cursor(me)) as stream:
        person(JANE, tags=["buyer"])
        event = await stream.event()
    assert event["contact"]["phone"] == JANE
    assert event["contact"]["tags"] == ["buyer"]
    assert event["contact"]["consent"] == {"level": "NONE"}
    assert event["contact"]["assignedAgent"] is None


async def test_only_people_who_are_asked_for_are_told_of(me: Program) -> None:
    after = await cursor(me)
    person(JANE, tags=["buyer"])
    john = person(JOHN, first_name="John")
    person(MARY, first_name="Mary", tags=["buyer"], status="client")
    contacts.update(john.id, {"tags": ["buyer", "seller"]}, NOON)
    person("+17605550104").delete()
    wanted: dict[tuple[str, ...], dict[str, Any]] = {
        ("Jane Doe", "Mary Doe", "John Doe"): {"tagsAny": ["buyer"]},
        ("John Doe",): {"tagsAll": ["buyer", "seller"]},
        ("Mary Doe",): {"status": ["CLIENT"]},
        (): {"created": {"to": "2020-01-01T00:00:00Z"}},
    }
    for names, condition in wanted.items():
        async with following("ws", me, PEOPLE, filter=condition, after=after) as stream:
            seen = named(await gathered(stream, len(names) + 1))
        assert seen[-1] == ("REMOVED", None)
        assert tuple(name for _, name in seen[:-1]) == names


async def test_who_was_merged_into_another_is_gone_for_everybody(me: Program) -> None:
    jane, john = person(JANE), person(JOHN, first_name="John", tags=["seller"])
    after = await cursor(me)
    merging.merge(jane.id, john.id, Author(kind="token", key="1", name="CRM"), NOON)
    async with following("ws", me, PEOPLE, after=after) as stream:
        seen = await gathered(stream, 2)
    changes = {one["id"]: (one["change"], one["contact"]) for one in seen}
    assert changes[str(john.id)] == ("REMOVED", None)
    change, kept = changes[str(jane.id)]
    assert (change, kept["name"], kept["tags"]) == ("UPDATED", "Jane Doe", ["seller"])


async def test_what_came_before_a_merger_leads_nowhere_either(me: Program) -> None:
    jane, john = person(JANE), person(JOHN, first_name="John")
    after = await cursor(me)
    contacts.update(john.id, {"notes": "The same person?"}, NOON)
    merging.merge(jane.id, john.id, Author(kind="token", key="1", name="CRM"), NOON)
    async with following("ws", me, PEOPLE, after=after) as stream:
        seen = await gathered(stream, 3)
    of_john = [(one["change"], one["contact"]) for one in seen if one["id"] == str(john.id)]
    assert of_john == [("UPDATED", None), ("REMOVED", None)]


def pages(me: Program, first: int) -> list[str]:
    """The ids of all texts, page by page."""
    found: list[str] = []
    after, more = None, True
    while more:
        page = me.ask(PAGE, first=first, after=after)["messages"]
        found += [node["id"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found


async def caught_up(me: Program, transport: str, chance: random.Random, total: int) -> set[str]:
    """A client's copy of all texts: a cursor, then pages, then what came meanwhile."""
    await asyncio.sleep(chance.random() / 5)
    after = await cursor(me)
    found = await asyncio.to_thread(pages, me, chance.randint(3, 50))
    assert len(found) == len(set(found))
    known, told = set(found), list[str]()
    async with following(transport, me, TEXTS, after=after) as stream:
        while len(known) < total:
            event = await stream.event()
            told.append(event["id"])
            known.add(event["id"])
    assert len(told) == len(set(told))
    return known


async def test_a_cursor_a_page_and_the_stream_after_it_leave_no_gap(me: Program) -> None:
    seed = random.randrange(10_000)
    chance, count = random.Random(seed), 40
    threads = [conversation(person(phone)) for phone in (JANE, JOHN, MARY)]

    def write(thread: Any, pace: random.Random) -> set[str]:
        return {str(text(thread, minutes=pace.randint(0, 9)).id) for _ in range(count)}

    total = count * len(threads)
    reading = [
        asyncio.create_task(caught_up(me, way, random.Random(chance.random()), total))
        for way in TRANSPORTS * 3
    ]
    paces = [random.Random(chance.random()) for _ in threads]
    written = await asyncio.gather(
        *(asyncio.to_thread(write, *pair) for pair in zip(threads, paces, strict=True))
    )
    everything = set[str]().union(*written)
    assert [found == everything for found in await asyncio.gather(*reading)] == [True] * 6, seed
