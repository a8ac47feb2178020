"""Figures: a campaign's list, its pace, the sender's pace, and an answer while the crowd waits."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from domain.model import Campaign, Recipient
from domain.services.campaigns.planning import drafting
from domain.services.programs import sending
from tests.bench import journey, relay, texts
from tests.bench.crowded import PATIENCE_SECONDS, POLICY, Scene, now, rate, scene
from tests.bench.feed import body
from tests.bench.ledger import Ledger
from tests.bench.table import Row
from tests.domain.audience import phone
from tests.domain.build import draft

PEOPLE = 10_000
PAGE = 200
BARE = "insert_many of the same recipients, same indexes"
ASKED = "the pace that was asked for"
THREADS = 50
ANSWERS = 5
SOON = timedelta(seconds=20)


@dataclass(frozen=True)
class Size:
    """How many texts each figure takes."""

    slow: int = 60
    fast: int = 1_000
    scheduled: int = 300


SHORT = Size()
FULL = Size(300, 10_000, 1_000)


def measure(
    uri: str, folder: Path, client: MongoClient[dict[str, Any]], size: Size = SHORT
) -> Iterator[Row]:
    """Each on a database of its own; fails when a text leaves twice or out of order."""
    with scene(uri, folder, "crowd", 50, PEOPLE) as at:
        yield _listed(at, client)
        yield from _answers(at, client)
    for per_minute, count in ((60, size.slow), (3_000, size.fast)):
        with scene(uri, folder, f"pace{per_minute}", per_minute / 60, count) as at:
            yield _paced(at, per_minute, count)
    with scene(uri, folder, "scheduled", 50, THREADS) as at:
        yield _scheduled(at, size.scheduled)


def _listed(at: Scene, client: MongoClient[dict[str, Any]]) -> Row:
    """The list is written down while the workers wait for nothing else."""
    made = at.campaign(3_000)
    own = Recipient._get_collection()
    at.until(lambda: drafting.get(made.id).frozen, PATIENCE_SECONDS, "the list")
    begun = Campaign.objects.get(id=made.id).started_at
    last = own.find_one({}, sort=[("_id", -1)]) or {}
    took = (last["dueAt"] - begun).total_seconds()
    listed = list(own.find({}))
    bare = client["crowd"]["bare"]
    bare.create_indexes([*Recipient.INDEXES])
    began = time.perf_counter()
    for place in range(0, len(listed), PAGE):
        bare.insert_many(listed[place : place + PAGE])
    floor = len(listed) / (time.perf_counter() - began)
    figure = f"campaign: {len(listed):,} recipients written down"
    return Row(figure, "/s", len(listed) / took, floor, BARE, "≥ 1,000 /s", more=True)


def _answers(at: Scene, client: MongoClient[dict[str, Any]]) -> Iterator[Row]:
    """Agents answer while thousands of texts wait for their turn."""
    ledger, base = Ledger(at.stage.ledger), relay.floor(at.stage.sandbox_port, client)
    taken = []
    for turn in range(ANSWERS):
        channel = _channel(at, ledger, turn)
        taken.append(journey.answered(at.stage.sandbox_port, ledger, channel, 500 + turn))
    waiting = Recipient.objects(state="waiting").count()
    figure = f"answer after its hold → carrier, {waiting:,} wait"
    yield Row(figure, "ms", sorted(taken)[ANSWERS // 2], base, relay.FLOOR, "< 2,000 ms")
    yield Row("  the slowest", "ms", max(taken), base, relay.FLOOR, "< 2,000 ms")


def _channel(at: Scene, ledger: Ledger, customer: int) -> str:
    """A customer writes: the channel in which their text stands."""
    journey.post(
        at.stage.sandbox_port,
        "/sandbox/texts",
        {"from": texts.number(customer), "to": texts.OURS, "body": body(customer)},
    )
    place: str = ledger.call(relay.POST, body(customer))["args"]["channel"]
    return place


def _paced(at: Scene, per_minute: int, count: int) -> Row:
    at.campaign(per_minute)
    calls = at.left(count, 2 * 60 * count / per_minute + PATIENCE_SECONDS)
    to = [one["args"]["to"] for one in calls]
    if len(to) != len(set(to)):
        raise RuntimeError("somebody was texted twice")
    figure = f"campaign: {count:,} texts at {per_minute:,} a minute"
    return Row(figure, "/min", rate(calls), per_minute, ASKED, "± 5 %", more=True)


def _scheduled(at: Scene, count: int) -> Row:
    """All for the same second, to a few conversations in turn."""
    due = now() + SOON
    for place in range(count):
        told = draft(body(place), phone=phone(place % THREADS), send_at=due, sender=texts.OURS)
        sending.send(told, now(), POLICY)
    calls = at.left(count, 3 * count / 50 + SOON.total_seconds() + PATIENCE_SECONDS)
    _check_order(calls)
    figure = f"{count:,} scheduled for one second"
    return Row(figure, "/min", rate(calls), 3_000, ASKED, "± 5 %", more=True)


def _check_order(calls: Sequence[dict[str, Any]]) -> None:
    own = defaultdict(list)
    for one in calls:
        own[one["args"]["to"]].append(one["args"]["body"])
    if any(said != sorted(said) for said in own.values()):
        raise RuntimeError("texts of one conversation left in another order")
