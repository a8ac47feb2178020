"""Figure: from a text's webhook to the post in Slack, with web, worker and sandbox apart."""

import asyncio
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from bson import ObjectId
from pymongo import MongoClient

from tests.bench.feed import body
from tests.bench.ledger import Ledger
from tests.bench.stage import Stage
from tests.bench.table import Pair, Row, percentile
from tests.bench.texts import number, webhook
from tests.bench.wire import connect, request

ROUNDS = 3
CHANNELS = 15
POST = "slack.chat.postMessage"
FLOOR = "one HTTP round trip to the sandbox and one insert_one"


def measure(stage: Stage, client: MongoClient[dict[str, Any]]) -> Iterator[Row]:
    """Medians in ms; every customer has a channel already. And the worker's memory."""
    with stage.web() as web, stage.sandbox(web.port) as sandbox, stage.worker() as worker:
        ledger = Ledger(stage.ledger)
        _texts(web.port, ledger, 0)
        rounds = [
            (floor(sandbox.port, client), _texts(web.port, ledger, turn * CHANNELS))
            for turn in range(1, ROUNDS + 1)
        ]
        bases = [base for base, _ in rounds]
        yield Pair([median(taken) for _, taken in rounds], bases).row(
            "text → Slack post", "ms", FLOOR, more=False
        )
        worst = [percentile(taken, 90) for _, taken in rounds]
        yield Row("text → Slack post, p90", "ms", median(worst), median(bases), FLOOR)
        yield Row("memory of a busy worker", "MB", worker.resident)


def floor(port: int, client: MongoClient[dict[str, Any]]) -> float:
    """The median of both together, in ms."""
    sample = client["relay"]["smsmessages"].find_one() or {"body": body(0)}
    taken = []

    async def once() -> None:
        connection = await connect(port)
        for _ in range(CHANNELS):
            began = time.perf_counter()
            await connection.ask(request("/sandbox/network", b"", method="GET"))
            client["floor"]["relay"].insert_one(sample | {"_id": ObjectId()})
            taken.append(time.perf_counter() - began)
        connection.close()

    asyncio.run(once())
    return median(taken) * 1e3


def _texts(port: int, ledger: Ledger, first: int) -> list[float]:
    """One text in each channel, one after the other: ms until Slack has it."""
    return [_text(port, ledger, index, first + index) for index in range(CHANNELS)]


def _text(port: int, ledger: Ledger, customer: int, text: int) -> float:
    signed = webhook(number(customer), body(text))

    async def send() -> None:
        connection = await connect(port)
        await connection.ask(signed)
        connection.close()

    began = time.time()
    asyncio.run(send())
    return (float(ledger.call(POST, body(text))["at"]) - began) * 1e3
