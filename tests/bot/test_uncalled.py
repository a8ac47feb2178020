"""Somebody wants no calls: a box in the contact's form, and a line on the conversation's card."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.blocks import cards
from bot.listeners.contacts import EDIT
from bot.views.contact import DO_NOT_CALL
from domain.model import ConsentEvent, Thread
from domain.services import channels, numbers, threads
from domain.services.people import contacts
from tests.bot.button import pressed
from tests.bot.hand import Hand, element
from tests.bot.office import conversation, workspace
from tests.bot.rig import CARD, INBOX, Rig
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    async with workspace(FakeClock(datetime.now(UTC))) as (built, _):
        yield built


@pytest.fixture
def thread(rig: Rig) -> Thread:
    return conversation(rig.clock, INBOX)


async def opened(rig: Rig, thread: Thread) -> Hand:
    """An agent with the form of the conversation's contact before them."""
    hand = Hand(rig)
    assert (await pressed(hand, EDIT, thread.id))["ok"]
    return hand


async def test_the_box_is_shown_as_it_stands_and_written_into_the_ledger(
    rig: Rig, thread: Thread
) -> None:
    """Row: §1.8"""
    hand = await opened(rig, thread)
    assert "initial_options" not in element(await hand.top(), DO_NOT_CALL)
    assert (await hand.submit(**{DO_NOT_CALL: ["yes"]}))["ok"]
    assert contacts.get(thread.contact_id).do_not_call
    assert numbers.state_of(CUSTOMER).do_not_call
    [event] = ConsentEvent.objects
    assert event.action == "do_not_call"
    again = await opened(rig, thread)
    assert element(await again.top(), DO_NOT_CALL)["initial_options"]


async def test_taking_the_tick_away_lets_them_be_called_again(rig: Rig, thread: Thread) -> None:
    await (await opened(rig, thread)).submit(**{DO_NOT_CALL: ["yes"]})
    await (await opened(rig, thread)).submit(**{DO_NOT_CALL: []})
    assert not contacts.get(thread.contact_id).do_not_call
    actions = [one.action for one in ConsentEvent.objects.order_by("recordedAt", "_id")]
    assert actions == ["do_not_call", "callable"]


async def test_an_untouched_box_says_nothing(rig: Rig, thread: Thread) -> None:
    await (await opened(rig, thread)).submit(notes="Two dogs")
    assert ConsentEvent.objects.count() == 0


async def test_the_card_says_so(rig: Rig, thread: Thread) -> None:
    assert not channels.card_of(threads.get(thread.id), own_channel=True).uncalled
    await (await opened(rig, thread)).submit(**{DO_NOT_CALL: ["yes"]})
    shown = channels.card_of(threads.get(thread.id), own_channel=True)
    assert cards.UNCALLED in str(cards.card(replace(CARD, uncalled=shown.uncalled)))
    assert cards.UNCALLED not in str(cards.card(CARD))
