"""Figure: from a text's webhook to the GraphQL subscriber, beside a raw change stream."""

import asyncio
from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Any

from bson import ObjectId
from pymongo import AsyncMongoClient, MongoClient

from adapters.mongo.connection import OPTIONS
from tests.bench.feed import Subscriber, body
from tests.bench.table import Row, percentile
from tests.bench.texts import number, webhook
from tests.bench.wire import connect

ROUNDS = 4
TEXTS = 150
FLOOR = "insert_one → event of a raw change stream"


def measure(client: MongoClient[dict[str, Any]], port: int, token: str, uri: str) -> Iterator[Row]:
    """p50 and p99 in ms, one text after the other."""
    sample = client["threadline"]["smsmessages"].find_one() or {}
    ours, floor = [], []
    for turn in range(ROUNDS):
        floor += asyncio.run(_raw(uri, sample))
        ours += asyncio.run(_subscribed(port, token, turn * TEXTS))
    yield _row("text → GraphQL subscriber, p50", 50, ours, floor)
    yield _row("text → GraphQL subscriber, p99", 99, ours, floor, "< 250 ms")


def _row(
    figure: str, percent: int, ours: Sequence[float], floor: Sequence[float], aim: str = ""
) -> Row:
    values = (percentile(ours, percent) * 1e3, percentile(floor, percent) * 1e3)
    return Row(figure, "ms", *values, FLOOR, aim)


async def _raw(uri: str, sample: dict[str, Any]) -> list[float]:
    """Seconds from the beginning of each insert to its event."""
    async with AsyncMongoClient[dict[str, Any]](uri, **OPTIONS) as client:
        texts = client["floor"]["stream"]
        async with await texts.watch() as events:
            taken = []
            for _ in range(TEXTS):
                began = perf_counter()
                inserting = asyncio.create_task(texts.insert_one(sample | {"_id": ObjectId()}))
                await events.next()
                taken.append(perf_counter() - began)
                await inserting
            return taken


async def _subscribed(port: int, token: str, first: int) -> list[float]:
    """Seconds from the beginning of each webhook to the subscriber's frame."""
    arrived: asyncio.Queue[tuple[int, float]] = asyncio.Queue()
    subscriber = Subscriber(lambda text, at, _: arrived.put_nowait((text, at)))
    await subscriber.open(port, token)
    connection = await connect(port)
    await _tuned(port, arrived)
    taken = []
    for text in range(first, first + TEXTS):
        signed = webhook(number(text % 50), body(text))
        began = perf_counter()
        asking = asyncio.create_task(connection.ask(signed))
        heard, at = await arrived.get()
        if heard != text:
            raise RuntimeError(f"text {heard} arrived instead of {text}")
        taken.append(at - began)
        await asking
    connection.close()
    subscriber.close()
    return taken


async def _tuned(port: int, arrived: "asyncio.Queue[tuple[int, float]]") -> None:
    """A subscription begins when it begins: send texts until one is heard, and no more come."""
    connection = await connect(port)
    while arrived.empty():
        await connection.ask(webhook(number(0), body(999_999)))
        await asyncio.sleep(0.1)
    while not arrived.empty():
        arrived.get_nowait()
    connection.close()
