"""What holds for every subscription, over WebSocket and Server-Sent Events alike."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.rules.status import MessageStatus
from domain.services import tokens
from tests.clock import NOON, FakeClock
from tests.graph.desk import Program, answered, conversation, person, program, text
from tests.graph.follow import TRANSPORTS, following, gathered
from tests.graph.test_subscriptions import TEXTS, moved
from tests.graph.wire import cursor

pytestmark = pytest.mark.parametrize("transport", TRANSPORTS)


async def test_sent_then_delivered_arrive_as_such(me: Program, transport: str) -> None:
    made = answered(conversation(person()), status="sending")
    async with following(transport, me, TEXTS, after=await cursor(me)) as stream:
        moved(made, MessageStatus.SENT)
        moved(made, MessageStatus.DELIVERED)
        seen = await gathered(stream, 2)
    assert [(one["change"], one["status"]) for one in seen] == [
        ("STATUS", "SENT"),
        ("STATUS", "DELIVERED"),
    ]


async def test_a_quiet_stream_can_be_resumed_by_its_checkpoints(brisk: str, transport: str) -> None:
    me = program(brisk, "read")
    async with following(transport, me, TEXTS) as stream:
        first, second = [(await stream.next())["data"]["messages"] for _ in range(2)]
    assert {first["change"], second["change"]} == {"CHECKPOINT"}
    assert second["cursor"] >= first["cursor"]
    made = text(conversation(person()))
    async with following(transport, me, TEXTS, after=second["cursor"]) as stream:
        assert (await stream.event())["id"] == str(made.id)


async def test_who_gives_no_cursor_has_one_before_anything_happens(
    me: Program, transport: str
) -> None:
    async with following(transport, me, TEXTS) as stream:
        first = (await stream.next())["data"]["messages"]
    assert first["change"] == "CHECKPOINT"
    made = text(conversation(person()))
    async with following(transport, me, TEXTS, after=first["cursor"]) as stream:
        assert (await stream.event())["id"] == str(made.id)


def shortened(cursor: str) -> str:
    return cursor[:-8]


def other_kind(cursor: str) -> str:
    """The byte after the time says that a counter follows."""
    return cursor[:18] + "FF" + cursor[20:]


def of_yesteryear(cursor: str) -> str:
    return cursor[:2] + "0" * 8 + cursor[10:]


def of_tomorrow(cursor: str) -> str:
    return f"{cursor[:2]}{int(cursor[2:10], 16) + 86_400:08X}{cursor[10:]}"


CHANGED = [shortened, other_kind, of_yesteryear, of_tomorrow, str.lower]


@pytest.mark.parametrize("change", CHANGED, ids=lambda change: change.__name__)
async def test_a_cursor_that_was_tampered_with_ends_with_its_code(
    me: Program, transport: str, change: Any
) -> None:
    thread = conversation(person())
    async with following(transport, me, TEXTS, after=await cursor(me)) as stream:
        text(thread)
        own = (await stream.event())["cursor"]
    async with following(transport, me, TEXTS, after=change(own)) as stream:
        assert await stream.ended() == "CURSOR_EXPIRED"


async def test_the_cursor_of_a_list_is_no_place_in_the_feed(me: Program, transport: str) -> None:
    person()
    page = me.ask("{ contacts { pageInfo { endCursor } } }")["contacts"]["pageInfo"]
    async with following(transport, me, TEXTS, after=page["endCursor"]) as stream:
        assert await stream.ended() == "CURSOR_EXPIRED"


async def test_a_revoked_token_ends_its_stream(brisk: str, transport: str) -> None:
    me = program(brisk, "read")
    async with following(transport, me, TEXTS) as stream:
        tokens.revoke(me.token_id, NOON)
        assert await stream.ended() == "UNAUTHENTICATED"


async def test_an_expired_token_ends_its_stream(
    brisk: str, clock: FakeClock, transport: str
) -> None:
    me = program(brisk, "read", expires_at=NOON + timedelta(hours=1))
    async with following(transport, me, TEXTS) as stream:
        clock.advance(hours=1)
        assert await stream.ended() == "UNAUTHENTICATED"


async def test_a_busy_stream_ends_with_its_token_too(brisk: str, transport: str) -> None:
    me, thread, ended = program(brisk, "read"), conversation(person()), asyncio.Event()

    async def write() -> None:
        while not ended.is_set():
            await asyncio.to_thread(text, thread)

    async with following(transport, me, TEXTS) as stream:
        writing = asyncio.create_task(write())
        await stream.event()
        tokens.revoke(me.token_id, NOON)
        code = await stream.ended()
        ended.set()
        await writing
    assert code == "UNAUTHENTICATED"
