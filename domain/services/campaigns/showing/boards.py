"""A campaign's one message in the chat: posted once when it begins, then kept up to date.

Whoever holds the lease asks `next_step`, carries it out, tells the outcome and gives the campaign
back with `rest`, which says when to look again. A try to post is written down first; while its
outcome is unclear the post is looked for, never repeated blindly. Many changes collapse into one:
only the newest state is drawn. Nothing of this holds the campaign itself up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from bson import ObjectId
from pymongo import ReturnDocument

from domain.model import Campaign
from domain.model.campaign import RUNNING, SCHEDULED
from domain.outbox import Claim
from domain.policy import Policy
from domain.services.campaigns.showing import telling
from domain.services.campaigns.showing.stirring import AT_ONCE, SLOT
from domain.services.channels import waiting
from domain.values import Failed, Place, Postponed, Progress, Shown, Unclear

EVERY = timedelta(seconds=4)
RARELY = timedelta(hours=1)
SLOWER = 20
"""A message that says the same since so many seconds is looked at each second of them by this."""
REMEMBERED = timedelta(days=8)
"""Who answers within a week counts; a day more for what is told late."""
STALE = timedelta(days=1)
"""What ended so long ago is not posted for the first time any more."""
MISSING = "message_not_found"

Raw = dict[str, Any]


@dataclass(frozen=True)
class Draw:
    """Post it (no `ts`) or change it; `since`: an earlier try may have posted it."""

    campaign_id: ObjectId
    place: Place
    key: str
    progress: Progress
    ts: str | None = None
    since: datetime | None = None


def claim(now: datetime, lease: timedelta) -> Claim | None:
    """Lease the campaign whose message is due first."""
    until, lease_id = now + lease, uuid4().hex
    free = [{f"{SLOT}.lease_until": {"$exists": False}}, {f"{SLOT}.lease_until": {"$lte": now}}]
    fields = {"lease_id": lease_id, "lease_until": until, "due_at": until}
    found = Campaign._get_collection().find_one_and_update(
        {f"{SLOT}.due_at": {"$lte": now}, "$or": free},
        {"$set": {f"{SLOT}.{name}": value for name, value in fields.items()}},
        projection={"_id": 1},
        sort=[(f"{SLOT}.due_at", 1)],
        return_document=ReturnDocument.AFTER,
    )
    return Claim(SLOT, found["_id"], lease_id, until) if found else None


def earliest() -> datetime | None:
    """When the next one is due."""
    due = Campaign._get_collection().find_one(
        {f"{SLOT}.due_at": {"$exists": True}}, {SLOT: 1}, sort=[(f"{SLOT}.due_at", 1)]
    )
    return due[SLOT]["due_at"] if due else None


def renew(held: Claim, now: datetime, lease: timedelta) -> Claim | None:
    """The same lease for longer; None when it was lost."""
    longer = {"$set": {f"{SLOT}.lease_until": now + lease}}
    if not Campaign._get_collection().update_one(_mine(held), longer).matched_count:
        return None
    return Claim(SLOT, held.thread_id, held.lease_id, now + lease)


def sender(held: Claim) -> str:
    """What it leaves from: by that its workspace is known."""
    found: Campaign = Campaign.objects(id=held.thread_id).only("sender").get()
    return found.sender


def next_step(held: Claim, inbox: Place, now: datetime, policy: Policy) -> Draw | None:
    """What is to be drawn; None when the message says it already, or there is to be none."""
    found: Campaign = Campaign.objects(id=held.thread_id).get()
    if not _wanted(found, now):
        return None
    board, progress = found.board, telling.of(found, now, policy)
    if board.ts:
        place = Place(board.channel_id or inbox.channel_id)
        same = board.digest == digest(progress)
        return None if same else Draw(found.id, place, _key(found), progress, board.ts)
    place = Place(board.channel_id) if board.tried_at and board.channel_id else inbox
    if board.tried_at is None:
        _write(found.id, {"triedAt": now, "channelId": place.channel_id})
    return Draw(found.id, place, _key(found), progress, since=board.tried_at)


def drawn(step: Draw, outcome: Shown | Failed | Postponed | Unclear | None, now: datetime) -> None:
    """Write down what is shown; a clear no undoes the try."""
    if isinstance(outcome, Shown):
        # An earlier try may have shown an earlier state: then it is drawn once more.
        known = {} if step.since else {"digest": digest(step.progress)}
        _write(step.campaign_id, {"ts": outcome.ts, "shownAt": now} | known, "triedAt")
    elif outcome is None:
        _write(step.campaign_id, {"digest": digest(step.progress), "shownAt": now})
    elif step.ts is None and not isinstance(outcome, Unclear):
        _write(step.campaign_id, {}, "triedAt", "channelId")
    elif step.ts and isinstance(outcome, Failed):
        _refused(step, outcome.code)


def rest(held: Claim, outcome: object, now: datetime, lease: timedelta) -> None:
    """Give it back, to be looked at again in time, or at once if somebody asked meanwhile."""
    found: Campaign = Campaign.objects(id=held.thread_id).get()
    troubled = isinstance(outcome, Failed | Postponed | Unclear)
    attempts = (found.show.attempts if found.show else 0) if troubled else 0
    later = waiting.pause(outcome, attempts, lease)
    if isinstance(outcome, Failed) and found.started_at:
        later = max(later, (now - found.started_at) / SLOWER)
    due_at = now + later if troubled else _next(found, now)
    change: Raw = {"$set": {f"{SLOT}.attempts": attempts + troubled}}
    if due_at and not _forgotten(found, now):
        change["$set"][f"{SLOT}.due_at"] = due_at
    else:
        change["$unset"] = {f"{SLOT}.due_at": ""}
    own = Campaign._get_collection()
    own.update_one(_mine(held) | {f"{SLOT}.due_at": {"$ne": AT_ONCE}}, change)
    own.update_one(_mine(held), {"$unset": {f"{SLOT}.lease_id": "", f"{SLOT}.lease_until": ""}})


def digest(progress: Progress) -> str:
    """Stands for all that a message says."""
    return sha256(repr(progress).encode()).hexdigest()


def _wanted(found: Campaign, now: datetime) -> bool:
    """Whether there is to be a message: it has begun, and is not long over."""
    begun = found.started_at is not None and found.status != SCHEDULED
    late = not found.board.ts and found.finished_at and now - found.finished_at > STALE
    return begun and not late and not found.board.gone


def _next(found: Campaign, now: datetime) -> datetime | None:
    """When it may say something else; None when nothing more is to be expected."""
    if found.status == SCHEDULED:
        return max(found.start_at or now, now) + EVERY
    if not _wanted(found, now):
        return None
    if found.status == RUNNING:
        return now + EVERY
    age = now - (found.board.shown_at or found.finished_at or now)
    return now + min(max(EVERY, age / SLOWER), RARELY)


def _forgotten(found: Campaign, now: datetime) -> bool:
    return found.finished_at is not None and now - found.finished_at > REMEMBERED


def _refused(step: Draw, code: str) -> None:
    """It may not be changed: what must be seen is posted anew, what was deleted stays away."""
    if code == MISSING:
        _write(step.campaign_id, {"gone": code})
    elif step.progress.status != RUNNING:
        gone = {"board.ts": "", "board.channelId": "", "board.digest": ""}
        again = {"$unset": gone, "$inc": {"board.posts": 1}}
        Campaign._get_collection().update_one({"_id": step.campaign_id}, again)


def _key(found: Campaign) -> str:
    """What marks a post as this campaign's."""
    return f"campaign:{found.id}:{found.board.posts}"


def _write(campaign_id: ObjectId, fields: Raw, *unset: str) -> None:
    """Nothing that a person sees elsewhere, so the revision stays."""
    update: Raw = {"$set": {f"board.{name}": value for name, value in fields.items()}}
    update = update if fields else {}
    update |= {"$unset": {f"board.{name}": "" for name in unset}} if unset else {}
    Campaign._get_collection().update_one({"_id": campaign_id}, update)


def _mine(held: Claim) -> Raw:
    return {"_id": held.thread_id, f"{SLOT}.lease_id": held.lease_id}
