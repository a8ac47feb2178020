"""Advertising leaves only when Twilio's Lookup, asked over HTTP, says that it may."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials
from adapters.twilio.lookup import TwilioLookup
from adapters.worker.dispatching import Dispatcher
from domain.model import Chore, Message
from domain.policy import ConsentPolicy
from domain.services import consent
from domain.services.consent import Statement
from tests import local
from tests.adapters.sandbox.town import ACCOUNT, TOKEN, Town, town
from tests.adapters.worker.fakes import FakeChat, FakeSms
from tests.adapters.worker.hands import work
from tests.clock import NOON, FakeClock
from tests.domain.build import CUSTOMER, POLICY, TIMING, fresh, queued

ASKING = replace(POLICY, consent=ConsentPolicy(verify=True))
OFFER = "Twenty percent off today. Reply STOP to opt out."


@pytest.fixture
def offer(db: Database[Any]) -> Message:
    """Advertising for somebody who agreed two months ago."""
    at = NOON - timedelta(days=60)
    said = Statement("opt_in", "form", at, level="written", ip="203.0.113.7", wording="Yes")
    consent.record("agreed", CUSTOMER, said, at)
    return queued(OFFER, purpose="marketing")


@pytest.fixture
async def here() -> AsyncIterator[Town]:
    async with town() as place:
        yield place


@pytest.fixture
async def asking(here: Town, sms: FakeSms, clock: FakeClock) -> AsyncIterator[Dispatcher]:
    async with HttpClient(f"{here.url}/twilio", local.PATIENCE, local.PATIENCE) as http:
        lookup = TwilioLookup(Credentials(ACCOUNT, ACCOUNT, TOKEN), http)
        yield Dispatcher(sms, FakeChat(), clock, ASKING, TIMING, lookup=lookup)


async def test_it_is_asked_once_and_the_text_leaves(
    here: Town, offer: Message, asking: Dispatcher, sms: FakeSms
) -> None:
    """Row: §1.10"""
    await work(asking)
    [call] = await here.calls("twilio.lookup")
    assert (call["args"]["number"], call["args"]["LastVerifiedDate"]) == (CUSTOMER, "20260103")
    assert len(sms.sent) == 1


async def test_to_a_new_owner_nothing_leaves(
    here: Town, offer: Message, asking: Dispatcher, sms: FakeSms
) -> None:
    """Row: §8.2"""
    await here.put("/numbers", {"reassigned": {CUSTOMER: "yes"}})
    await work(asking)
    assert (sms.sent, fresh(offer).status) == ([], "refused")


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"action": "answer", "status": 429, "headers": {"Retry-After": "30"}}, 30),
        ({"action": "answer", "status": 500}, 2),
        ({"action": "drop_reply"}, 2),
        ({"action": "answer", "status": 401, "body": {"code": 20003}}, 900),
    ],
)
async def test_while_nobody_can_say_it_waits(
    here: Town,
    offer: Message,
    asking: Dispatcher,
    sms: FakeSms,
    clock: FakeClock,
    fault: dict[str, Any],
    seconds: float,
) -> None:
    await here.put("/faults", [{"method": "twilio.lookup", "times": 1, **fault}])
    await work(asking)
    assert (sms.sent, fresh(offer).status) == ([], "scheduled")
    assert not await work(asking)
    clock.advance(seconds)
    await work(asking)
    assert len(sms.sent) == 1


async def test_without_a_way_to_ask_it_does_not_leave(
    offer: Message, asking: Dispatcher, sms: FakeSms
) -> None:
    await work(replace(asking, lookup=None))
    assert sms.sent == []
    assert Chore.objects.get().trouble


async def test_without_the_setting_nobody_is_asked(
    here: Town, offer: Message, asking: Dispatcher, sms: FakeSms
) -> None:
    await work(replace(asking, policy=POLICY))
    assert len(sms.sent) == 1
    assert await here.calls("twilio.lookup") == []
