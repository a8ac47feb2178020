"""A running campaign stops itself: the carrier filters its texts, or people who got it say STOP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import httpx2
from pymongo import MongoClient

from adapters.mongo.clock import DatabaseClock
from adapters.sandbox import Speed
from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials, Gateway
from adapters.twilio.routes import INBOUND_PATH
from domain.model import Campaign
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.sending import steering
from tests import local
from tests.adapters.sandbox import town as towns
from tests.adapters.sandbox.town import Town, town
from tests.adapters.twilio import hooks
from tests.adapters.worker.test_campaigning import USER, crews, front
from tests.domain.audience import people_at, phone, started

SPEED = Speed(step=0.01)
MANY = 24
PER_MINUTE = 120
"""Ten are made at once, one leaves every half a second: it would last for twelve seconds."""
BAD = [f"+150{area}5530007" for area in range(10)]
"""Whose carrier filters everything."""
GOOD = [phone(place) for place in range(MANY)]


@asynccontextmanager
async def sending(clock: DatabaseClock, numbers: list[str]) -> AsyncIterator[tuple[Town, Campaign]]:
    """A campaign to these under way, the last of them first, by several workers."""
    people_at(numbers)
    async with (
        town(SPEED, front=front(clock)) as at,
        HttpClient(f"{at.url}/twilio", local.PATIENCE, local.PATIENCE) as line,
    ):
        gateway = Gateway(Credentials(*USER, towns.TOKEN), at.config.product_url, line)
        async with crews(clock, gateway):
            yield at, started(clock.now(), per_minute=PER_MINUTE, purpose="informational")


async def stopped(made: Campaign, meanwhile: Callable[[], Awaitable[None]]) -> Campaign:
    """The campaign once it has stopped itself."""
    async with asyncio.timeout(40):
        while (found := await asyncio.to_thread(drafting.get, made.id)).status == "running":
            await meanwhile()
            await asyncio.sleep(0.05)
    assert found.status == "stopped_by_breaker"
    return found


async def nothing() -> None:
    """Just wait."""


async def test_what_the_carrier_filters_stops_it_and_a_person_may_resume_it(
    client: MongoClient[dict[str, Any]], db: Any
) -> None:
    clock = DatabaseClock(client)
    async with sending(clock, [*GOOD, *BAD]) as (at, made):
        found = await stopped(made, nothing)
        carried = {line["args"]["to"] for line in await at.calls("twilio.messages.create")}
        assert "Carriers filtered" in (found.breaker_reason or "")
        assert len(carried & set(BAD)) >= 3
        assert not set(GOOD) <= carried
        resumed = await asyncio.to_thread(steering.resume, made.id, clock.now())
        assert (resumed.status, resumed.breaker_reason) == ("running", None)


async def test_people_who_opt_out_stop_it(client: MongoClient[dict[str, Any]], db: Any) -> None:
    clock, gone = DatabaseClock(client), set[str]()
    async with (
        sending(clock, GOOD) as (at, made),
        httpx2.AsyncClient(timeout=60, trust_env=False) as http,
    ):

        async def leave() -> None:
            """Each of the first who gets it says STOP by a signed webhook."""
            for line in await at.calls("twilio.messages.create"):
                if (number := line["args"]["to"]) not in gone:
                    gone.add(number)
                    await said_stop(at, http, number)

        found = await stopped(made, leave)
    assert "people who got it opted out" in (found.breaker_reason or "")
    assert 3 <= len(gone) < MANY


async def said_stop(at: Town, http: httpx2.AsyncClient, number: str) -> None:
    """The carrier hands it over."""
    fields = hooks.text("STOP", From=number, AccountSid=towns.ACCOUNT, To=towns.NUMBER)
    url = at.config.product_url + INBOUND_PATH
    signed = hooks.signature(url, fields, towns.TOKEN)
    headers = {"X-Twilio-Signature": signed, "Content-Type": hooks.FORM}
    answer = await http.post(url, content=urlencode(fields), headers=headers)
    assert answer.status_code == 200
