"""Twilio's list of opt-outs is written over its own library; each line has its answer."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.twilio.client import HttpClient
from adapters.twilio.consents import TwilioConsents
from adapters.twilio.gateway import Credentials
from domain.ports import Consents
from domain.values import Declined, Listing, Postponed
from tests import local
from tests.adapters.sandbox.phone import create, refusal
from tests.adapters.sandbox.town import ACCOUNT, NUMBER, TOKEN, Town, town
from tests.adapters.twilio.conftest import (
    CREDENTIALS,
    Behaviour,
    Carrier,
    answers,
    hangs_up,
    resets,
    says_nothing,
    stops_short,
)
from tests.clock import NOON

CUSTOMER = "+17605550123"
ONE, TWO = "1" * 32, "2" * 32


def listing(key: str = ONE, **changes: Any) -> Listing:
    told: dict[str, Any] = {"phone": CUSTOMER, "sender": NUMBER, "blocked": True}
    return Listing(key, **{**told, "method": "agent", "at": NOON, **changes})


@pytest.fixture
async def here() -> AsyncIterator[Town]:
    async with town() as place:
        yield place


@pytest.fixture
async def consents(here: Town) -> AsyncIterator[TwilioConsents]:
    async with HttpClient(f"{here.url}/twilio", local.PATIENCE, local.PATIENCE) as http:
        yield TwilioConsents(Credentials(ACCOUNT, ACCOUNT, TOKEN), http)


@pytest.fixture
async def astray(carrier: Carrier) -> AsyncIterator[TwilioConsents]:
    async with HttpClient(carrier.url, connect_seconds=2.0, read_seconds=0.5) as http:
        yield TwilioConsents(CREDENTIALS, http)


async def test_an_opt_out_told_is_a_block_at_twilio(here: Town, consents: Consents) -> None:
    """Row: §6"""
    assert await consents.tell([listing()]) == {ONE: None}
    assert (await refusal(here, CUSTOMER)).code == 21610


async def test_an_opt_in_told_lifts_twilios_own_block(here: Town, consents: Consents) -> None:
    """Row: §6"""
    await here.text(CUSTOMER, "STOP")
    assert await consents.tell([listing(blocked=False)]) == {ONE: None}
    assert (await create(here, CUSTOMER)).status == "queued"


async def test_each_line_has_its_own_answer(here: Town, consents: Consents) -> None:
    told = await consents.tell([listing(sender="+19995550199"), listing(TWO)])
    assert told == {ONE: "INVALID_SENDER_ID (error 30646)", TWO: None}


@pytest.mark.parametrize(
    ("method", "source"),
    [
        ("form", "website"),
        ("phone_call", "offline"),
        ("in_person", "offline"),
        ("keyword", "opt-out-message"),
        ("import", "others"),
    ],
)
async def test_twilio_learns_how_and_when_it_was_said(
    here: Town, consents: Consents, method: str, source: str
) -> None:
    await consents.tell([listing(method=method)])
    [call] = await here.calls("twilio.consents.bulk")
    for words in (f'"source": "{source}"', '"date_of_consent": "2026-03-04T20:00:00Z"'):
        assert words in call["args"]["items"]


@pytest.mark.parametrize("behaviour", [resets, hangs_up, says_nothing, stops_short])
async def test_what_was_not_answered_is_told_again(
    astray: TwilioConsents, carrier: Carrier, behaviour: Behaviour
) -> None:
    carrier.behaviours = [behaviour]
    assert isinstance(await astray.tell([listing()]), Postponed)
    assert len(carrier.calls) == 1


@pytest.mark.parametrize(
    "behaviour",
    [
        answers(500, {}),
        answers(201, b"<html>"),
        answers(201, {"items": None}),
        answers(201, {"items": [{}]}),
    ],
)
async def test_what_was_answered_with_nonsense_is_told_again(
    astray: TwilioConsents, carrier: Carrier, behaviour: Behaviour
) -> None:
    carrier.behaviours = [behaviour]
    assert isinstance(await astray.tell([listing()]), Postponed)


async def test_twilio_may_ask_for_a_pause(astray: TwilioConsents, carrier: Carrier) -> None:
    carrier.behaviours = [answers(429, {}, Retry_After="7")]
    assert await astray.tell([listing()]) == Postponed("Twilio asks to slow down", 7.0, busy=True)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, {"code": 20003}, "credentials"),
        (403, {"code": 20403}, "HTTP 403, error 20403"),
        (404, {}, "HTTP 404."),
    ],
)
async def test_a_refusal_says_what_an_admin_needs(
    astray: TwilioConsents, carrier: Carrier, status: int, body: dict[str, Any], words: str
) -> None:
    carrier.behaviours = [answers(status, body)]
    told = await astray.tell([listing()])
    assert isinstance(told, Declined)
    assert words in told.reason
