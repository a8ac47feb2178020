"""Figure: contacts searched among a hundred thousand, beside the same among a thousand."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from bson import ObjectId
from pymongo import MongoClient

from domain.rules.search import found_by
from tests.bench.stage import Stage, command, staged
from tests.bench.table import Pair, Row
from tests.bench.wire import request, rush

ROUNDS = 5
ASKED = 150
CLIENTS = 8
FEW, MANY = 1_000, 100_000
AT_ONCE = 5_000
FLOOR = f"the same among {FEW:,}"
SEARCHES = ("ja", "760", "jane smi", "555")
QUERY = """query($search: String) { contacts(search: $search, first: 50) {
  nodes { id name phone email status tags } pageInfo { hasNextPage endCursor } } }"""
FIRST_NAMES = ("Jane", "Jack", "Mary", "Omar", "Ana", "Wei", "Lena", "Paul", "Ruth", "Ivan")
LAST_NAMES = ("Doe", "Smith", "Jansen", "Garcia", "Okafor", "Lee", "Novak", "Rossi", "Kim", "Ray")
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def measure(uri: str, folder: Path, client: MongoClient[dict[str, Any]]) -> Iterator[Row]:
    """Searches a second, eight programs at once; the two take turns."""
    few, many = (_filled(uri, folder, client, size) for size in (FEW, MANY))
    with few.web() as small, many.web() as large:
        tokens = [
            command(one, "token", "create", "bench", "--scope", "read") for one in (few, many)
        ]
        asking = [_asking(token) for token in tokens]
        for port, each in zip((small.port, large.port), asking, strict=True):
            asyncio.run(rush(port, each[:20], CLIENTS))
        rounds = [
            (_rate(small.port, asking[0]), _rate(large.port, asking[1])) for _ in range(ROUNDS)
        ]
    rates = Pair([ours for _, ours in rounds], [floor for floor, _ in rounds])
    yield rates.row(f"search among {MANY:,} contacts", "/s", FLOOR, "≥ 0.50", more=True)


def _filled(uri: str, folder: Path, client: MongoClient[dict[str, Any]], size: int) -> Stage:
    """Its indexes are made afterwards, which takes a tenth of the time."""
    name = f"search{size}"
    people = client[name]["contacts"]
    for start in range(0, size, AT_ONCE):
        people.insert_many([_person(place) for place in range(start, min(start + AT_ONCE, size))])
    return staged(uri, folder, name)


def _person(place: int) -> dict[str, Any]:
    """Somebody; a tenth of them share a first name, as many a last name."""
    first, last = FIRST_NAMES[place % 10], LAST_NAMES[place // 10 % 10]
    phone = f"+1{('760', '619', '858', '415')[place % 4]}{2_000_000 + place * 53 % 7_999_999:07}"
    email = f"{first}.{last}{place}@example.com".lower()
    return {
        "_id": ObjectId(),
        "rev": 1,
        "firstName": first,
        "lastName": last,
        "phone": phone,
        "phones": [phone],
        "email": email,
        "status": ("new", "contacted", "client")[place % 3],
        "tags": ["vip", "buyer"][: place % 3],
        "createdAt": BEGAN + timedelta(seconds=place),
        **found_by((first, last, email), [phone], None),
    }


def _asking(token: str) -> list[bytes]:
    headers = (("content-type", "application/json"), ("authorization", f"Bearer {token}"))
    bodies = [orjson.dumps({"query": QUERY, "variables": {"search": one}}) for one in SEARCHES]
    each = [request("/graphql", body, *headers) for body in bodies]
    return [each[turn % len(each)] for turn in range(ASKED)]


def _rate(port: int, asking: list[bytes]) -> float:
    rate, _ = asyncio.run(rush(port, asking, CLIENTS))
    return rate
