"""What came late is told once in each workspace's inbox: one post for all of a look.

A try to post is written down before it is made, and while it is unclear what became of it, the
post is looked for, never repeated blindly.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from pymongo import ReturnDocument

from domain import outbox
from domain.model import Bulletin, Message, Thread
from domain.outbox import Claim
from domain.services import channels
from domain.services.channels import waiting
from domain.values import Failed, Latecomer, Latecomers, Place, Postponed, Shown, Unclear

Raw = dict[str, Any]
SLOT = "work"
NOTHING = "-"
MOST_LINES = 20
MOST_TEXTS = 10_000
MOST_NOES = 5
PATIENCE = timedelta(minutes=1)
"""So long it waits for the texts themselves to be shown, so that it can lead to them."""
RARELY = timedelta(minutes=10)


@dataclass(frozen=True)
class Step:
    """Post that there; `since`: an earlier try may have posted it."""

    place: Place
    key: str
    what: Latecomers
    since: datetime | None = None


def begin(since: datetime, teams: Sequence[str], now: datetime) -> datetime:
    """What came late after `since` is to be told, if there is any; up to when it then is.

    Safe to repeat with the same `since`.
    """
    late = {"recoveredAt": {"$gt": since, "$lte": now}}
    if Message._get_collection().find_one(late, {"_id": 1}) is None:
        return since
    until = now
    for team in teams:
        fresh: Raw = {"until": now, "work": outbox.due(now), "refused": 0, "rev": 1}
        stored = Bulletin._get_collection().find_one_and_update(
            {"since": since, "teamId": team},
            {"$setOnInsert": fresh},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        until = min(until, stored["until"])
    return until


def claim(now: datetime, lease: timedelta) -> Claim | None:
    """The one that is due, ours alone until the lease ends."""
    until, lease_id = now + lease, uuid4().hex
    fields = {"lease_id": lease_id, "lease_until": until, "due_at": until}
    found = Bulletin._get_collection().find_one_and_update(
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
    due = Bulletin._get_collection().find_one(
        {"work.due_at": {"$exists": True}}, {SLOT: 1}, sort=[("work.due_at", 1)]
    )
    return due[SLOT]["due_at"] if due else None


def team(held: Claim) -> str | None:
    """The workspace that is told; None for the only one."""
    return _own(held).team_id or None


def next_step(
    held: Claim, inbox: Place, senders: Sequence[str], now: datetime
) -> Step | Postponed | None:
    """What is to be posted; None where there is nothing to tell, Postponed while it appears."""
    told = _own(held)
    late, waits = _late(told, senders)
    if not late.count:
        return None
    if waits and now < told.until + PATIENCE:
        return Postponed("not shown yet", 1)
    tried = told.channel_id if told.tried_at else None
    place = replace(inbox, channel_id=tried) if tried else inbox
    return Step(place, f"late:{told.id}", late, told.tried_at)


def trying(held: Claim, step: Step, now: datetime) -> bool:
    """From here on it may be there; whether it is still ours to post it."""
    return _write(held, {"triedAt": step.since or now, "channelId": step.place.channel_id})


def rest(
    held: Claim,
    outcome: Shown | Failed | Postponed | Unclear | None,
    now: datetime,
    lease: timedelta,
) -> None:
    """It is there, or there is nothing to tell (None); else it is tried again later.

    A clear no undoes the try; after some of them it is given up.
    """
    noes = _own(held).refused if isinstance(outcome, Failed) else 0
    if outcome is None or isinstance(outcome, Shown) or noes >= MOST_NOES:
        ts = outcome.ts if isinstance(outcome, Shown) else NOTHING
        done = outbox.closed(SLOT)
        own = {"_id": held.thread_id}
        Bulletin._get_collection().update_one(own, done | {"$set": done["$set"] | {"ts": ts}})
        return
    pause = RARELY if isinstance(outcome, Failed) else waiting.pause(outcome, 0, lease)
    gone = {} if isinstance(outcome, Unclear) else {"triedAt": "", "channelId": ""}
    update: Raw = {"$set": {"work.due_at": now + pause}, "$unset": gone | {"work.lease_id": ""}}
    update["$inc"] = {"refused": int(isinstance(outcome, Failed))}
    Bulletin._get_collection().update_one(_mine(held), update)


def _late(told: Bulletin, senders: Sequence[str]) -> tuple[Latecomers, bool]:
    """What came late in the conversations of these senders; whether any is not shown yet."""
    texts = Message.objects(recovered_at__gt=told.since, recovered_at__lte=told.until)
    needed = texts.only("thread_id", "recovered_at", "twilio_created_at", "created_at", "shadow.ts")
    found = list(needed.order_by("recovered_at").limit(MOST_TEXTS))
    talks = {one.id: one for one in Thread.objects(id__in=list({one.thread_id for one in found}))}
    ours = [one for one in found if _belongs(talks.get(one.thread_id), senders)]
    lines: dict[Any, list[Message]] = {}
    for text in ours:
        lines.setdefault(text.thread_id, []).append(text)
    shown = [_line(talks[own], texts) for own, texts in list(lines.items())[:MOST_LINES]]
    waits = any(one.shadow.ts is None for one in ours)
    return Latecomers(len(ours), tuple(shown), len(lines) - len(shown)), waits


def _belongs(thread: Thread | None, senders: Sequence[str]) -> bool:
    return thread is not None and (not senders or thread.sender in senders)


def _line(thread: Thread, texts: Sequence[Message]) -> Latecomer:
    """One conversation's."""
    at = min(one.written_at for one in texts)
    return Latecomer(channels.person_of(thread), len(texts), at, channels.place_of(thread))


def _own(held: Claim) -> Bulletin:
    found: Bulletin = Bulletin.objects(id=held.thread_id).get()
    return found


def _write(held: Claim, fields: Raw) -> bool:
    done = Bulletin._get_collection().update_one(_mine(held), {"$set": fields})
    return bool(done.matched_count)


def _mine(held: Claim) -> Raw:
    return {"_id": held.thread_id, "work.lease_id": held.lease_id}
