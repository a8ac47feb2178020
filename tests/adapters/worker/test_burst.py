"""A flood of texts reaches a Slack that keeps to its limits: in order, each once, none lost."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from mongoengine.connection import get_db
from pymongo import MongoClient
from slack_sdk.web.async_client import AsyncWebClient

from adapters.mongo.clock import DatabaseClock
from adapters.mongo.pace import COLLECTION, DatabasePace
from adapters.worker.lane import Lane, Work
from adapters.worker.relaying import Relayer
from bot.chat import SlackChat
from bot.limits import Limits
from domain import outbox
from domain.model import Message
from domain.services import inbound, relay
from domain.values import InboundText, Workspace
from tests.adapters.sandbox.town import Town, town
from tests.bot.rig import INBOX
from tests.domain.build import POLICY, TIMING, text_in

CREWS = 3
CHANNELS_A_MINUTE = 24
Seen = dict[str, list[str]]


def texts(people: int, each: int) -> list[InboundText]:
    """So many texts of so many people, all mixed."""
    return [
        text_in(f"{turn:02} from {person:03}", sender=f"+17605552{person:03}")
        for turn in range(each)
        for person in range(people)
    ]


@asynccontextmanager
async def crews(at: Town, client: MongoClient[dict[str, Any]], pace: float) -> AsyncIterator[None]:
    """Several processes' worth of relaying, each with an SDK of its own, inside the block."""
    clock, shared = DatabaseClock(client), DatabasePace(get_db()[COLLECTION])
    lanes = []
    for _ in range(CREWS):
        sdk = AsyncWebClient(
            token="xoxb-sandbox", base_url=f"{at.url}/slack/api/", timeout=10, retry_handlers=[]
        )
        chat = SlackChat(sdk, shared, clock, Workspace(INBOX), Limits(pace))
        hand = Relayer(Alone(chat), clock, TIMING)
        lanes.append(Lane(Work("relay", hand.claim, hand.carry_out, _earliest, clock.now)))
    running = [asyncio.create_task(lane.run()) for lane in lanes]
    try:
        yield
    finally:
        for lane in lanes:
            lane.stop()
        await asyncio.gather(*running)


def _earliest() -> datetime | None:
    return outbox.earliest(relay.SLOT)


class Alone:
    """Implements domain.ports.Chats for one workspace."""

    def __init__(self, chat: SlackChat) -> None:
        self._chat = chat

    def of(self, _team_id: str | None, _sender: str | None = None, /) -> SlackChat:
        """Always that one."""
        return self._chat


async def shown(at: Town) -> Seen:
    """What Slack shows of each person's texts, oldest first, wherever it is."""
    found: Seen = defaultdict(list)
    for channel in (await at.get("/slack"))["channels"]:
        for message in channel["messages"]:
            for one in (message, *message.get("replies", ())):
                body = str(one.get("text", ""))
                if one.get("metadata") and " from " in body[:9]:
                    found[body[-3:]].append(body)
    return found


async def drained() -> None:
    """Until every text is shown."""
    unseen = {"shadow.ts": {"$exists": False}}
    async with asyncio.timeout(600):
        while await asyncio.to_thread(Message._get_collection().count_documents, unseen):
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    ("people", "each", "pace"),
    [
        pytest.param(12, 4, 60, id="some"),
        pytest.param(100, 5, 20, id="all", marks=pytest.mark.long),
    ],
)
async def test_a_flood_drains_in_order(
    db: Any, client: MongoClient[dict[str, Any]], people: int, each: int, pace: float
) -> None:
    clock = DatabaseClock(client)
    limits = {
        "enabled": True,
        "tiers": {"2": 20 * pace, "3": 50 * pace, "4": 100 * pace, "channel": pace},
        "methods": {"conversations.create": CHANNELS_A_MINUTE * people / 100},
    }
    async with town() as at:
        await at.put("/limits", limits)
        async with crews(at, client, pace):
            arriving = texts(people, each)
            await asyncio.to_thread(inbound.receive_all, arriving, clock.now(), POLICY)
            await drained()
        found = await shown(at)
        ledger = (await at.get("/ledger"))["lines"]
    assert found == {
        f"{person:03}": [f"{turn:02} from {person:03}" for turn in range(each)]
        for person in range(people)
    }
    refused = [line for line in ledger if line.get("type") == "call" and line.get("status") == 429]
    posts = [line for line in refused if line["method"] == "slack.chat.postMessage"]
    assert len(posts) <= people * each / 5, "we keep to the pace ourselves"
    assert any(line["method"] == "slack.conversations.create" for line in refused)
