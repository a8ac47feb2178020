"""The owner's own sentence in Slack's forms, and forms that were open when it changed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.desk import Desk
from bot.listeners import consents
from bot.listeners.consents import RECORD
from domain import model
from domain.policy import ConsentPolicy
from domain.rules.consent import wording
from domain.services import agents
from domain.services.consent import reading
from tests.bot.button import pressed
from tests.bot.hand import Hand, words
from tests.bot.office import conversation, workspace
from tests.bot.rig import INBOX
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER, POLICY, TIMING, person

MINE = wording.own("I agree to texts from {BUSINESS_NAME} & partners of none.")
ACME = replace(POLICY, business_name="Acme", consent=ConsentPolicy(wording=MINE.text))
SAID = "I agree to texts from Acme & partners of none."


@pytest.fixture
async def hand(db: object) -> AsyncIterator[Hand]:
    """An agent with the consent form of a conversation before them, in a house of its own words."""
    async with workspace(FakeClock(datetime.now(UTC)), policy=ACME) as (rig, _):
        found = Hand(rig)
        thread = conversation(rig.clock, INBOX)
        assert (await pressed(found, RECORD, thread.id))["ok"]
        yield found


async def test_the_owners_words_are_shown_and_recorded(hand: Hand) -> None:
    """Row: §1.7. Row: §7.1."""
    shown = words(await hand.top())
    assert SAID.replace("&", "&amp;") in shown
    assert MINE.version in shown
    assert (await hand.submit(consent=["express"], way="in person"))["ok"]
    (event,) = reading.of_phone(CUSTOMER)
    assert (event.wording, event.wording_version) == (SAID, MINE.version)


async def test_a_form_that_was_open_when_the_words_changed_is_of_its_own_time(hand: Hand) -> None:
    """Row: §7.1."""
    assert model.Wording.objects.count() == 1  # on record since it was shown
    today = Desk(hand.rig.clock, replace(POLICY, business_name="Bcme"), TIMING)
    view = await hand.top()
    inputs = [one for one in view["blocks"] if one["type"] == "input"]
    names = {one["block_id"].partition("~")[0]: one for one in inputs}
    ticked = {"type": "checkboxes", "selected_options": [{"value": "express"}]}
    way = {"type": "static_select", "selected_option": {"value": "in person"}}
    values = {
        names[name]["block_id"]: {names[name]["element"]["action_id"]: said}
        for name, said in {"consent": ticked, "way": way}.items()
    }
    agent = agents.learn(person(), hand.rig.clock.now())
    consents.submit({"view": view | {"state": {"values": values}}}, agent, today)
    (event,) = reading.of_phone(CUSTOMER)
    assert (event.wording, event.wording_version) == (SAID, MINE.version)
