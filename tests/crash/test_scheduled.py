"""Scheduled texts survive whoever is killed before, at and after their time: each leaves once."""

import asyncio
import hashlib
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx2
import pytest

from tests.crash.crew import Point
from tests.crash.timing import ENOUGH, PATIENCE
from tests.crash.town import Town

SECRET = "tl_a-secret-of-the-crash-tests"
PEOPLE, EACH, AHEAD = 5, 3, timedelta(seconds=10)
AGREE = """mutation($input: CreateContactInput!) { createContact(input: $input) {
  ... on Problem { message } } }"""
TEMPLATE = """mutation($input: TemplateInput!) { createTemplate(input: $input) {
  ... on Template { id } } }"""
SEND = """mutation($input: SendMessageInput!) { sendMessage(input: $input) {
  __typename ... on Message { status body } ... on Problem { message } } }"""
POINTS = (
    "before findAndModify smsmessages dispatch.state=leased,relay.state=due,status=sending",
    "after findAndModify smsmessages dispatch.state=leased,relay.state=due,status=sending",
    "before twilio.messages.create",
    "after twilio.messages.create",
)


def phone(place: int) -> str:
    return f"+1760555{3000 + place}"


async def asked(town: Town, query: str, **given: Any) -> dict[str, Any]:
    """The one result of a program's mutation, asked until somebody lives who answers."""
    body = {"query": query, "variables": {"input": given}}
    headers = {"authorization": f"Bearer {SECRET}"}
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                answer = await town.http.post(f"{town.front}/graphql", json=body, headers=headers)
                (result,) = answer.json()["data"].values()
                return dict(result)
            except (httpx2.TransportError, ValueError):
                await asyncio.sleep(0.1)


async def planned(town: Town, at: datetime) -> dict[str, list[str]]:
    """Texts of a template for several people, all for the same moment; who is to get what."""
    digest = hashlib.sha256(SECRET.encode()).hexdigest()
    token = {"name": "CRM", "scopes": ["read", "write"], "createdAt": datetime.now(UTC)}
    await town.database["tokens"].insert_one(token | {"digest": digest, "rev": 1})
    said = {"action": "OPT_IN", "method": "FORM", "wording": "I agree to be texted."}
    for place in range(PEOPLE):
        name = {"firstName": f"Jane{place}", "lastName": "Doe", "phone": phone(place)}
        assert await asked(town, AGREE, **name, consent=said) == {}
    template = await asked(town, TEMPLATE, name="Hello", body="Hi {first_name}, number {n}")
    wanted: dict[str, list[str]] = defaultdict(list)
    for turn in range(EACH):
        for place in range(PEOPLE):
            text = {
                "templateId": template["id"],
                "variables": {"n": turn},
                "sendAt": f"{at:%FT%TZ}",
            }
            key = f"{place}/{turn}"
            made = await asked(town, SEND, to=phone(place), **text, idempotencyKey=key)
            assert made.get("status") == "SCHEDULED", made
            wanted[phone(place)].append(made["body"])
    return wanted


async def come(at: datetime) -> None:
    """Wait for that moment."""
    async with asyncio.timeout(PATIENCE):
        while datetime.now(UTC) < at:
            await asyncio.sleep(0.1)


def carried(town: Town) -> dict[str, list[str]]:
    """What Twilio was handed, for whom."""
    found: dict[str, list[str]] = defaultdict(list)
    for text in town.ledger.now().carried.values():
        found[text.to].append(text.body)
    return found


@pytest.mark.long
@pytest.mark.timeout(ENOUGH)
async def test_each_leaves_once_though_workers_are_killed_before_and_at_its_time(
    here: Town, seed: int
) -> None:
    dice = Random(seed)
    at = datetime.now(UTC) + AHEAD
    wanted = await planned(here, at)
    for _ in range(3):
        here.crew.kill_one(dice)
    here.crew.aim([Point("worker", point) for point in POINTS])
    await come(at)
    await here.quiet()
    assert carried(here) == wanted
    assert here.crew.tally.at_points, here.crew.tally.figures()
