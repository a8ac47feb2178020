"""Where the chores of the house stand: what does not work, and how far they have come."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain import outbox
from domain.model import Chore

CONSENTS, LOOKUP, DEACTIVATIONS = "consents", "lookup", "deactivations"
FIGURES = "figures"
RECORDS = "records"


def claim(name: str, now: datetime, lease: timedelta) -> Chore | None:
    """That chore, ours alone until its lease ends; None when it is not due. It begins at once."""
    own = Chore._get_collection()
    with suppress(DuplicateKeyError):  # it is there, with its work
        idle = {"name": name, "work": {"$exists": False}}
        own.update_one(idle, {"$set": {"work": outbox.due(now)}}, upsert=True)
    taken = {"work.lease_id": uuid4().hex, "work.due_at": now + lease}
    found = own.find_one_and_update(
        {"name": name, "work.due_at": {"$lte": now}},
        {"$set": taken, "$inc": {"work.attempts": 1}},
        return_document=ReturnDocument.AFTER,
    )
    return Chore._from_son(found) if found else None


def earliest(name: str) -> datetime | None:
    """When that chore is due."""
    known = found([name]).get(name)
    return known.work.due_at if known and known.work else None


def write(chore: Chore, fields: dict[str, object]) -> bool:
    """Set stored fields of a chore that is still ours, None for none; whether it is."""
    lease_id = chore.work.lease_id if chore.work else None
    ours = {"_id": chore.id, "work.lease_id": lease_id}
    gone = {name: "" for name, value in fields.items() if value is None}
    known = {name: value for name, value in fields.items() if value is not None}
    update = ({"$set": known} if known else {}) | ({"$unset": gone} if gone else {})
    return bool(Chore._get_collection().update_one(ours, update).matched_count)


def troubled(name: str, reason: str, now: datetime) -> None:
    """It does not work until somebody puts something right; since when is kept."""
    chores = Chore._get_collection()
    chores.update_one({"name": name}, {"$set": {"trouble": reason}}, upsert=True)
    since = {"name": name, "troubledAt": {"$exists": False}}
    chores.update_one(since, {"$set": {"troubledAt": now}})


def works(name: str) -> None:
    """It does again; one that always did costs only a look."""
    broken = {"name": name, "trouble": {"$exists": True}}
    gone = {"$unset": {"trouble": "", "troubledAt": ""}}
    Chore._get_collection().update_one(broken, gone)


def found(names: Iterable[str]) -> dict[str, Chore]:
    """Those chores that ever had anything to remember."""
    return {one.name: one for one in Chore.objects(name__in=list(names))}
