"""A contact goes: their conversations, texts and ledger stay, and so does an opt-out."""

from datetime import datetime
from typing import Any

from bson import ObjectId

from domain.errors import Conflict
from domain.model import Activity, Author, Contact, Thread
from domain.services import consent, messages, stale
from domain.services.consent import calling
from domain.services.people import contacts

DELETED = "The contact was deleted before it left."
BUSY = "Others are changing this contact at the same time: try again."
MERGED = "This contact was merged into another: delete that one, if you mean it."
BEGUN = "Erasing this contact has begun: finish it with eraseMessages."
MOST_TRIES = 8


def delete(contact_id: object, now: datetime) -> ObjectId:
    """Remove the contact and its timeline; its id. Safe to repeat until it is NotFound.

    What waits to leave for their numbers is called back. Raises NotFound or Conflict.
    """
    own: ObjectId = same(contact_id).id
    for _ in range(MOST_TRIES):
        contact = same(own)
        if contact.erasing_since:
            raise Conflict(BEGUN, conflict_id=str(own))
        for phone in contact.phones:
            messages.cancel_for(phone, now, DELETED)
        for phone in contact.phones:
            consent.carry(contact.phones, [phone], Author(), now)
        calling.mark(contact.phones, Author(), now, on=contact.do_not_call)
        ids = [own, *contact.merged_ids]
        Activity.objects(contact_id__in=ids).delete()
        _part(ids, now)
        if removed(contact):
            return own
    raise Conflict(BUSY)


def same(own: object) -> Contact:
    """The contact as it is now; NotFound, or Conflict when it became part of another."""
    contact = contacts.get(own)
    if str(contact.id) != str(own):
        raise Conflict(MERGED, conflict_id=str(contact.id))
    return contact


def removed(contact: Contact) -> bool:
    """Whether it is gone now, and those merged into it; not if somebody changed it meanwhile."""
    people = Contact._get_collection()
    people.delete_many({"mergedInto": contact.id})
    revisions = [contact.rev, None] if contact.rev == 1 else [contact.rev]
    gone = people.delete_one({"_id": contact.id, "rev": {"$in": revisions}})
    return bool(gone.deleted_count)


def _part(ids: list[ObjectId], now: datetime) -> None:
    """Their conversations are with nobody we know."""
    alone: dict[str, Any] = {"$unset": {"contactId": ""}, "$inc": {"rev": 1}}
    Thread._get_collection().update_many({"contactId": {"$in": ids}}, stale.along(alone, now))
