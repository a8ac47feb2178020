"""What a text costs the database: bytes with all indexes, and commands for its whole life.

Real documents, made by the real services: a customer's text and its answer, shown, sent, delivered.
Their copies under other ids then fill the collection, so that its indexes are as full as they get.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from bson import ObjectId
from mongoengine.connection import get_db
from pymongo import MongoClient

from adapters.mongo.connection import connect, disconnect
from domain import outbox
from domain.model import Message, ensure_indexes
from domain.policy import Timing
from domain.services import dispatch, inbound, reports, upkeep
from domain.services.dispatch import Send
from domain.services.programs import sending
from tests.anytime import POLICY
from tests.bench import texts
from tests.bench.table import Row
from tests.domain.build import accepted_as, callback, draft, text_in

TALKS, FULL, AT_ONCE = 100, 50_000, 2_000
MEGABYTE = 2**20
COMMANDS = ("insert", "query", "update", "delete", "getmore", "command")

TIMING = Timing()
ALSO = ("contacts", "threads", "numbers", "activities", "ledger")


def measure(uri: str, client: MongoClient[Any]) -> Iterator[Row]:
    """Bytes and commands of a text; on a server on which nothing else goes on."""
    name = "storage"
    connect(uri, name)
    try:
        ensure_indexes()
        taken, left = _lived(client)
        yield Row("commands to take a text in, tidy up after it", "", taken)
        yield Row("commands to send a text, with three callbacks", "", left)
        yield from _filled(client)
    finally:
        disconnect()
        client.drop_database(name)


def _lived(client: MongoClient[Any]) -> tuple[float, float]:
    """Commands for each text in, and for each text out, without the chat and without waiting."""
    now, counts = datetime.now(UTC), [_commands(client)]
    for place in range(TALKS):
        inbound.receive(text_in(texts.BODY, sender=texts.number(place)), now, POLICY)
        while claim := upkeep.claim(now, TIMING.lease):
            upkeep.carry_out(claim, None)
    counts.append(_commands(client))
    for place in range(TALKS):
        _sent(texts.number(place), now + timedelta(seconds=place))
    counts.append(_commands(client))
    return (counts[1] - counts[0]) / TALKS, (counts[2] - counts[1]) / TALKS


def _sent(phone: str, now: datetime) -> None:
    """One answer, from the decision to the phone."""
    made = sending.send(draft(texts.BODY, phone=phone), now, POLICY)
    claim = outbox.claim("dispatch", now, TIMING.lease)
    assert claim
    step = dispatch.next_step(claim, now, POLICY, TIMING)
    assert isinstance(step, Send)
    sid = f"SM{uuid4().hex}"
    dispatch.record(step, accepted_as(sid), now, TIMING)
    outbox.release(claim)
    for word in ("queued", "sent", "delivered"):
        reports.receive(callback(word, sid, made.id), now)


def _commands(client: MongoClient[Any]) -> int:
    counters = client.admin.command("serverStatus")["opcounters"]
    return sum(int(counters[name]) for name in COMMANDS)


def _filled(client: MongoClient[Any]) -> Iterator[Row]:
    """Sizes once there are many: as the database has them on its disk."""
    collection = Message._get_collection()
    samples = list(collection.find())
    for start in range(0, FULL, AT_ONCE):
        collection.insert_many(
            [_another(samples[place % len(samples)]) for place in range(start, start + AT_ONCE)]
        )
    client.admin.command("fsync")
    stats = get_db().command("collStats", "smsmessages")
    count = stats["count"]
    yield Row("a text, as a document", "bytes", stats["avgObjSize"])
    yield Row("the same on the disk, compressed", "bytes", stats["storageSize"] / count)
    yield Row("its entries in all indexes", "bytes", stats["totalIndexSize"] / count)
    largest = sorted(stats["indexSizes"].items(), key=lambda one: -one[1])[:5]
    for name, size in largest:
        yield Row(f"  of these, index {name}", "bytes", size / count)
    for name in ALSO:
        own = get_db().command("collStats", name)
        if own["count"]:
            yield Row(f"one of {name}, as a document", "bytes", own["avgObjSize"])


def _another(raw: dict[str, Any]) -> dict[str, Any]:
    """The same text of somebody else at another time."""
    moved = timedelta(seconds=-(uuid4().int % (365 * 86_400)))
    changed = {"_id": ObjectId(), "origin": f"twilio:SM{uuid4().hex}"}
    changed |= {"twilioMessageSid": f"SM{uuid4().hex}", "createdAt": raw["createdAt"] + moved}
    changed |= {"threadId": ObjectId(), "contactId": ObjectId()}
    return raw | changed
