"""Figures: the whole demo in one process, from phone to Slack and from Slack to phone."""

import json
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

from pymongo import MongoClient

from tests.bench import relay, stage
from tests.bench.feed import body
from tests.bench.ledger import Ledger
from tests.bench.table import Row
from tests.bench.texts import number

TEXTS = 8
HOLD_SECONDS = 1.0
AGENT = "U0DANA"


def measure(folder: Path, client: MongoClient[dict[str, Any]]) -> Iterator[Row]:
    """Medians in ms on the sandbox's own clock."""
    with stage.demo(folder) as demo:
        ledger = Ledger(folder / "sandbox.jsonl")
        ledger.quiet(1.5)
        for index in range(TEXTS):
            _text(demo.port, ledger, index, index)
        ledger.quiet(1.0)
        base = relay.floor(demo.port, client)
        texts = [_text(demo.port, ledger, index, 100 + index) for index in range(TEXTS)]
        answers = [
            answered(demo.port, ledger, channel, 200 + i) for i, (_, channel) in enumerate(texts)
        ]
        yield Row(
            "demo: phone → Slack",
            "ms",
            median(taken for taken, _ in texts),
            base,
            relay.FLOOR,
            "< 1,000 ms",
        )
        yield Row(
            "demo: answer after its hold → phone",
            "ms",
            median(answers),
            base,
            relay.FLOOR,
            "< 1,000 ms",
        )
        yield Row("memory of the demo", "MB", demo.resident)


def _text(port: int, ledger: Ledger, customer: int, text: int) -> tuple[float, str]:
    """A text typed on a phone: ms until Slack has it, and in which channel."""
    began = time.time()
    post(port, "/sandbox/texts", {"from": number(customer), "body": body(text)})
    line = ledger.call(relay.POST, body(text))
    return (line["at"] - began) * 1e3, line["args"]["channel"]


def answered(port: int, ledger: Ledger, channel: str, text: int) -> float:
    """An answer typed in Slack: ms from the end of its hold until the carrier has it."""
    began = time.time()
    post(port, "/sandbox/slack/messages", {"channel": channel, "user": AGENT, "text": body(text)})
    at: float = ledger.call("twilio.messages.create", body(text))["at"]
    return (at - began - HOLD_SECONDS) * 1e3


def post(port: int, path: str, fields: dict[str, str]) -> None:
    """Tell the sandbox."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", path, json.dumps(fields), {"content-type": "application/json"})
    answer = connection.getresponse()
    if answer.status >= 300:
        raise RuntimeError(f"{path}: {answer.status} {answer.read()!r}")
    connection.close()
