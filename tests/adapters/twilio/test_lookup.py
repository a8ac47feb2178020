"""Whether a number has a new owner is asked over Twilio's own library."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials
from adapters.twilio.lookup import TwilioLookup
from domain.ports import Lookup
from domain.values import Declined, Holder, Postponed
from tests import local
from tests.adapters.sandbox.town import ACCOUNT, TOKEN, town
from tests.adapters.twilio.conftest import (
    CREDENTIALS,
    Behaviour,
    Carrier,
    answers,
    hangs_up,
    says_nothing,
)

CUSTOMER = "+17605550123"
DAY = date(2025, 12, 31)


@pytest.fixture
async def astray(carrier: Carrier) -> AsyncIterator[TwilioLookup]:
    async with HttpClient(carrier.url, connect_seconds=2.0, read_seconds=0.5) as http:
        yield TwilioLookup(CREDENTIALS, http)


@pytest.mark.parametrize(
    ("told", "holder"),
    [("no", Holder.SAME), ("yes", Holder.OTHER), ("no_data_available", Holder.UNKNOWN)],
)
async def test_each_of_twilios_answers_is_understood(told: str, holder: Holder) -> None:
    """Row: §8.2"""
    async with (
        town() as here,
        HttpClient(f"{here.url}/twilio", local.PATIENCE, local.PATIENCE) as http,
    ):
        lookup: Lookup = TwilioLookup(Credentials(ACCOUNT, ACCOUNT, TOKEN), http)
        await here.put("/numbers", {"reassigned": {CUSTOMER: told}})
        assert await lookup.holder(CUSTOMER, DAY) is holder
        [call] = await here.calls("twilio.lookup")
        assert call["args"]["LastVerifiedDate"] == "20251231"


def found(**told: Any) -> Behaviour:
    return answers(200, {"phone_number": CUSTOMER, "reassigned_number": told or None})


@pytest.mark.parametrize(
    "behaviour",
    [
        found(),
        found(is_number_reassigned="perhaps", error_code=None),
        found(is_number_reassigned=None, error_code=None),
        answers(500, {}),
        hangs_up,
        says_nothing,
    ],
)
async def test_what_is_no_answer_is_asked_for_again(
    astray: TwilioLookup, carrier: Carrier, behaviour: Behaviour
) -> None:
    carrier.behaviours = [behaviour]
    assert isinstance(await astray.holder(CUSTOMER, DAY), Postponed)
    assert len(carrier.calls) == 1


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (found(is_number_reassigned=None, error_code=60606), "error 60606"),
        (answers(403, {"code": 20003}), "HTTP 403, error 20003"),
        (answers(401, {"code": 20003}), "credentials"),
        (answers(404, {"code": 20404}), "HTTP 404, error 20404"),
    ],
)
async def test_a_refusal_says_what_an_admin_needs(
    astray: TwilioLookup, carrier: Carrier, behaviour: Behaviour, words: str
) -> None:
    carrier.behaviours = [behaviour]
    told = await astray.holder(CUSTOMER, DAY)
    assert isinstance(told, Declined)
    assert words in told.reason


async def test_twilio_may_ask_for_a_pause(astray: TwilioLookup, carrier: Carrier) -> None:
    carrier.behaviours = [answers(429, {}, Retry_After="3")]
    assert await astray.holder(CUSTOMER, DAY) == Postponed("Twilio asks to slow down", 3.0, True)
