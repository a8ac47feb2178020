"""Each text is shown in the chat once and in order, whatever the chat answers."""

from datetime import timedelta
from typing import Any

from adapters.worker.relaying import Hand, Relayer
from domain.model import Message, Thread
from domain.services import messages
from domain.values import Failed, Postponed, Unclear
from tests.adapters.worker.fakes import FakeChat
from tests.adapters.worker.hands import work, work_on
from tests.clock import FakeClock
from tests.domain.build import (
    CHANNEL,
    STRANGER,
    TIMING,
    conversation,
    due,
    fresh,
    leased,
    queued,
    received,
)

LEASE = TIMING.lease.total_seconds()


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
    await Hand(chat, clock, TIMING)._next(leased("relay", clock.now()))
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
    assert (place.channel_id, post.author, post.from_customer) == (CHANNEL, "CRM (API)", False)
    assert messages.get(sent.id).shadow.ts is not None
