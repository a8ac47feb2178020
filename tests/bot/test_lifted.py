"""Who lifts a block by proof learns what only the customer can do, where Twilio is not told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.listeners.consents import RECORD
from bot.listeners.contacts import EDIT
from bot.views.consent import ASK_THEM
from domain.policy import ConsentPolicy, Policy
from domain.services import consent, numbers
from domain.services.consent import Statement
from tests.bot.button import pressed
from tests.bot.hand import Hand, words
from tests.bot.office import conversation, workspace
from tests.bot.rig import INBOX
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER, POLICY

pytestmark = pytest.mark.usefixtures("db")
PROOF = {"evidence": "Binder 3", "way": "on a paper form"}


@asynccontextmanager
async def form(action: str, policy: Policy = POLICY) -> AsyncIterator[Hand]:
    """The form about somebody who opted out yesterday."""
    clock = FakeClock(datetime.now(UTC))
    async with workspace(clock, policy=policy) as (rig, _):
        thread = conversation(clock, INBOX)
        said = Statement("opt_out", "agent", clock.now() - timedelta(days=1), level="none")
        consent.record("no", CUSTOMER, said, clock.now())
        hand = Hand(rig)
        assert (await pressed(hand, action, thread.id))["ok"]
        yield hand


@pytest.mark.parametrize("action", [RECORD, EDIT])
async def test_the_customer_is_to_be_asked_for_start(action: str) -> None:
    """Row: §6"""
    async with form(action) as hand:
        assert (await hand.submit(**PROOF))["ok"]
        assert not numbers.state_of(CUSTOMER).blocked
        assert words(await hand.top()) == ASK_THEM
        assert "ask the customer to text START" in ASK_THEM


async def test_where_twilio_is_told_there_is_nothing_left_to_do() -> None:
    """Row: §6"""
    telling = replace(POLICY, consent=ConsentPolicy(tells=True))
    async with form(RECORD, telling) as hand:
        assert (await hand.submit(**PROOF))["ok"]
        assert await hand.views() == []
