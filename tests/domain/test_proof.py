"""The proof is written as it is read: by indexes, and never held as a whole."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from bson import Decimal128, ObjectId
from pymongo.database import Database

from domain.model import Message
from domain.services import proof
from domain.services.proof import data
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
            "body": "\u05d0",
            "createdAt": NOON + timedelta(seconds=n),
        }
        | fields
        for n in range(count)
    ]
    Message._get_collection().insert_many(texts)


def written() -> dict[str, Any]:
    """The whole document."""
    pieces = proof.document(proof.gathered(customer(), "CRM", NOON, POLICY))
    return dict(json.loads(b"".join(pieces)))


def test_a_long_history_is_written_while_it_is_read() -> None:
    many(1_200)
    pieces = proof.document(proof.gathered(customer(), "CRM", NOON, POLICY))
    next(piece for piece in pieces if b"test:0" in piece)
    Message._get_collection().delete_many({})
    held = sum(b"test:" in piece for piece in pieces)
    assert held < 600  # what was under way; the others were still where they were


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
    assert data.plain(datetime(2026, 1, 2)) == "2026-01-02T00:00:00.000Z"  # noqa: DTZ001


def test_every_list_is_read_by_an_index_in_its_order(db: Database[Any]) -> None:
    many(200, to="+15550002")
    many(1, origin="test:own")
    ways = [{"contactId": {"$in": [ObjectId()]}}, {"from": CUSTOMER}, {"to": CUSTOMER}]
    found = db["smsmessages"].find({"$or": ways}).sort([("createdAt", 1), ("_id", 1)])
    plan = found.explain()
    assert '"COLLSCAN"' not in json.dumps(plan, default=str)
    assert '"SORT"' not in json.dumps(plan, default=str)
    assert plan["executionStats"]["totalDocsExamined"] == 1
