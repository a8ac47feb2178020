"""Leased work in a field of a document.

A message carries its open work in slots (`dispatch`, `relay`, `effects`); `due_at` exists while
one is open. A worker leases the *thread* of the earliest due message and works through that
thread in order; other threads do not wait. A lease that runs out is somebody's crash.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from bson import ObjectId
from pymongo import WriteConcern
from pymongo.collection import Collection

from domain.model import Message, Slot, Thread

Kind = Mapping[str, Any]
Kinds = Sequence[Kind]

LONGEST_BACKOFF = 60.0
ALL: Kinds = ({},)
YIELD = ("dispatch", "relay")
STANDING = tuple(f"dispatch.{name}" for name in ("ready_at", "yields", "line", "turn_at"))
"""What a text has no more that is to leave at once."""
YIELDING: Kinds = ({"yields": None, "line": None}, {"yields": True})


@dataclass(frozen=True)
class Claim:
    """One thread's queue is ours alone until `until`."""

    slot: str
    thread_id: ObjectId
    lease_id: str
    until: datetime

    def outlasts(self, now: datetime, call: timedelta) -> bool:
        """Whether a call begun now would end within the lease."""
        return now + call <= self.until


def claim(slot: str, now: datetime, lease: timedelta, among: Kinds = YIELDING) -> Claim | None:
    """Lease the thread whose open message is due first; None when nothing is free.

    Each kind of slot, by its fields, comes after all those that are named before it.
    """
    found = (_claim(slot, one, now, lease) for one in among)
    return next(filter(None, found), None)


def _claim(slot: str, kind: Kind, now: datetime, lease: timedelta) -> Claim | None:
    busy: list[ObjectId] = []
    while True:
        due = Message._get_collection().find_one(
            {
                **_fields(slot, kind),
                f"{slot}.due_at": {"$lte": now},
                "threadId": {"$nin": busy},
            },
            {"threadId": 1},
            sort=[(f"{slot}.due_at", 1)],
        )
        if due is None:
            return None
        taken = _lease_thread(slot, due["threadId"], now, now + lease)
        if taken:
            return taken
        busy.append(due["threadId"])


def release(claim: Claim) -> None:
    """Give the thread back, unless somebody else has it by now."""
    field = f"{claim.slot}Lease"
    _leases().update_one(
        {"_id": claim.thread_id, f"{field}.lease_id": claim.lease_id}, {"$unset": {field: ""}}
    )


def renew(claim: Claim, now: datetime, lease: timedelta) -> Claim | None:
    """The same lease for longer; None when it was lost."""
    field = f"{claim.slot}Lease"
    kept = Thread._get_collection().update_one(
        {"_id": claim.thread_id, f"{field}.lease_id": claim.lease_id},
        {"$set": {f"{field}.lease_until": now + lease}},
    )
    if not kept.matched_count:
        return None
    return Claim(claim.slot, claim.thread_id, claim.lease_id, now + lease)


def earliest(slot: str, among: Kinds = ()) -> datetime | None:
    """When the next open work of these kinds is due."""
    found = (
        Message._get_collection().find_one(
            {**_fields(slot, kind), f"{slot}.due_at": {"$exists": True}},
            {f"{slot}.due_at": 1},
            sort=[(f"{slot}.due_at", 1)],
        )
        for kind in among or (YIELDING if slot in YIELD else ALL)
    )
    return min((due[slot]["due_at"] for due in found if due), default=None)


def waiting(slot: str, thread_id: ObjectId) -> list[Message]:
    """The thread's open messages of that kind, in thread order."""
    found = Message.objects(__raw__={"threadId": thread_id, f"{slot}.due_at": {"$exists": True}})
    return list(found.order_by("position", "id"))


def put_off(
    slot: str, messages: list[Message], until: datetime, match: dict[str, Any] | None = None
) -> None:
    """Those that wait for an earlier one are not looked at before it is due, if `match` holds.

    `ready_at` keeps their own time, for when the earlier one is settled sooner.
    """
    ids = [message.id for message in messages]
    due_at, ready_at = f"{slot}.due_at", f"{slot}.ready_at"
    later = {ready_at: {"$ifNull": [f"${ready_at}", f"${due_at}"]}, due_at: until}
    Message._get_collection().update_many(
        {"_id": {"$in": ids}, due_at: {"$lt": until}} | (match or {}), [{"$set": later}]
    )


def resume(slot: str, thread_id: ObjectId) -> None:
    """An earlier one is settled: those that waited for it are due at their own time again."""
    due_at, ready_at = f"{slot}.due_at", f"{slot}.ready_at"
    waiting = {"threadId": thread_id, due_at: {"$exists": True}, f"{slot}.state": "due"}
    Message._get_collection().update_many(
        waiting | {ready_at: {"$exists": True}},
        [{"$set": {due_at: f"${ready_at}"}}, {"$unset": ready_at}],
    )


def opened(due_at: datetime | None, *, yields: bool = False, line: str | None = None) -> Slot:
    """A new slot that is due then; without a time it is shut until somebody opens it.

    What waits in a `line` yields too.
    """
    state = "done" if due_at is None else "due"
    return Slot(state=state, due_at=due_at, yields=yields or line is not None or None, line=line)


def lined(slot: str, line: str) -> dict[str, Any]:
    """The fields of a slot that waits in a line."""
    return {f"{slot}.yields": True, f"{slot}.line": line}


def due(due_at: datetime) -> dict[str, Any]:
    """An open slot as it is stored."""
    return {"state": "due", "due_at": due_at, "attempts": 0}


def closed(slot: str, state: str = "done") -> dict[str, dict[str, Any]]:
    """The update operators that end a slot; its attempts stay for the record."""
    gone = {f"{slot}.{name}": "" for name in ("due_at", "ready_at", "lease_id", "lease_until")}
    return {"$set": {f"{slot}.state": state}, "$unset": gone}


def backoff(attempts: int, asked: float | None = None) -> timedelta:
    """Doubling with jitter, at most a minute; never sooner than the other side asked."""
    doubled = 2.0 ** min(max(attempts - 1, 0), 10)  # beyond, it would only overflow some day
    own = min(doubled, LONGEST_BACKOFF) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
    return timedelta(seconds=max(own, asked) if asked is not None else own)


def _fields(slot: str, kind: Kind) -> dict[str, Any]:
    return {f"{slot}.{name}": value for name, value in kind.items()}


def _lease_thread(slot: str, thread_id: ObjectId, now: datetime, until: datetime) -> Claim | None:
    field = f"{slot}Lease"
    lease_id = uuid4().hex
    taken = _leases().update_one(
        {
            "_id": thread_id,
            "$or": [
                {field: {"$exists": False}},
                {f"{field}.lease_until": {"$lte": now}},
            ],
        },
        {"$set": {field: {"lease_id": lease_id, "lease_until": until}}},
    )
    return Claim(slot, thread_id, lease_id, until) if taken.modified_count else None


def _leases() -> Collection[dict[str, Any]]:
    """Threads, without waiting for the disk: no text hangs on a lease alone.

    What is done under it is written down by itself, with the full write concern; where a crash of
    the server forgets a lease, that is what the next one finds.
    """
    found: Collection[dict[str, Any]] = Thread._get_collection()
    return found.with_options(write_concern=WriteConcern(w=1))
