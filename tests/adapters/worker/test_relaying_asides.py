"""A question that was not heard is posted, once, whatever becomes of the whisper."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from adapters.worker.relaying import Hand, Relayer
from domain.model import Message
from domain.values import Failed, Postponed, Unclear
from tests.adapters.worker.fakes import FakeChat
from tests.adapters.worker.hands import work, work_on
from tests.clock import NOON, FakeClock
from tests.domain.build import TIMING, answered, conversation, due, leased, received


@pytest.fixture
def late(db: Database[Any]) -> Message:
    """An answer that waits for a click."""
    conversation()
    return answered("On my way", NOON - timedelta(minutes=5), said_at=NOON - timedelta(hours=1))


@pytest.mark.parametrize("outcome", [Failed("user_not_in_channel"), Unclear("internal_error")])
async def test_a_question_that_was_not_heard_is_posted_once(
    relayer: Relayer, chat: FakeChat, late: Message, clock: FakeClock, outcome: Any
) -> None:
    chat.will["whisper"] = [outcome]
    await work_on(relayer, clock)
    ((place, post),) = chat.told("post")
    assert (place.thread_ts, post.key) == (late.shadow.ts, f"{late.id}:notice:late")
    assert [one.action for one in post.buttons] == ["release", "call_back"]
    assert (len(chat.told("whisper")), due(late, "relay")) == (1, None)


async def test_a_process_that_died_while_it_asked_is_no_loss(
    relayer: Relayer, chat: FakeChat, late: Message, clock: FakeClock
) -> None:
    await Hand(chat, clock, TIMING)._next(leased("relay", clock.now()))
    clock.advance(TIMING.lease.total_seconds())
    await work(relayer)
    assert (len(chat.told("whisper")), len(chat.told("post"))) == (0, 1)


async def test_an_unclear_post_of_it_is_found_and_not_made_twice(
    relayer: Relayer, chat: FakeChat, late: Message, clock: FakeClock
) -> None:
    chat.will["whisper"], chat.will["post"] = [Unclear("timeout")], [Unclear("timeout")]
    chat.will["find_post"] = [Postponed("ratelimited", 3), "5.5"]
    await work_on(relayer, clock)
    assert (len(chat.told("post")), len(chat.told("find_post"))) == (1, 2)


async def test_a_text_that_is_always_refused_does_not_block_those_behind_it(
    relayer: Relayer, chat: FakeChat, clock: FakeClock
) -> None:
    conversation()
    received("first")
    received("second")
    chat.will["post"] = [Failed("invalid_blocks")] * 8
    for _ in range(3):
        await work_on(relayer, clock)
    texts = [post.text for _, post in chat.told("post")]
    assert texts[-2].startswith("A text of ")
    assert (texts[-1], "second" in texts[:-1]) == ("second", False)
