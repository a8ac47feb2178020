"""Two contacts turn out to be one person: one is kept, the other points to it for ever.

Texts, conversations and the ledger are not rewritten: who asks for the things of the kept one
asks for those of `merged_ids` too.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bson import ObjectId
from mongoengine import get_connection
from pymongo.client_session import ClientSession

from domain.errors import Conflict, FieldError, InvalidInput, NotFound
from domain.model import Author, Contact, Number
from domain.services import numbers, stale
from domain.services.people import activities, contacts
from domain.services.people.fields import LONGEST_NOTES
from domain.services.people.profiles import MOST_PHONES, MOST_TAGS

Raw = Mapping[str, Any]
OWN = frozenset(
    {"_id", "rev", "origin", "phone", "phones", "tags", "notes", "status", "doNotCall"}
    | {"preferences", "consent", "customFields", "lastContactDate", "lastContactMethod"}
    | {"mergedInto", "mergedIds", "importIds", "createdAt", "updatedAt", "terms", "names", "words"}
)
"""Fields that are joined in their own way, or not at all; of the others, empty ones are filled."""
NOBODY = "There is no contact with this id."
SELF = "A contact cannot be merged with itself."
BEFORE = "This contact was merged into another already."
LEAVING = "This contact is being deleted."
TOO_MANY = "Together they have more than {most:,} {what}: remove some first."


def merge(keep_id: object, merge_id: object, author: Author, now: datetime) -> Contact:
    """Make one of two, all or nothing; the kept contact. NotFound, InvalidInput or Conflict."""
    kept, gone = _id(keep_id, "keepId"), _id(merge_id, "mergeId")
    if kept == gone:
        raise InvalidInput(SELF, fields=(FieldError("mergeId", SELF),))
    client = get_connection()
    with client.start_session() as session:
        session.with_transaction(lambda txn: _write(txn, kept, gone, author, now))
    return contacts.get(kept)


def foreseen(keep_id: object, merge_id: object, now: datetime) -> tuple[Contact, Contact]:
    """The kept contact as it would be, and the other as it is; raises what `merge` would raise."""
    kept, gone = _id(keep_id, "keepId"), _id(merge_id, "mergeId")
    if kept == gone:
        raise InvalidInput(SELF, fields=(FieldError("mergeId", SELF),))
    keep, other = _here(kept, "keepId", None), _here(gone, "mergeId", None)
    return Contact._from_son({**keep, **_joined(keep, other, now)}), Contact._from_son(dict(other))


def _write(
    session: ClientSession, kept: ObjectId, gone: ObjectId, author: Author, now: datetime
) -> None:
    """Both documents are written, so that of two merges at once one sees the other's."""
    people = Contact._get_collection()
    keep, other = _here(kept, "keepId", session), _here(gone, "mergeId", session)
    joined = _joined(keep, other, now)
    theirs = Number._get_collection().find({"phone": {"$in": joined["phones"]}}, session=session)
    joined |= numbers.person(keep["phone"], [Number._from_son(one) for one in theirs])
    points = {"$set": {"mergedInto": kept, "updatedAt": now}, "$inc": {"rev": 1}}
    lost: dict[str, Any] = {"$unset": dict.fromkeys(("phones", "terms", "names", "words"), "")}
    people.update_one({"_id": gone}, points | lost, session=session)
    people.update_many({"mergedInto": gone}, {"$set": {"mergedInto": kept}}, session=session)
    people.update_one({"_id": kept}, {"$set": joined, "$inc": {"rev": 1}}, session=session)
    stale.with_people((kept, gone), now, session)
    text = f"Merged with {_called(other)} ({other['phone']})."
    activities.record(kept, "merged", text, author, now, session=session)


def _id(given: object, field: str) -> ObjectId:
    if not ObjectId.is_valid(str(given)):
        raise _nobody(field)
    return ObjectId(str(given))


