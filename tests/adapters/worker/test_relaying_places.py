"""Each conversation gets one place in the chat, whatever the chat answers."""

from typing import Any

import pytest

from adapters.worker.relaying import Relayer
from domain.model import Message
from domain.values import Failed, Opened, Place, Postponed, Shown, Unclear
from tests.adapters.worker.fakes import INBOX, FakeChat
from tests.adapters.worker.hands import work, work_on
from tests.clock import FakeClock
from tests.domain.build import (
    CHANNEL,
    TIMING,
    due,
    fresh,
)


async def test_a_first_text_gets_a_channel_and_is_shown_in_it(
    relayer: Relayer, chat: FakeChat, first: Message
) -> None:
    await work(relayer)
    assert chat.names() == ["open_channel", "furnish", "card", "post"]
    place, post = chat.told("post")[0]
    assert (place.channel_id, post.text, post.from_customer) == ("C0", first.body, True)
    assert post.key == str(first.id)
    assert fresh(first).shadow.ts is not None
    assert due(first, "relay") is None


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
    chat.will["card"] = [Shown("7.7")]
    await work(relayer)
    assert chat.names() == ["open_channel", "card", "post"]
    assert chat.told("post")[0][0] == Place(INBOX.channel_id, "7.7")


async def test_a_channel_is_waited_for_while_the_chat_is_out_of_reach(
    relayer: Relayer, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    chat.will["open_channel"] = [Postponed("away")]
    await work(relayer)
    assert chat.names() == ["open_channel"]
    await work_on(relayer, clock)
    assert chat.names() == ["open_channel", "open_channel", "furnish", "card", "post"]


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
    assert chat.names() == [
        "open_channel",
        "find_channel",
        "find_channel",
        "furnish",
        "card",
        "post",
    ]


@pytest.mark.parametrize("outcome", [Postponed("ratelimited", 9), Unclear("timeout")])
async def test_furnishing_is_tried_again(
    relayer: Relayer, chat: FakeChat, first: Message, clock: FakeClock, outcome: Any
) -> None:
    chat.will["furnish"] = [outcome]
    await work(relayer)
    assert chat.told("post") == []
    await work_on(relayer, clock)
    assert chat.names() == ["open_channel", "furnish", "furnish", "card", "post"]


async def test_a_refused_topic_keeps_no_text_waiting(
    relayer: Relayer, chat: FakeChat, first: Message
) -> None:
    chat.will["furnish"] = [Failed("too_long")]
    await work(relayer)
    assert chat.names() == ["open_channel", "furnish", "card", "post"]


async def test_a_channel_that_went_at_once_is_replaced(
    relayer: Relayer, chat: FakeChat, first: Message, clock: FakeClock
) -> None:
    chat.will["furnish"] = [Failed("is_archived", gone=True)]
    await work_on(relayer, clock)
    assert chat.names() == [
        "open_channel",
        "furnish",
        "unarchive",
        "open_channel",
        "furnish",
        "card",
        "post",
    ]


@pytest.mark.parametrize("outcome", [Failed("not_in_channel"), Postponed("ratelimited", 9)])
async def test_the_inbox_is_tried_again_after_a_clear_no(
    relayer: Relayer, chat: FakeChat, first: Message, clock: FakeClock, outcome: Any
) -> None:
    chat.will["open_channel"] = [Failed("restricted_action")]
    chat.will["card"] = [outcome]
    await work_on(relayer, clock)
    assert chat.names() == ["open_channel", "card", "card", "post"]


@pytest.mark.parametrize("found", ["8.8", None])
async def test_an_unclear_start_in_the_inbox_is_looked_for(
    relayer: Relayer, chat: FakeChat, first: Message, clock: FakeClock, found: str | None
) -> None:
    chat.will["open_channel"] = [Failed("restricted_action")]
    chat.will["card"] = [Unclear("timeout")]
    chat.will["find_post"] = [Postponed("ratelimited", 3), found]
    await work_on(relayer, clock)
    assert [place for place, *_ in chat.told("find_post")] == [INBOX, INBOX]
    assert len(chat.told("card")) == (1 if found else 2)
    assert len(chat.told("post")) == 1


async def test_a_channel_that_is_gone_is_replaced_before_the_text_is_shown(
    relayer: Relayer, chat: FakeChat, later: Message, clock: FakeClock
) -> None:
    chat.will["post"] = [Failed("is_archived", gone=True)]
    await work_on(relayer, clock)
    assert chat.names() == ["post", "unarchive", "open_channel", "furnish", "card", "past", "post"]
    assert chat.told("post")[0][0].channel_id == CHANNEL
    assert chat.told("post")[1][0] == Place("C2", None, chat.told("open_channel")[0][0])
