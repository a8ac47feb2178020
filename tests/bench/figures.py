"""Figures of ninety days with their texts, beside counting those texts by an index."""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import orjson
from bson import ObjectId
from pymongo import MongoClient
from pymongo.database import Database

from tests.bench import texts
from tests.bench.stage import command, staged
from tests.bench.table import Row
from tests.bench.wire import connect, request

SOME, ALL = 100_000, 1_000_000
DAYS, AT_ONCE, ROUNDS = 90, 5_000, 5
SPAN = timedelta(days=DAYS)
GROUPS = ("DAY", "HOUR_OF_WEEK", "AGENT", "TEMPLATE", "CAMPAIGN", "SENDER")
QUERY = """query($from: DateTime!, $to: DateTime!, $by: AnalyticsGroup, $of: AnalyticsFilter) {
  analytics(from: $from, to: $to, groupBy: $by, filter: $of) { totals { sent received cost }
    rows { key sent delivered failed received replies responseRate cost }
    bestSendTimes { weekday from } } }"""
FLOOR = "a bare count of the texts by an index"
AGENTS = [f"U{number}" for number in range(10)]
TEMPLATES, CAMPAIGNS, THREADS = ([ObjectId() for _ in range(many)] for many in (20, 30, 20_000))
LINES = (texts.OURS, "+17605550102")


def measure(
    uri: str, folder: Path, client: MongoClient[dict[str, Any]], size: int = SOME
) -> Iterator[Row]:
    """The slowest way of asking, its median; then how fast all is counted."""
    name, now = f"figures{size}", datetime.now(UTC)
    _fill(client[name], now, size)
    stage = staged(uri, folder, name)
    began = time.perf_counter()
    command(stage, "recount")
    counting = time.perf_counter() - began
    token = command(stage, "token", "create", "bench", "--scope", "read")
    with stage.web() as web:
        usual, parted = (
            max(asyncio.run(_answered(web.port, _asking(token, now, by, of))) for by in GROUPS)
            for of in ({}, {"senderId": LINES[0]})
        )
    within = {"createdAt": {"$gte": now - SPAN, "$lt": now}}
    texts_ = client[name]["smsmessages"]
    bare = median(_timed(lambda: texts_.count_documents(within)) for _ in range(ROUNDS))
    figure = f"figures of {size:,} texts in {DAYS} days"
    yield Row(figure, "ms", usual * 1_000, bare * 1_000, FLOOR, "≤ 1,000 ms")
    yield Row("the same of one sender", "ms", parted * 1_000, bare * 1_000, FLOOR, "≤ 1,000 ms")
    scan = _timed(lambda: list(texts_.find().batch_size(1_000)))
    rates = size / counting, size / scan
    yield Row("texts counted anew", "/s", *rates, "a bare find of the texts", more=True)


def _fill(database: Database[dict[str, Any]], now: datetime, size: int) -> None:
    """Its indexes are made afterwards, which takes a fraction of the time."""
    chance = Random(1)
    talks = [
        {"_id": own, "sender": LINES[place % 2], "phone": f"+1760{place:07}", "lastMessageAt": now}
        for place, own in enumerate(THREADS)
    ]
    database["threads"].insert_many(talks)
    for start in range(0, size, AT_ONCE):
        made = [_text(chance, place, size, now) for place in range(start, start + AT_ONCE)]
        database["smsmessages"].insert_many(made)


def _text(chance: Random, place: int, size: int, now: datetime) -> dict[str, Any]:
    """One of many: a third came in, of ours half are an agent's and half a campaign's."""
    at = now - SPAN + SPAN * place / size
    at -= timedelta(hours=at.hour) - timedelta(hours=12 + chance.randrange(11))
    at = min(at, now)
    thread = chance.choice(THREADS)
    common = {
        "rev": 1,
        "origin": f"bench:{place}",
        "threadId": thread,
        "contactId": thread,
        "body": "Is the house with the garden still for sale? We would like to see it.",
        "words": ["garden", "house", "like", "sale"],
        "segments": 1,
        "createdAt": at,
        "twilioMessageSid": f"SM{place:032}",
        "statusHistory": [{"status": one, "at": at} for one in ("queued", "sent", "delivered")],
    }
    if place % 3 == 0:
        waited = {"responseSeconds": 60, "answeredBy": {"kind": "agent", "key": AGENTS[place % 10]}}
        theirs = {"direction": "inbound", "status": "received", "from": "+17600000000"}
        return common | theirs | {"purpose": "conversation", "to": LINES[0]} | waited
    told: dict[str, Any] = {"direction": "outbound", "status": "delivered", "attemptedAt": at}
    told |= {"from": LINES[0], "to": "+17600000000"} | ({"repliedAt": at} if place % 7 == 0 else {})
    if place % 3 == 1:
        by = {"kind": "agent", "key": chance.choice(AGENTS)}
        template = {"templateId": chance.choice(TEMPLATES)} if place % 2 else {}
        return common | told | {"purpose": "conversation", "sentBy": by} | template
    number = (place * len(CAMPAIGNS)) // size
    campaign = {"campaignId": CAMPAIGNS[number], "templateId": TEMPLATES[number % 20]}
    return common | told | {"purpose": "marketing", "sentBy": {"kind": "system"}} | campaign


def _asking(token: str, now: datetime, by: str, of: dict[str, str]) -> bytes:
    within = {"from": (now - SPAN).isoformat(), "to": now.isoformat(), "by": by}
    body = orjson.dumps({"query": QUERY, "variables": within | {"of": of}})
    headers = (("content-type", "application/json"), ("authorization", f"Bearer {token}"))
    return request("/graphql", body, *headers)


async def _answered(port: int, asking: bytes) -> float:
    """Seconds to an answer, which must be one: the median."""
    connection = await connect(port)
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        told = orjson.loads((await connection.ask(asking))[1])
        took.append(time.perf_counter() - began)
        if not told["data"]["analytics"]["totals"]["sent"]:
            raise RuntimeError(f"no figures: {str(told)[:400]}")
    connection.close()
    return median(took)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
