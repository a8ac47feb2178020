"""Twilio's services beside texts: each works once its setting is on, and not before."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

import app
from adapters.settings import Settings
from adapters.twilio import account as carrier
from domain.services import consent
from domain.services.consent import Statement
from domain.services.recovery import restored
from domain.services.registry import chores
from tests.adapters.sandbox.town import ACCOUNT, NUMBER, TOKEN, town
from tests.domain.build import CUSTOMER
from tests.test_app import house_of

SERVICES = ("twilio_consents", "twilio_lookup", "twilio_deactivations")


def settings(url: str, **services: bool) -> Settings:
    return Settings.load(
        _env_file=None,
        public_url="https://texts.example.com",
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_phone_number=NUMBER,
        twilio_api_url=url,
        **services,
    )


async def test_a_worker_tells_and_asks_what_the_settings_want(
    client: MongoClient[Any], mongodb_uri: str, db: Database[Any]
) -> None:
    """Row: §6"""
    async with town() as here:
        wanted = settings(f"{here.url}/twilio", **dict.fromkeys(SERVICES, True))
        house = house_of(client, mongodb_uri, wanted)
        async with house.feed.running(), app.worker(house):
            now = house.clock.now()
            said = Statement("opt_out", "agent", now, level="none")
            await asyncio.to_thread(consent.record, "no", CUSTOMER, said, now)
            await here.until("/numbers", lambda told: told["blocked"] == {NUMBER: [CUSTOMER]})
            await here.until("/ledger", lambda told: "twilio.deactivations" in str(told["lines"]))
        names = [one.name for one in app.findings(house)()]
        await house.async_client.close()
    assert {chores.CONSENTS, chores.LOOKUP, chores.DEACTIVATIONS} <= set(names)


async def test_without_the_settings_nobody_is_told_or_asked(
    client: MongoClient[Any], mongodb_uri: str, db: Database[Any]
) -> None:
    house = house_of(client, mongodb_uri, settings("http://127.0.0.1:1"))
    async with AsyncExitStack() as stack, carrier.http(house.settings) as http:
        assert await app.registry(house, http, stack) == []
        assert carrier.lookup(house.settings, http) is None
    assert not house.policy.consent.verify
    assert chores.CONSENTS not in [one.name for one in app.findings(house)()]
    await house.async_client.close()


async def test_nothing_is_told_before_it_is_known_what_was_said_since_a_backup(
    client: MongoClient[Any], mongodb_uri: str, db: Database[Any]
) -> None:
    wanted = settings("http://127.0.0.1:1", twilio_consents=True)
    house = house_of(client, mongodb_uri, wanted)
    now = house.clock.now()
    consent.record("no", CUSTOMER, Statement("opt_out", "agent", now, level="none"), now)
    restored.end(now, now)
    async with AsyncExitStack() as stack, carrier.http(wanted) as http:
        (lane,) = await app.registry(house, http, stack)
        assert lane._work.claim() is None
        assert restored.read(now)
        assert lane._work.claim() is not None
    await house.async_client.close()


@pytest.mark.parametrize("name", SERVICES)
async def test_each_has_a_setting_of_its_own(name: str) -> None:
    wanted = settings("http://127.0.0.1:1", **{name: True})
    async with carrier.http(wanted) as http:
        lists = carrier.deactivations(wanted)
        made = (carrier.consents(wanted, http), carrier.lookup(wanted, http), lists)
        if lists:
            await lists.__aexit__(None, None, None)
    assert [one is not None for one in made] == [name == one for one in SERVICES]
