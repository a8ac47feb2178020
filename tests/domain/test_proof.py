"""The proof is written as it is read: by indexes, and whatever its size, in little memory."""

import json
import tracemalloc
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from bson import Decimal128, ObjectId
from pymongo.database import Database

from domain.model import Message
from domain.services import proof
from tests.clock import NOON
from tests.domain.build import CUSTOMER, OURS, POLICY, customer

pytestmark = pytest.mark.usefixtures("db")


def many(count: int, **fields: Any) -> None:
    """So many long texts to the customer."""
    texts = [
        {
            "origin": f"test:{n}",
            "direction": "outbound",
            "status": "delivered",
            "from": OURS,
            "to": CUSTOMER,
            "body": "\u05d0" * 1_600,
            "createdAt": NOON + timedelta(seconds=n),
        }
        | fields
        for n in range(count)
    ]
    Message._get_collection().insert_many(texts)


def written() -> dict[str, Any]:
    """The whole document."""
    pieces = proof.document(customer(), "CRM", NOON, POLICY)
    return dict(json.loads(b"".join(pieces)))


def test_a_long_history_passes_through_little_memory() -> None:
    many(4_000)
    person = customer()
    tracemalloc.start()
    size = sum(len(piece) for piece in proof.document(person, "CRM", NOON, POLICY))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 12_000_000
    assert peak < 8_000_000


def test_texts_come_in_their_order_whatever_led_to_them() -> None:
    person = customer()
    many(3)
    between = NOON + timedelta(seconds=1.5)
    many(1, origin="test:link", to="+15550001", contactId=person.id, createdAt=between)
    assert [one["origin"] for one in written()["texts"]] == [
        "test:0",
        "test:1",
        "test:link",
        "test:2",
    ]


def test_strange_values_leave_as_text() -> None:
    strange = {"retryOf": ObjectId("0" * 24), "readAt": NOON, "errorMessage": Decimal128("1.50")}
    many(1, **strange)
    (one,) = written()["texts"]
    assert (one["retryOf"], one["readAt"]) == ("0" * 24, "2026-03-04T20:00:00.000Z")
    assert Decimal(one["errorMessage"]) == Decimal("1.5")


def test_moments_without_an_offset_are_utc() -> None:
    assert proof._plain(datetime(2026, 1, 2)) == "2026-01-02T00:00:00.000Z"  # noqa: DTZ001


def test_every_list_is_read_by_an_index_in_its_order(db: Database[Any]) -> None:
    many(200, to="+15550002")
    many(1, origin="test:own")
    ways = [{"contactId": {"$in": [ObjectId()]}}, {"from": CUSTOMER}, {"to": CUSTOMER}]
    found = db["smsmessages"].find({"$or": ways}).sort([("createdAt", 1), ("_id", 1)])
    plan = found.explain()
    assert '"COLLSCAN"' not in json.dumps(plan, default=str)
    assert '"SORT"' not in json.dumps(plan, default=str)
    assert plan["executionStats"]["totalDocsExamined"] == 1
