"""Texts as counts. One of ours belongs to the hour in which it left, a customer's to its own."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bson import Decimal128, ObjectId

from domain.errors import Unavailable
from domain.model import Message, Thread
from domain.rules.analytics.figures import Cell, Tally, hour_of, millionths
from domain.rules.gate import Purpose
from domain.services.campaigns.sending.echoes import ASKING
from domain.services.campaigns.showing.counting import FAILED, SENT

Raw = dict[str, Any]
PUSHED = frozenset({Purpose.INFORMATIONAL, Purpose.MARKETING})
"""Purposes of texts that nobody waited for."""
BATCH = 1_000
MOST_AT_ONCE = 100_000
FIELDS = dict.fromkeys(
    (
        *("direction", "status", "purpose", "createdAt", "attemptedAt", "sentBy", "templateId"),
        *("campaignId", "threadId", "from", "to", "segments", "mediaUrls", "media.fileId"),
        *("price", "clickedAt", "repliedAt", "answeredBy", "responseSeconds"),
    ),
    1,
)
BUSY = "The figures of these days are still being put together: ask again in a few minutes."
IS_WORKING = "A worker process puts them together: `threadline doctor` says whether there is one."


@dataclass
class Count:
    """Counts texts into a tally; `senders` remembers what conversations leave from."""

    zone: ZoneInfo
    tally: Tally
    senders: dict[ObjectId | None, str] = field(default_factory=dict)

    def add(self, texts: list[Raw]) -> None:
        """Some texts as they are stored."""
        self.know(texts)
        for one in texts:
            if one["direction"] == "inbound":
                self._inbound(one)
            else:
                self._outbound(one)

    def know(self, texts: list[Raw]) -> None:
        """Look up together what their conversations leave from."""
        unknown = {one.get("threadId") for one in texts} - self.senders.keys() - {None}
        if unknown:
            found = Thread._get_collection().find({"_id": {"$in": [*unknown]}}, {"sender": 1})
            self.senders |= {one["_id"]: one["sender"] for one in found}

    def _inbound(self, text: Raw) -> None:
        sender = self.senders.get(text.get("threadId")) or text.get("to")
        cell = Cell(hour_of(text["createdAt"], self.zone), sender=sender)
        self.tally[cell].update(received=1, inbound=text.get("segments") or 0)
        if (waited := text.get("responseSeconds")) is not None:
            answered = cell._replace(agent=_agent(text.get("answeredBy")))
            self.tally[answered].update(waits=1, waited=waited)

    def _outbound(self, text: Raw) -> None:
        status = text.get("status")
        if status in FAILED:
            self._at(text).update(failed=1)
        if status in SENT:
            self._at(text).update(_sent(text))
        if text.get("price") is not None:
            self._at(text).update(price=millionths(_decimal(text["price"])))
        elif status in SENT or status == "undelivered":
            media = bool(text.get("media") or text.get("mediaUrls"))
            counts = {"media": 1} if media else {"segments": text.get("segments") or 0}
            self._at(text).update(counts)

    def _at(self, text: Raw) -> Counter[str]:
        return self.tally[cell_of(text, self.zone, self.senders)]


def cell_of(text: Raw, zone: ZoneInfo, senders: dict[ObjectId | None, str]) -> Cell:
    """Where a text of ours is counted."""
    return Cell(
        hour_of(text.get("attemptedAt") or text["createdAt"], zone),
        _agent(text.get("sentBy")),
        _id(text.get("templateId")),
        _id(text.get("campaignId")),
        senders.get(text.get("threadId")) or text.get("from"),
    )


def between(begin: datetime, end: datetime, most: int | None) -> Iterator[list[Raw]]:
    """All texts that belong there, in batches; Unavailable when they are more than `most`."""
    texts, within = Message._get_collection(), {"$gte": begin, "$lt": end}
    other = {"createdAt": within, "attemptedAt": {"$exists": False}}
    left = most
    for match in ({"attemptedAt": within}, other):
        batch: list[Raw] = []
        for one in (
            texts.find(match, FIELDS).batch_size(BATCH).limit(0 if left is None else left + 1)
        ):
            batch.append(one)
            if len(batch) == BATCH:
                left = _fewer(left, batch)
                yield batch
                batch = []
        left = _fewer(left, batch)
        yield batch


def _fewer(left: int | None, batch: list[Raw]) -> int | None:
    if left is None:
        return None
    if len(batch) > left:
        raise Unavailable(BUSY, help=IS_WORKING)
    return left - len(batch)


def _sent(text: Raw) -> dict[str, int]:
    asking = text.get("purpose") in ASKING
    pushed = asking and (text["purpose"] in PUSHED or text.get("campaignId") is not None)
    replied = asking and text.get("repliedAt") is not None
    told = {
        "sent": True,
        "delivered": text["status"] == "delivered",
        "asking": asking,
        "replies": replied,
        "pushed": pushed,
        "heard": pushed and replied,
        "clicks": text.get("clickedAt") is not None,
    }
    return {name: 1 for name, so in told.items() if so}


def _agent(author: Raw | None) -> str | None:
    return (author.get("key") or None) if author and author.get("kind") == "agent" else None


def _id(value: object) -> str | None:
    return str(value) if value else None


def _decimal(stored: Any) -> Decimal:
    """A price; other programs kept them as numbers."""
    return abs(stored.to_decimal() if isinstance(stored, Decimal128) else Decimal(str(stored)))
