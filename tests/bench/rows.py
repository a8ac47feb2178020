"""How fast a table of contacts is read in, consent and timeline included."""

import time
from collections.abc import Iterator
from typing import Any

from pymongo import MongoClient
from pymongo.collection import Collection

from domain.model import Contact
from tests.bench.stage import Stage, command
from tests.bench.table import Row

ROWS = 10_000
PAGE = 500
HEADER = "phone,firstName,lastName,email,tags,notes,city,smsOptIn,consentDate,consentIp\n"
LINE = "+1760{0},First{1},Last{1},p{1}@example.com,vip; buyer,Likes gardens,Vista,{2}\n"
AGREED = "yes,2026-01-02,203.0.113.7"


def measure(stage: Stage, client: MongoClient[dict[str, Any]], database: str) -> Iterator[Row]:
    """Rows a second by the command, beside the bare inserts of the contacts that came of it."""
    path = stage.folder / "people.csv"
    lines = (LINE.format(2_000_000 + one, one, AGREED) for one in range(ROWS))
    path.write_text(HEADER + "".join(lines))
    command(stage, "import", str(path), "--yes")
    (done,) = client[database]["imports"].find({"dryRun": False})
    ours = ROWS / (done["finishedAt"] - done["createdAt"]).total_seconds()
    floor = _bare(client[database]["contacts"], client[database]["bare"])
    told = "insert_many of the same contacts, same indexes"
    yield Row("import, rows a second", "/s", ours, floor, told, more=True)


def _bare(made: Collection[dict[str, Any]], bare: Collection[dict[str, Any]]) -> float:
    """The contacts alone, in pages of the same size, into a collection with the same indexes."""
    contacts = list(made.find({}))
    bare.create_indexes([*Contact.INDEXES])
    began = time.perf_counter()
    for at in range(0, len(contacts), PAGE):
        bare.insert_many(contacts[at : at + PAGE])
    return len(contacts) / (time.perf_counter() - began)
