"""The automatic answers that a number got lately, from the texts themselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo.client_session import ClientSession

from domain.model import Message
from domain.policy import AutomationPolicy
from domain.rules.gate import Purpose
from domain.rules.replying.looping import AWAY, Limits, Sent
from domain.rules.status import MessageStatus
from domain.services import threads
from domain.services.desk.responses import HUMAN, PURPOSE

ORIGIN = "auto:"
A_DAY, SKEW = timedelta(days=1), timedelta(minutes=5)
PRESENT = timedelta(minutes=10)
"""So long after they wrote a person is taken to be there."""
MOST = 100
WITHDRAWN = [str(MessageStatus.REFUSED), str(MessageStatus.CANCELED)]
NEEDED = ("sentBy.key", "createdAt", "body", "origin")

Raw = dict[str, Any]


def limits(policy: AutomationPolicy) -> Limits:
    """The owner's."""
    return Limits(policy.replies_per_hour, policy.away_window)


def of_phone(
    phone: str, now: datetime, known: Limits, session: ClientSession | None = None
) -> list[Sent]:
    """What it got within a day, its last ones of all, and its last away message in its window."""
    last = _found(phone, now, None, {}, known.daily, session)
    lately = _found(phone, now, A_DAY, {}, MOST, session) if len(last) == known.daily else ()
    away = _found(phone, now, known.away, {"sentBy.key": AWAY}, 1, session)
    found = {raw["_id"]: raw for raw in (*last, *lately, *away)}
    asked = _asked([raw["origin"] for raw in found.values()], session)
    return [_sent(raw, asked) for raw in found.values()]


def person(
    phone: str, since: datetime, now: datetime, session: ClientSession | None = None
) -> datetime | None:
    """When a person or a program of ours last wrote to that number, if that was since then."""
    match = {
        "to": phone,
        "purpose": PURPOSE,
        "createdAt": {"$gte": since, "$lte": now + SKEW},
        "sentBy.kind": {"$in": list(HUMAN)},
        "status": {"$nin": WITHDRAWN},
    }
    found = Message._get_collection().find_one(
        match, {"createdAt": 1}, sort=[("createdAt", -1)], session=session
    )
    return found["createdAt"] if found else None


def somebody_there(thread_id: ObjectId, now: datetime) -> bool:
    """Whether a person or a program wrote in that conversation a moment ago."""
    match = {
        "threadId": thread_id,
        "position": {"$gt": threads.micros(now - PRESENT), "$lte": threads.micros(now + SKEW)},
        "direction": "outbound",
        "sentBy.kind": {"$in": list(HUMAN)},
        "purpose": PURPOSE,
        "status": {"$nin": WITHDRAWN},
    }
    return Message._get_collection().find_one(match, {"_id": 1}) is not None


def _found(
    phone: str,
    now: datetime,
    since: timedelta | None,
    more: Raw,
    most: int,
    session: ClientSession | None,
) -> Sequence[Raw]:
    """The newest first; of somebody whose clock is ahead of ours, too."""
    match: Raw = {
        "to": phone,
        "purpose": str(Purpose.AUTO_REPLY),
        "createdAt": {"$lte": now + SKEW} | ({"$gt": now - since} if since else {}),
        "status": {"$nin": WITHDRAWN},
    }
    fields = dict.fromkeys(NEEDED, 1)
    texts = Message._get_collection().find(match | more, fields, session=session)
    return list(texts.sort("createdAt", -1).limit(most))


def _asked(origins: Sequence[str], session: ClientSession | None) -> dict[str, str]:
    """The texts that were answered, by the origins of the answers."""
    causes = [one.removeprefix(ORIGIN) for one in origins if one.startswith(ORIGIN)]
    if not causes:
        return {}
    match = {"origin": {"$in": causes}}
    found = Message._get_collection().find(match, {"origin": 1, "body": 1}, session=session)
    return {f"{ORIGIN}{raw['origin']}": raw.get("body") or "" for raw in found}


def _sent(raw: Raw, asked: dict[str, str]) -> Sent:
    key = (raw.get("sentBy") or {}).get("key") or ""
    return Sent(key, raw["createdAt"], raw.get("body") or "", asked.get(raw["origin"], ""))
