"""Figure 1: texts taken in, durably, beside the bare insert of a document of the same size."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

from bson import ObjectId
from pymongo import MongoClient

from tests.bench.table import Pair, Row, percentile
from tests.bench.texts import number, webhooks
from tests.bench.wire import rush

ROUNDS = 5
TEXTS = 1_500
CLIENTS = 16
SENDERS = [number(index) for index in range(200)]
FLOOR = f"insert_one of such a document, majority, journaled, {CLIENTS} clients"


def measure(client: MongoClient[dict[str, Any]], port: int) -> Iterator[Row]:
    """A second, and p99; the customers are known, as they mostly are."""
    asyncio.run(rush(port, webhooks(len(SENDERS) * 2, SENDERS), CLIENTS))
    sample = client["threadline"]["smsmessages"].find_one() or {}
    rounds = [
        (_inserts(client, sample), asyncio.run(rush(port, webhooks(TEXTS, SENDERS), CLIENTS)))
        for _ in range(ROUNDS)
    ]
    rates = Pair([ours for _, (ours, _) in rounds], [floor for (floor, _), _ in rounds])
    yield rates.row("texts taken in, durably", "/s", FLOOR, "≥ 0.30", more=True)
    slow = Pair(
        [percentile(taken, 99) * 1e3 for _, (_, taken) in rounds],
        [percentile(taken, 99) * 1e3 for (_, taken), _ in rounds],
    )
    yield slow.row("  p99", "ms", FLOOR, more=False)


def _inserts(
    client: MongoClient[dict[str, Any]], sample: dict[str, Any]
) -> tuple[float, list[float]]:
    """As many bare inserts by as many clients: inserts a second, and each one's seconds."""
    bare = client["floor"]["texts"]
    bare.drop()
    turns = count()
    taken: list[float] = []

    def insert(_: int) -> None:
        while next(turns) < TEXTS:
            began = time.perf_counter()
            bare.insert_one(sample | {"_id": ObjectId()})
            taken.append(time.perf_counter() - began)

    with ThreadPoolExecutor(CLIENTS) as pool:
        began = time.perf_counter()
        list(pool.map(insert, range(CLIENTS)))
        return len(taken) / (time.perf_counter() - began), taken
