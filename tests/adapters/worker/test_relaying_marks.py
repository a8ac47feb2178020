"""Marks follow the state, failures are explained, and authors are told, once each."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from adapters.worker.relaying import Relayer
from domain.model import Message
from domain.rules.marks import DELIVERED, SENT, WAITING
from domain.services import dispatch, reports
from domain.values import Failed, Place, Postponed, Rejected, Shown, Unclear
from tests.adapters.worker.fakes import FakeChat
from tests.adapters.worker.hands import work, work_on
from tests.clock import NOON, FakeClock
from tests.domain.build import (
    AGENT,
    BAD_NUMBER,
    CHANNEL,
    TIMING,
    accepted_as,
    answered,
    callback,
    conversation,
    due,
    fresh,
    leaving,
)


@pytest.fixture
def handed_over(db: Database[Any], clock: FakeClock) -> Message:
    """An agent's answer that the carrier has."""
    conversation()
    message = answered("On my way")
    dispatch.record(leaving(clock.advance(10)), accepted_as("SM1"), clock.now(), TIMING)
    return message


async def test_the_marks_follow_the_state(
    relayer: Relayer, chat: FakeChat, handed_over: Message, clock: FakeClock
) -> None:
    await work(relayer)
    reports.receive(callback("delivered", "SM1"), clock.now())
    await work(relayer)
    place, ts = Place(CHANNEL), handed_over.shadow.ts
    assert chat.told("mark") == [
        (place, ts, frozenset({WAITING}), frozenset()),
        (place, ts, frozenset({SENT, DELIVERED}), frozenset({WAITING})),
    ]


async def test_a_passing_mark_that_the_chat_puts_off_is_skipped(
    relayer: Relayer, chat: FakeChat, handed_over: Message
) -> None:
    chat.will["mark"] = [Postponed("ratelimited", 30)]
    await work(relayer)
    assert due(handed_over, "relay") is None


@pytest.mark.parametrize("outcome", [Postponed("ratelimited", 30), Unclear("timeout")])
async def test_a_final_mark_is_set_sooner_or_later(
    relayer: Relayer, chat: FakeChat, handed_over: Message, clock: FakeClock, outcome: Any
) -> None:
    reports.receive(callback("delivered", "SM1"), clock.now())
    chat.will["mark"] = [outcome]
    await work_on(relayer, clock)
    assert len(chat.told("mark")) == 2
    assert fresh(handed_over).shadow.marks == sorted({SENT, DELIVERED})


async def test_a_mark_on_a_message_that_is_gone_is_given_up(
    relayer: Relayer, chat: FakeChat, handed_over: Message
) -> None:
    chat.will["mark"] = [Failed("message_not_found")]
    await work(relayer)
    assert due(handed_over, "relay") is None


async def test_why_a_text_failed_is_told_below_it_once(
    relayer: Relayer, chat: FakeChat, clock: FakeClock
) -> None:
    conversation()
    failed = answered("On my way")
    dispatch.record(leaving(clock.advance(10)), Rejected(1, BAD_NUMBER), clock.now(), TIMING)
    chat.will["post"] = [Unclear("timeout")]
    chat.will["find_post"] = ["9.9"]
    await work_on(relayer, clock)
    place, post = chat.told("post")[0]
    assert (place.thread_ts, post.key) == (failed.shadow.ts, f"{failed.id}:failure")
    assert BAD_NUMBER.sentence in post.text
    assert len(chat.told("post")) == 1


@pytest.fixture
def late(db: Database[Any], clock: FakeClock) -> Message:
    """An answer that reached us late and waits for a click."""
    conversation()
    return answered("On my way", NOON - timedelta(minutes=5), said_at=NOON - timedelta(hours=1))


async def test_a_late_answer_is_offered_to_its_author_alone(
    relayer: Relayer, chat: FakeChat, late: Message
) -> None:
    await work(relayer)
    _, user_id, text, buttons = chat.told("whisper")[0]
    assert (user_id, text) == (AGENT, late.notices[0].text)
    labels = ["Send anyway", "Don't send"]
    assert [(one.label, one.value) for one in buttons] == [(one, str(late.id)) for one in labels]


@pytest.mark.parametrize(
    ("outcome", "whispers"),
    [
        (Shown("1.1"), 1),
        (Failed("user_not_in_channel"), 1),
        (Unclear("timeout"), 1),  # a question: it is posted instead
        (Postponed("ratelimited", 3), 2),
    ],
)
async def test_a_whisper_is_repeated_only_if_it_surely_was_not_heard(
    relayer: Relayer, chat: FakeChat, late: Message, clock: FakeClock, outcome: Any, whispers: int
) -> None:
    chat.will["whisper"] = [outcome]
    await work_on(relayer, clock)
    assert len(chat.told("whisper")) == whispers
