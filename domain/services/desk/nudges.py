"""Lines of ours that are posted in a conversation's place once: kept in it until they are there.

Who wants one pushes it with the write that it tells of. A worker claims it, writes down where it
tries, and forgets it once it is posted; after an unclear try the post is looked for.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from bson import ObjectId
from pymongo import ReturnDocument

from domain.model import Thread
from domain.model.nudge import KINDS, Nudge
from domain.services.threads import micros
from domain.values import Place

AWAKE, WAITING, UNDECIDED, EXPIRED = KINDS
MOST = 5
Raw = dict[str, Any]


@dataclass(frozen=True)
class Held:
    """A nudge that is ours alone until then."""

    thread_id: ObjectId
    nudge: Nudge
    until: datetime


def awake(thread: Thread, now: datetime) -> Nudge:
    """A snoozed conversation opens."""
    moment = micros(thread.snoozed_until or now)
    key = f"{thread.id}:{AWAKE}:{moment}"
    return Nudge(key=key, kind=AWAKE, position=moment, due_at=now)


def waiting(thread: Thread, position: int, now: datetime) -> Nudge:
    """A customer has been waiting since the text at that position."""
    key = f"{thread.id}:{WAITING}:{position}"
    return Nudge(key=key, kind=WAITING, position=position, due_at=now)


def push(nudge: Nudge) -> Raw:
    """The operator that adds it to a conversation's update."""
    return {"$push": {"nudges": {"$each": [nudge.to_mongo().to_dict()], "$slice": -MOST}}}


def claim(now: datetime, lease: timedelta) -> Held | None:
    """Lease the one that is due first; None when there is none."""
    until, lease_id = now + lease, uuid4().hex
    taken: Raw = {"nudges.$.dueAt": until, "nudges.$.leaseId": lease_id}
    found = Thread._get_collection().find_one_and_update(
        {"nudges.dueAt": {"$lte": now}},
        {"$set": taken, "$inc": {"nudges.$.attempts": 1}},
        sort=[("nudges.dueAt", 1)],
        projection={"nudges": 1},
        return_document=ReturnDocument.AFTER,
    )
    mine = [raw for raw in (found or {}).get("nudges", ()) if raw.get("leaseId") == lease_id]
    return Held(found["_id"], Nudge._from_son(mine[0]), until) if found and mine else None


def earliest() -> datetime | None:
    """When the next one is due."""
    found = Thread._get_collection().find_one(
        {"nudges.dueAt": {"$exists": True}}, {"nudges.dueAt": 1}, sort=[("nudges.dueAt", 1)]
    )
    return min((raw["dueAt"] for raw in found["nudges"]), default=None) if found else None


def tried(held: Held, place: Place, now: datetime) -> bool:
    """Write down where and since when it may be; False when it is not ours any more."""
    fields: Raw = {"triedAt": held.nudge.tried_at or now, "channelId": place.channel_id}
    fields |= {"threadTs": place.thread_ts} if place.thread_ts else {}
    return _write(held, fields)


def later(held: Held, until: datetime) -> None:
    """Not now; where it was tried it may be, so that is looked at first."""
    _write(held, {"dueAt": until})


def anew(held: Held, until: datetime, place: Place | None = None) -> None:
    """It is not there: another try then, in that place, or where the conversation is by then."""
    gone = ["triedAt", "threadTs", *([] if place else ["channelId"])]
    fields: Raw = {"dueAt": until} | ({"channelId": place.channel_id} if place else {})
    _write(held, fields, *gone)


def settled(held: Held) -> None:
    """Posted, or not wanted any more."""
    Thread._get_collection().update_one(
        {"_id": held.thread_id}, {"$pull": {"nudges": {"key": held.nudge.key}}}
    )


def _write(held: Held, fields: Raw, *gone: str) -> bool:
    update: Raw = {"$set": {f"nudges.$.{name}": value for name, value in fields.items()}}
    update |= {"$unset": {f"nudges.$.{name}": "" for name in gone}} if gone else {}
    mine = {"nudges": {"$elemMatch": {"key": held.nudge.key, "leaseId": held.nudge.lease_id}}}
    done = Thread._get_collection().update_one({"_id": held.thread_id} | mine, update)
    return bool(done.matched_count)
