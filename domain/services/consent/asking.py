"""Numbers that are to be asked to confirm: the slot by which nobody is forgotten.

It is opened in the very write by which an agreement begins to wait.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from pymongo import ReturnDocument

from domain.model import Number
from domain.rules.consent.ledger import Standing

Raw = dict[str, Any]
SLOT = "ask"


def along(change: Raw, after: Standing, said: Any, now: datetime) -> Raw:
    """The same update of a number, by which it is to be asked if an agreement begins to wait."""
    if said.action != "pending" or after.blocked or not after.pending:
        return change
    due = {f"{SLOT}.state": "due", f"{SLOT}.due_at": now}
    return change | {"$set": change.get("$set", {}) | due}


def claim(now: datetime, lease: timedelta) -> Number | None:
    """Lease the number that is to be asked first; None when there is none."""
    due_at = f"{SLOT}.due_at"
    found = Number._get_collection().find_one_and_update(
        {due_at: {"$lte": now}},
        {"$set": {due_at: now + lease, f"{SLOT}.lease_id": uuid4().hex}},
        sort=[(due_at, 1)],
        return_document=ReturnDocument.AFTER,
    )
    return Number._from_son(found) if found else None


def earliest() -> datetime | None:
    """When the next one is to be asked."""
    due_at = f"{SLOT}.due_at"
    match = {due_at: {"$exists": True}}
    found = Number._get_collection().find_one(match, {due_at: 1}, sort=[(due_at, 1)])
    return found[SLOT]["due_at"] if found else None


def done(number: Number) -> None:
    """It was asked, or need not be; what was said meanwhile opens the slot anew."""
    _write(number, {"$unset": {SLOT: ""}})


def put_off(number: Number, until: datetime) -> None:
    """It cannot be asked before then."""
    _write(number, {"$set": {f"{SLOT}.due_at": until}, "$unset": {f"{SLOT}.lease_id": ""}})


def _write(number: Number, update: Raw) -> None:
    held = {"_id": number.id, f"{SLOT}.due_at": number.ask.due_at if number.ask else None}
    Number._get_collection().update_one(held, update)
