"""Subscriptions over a real WebSocket: every change, in order, from any cursor, while it may."""

import asyncio
from typing import Any

import pytest

from domain.model import Message, Thread
from domain.rules.status import MessageStatus
from domain.services import messages, tokens
from tests.clock import NOON
from tests.graph.desk import Program, answered, conversation, person, program, text
from tests.graph.wire import connected, cursor

TEXTS = """subscription($thread: ID, $contact: ID, $phone: Phone, $way: Direction, $after: Cursor) {
  messages(threadId: $thread, contactId: $contact, phone: $phone, direction: $way, after: $after) {
    cursor change id status message { id status body contact { name } thread { id } } } }"""
THREADS = """subscription($filter: ThreadFilter, $after: Cursor) {
  threads(filter: $filter, after: $after) {
    cursor change id thread { id status unreadCount contact { name } lastMessage { body } } } }"""


def moved(message: Message, status: MessageStatus) -> None:
    """The message takes a step on its way."""
    messages.move({"_id": message.id}, status, NOON)


async def test_a_new_text_arrives_with_what_is_nested_in_it(me: Program) -> None:
    thread = conversation(person())
    async with connected(me) as line:
        stream = await line.subscribe(TEXTS, after=await cursor(me))
        made = text(thread, body="Is it still for sale?")
        event = await stream.event()
    assert (event["change"], event["id"], event["status"]) == ("ADDED", str(made.id), "RECEIVED")
    assert event["message"]["body"] == "Is it still for sale?"
    assert event["message"]["contact"] == {"name": "Jane Doe"}
    assert event["message"]["thread"] == {"id": str(thread.id)}


async def test_each_status_arrives_as_it_was(me: Program) -> None:
    after = await cursor(me)
    made = answered(conversation(person()), status="queued")
    steps = [MessageStatus.SENDING, MessageStatus.SENT, MessageStatus.DELIVERED]
    for step in steps:
        moved(made, step)
    async with connected(me) as line:
        stream = await line.subscribe(TEXTS, after=after)
        seen = [await stream.event() for _ in range(4)]
    assert [one["change"] for one in seen] == ["ADDED", "STATUS", "STATUS", "STATUS"]
    assert [one["status"] for one in seen] == ["QUEUED", "SENDING", "SENT", "DELIVERED"]
    assert {one["message"]["status"] for one in seen[1:]} == {"DELIVERED"}


async def test_another_change_is_an_update(me: Program) -> None:
    after = await cursor(me)
    made = text(conversation(person()))
    messages.change({"_id": made.id}, NOON, fields={"body": "Edited"})
    async with connected(me) as line:
        stream = await line.subscribe(TEXTS, after=after)
        await stream.event()
        event = await stream.event()
    assert (event["change"], event["message"]["body"]) == ("UPDATED", "Edited")


async def test_what_is_gone_keeps_its_id(me: Program) -> None:
    made = text(conversation(person()))
    after = await cursor(me)
    made.delete()
    async with connected(me) as line:
        stream = await line.subscribe(TEXTS, after=after)
        event = await stream.event()
    assert (event["change"], event["id"], event["message"]) == ("REMOVED", str(made.id), None)


async def test_only_what_was_asked_for_arrives(me: Program) -> None:
    jane, john = conversation(person()), conversation(person("+17605550188", first_name="John"))
    after = await cursor(me)
    text(jane, body="from Jane")
    answered(jane, body="to Jane")
    text(john, body="from John")
    wanted: dict[str, dict[str, Any]] = {
        "from John": {"thread": str(john.id)},
        "to Jane": {"way": "OUTBOUND"},
        "from Jane": {"contact": str(jane.contact_id), "way": "INBOUND"},
    }
    wanted["from John "] = {"phone": "(760) 555-0188"}
    for body, condition in wanted.items():
        async with connected(me) as line:
            stream = await line.subscribe(TEXTS, after=after, **condition)
            assert (await stream.event())["message"]["body"] == body.strip()


async def test_a_cursor_resumes_exactly_after_its_event(me: Program) -> None:
    thread = conversation(person())
    after = await cursor(me)
    for number in range(6):
        text(thread, minutes=number, body=str(number))
    seen: list[str] = []
    while len(seen) < 6:
        async with connected(me) as line:
            stream = await line.subscribe(TEXTS, after=after)
            for _ in range(2):
                event = await stream.event()
                seen.append(event["message"]["body"])
                after = event["cursor"]
    assert seen == ["0", "1", "2", "3", "4", "5"]


