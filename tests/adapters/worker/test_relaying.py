"""The chat is brought up to date: each text shown once, whatever the chat answers."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from adapters.worker.relaying import Relayer
from domain.model import Message, Thread
from domain.rules.marks import DELIVERED, SENT, WAITING
from domain.services import dispatch, messages, reports, threads
from domain.values import Failed, Opened, Place, Postponed, Rejected, Shown, Unclear
from tests.adapters.worker.fakes import INBOX, FakeChat
from tests.clock import NOON, FakeClock
from tests.domain.build import (
    AGENT,
    BAD_NUMBER,
    CHANNEL,
    STRANGER,
    TIMING,
    accepted_as,
    answered,
    callback,
    conversation,
    due,
    fresh,
    leased,
    leaving,
    queued,
    received,
)

LEASE = TIMING.lease.total_seconds()


@pytest.fixture(autouse=True)
def _stored(db: Database[Any]) -> None:
    """Everything here is in the database."""


@pytest.fixture
def chat() -> FakeChat:
    return FakeChat()


@pytest.fixture
def relayer(chat: FakeChat, clock: FakeClock) -> Relayer:
    return Relayer(chat, clock, TIMING)


async def work(relayer: Relayer) -> bool:
    """Carry out what is due first; whether there was anything."""
    claim = await asyncio.to_thread(relayer.claim)
    if claim:
        await relayer.carry_out(claim)
    return claim is not None


async def work_on(relayer: Relayer, clock: FakeClock, seconds: float = 60) -> None:
    """Carry on until nothing is open any more, as time goes by."""
    for _ in range(30):
        await work(relayer)
        clock.advance(seconds)
    assert not await work(relayer)


def place_of(message: Message) -> Place | None:
    """Where its conversation lives."""
    thread: Thread = threads.get(message.thread_id)
    channel = thread.channel
    return Place(channel.channel_id, channel.thread_ts) if channel.channel_id else None


@pytest.fixture
def first() -> Message:
    """The first text of a conversation that has no place yet."""
    return received("Is it still available?")


@pytest.fixture
def later() -> Message:
    """A text in a conversation whose channel is there."""
    conversation()
    return received("And the garden?")


async def test_a_first_text_gets_a_channel_and_is_shown_in_it(
    relayer: Relayer, chat: FakeChat, first: Message
) -> None:
    await work(relayer)
    assert chat.names() == ["open_channel", "furnish", "post"]
    place, post = chat.told("post")[0]
    assert (place.channel_id, post.text, post.from_customer) == ("C0", first.body, True)
    assert post.key == str(first.id)
    assert fresh(first).shadow.ts is not None
    assert due(first, "relay") is None


async def test_afterwards_nothing_is_left_to_do(
    relayer: Relayer, chat: FakeChat, first: Message
) -> None:
    await work(relayer)
    assert not await work(relayer)
    assert Thread.objects(id=first.thread_id).get().relay_lease is None


async def test_texts_are_shown_in_their_order(relayer: Relayer, chat: FakeChat) -> None:
    conversation()
    for body in ("one", "two", "three"):
        received(body)
    await work(relayer)
    assert [post.text for _, post in chat.told("post")] == ["one", "two", "three"]


async def test_a_name_that_is_taken_is_followed_by_another(
    relayer: Relayer, chat: FakeChat, first: Message
) -> None:
    chat.will["open_channel"] = [Failed("name_taken"), Failed("name_taken")]
    await work(relayer)
    names = [name for name, _ in chat.told("open_channel")]
    assert len(set(names)) == 3
    assert len(chat.told("post")) == 1


@pytest.mark.parametrize("refusal", [Failed("restricted_action"), Postponed("ratelimited", 30)])
async def test_without_a_channel_the_conversation_begins_in_the_inbox(
    relayer: Relayer, chat: FakeChat, first: Message, refusal: Any
) -> None:
    chat.will["open_channel"] = [refusal]
    chat.will["anchor"] = [Shown("7.7")]
    await work(relayer)
    assert chat.names() == ["open_channel", "anchor", "post"]
    assert chat.told("post")[0][0] == Place(INBOX.channel_id, "7.7")


async def test_a_channel_is_waited_for_while_the_chat_is_out_of_reach(
    relayer: Relayer, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    chat.will["open_channel"] = [Postponed("away")]
    await work(relayer)
    assert chat.names() == ["open_channel"]
    await work_on(relayer, clock)
    assert chat.names() == ["open_channel", "open_channel", "furnish", "post"]


@pytest.mark.parametrize("found", [True, False])
async def test_after_an_unclear_try_the_channel_is_looked_for_before_another_is_made(
    relayer: Relayer, chat: FakeChat, first: Message, clock: FakeClock, found: bool
) -> None:
    chat.will["open_channel"] = [Unclear("timeout")]
    chat.will["find_channel"] = [Opened(Place("C77"))] if found else []
    await work(relayer)
    assert due(first, "relay") == clock.now() + TIMING.lease
    await work_on(relayer, clock)
    assert chat.names()[:2] == ["open_channel", "find_channel"]
    assert len(chat.told("open_channel")) == (1 if found else 2)
    assert len(chat.told("post")) == 1


async def test_a_look_for_the_channel_that_is_put_off_makes_no_other(
    relayer: Relayer, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    chat.will["open_channel"] = [Unclear("timeout")]
    chat.will["find_channel"] = [Postponed("ratelimited", 5), Opened(Place("C77"))]
    await work_on(relayer, clock)
    assert chat.names() == ["open_channel", "find_channel", "find_channel", "furnish", "post"]


@pytest.mark.parametrize("outcome", [Postponed("ratelimited", 9), Unclear("timeout")])
async def test_furnishing_is_tried_again(
    relayer: Relayer, chat: FakeChat, first: Message, clock: FakeClock, outcome: Any
) -> None:
    chat.will["furnish"] = [outcome]
    await work(relayer)
    assert chat.told("post") == []
    await work_on(relayer, clock)
    assert chat.names() == ["open_channel", "furnish", "furnish", "post"]


async def test_a_refused_topic_keeps_no_text_waiting(
    relayer: Relayer, chat: FakeChat, first: Message
) -> None:
    chat.will["furnish"] = [Failed("too_long")]
    await work(relayer)
    assert chat.names() == ["open_channel", "furnish", "post"]


async def test_a_channel_that_went_at_once_is_replaced(
    relayer: Relayer, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    chat.will["furnish"] = [Failed("is_archived", gone=True)]
    await work_on(relayer, clock)
    assert chat.names() == ["open_channel", "furnish", "open_channel", "furnish", "post"]


@pytest.mark.parametrize("outcome", [Failed("not_in_channel"), Postponed("ratelimited", 9)])
async def test_the_inbox_is_tried_again_after_a_clear_no(
    relayer: Relayer, chat: FakeChat, first: Message, clock: FakeClock, outcome: Any
) -> None:
    chat.will["open_channel"] = [Failed("restricted_action")]
    chat.will["anchor"] = [outcome]
    await work_on(relayer, clock)
    assert chat.names() == ["open_channel", "anchor", "anchor", "post"]


@pytest.mark.parametrize("found", ["8.8", None])
async def test_an_unclear_start_in_the_inbox_is_looked_for(
    relayer: Relayer, chat: FakeChat, first: Message, clock: FakeClock, found: str | None
) -> None:
    chat.will["open_channel"] = [Failed("restricted_action")]
    chat.will["anchor"] = [Unclear("timeout")]
    chat.will["find_post"] = [Postponed("ratelimited", 3), found]
    await work_on(relayer, clock)
    assert [place for place, *_ in chat.told("find_post")] == [INBOX, INBOX]
    assert len(chat.told("anchor")) == (1 if found else 2)
    assert len(chat.told("post")) == 1


async def test_a_post_that_is_put_off_is_made_when_the_chat_allows_it(
    relayer: Relayer, chat: FakeChat, later: Message, clock: FakeClock
) -> None:
    chat.will["post"] = [Postponed("ratelimited", 7)]
    await work(relayer)
    assert due(later, "relay") == clock.now() + timedelta(seconds=7)
    clock.advance(7)
    await work(relayer)
    assert chat.names() == ["post", "post"]
    assert fresh(later).shadow.ts is not None


async def test_a_post_that_was_refused_is_made_again_later(
    relayer: Relayer, chat: FakeChat, later: Message, clock: FakeClock
) -> None:
    chat.will["post"] = [Failed("msg_too_long")]
    await work_on(relayer, clock)
    assert chat.names() == ["post", "post"]


async def test_a_channel_that_is_gone_is_replaced_before_the_text_is_shown(
    relayer: Relayer, chat: FakeChat, later: Message, clock: FakeClock
) -> None:
    chat.will["post"] = [Failed("is_archived", gone=True)]
    await work_on(relayer, clock)
    assert chat.names() == ["post", "open_channel", "furnish", "post"]
    assert chat.told("post")[0][0].channel_id == CHANNEL
    assert chat.told("post")[1][0] == Place("C1", None, chat.told("open_channel")[0][0])


async def test_an_unclear_post_is_found_and_not_made_twice(
    relayer: Relayer, chat: FakeChat, later: Message, clock: FakeClock
) -> None:
    chat.will["post"], chat.will["find_post"] = [Unclear("timeout")], ["5.5"]
    await work(relayer)
    assert due(later, "relay") == clock.now() + TIMING.lease
    clock.advance(LEASE)
    await work(relayer)
    assert chat.names() == ["post", "find_post"]
    assert chat.told("find_post")[0][1] == str(later.id)
    assert fresh(later).shadow.ts == "5.5"


async def test_an_unclear_post_that_is_not_there_is_made(
    relayer: Relayer, chat: FakeChat, later: Message, clock: FakeClock
) -> None:
    chat.will["post"] = [Unclear("timeout")]
    await work_on(relayer, clock)
    assert chat.names() == ["post", "find_post", "post"]


async def test_a_look_that_is_put_off_makes_no_post(
    relayer: Relayer, chat: FakeChat, later: Message, clock: FakeClock
) -> None:
    chat.will["post"] = [Unclear("timeout")]
    chat.will["find_post"] = [Postponed("ratelimited", 3), Postponed("ratelimited", 3), "5.5"]
    await work_on(relayer, clock)
    assert chat.names() == ["post", "find_post", "find_post", "find_post"]


async def test_what_a_crashed_process_may_have_shown_is_looked_for(
    relayer: Relayer, chat: FakeChat, later: Message, clock: FakeClock
) -> None:
    await relayer._next(leased("relay", clock.now()))
    clock.advance(LEASE)
    chat.will["find_post"] = ["6.6"]
    await work(relayer)
    assert chat.names() == ["find_post"]


async def test_a_text_that_cannot_be_shown_keeps_those_behind_it_waiting(
    relayer: Relayer, chat: FakeChat, later: Message, clock: FakeClock
) -> None:
    received("And the price?")
    chat.will["post"] = [Postponed("ratelimited", 20)]
    await work(relayer)
    assert len(chat.told("post")) == 1
    await work_on(relayer, clock)
    texts = [post.text for _, post in chat.told("post")]
    assert texts == ["And the garden?", "And the garden?", "And the price?"]


async def test_other_conversations_do_not_wait(
    relayer: Relayer, chat: FakeChat, later: Message
) -> None:
    other = received("Hello?", sender=STRANGER)
    chat.will["post"] = [Postponed("ratelimited", 20)]
    await work(relayer)
    await work(relayer)
    assert fresh(other).shadow.ts is not None


@pytest.fixture
def handed_over(clock: FakeClock) -> Message:
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
def late(clock: FakeClock) -> Message:
    """An answer that reached us late and waits for a click."""
    conversation()
    return answered("On my way", NOON - timedelta(minutes=5), said_at=NOON - timedelta(hours=1))


async def test_a_late_answer_is_offered_to_its_author_alone(
    relayer: Relayer, chat: FakeChat, late: Message
) -> None:
    await work(relayer)
    _, user_id, text, buttons = chat.told("whisper")[0]
    assert (user_id, text) == (AGENT, late.notices[0].text)
    assert [(one.label, one.value) for one in buttons] == [("Send", str(late.id))]


@pytest.mark.parametrize(
    ("outcome", "whispers"),
    [
        (Shown("1.1"), 1),
        (Failed("user_not_in_channel"), 1),
        (Unclear("timeout"), 1),
        (Postponed("ratelimited", 3), 2),
    ],
)
async def test_a_whisper_is_repeated_only_if_it_surely_was_not_heard(
    relayer: Relayer, chat: FakeChat, late: Message, clock: FakeClock, outcome: Any, whispers: int
) -> None:
    chat.will["whisper"] = [outcome]
    await work_on(relayer, clock)
    assert len(chat.told("whisper")) == whispers


async def test_a_process_that_slept_past_its_lease_posts_nothing(
    chat: FakeChat, later: Message
) -> None:
    class Sleepy(FakeClock):
        """Every look at it finds much time gone."""

        def now(self) -> Any:
            return self.advance(LEASE - 1)

    await work(Relayer(chat, Sleepy(), TIMING))
    assert chat.calls == []
    assert fresh(later).shadow.ts is None


async def test_a_program_s_text_is_shown_with_its_author(relayer: Relayer, chat: FakeChat) -> None:
    conversation()
    sent = queued("Your keys are ready")
    await work(relayer)
    place, post = chat.told("post")[0]
    assert (place.channel_id, post.author, post.from_customer) == (CHANNEL, "CRM", False)
    assert messages.get(sent.id).shadow.ts is not None