def _here(own: ObjectId, field: str, session: ClientSession | None) -> Raw:
    """The contact, if it may still be merged."""
    found: Raw | None = Contact._get_collection().find_one({"_id": own}, session=session)
    if found is None:
        raise _nobody(field)
    if found.get("mergedInto"):
        into = str(found["mergedInto"])
        raise Conflict(BEFORE, conflict_id=into, fields=(FieldError(field, BEFORE),))
    if found.get("erasingSince"):
        raise Conflict(LEAVING, conflict_id=str(own), fields=(FieldError(field, LEAVING),))
    return found


def _nobody(field: str) -> NotFound:
    return NotFound(NOBODY, fields=(FieldError(field, NOBODY),))


def _joined(keep: Raw, other: Raw, now: datetime) -> dict[str, Any]:
    """What the kept one's fields become, by their paths."""
    phones = _each(_phones(keep) + _phones(other), MOST_PHONES, "numbers")
    fields = {name: value for name, value in other.items() if name not in OWN and value}
    filled = {name: value for name, value in fields.items() if not keep.get(name)}
    filled |= _name(keep, other)
    told = filled | {
        "phones": phones,
        "tags": _each([*keep.get("tags", ()), *other.get("tags", ())], MOST_TAGS, "tags"),
        "mergedIds": [*keep.get("mergedIds", ()), other["_id"], *other.get("mergedIds", ())],
        "updatedAt": now,
    }
    told |= _notes(keep, other) | _custom(keep, other) | _last_contact(keep, other)
    told |= {"doNotCall": True} if other.get("doNotCall") else {}
    told |= _preferred(keep, other) | _named(keep, other)
    after = Contact._from_son({**keep, **filled, **_notes(keep, other), "phones": phones})
    return told | contacts.found_by(after)


def _named(keep: Raw, other: Raw) -> dict[str, Any]:
    """The imports that had either of them."""
    both = dict.fromkeys([*keep.get("importIds", ()), *other.get("importIds", ())])
    return {"importIds": list(both)} if both else {}


def _phones(raw: Raw) -> list[str]:
    return list(raw.get("phones") or [raw["phone"]])


def _each(values: list[str], most: int, what: str) -> list[str]:
    """Every value once, in order; Conflict when that is more than a contact can have."""
    once = list(dict.fromkeys(values))
    if len(once) > most:
        raise Conflict(TOO_MANY.format(most=most, what=what))
    return once


def _name(keep: Raw, other: Raw) -> dict[str, Any]:
    """A stranger, who is called by a number, gets the other's name."""
    if keep.get("firstName") not in _phones(keep) or other.get("firstName") in _phones(other):
        return {}
    return {name: other[name] for name in ("firstName", "lastName") if other.get(name)}


def _notes(keep: Raw, other: Raw) -> dict[str, Any]:
    both = [one["notes"] for one in (keep, other) if one.get("notes")]
    joined = "\n\n".join(dict.fromkeys(both))
    if len(joined) > LONGEST_NOTES:
        raise Conflict(TOO_MANY.format(most=LONGEST_NOTES, what="characters of notes"))
    return {"notes": joined} if joined else {}


def _custom(keep: Raw, other: Raw) -> dict[str, Any]:
    both = {**(other.get("customFields") or {}), **(keep.get("customFields") or {})}
    return {"customFields": both} if both else {}


def _last_contact(keep: Raw, other: Raw) -> dict[str, Any]:
    own, theirs = keep.get("lastContactDate"), other.get("lastContactDate")
    if theirs is None or (own is not None and own >= theirs):
        return {}
    names = ("lastContactDate", "lastContactMethod")
    return {name: other[name] for name in names if other.get(name)}


def _preferred(keep: Raw, other: Raw) -> dict[str, Any]:
    """The way they like best; what either agreed to or not by e-mail and call stays the kept's."""
    name = "preferredContactMethod"
    theirs = (other.get("preferences") or {}).get(name)
    if not theirs or (keep.get("preferences") or {}).get(name):
        return {}
    return {f"preferences.{name}": theirs}


def _called(raw: Raw) -> str:
    return f"{raw.get('firstName') or ''} {raw.get('lastName') or ''}".strip() or "a contact"