async def test_conversations_are_followed_too(me: Program) -> None:
    after = await cursor(me)
    thread = conversation(person())
    change = {"$set": {"status": "closed"}, "$inc": {"rev": 1}}
    Thread._get_collection().update_one({"_id": thread.id}, change)
    Thread._get_collection().update_one({"_id": thread.id}, {"$inc": {"rev": 1}})
    async with connected(me) as line:
        stream = await line.subscribe(THREADS, after=after)
        seen = [await stream.event() for _ in range(3)]
    assert [one["change"] for one in seen] == ["ADDED", "STATUS", "UPDATED"]
    assert seen[1]["thread"]["status"] == "CLOSED"
    assert seen[1]["thread"]["contact"] == {"name": "Jane Doe"}


async def test_conversations_are_filtered_as_they_are_after_the_change(me: Program) -> None:
    after = await cursor(me)
    conversation(person(), unreadCount=0)
    loud = conversation(person("+17605550188"))
    change = {"$set": {"unreadCount": 2}, "$inc": {"rev": 1}}
    Thread._get_collection().update_one({"_id": loud.id}, change)
    async with connected(me) as line:
        stream = await line.subscribe(THREADS, after=after, filter={"unread": True})
        event = await stream.event()
    assert event["id"] == str(loud.id)


async def test_a_quiet_subscription_still_gets_cursors(brisk: str) -> None:
    me = program(brisk, "read")
    async with connected(me) as line:
        stream = await line.subscribe(TEXTS)
        first, second = [(await stream.next())["data"]["messages"] for _ in range(2)]
    assert (first["change"], first["id"], first["message"]) == ("CHECKPOINT", None, None)
    assert second["cursor"] >= first["cursor"]
    made = text(conversation(person()))
    async with connected(me) as line:
        stream = await line.subscribe(TEXTS, after=second["cursor"])
        assert (await stream.event())["id"] == str(made.id)


@pytest.mark.parametrize("after", ["nonsense", "82" + "0" * 60, "82FFFFFFFF" + "0" * 60])
async def test_a_cursor_that_is_no_use_ends_with_its_code(me: Program, after: str) -> None:
    async with connected(me) as line:
        stream = await line.subscribe(TEXTS, after=after)
        assert await stream.ended() == "CURSOR_EXPIRED"
        assert await (await line.subscribe("{ __typename }")).next()


async def test_a_revoked_token_ends_what_is_open(brisk: str) -> None:
    me = program(brisk, "read")
    async with connected(me) as line:
        stream = await line.subscribe(TEXTS)
        tokens.revoke(me.token_id, NOON)
        assert await stream.ended() == "UNAUTHENTICATED"


async def test_a_token_without_the_scope_follows_nothing(url: str) -> None:
    async with connected(program(url, "write")) as line:
        stream = await line.subscribe(TEXTS)
        assert await stream.ended() == "FORBIDDEN"


async def test_a_bad_number_ends_with_its_code(me: Program) -> None:
    async with connected(me) as line:
        stream = await line.subscribe(TEXTS, phone="nope")
        assert await stream.ended() == "INVALID_PHONE"


async def test_an_unsubscribed_stream_is_silent_and_the_connection_lives(me: Program) -> None:
    thread = conversation(person())
    async with connected(me) as line:
        first = await line.subscribe(TEXTS, after=await cursor(me))
        text(thread, body="one")
        await first.event()
        await first.stop()
        text(thread, minutes=1, body="two")
        answer = await (await line.subscribe("{ viewer { name } }")).next()
    assert answer["data"] == {"viewer": {"name": "Test program"}}


async def test_many_subscribers_all_hear_everything_in_order(me: Program) -> None:
    thread = conversation(person())
    after = await cursor(me)
    bodies = [str(number) for number in range(20)]

    async def listen() -> list[str]:
        async with connected(me) as line:
            stream = await line.subscribe(TEXTS, after=after)
            return [(await stream.event())["message"]["body"] for _ in bodies]

    listening = [asyncio.create_task(listen()) for _ in range(20)]
    for place, body in enumerate(bodies):
        await asyncio.to_thread(text, thread, place, body=body)
    assert await asyncio.gather(*listening) == [bodies] * 20
