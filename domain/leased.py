"""Documents that are one piece of work each, leased by their own slot `work`.

Beside `outbox`, whose slots are fields of texts and leased by the conversation: what is claimed
here is the document itself. A lease that runs out is somebody's crash: the work is due again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import uuid4

from pymongo import ReturnDocument

from domain import outbox
from domain.model.base import Noun
from domain.outbox import Claim

SLOT = "work"
DUE, LEASE_ID = f"{SLOT}.due_at", f"{SLOT}.lease_id"

Raw = dict[str, Any]
Kind = TypeVar("Kind", bound=Noun)


@dataclass(frozen=True)
class Leased(Generic[Kind]):
    """All the work of one collection; `due_at` exists while a piece is open."""

    noun: type[Kind]

    def claim(self, now: datetime, lease: timedelta) -> Claim | None:
        """The one that is due first, ours alone until the lease ends."""
        until, lease_id = now + lease, uuid4().hex
        fields = {"lease_id": lease_id, "lease_until": until, "due_at": until}
        found = self.noun._get_collection().find_one_and_update(
            {DUE: {"$lte": now}},
            {"$set": {f"{SLOT}.{name}": value for name, value in fields.items()}},
            projection={"_id": 1},
            sort=[(DUE, 1)],
            return_document=ReturnDocument.AFTER,
        )
        return Claim(SLOT, found["_id"], lease_id, until) if found else None

    def renew(self, held: Claim, now: datetime, lease: timedelta) -> Claim | None:
        """The same lease for longer; None when it was lost."""
        until = now + lease
        return replace(held, until=until) if self.write(held, {DUE: until}) else None

    def earliest(self) -> datetime | None:
        """When one is due."""
        open_ = {DUE: {"$exists": True}}
        due = self.noun._get_collection().find_one(open_, {SLOT: 1}, sort=[(DUE, 1)])
        return due[SLOT]["due_at"] if due else None

    def own(self, held: Claim) -> Kind:
        """The document as it is now."""
        found: Kind = self.noun.objects(id=held.thread_id).get()
        return found

    def write(self, held: Claim, fields: Raw, *gone: str, **more: int) -> bool:
        """Stored fields, fields to be gone, counts to add; whether it is still ours."""
        parts: Raw = {"$set": fields, "$unset": dict.fromkeys(gone, ""), "$inc": more}
        update = {name: part for name, part in parts.items() if part}
        mine = {"_id": held.thread_id, LEASE_ID: held.lease_id}
        return bool(self.noun._get_collection().update_one(mine, update).matched_count)

    def close(self, held: Claim, **fields: Any) -> None:
        """It is done, whoever holds it by now."""
        done = outbox.closed(SLOT)
        done["$set"] |= fields
        self.noun._get_collection().update_one({"_id": held.thread_id}, done)
