"""A made-up past, and a second way of counting it: each document for itself, by the book."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bson import Decimal128, ObjectId

from domain.model import Message, Thread
from domain.services.figures.asking import Asked
from tests.domain.build import OURS

Raw = dict[str, Any]
LINES = (OURS, "+17605550101")
AGENTS = ("U1", "U2")
NAMED = tuple(ObjectId(f"{number:024x}") for number in range(1, 4))
STATUSES = ("sent", "delivered", "delivered", "failed", "undelivered", "queued", "refused")
PURPOSES = ("conversation", "conversation", "marketing", "informational", "auto_reply", "help")


def past(chance: Random, begin: datetime, span: timedelta, count: int) -> list[Raw]:
    """Stored conversations, and so many texts in them within a span; the texts."""
    lines = {ObjectId(): chance.choice(LINES) for _ in range(6)}
    Thread._get_collection().insert_many(
        [
            {"_id": own, "sender": line, "phone": f"+1760{chance.randrange(10**7):07}"}
            for own, line in lines.items()
        ]
    )
    made = [
        _text(chance, begin + chance.random() * span, chance.choice(list(lines.items())))
        for _ in range(count)
    ]
    Message._get_collection().insert_many(made)
    return made


def _text(chance: Random, at: datetime, thread: tuple[ObjectId, str]) -> Raw:
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    own: Raw = {
        "origin": f"test:{ObjectId()}",
        "threadId": thread[0],
        "line": thread[1],
        "createdAt": at,
    }
    own |= {"segments": chance.randrange(1, 4)}
    return own | (_inbound(chance) if chance.random() < 0.4 else _outbound(chance, at))


def _inbound(chance: Random) -> Raw:
    answered = {
        "answeredBy": {"kind": "agent", "key": chance.choice(AGENTS)},
        "responseSeconds": chance.randrange(900),
    }
    told = {"direction": "inbound", "status": "received", "to": "+15550000000"}
    return told | (answered if chance.random() < 0.5 else {})


def _outbound(chance: Random, at: datetime) -> Raw:
    maybe: Raw = {
        "attemptedAt": at + timedelta(hours=chance.choice((0, 0, 0, 30))),
        "templateId": chance.choice(NAMED),
        "campaignId": chance.choice(NAMED),
        "price": Decimal128(f"0.00{chance.randrange(100, 999)}"),
        "mediaUrls": ["http://media"],
        "repliedAt": at,
        "clickedAt": at,
    }
    by = {"kind": chance.choice(("agent", "token", "system")), "key": chance.choice(AGENTS)}
    told = {"direction": "outbound", "purpose": chance.choice(PURPOSES), "sentBy": by}
    told |= {"status": chance.choice(STATUSES), "from": "+15550000000"}
    return told | {name: one for name, one in maybe.items() if chance.random() < 0.5}


def by_the_book(texts: Iterable[Raw], what: Asked, zone: ZoneInfo) -> dict[str, Counter[str]]:
    """The counts of what was asked, by the keys of its rows; what is nobody's by `none`."""
    found: dict[str, Counter[str]] = {}
    for text in texts:
        at = text.get("attemptedAt") or text["createdAt"]
        for owner, counts in _counted(text):
            there = at.astimezone(zone)
            keys = owner | {
                "day": str(there.date()),
                "hour_of_week": f"{there.isoweekday()}-{there.hour:02}",
            }
            ours = all(keys[name] in some for name, some in what.owner.items())
            if ours and what.begin <= at < what.end:
                found.setdefault(keys[what.by] or "none", Counter()).update(counts)
    return found


def _counted(text: Raw) -> list[tuple[dict[str, Any], Raw]]:
    """Who has what of one text."""
    nobody = {"agent": None, "template": None, "campaign": None, "sender": text["line"]}
    if text["direction"] == "inbound":
        found = [(nobody, {"received": 1, "inbound": text["segments"]})]
        if "responseSeconds" in text:
            agent = nobody | {"agent": text["answeredBy"]["key"]}
            found.append((agent, {"waits": 1, "waited": text["responseSeconds"]}))
        return found
    by = text["sentBy"]
    owner = nobody | {
        "agent": by["key"] if by["kind"] == "agent" else None,
        "template": str(text["templateId"]) if "templateId" in text else None,
        "campaign": str(text["campaignId"]) if "campaignId" in text else None,
    }
    return [(owner, _outcome(text) | _price(text))]


def _outcome(text: Raw) -> Raw:
    match text["status"]:
        case "failed" | "undelivered":
            return {"failed": 1}
        case "sent" | "delivered":
            counts = {"sent": 1, "delivered": int(text["status"] == "delivered")}
            counts["clicks"] = int("clickedAt" in text)
            if text["purpose"] in ("conversation", "marketing", "informational"):
                pushed = text["purpose"] != "conversation" or "campaignId" in text
                replied = "repliedAt" in text
                counts |= {"asking": 1, "replies": int(replied)}
                counts |= {"pushed": int(pushed), "heard": int(pushed and replied)}
            return counts
    return {}


def _price(text: Raw) -> Raw:
    if "price" in text:
        return {"price": int(text["price"].to_decimal() * 1_000_000)}
    if text["status"] not in ("sent", "delivered", "undelivered"):
        return {}
    return {"media": 1} if "mediaUrls" in text else {"segments": text["segments"]}


def some(chance: Random, begin: datetime, span: timedelta, by: str) -> Asked:
    """Any question about that time: whole hours and days, and any moments between."""
    first, last = sorted(begin + chance.random() * span for _ in range(2))
    if chance.random() < 0.4:
        first = first.replace(minute=0, second=0, microsecond=0)
    owners: Raw = {"agent": AGENTS[0], "template": str(NAMED[0]), "campaign": str(NAMED[1])}
    owners["sender"] = LINES[0]
    named = chance.sample(sorted(owners), chance.choice((0, 0, 1, 2)))
    end = last + timedelta(seconds=1)
    return Asked(first, end.astimezone(UTC), by, {name: (owners[name],) for name in named})
