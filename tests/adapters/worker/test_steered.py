"""A campaign is paused, resumed and called off while workers send it: that counts at once."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from pymongo import MongoClient

from adapters.mongo.clock import DatabaseClock
from domain.model import Campaign, Message
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.sending import steering
from tests.adapters.worker.fakes import FakeSms
from tests.adapters.worker.test_campaigning import WORKERS, crews, over
from tests.domain.audience import people, phone, started

AT_ONCE = 4
UNDER_WAY = WORKERS * AT_ONCE
"""So many texts may be on their way out at any moment."""
PATIENCE = 40


async def left(sms: FakeSms, count: int) -> None:
    """Wait until so many texts have left."""
    async with asyncio.timeout(PATIENCE):
        while len(sms.sent) < count:
            await asyncio.sleep(0.02)


async def passed_by(clock: DatabaseClock, made: Campaign) -> None:
    """Wait until all texts that were made would have left, had nobody said anything."""
    waiting = {"campaignId": made.id, "dispatch.state": "due"}
    texts = Message._get_collection().find(waiting, {"dispatch": 1})
    slots = [one["dispatch"] for one in await asyncio.to_thread(list, texts)]
    end = max((one.get("ready_at") or one["due_at"] for one in slots), default=clock.now())
    while clock.now() <= end:
        await asyncio.sleep(0.05)


@pytest.mark.timeout(120)
async def test_a_pause_under_load_stops_all_but_what_is_under_way_and_it_goes_on_where_it_was(
    client: MongoClient[dict[str, Any]], db: Any
) -> None:
    clock, sms = DatabaseClock(client), FakeSms()
    people(60)
    async with crews(clock, sms):
        made = started(clock.now(), per_minute=600)
        await left(sms, 4)
        await asyncio.to_thread(steering.pause, made.id)
        gone = len(sms.sent)
        await passed_by(clock, made)
        assert len(sms.sent) <= gone + UNDER_WAY < 60
        await asyncio.to_thread(steering.resume, made.id, clock.now())
        await over(made, PATIENCE)
    assert Counter(text.to for text in sms.sent) == {phone(place): 1 for place in range(60)}


@pytest.mark.timeout(120)
async def test_a_campaign_that_is_called_off_under_load_stops_all_but_what_is_under_way(
    client: MongoClient[dict[str, Any]], db: Any
) -> None:
    clock, sms = DatabaseClock(client), FakeSms()
    people(60)
    async with crews(clock, sms):
        made = started(clock.now(), per_minute=600)
        await left(sms, 4)
        await asyncio.to_thread(steering.cancel, made.id, clock.now())
        gone = len(sms.sent)
        await passed_by(clock, made)
        assert len(sms.sent) <= gone + UNDER_WAY < 60
    assert drafting.get(made.id).status == "canceled"
    assert Message.objects(campaign_id=made.id, status="canceled")
    assert not Message.objects(campaign_id=made.id, dispatch__due_at__exists=True)
