"""The posts by which a workspace hears what turned: each once, whatever crashes.

A try is written down before it is made; while it is unclear what became of it, the post is looked
for, never repeated blindly.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from pymongo import ReturnDocument

from domain import outbox
from domain.model import Alarm
from domain.outbox import Claim
from domain.services.channels import waiting
from domain.values import Failed, Place, Postponed, Shown, Unclear

Raw = dict[str, Any]
SLOT = "work"
RARELY = timedelta(minutes=10)
PATIENT = 5
"""After so many noes it is tried rarely."""
TURNED = {
    "failed": ":red_circle: Something is wrong with the installation ({name}): {message}",
    "fine": ":large_green_circle: This works again ({name}): {message}",
}
DO = "\nDo this: {fix}"
SINCE = "\nSince {since:%Y-%m-%d %H:%M} UTC."


@dataclass(frozen=True)
class Step:
    """Post these words there; `since`: an earlier try may have posted them."""

    place: Place
    key: str
    words: str
    since: datetime | None = None


def claim(now: datetime, lease: timedelta) -> Claim | None:
    """The one that is due, ours alone until the lease ends."""
    until, lease_id = now + lease, uuid4().hex
    fields = {"lease_id": lease_id, "lease_until": until, "due_at": until}
    found = Alarm._get_collection().find_one_and_update(
        {"work.due_at": {"$lte": now}},
        {"$set": {f"{SLOT}.{name}": value for name, value in fields.items()}},
        projection={"_id": 1},
        sort=[("work.due_at", 1)],
        return_document=ReturnDocument.AFTER,
    )
    return Claim(SLOT, found["_id"], lease_id, until) if found else None


def renew(held: Claim, now: datetime, lease: timedelta) -> Claim | None:
    """The same lease for longer; None when it was lost."""
    until = now + lease
    return replace(held, until=until) if _write(held, {"work.due_at": until}) else None


def earliest() -> datetime | None:
    """When one is due."""
    due = Alarm._get_collection().find_one(
        {"work.due_at": {"$exists": True}}, {SLOT: 1}, sort=[("work.due_at", 1)]
    )
    return due[SLOT]["due_at"] if due else None


def team(held: Claim) -> str | None:
    """The workspace that is told; None for the only one."""
    return _own(held).team_id or None


def next_step(held: Claim, inbox: Place) -> Step:
    """What is to be posted where."""
    found = _own(held)
    tried = found.channel_id if found.tried_at else None
    place = replace(inbox, channel_id=tried) if tried else inbox
    return Step(place, f"alarm:{found.id}", _words(found), found.tried_at)


def trying(held: Claim, step: Step, now: datetime) -> bool:
    """From here on it may be there; whether it is still ours to post it."""
    return _write(held, {"triedAt": step.since or now, "channelId": step.place.channel_id})


def rest(
    held: Claim,
    outcome: Shown | Failed | Postponed | Unclear,
    now: datetime,
    lease: timedelta,
) -> None:
    """It is there; else it is tried again later. A clear no undoes the try."""
    own = Alarm._get_collection()
    if isinstance(outcome, Shown):
        done = outbox.closed(SLOT)
        own.update_one({"_id": held.thread_id}, done | {"$set": done["$set"] | {"ts": outcome.ts}})
        return
    refused = _own(held).refused if isinstance(outcome, Failed) else 0
    rarely = isinstance(outcome, Failed) and refused >= PATIENT
    later = now + (RARELY if rarely else waiting.pause(outcome, refused, lease))
    gone = {} if isinstance(outcome, Unclear) else {"triedAt": "", "channelId": ""}
    update: Raw = {"$set": {"work.due_at": later}, "$unset": gone | {"work.lease_id": ""}}
    update["$inc"] = {"refused": int(isinstance(outcome, Failed))}
    own.update_one(_mine(held), update)


def _words(found: Alarm) -> str:
    told = TURNED[found.state].format(name=found.name, message=found.message)
    if found.state == "failed":
        told += DO.format(fix=found.fix) if found.fix else ""
        told += SINCE.format(since=found.since) if found.since else ""
    return told


def _own(held: Claim) -> Alarm:
    found: Alarm = Alarm.objects(id=held.thread_id).get()
    return found


def _write(held: Claim, fields: Raw) -> bool:
    done = Alarm._get_collection().update_one(_mine(held), {"$set": fields})
    return bool(done.matched_count)


def _mine(held: Claim) -> Raw:
    return {"_id": held.thread_id, "work.lease_id": held.lease_id}
