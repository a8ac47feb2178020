"""The worker changes the words of our posts when the texts that they show have changed."""

from typing import Any

import pytest
from pymongo.database import Database

from adapters.worker.relaying import Relayer
from domain.model import Message
from domain.services import outbound
from domain.services.programs import revising
from domain.values import Failed, Postponed, Unclear
from tests.adapters.worker.fakes import FakeChat
from tests.adapters.worker.hands import work, work_on
from tests.clock import FakeClock
from tests.domain.build import POLICY, TOKEN, conversation, due, later, queued


@pytest.fixture
async def shown(db: Database[Any], relayer: Relayer) -> Message:
    """A program's text for later, which the channel shows."""
    conversation()
    message = queued("See you at nine", send_at=later(hours=20))
    await work(relayer)
    return message


def said(chat: FakeChat) -> list[str]:
    """What posts were changed to, in order."""
    return [told[2].text for told in chat.told("reword")]


async def test_new_words_are_shown_once(
    relayer: Relayer, chat: FakeChat, shown: Message, clock: FakeClock
) -> None:
    revising.reword(shown.id, "See you at ten", TOKEN, clock.now(), POLICY)
    await work_on(relayer, clock)
    assert said(chat) == ["See you at ten"]
    assert due(shown, "relay") is None


async def test_a_text_that_is_called_back_says_so(
    relayer: Relayer, chat: FakeChat, shown: Message, clock: FakeClock
) -> None:
    outbound.cancel(shown.id, clock.now(), TOKEN)
    await work_on(relayer, clock)
    ((_, _, post),) = chat.told("reword")
    assert post.note == "Called back: this text was not sent."


@pytest.mark.parametrize("outcome", [Postponed("ratelimited", 30), Unclear("timeout")])
async def test_what_did_not_come_through_is_tried_again(
    relayer: Relayer,
    chat: FakeChat,
    shown: Message,
    clock: FakeClock,
    outcome: Postponed | Unclear,
) -> None:
    chat.will["reword"] = [outcome]
    revising.reword(shown.id, "See you at ten", TOKEN, clock.now(), POLICY)
    await work_on(relayer, clock)
    assert said(chat) == ["See you at ten"] * 2


async def test_what_the_chat_refuses_is_given_up(
    relayer: Relayer, chat: FakeChat, shown: Message, clock: FakeClock
) -> None:
    chat.will["reword"] = [Failed("cant_update_message")]
    revising.reword(shown.id, "See you at ten", TOKEN, clock.now(), POLICY)
    await work_on(relayer, clock)
    assert said(chat) == ["See you at ten"]
