"""When the installation is looked at: by one worker at a time, in turns that a crash gives back."""

from contextlib import suppress
from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from domain import outbox
from domain.model import Chore
from domain.services.registry import chores

WATCH, DOCTOR = "watch", "doctor"
SOON = timedelta(seconds=30)
"""After a worker's start: everything else has started by then."""
WATCHED = timedelta(minutes=1)
EXAMINED = timedelta(minutes=15)
AGAIN = timedelta(minutes=2)
"""What is not steady is looked at again so soon."""
LEASE = timedelta(minutes=3)


def begin(name: str, now: datetime) -> None:
    """A worker has started: a look is due soon, unless it is anyway or one is under way."""
    own, soon = Chore._get_collection(), now + SOON
    with suppress(DuplicateKeyError):  # it is there, with its work
        idle = {"name": name, "work": {"$exists": False}}
        own.update_one(idle, {"$set": {"work": outbox.due(soon)}}, upsert=True)
    resting = {"name": name, "work.lease_id": {"$exists": False}, "work.due_at": {"$gt": soon}}
    own.update_one(resting, {"$set": {"work.due_at": soon}})


def claim(name: str, now: datetime) -> Chore | None:
    """That round, ours alone until its lease ends; None when it is not due."""
    return chores.claim(name, now, LEASE)


def done(chore: Chore, now: datetime, pause: timedelta) -> bool:
    """The next look is due after that pause; False when the round is another's by now."""
    lease_id = chore.work.lease_id if chore.work else None
    ours = {"_id": chore.id, "work.lease_id": lease_id}
    rest = {"$set": {"work.due_at": now + pause, "work.attempts": 0}}
    changed = Chore._get_collection().update_one(ours, rest | {"$unset": {"work.lease_id": ""}})
    return bool(changed.matched_count)
