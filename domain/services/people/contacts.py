"""People: found by any of their numbers, made once, changed field by field."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from bson import ObjectId
from mongoengine import NotUniqueError, get_connection
from pymongo.client_session import ClientSession

from domain.errors import Conflict, FieldError, InvalidInput, NotFound
from domain.model import Contact, Number, Thread
from domain.rules import phone as phones
from domain.rules import search
from domain.services import consent, numbers, stale

DUPLICATE = "Contact with this phone number already exists"


def get(contact_id: object) -> Contact:
    """The contact with that id, or whom it was merged into; NotFound otherwise."""
    found = find(contact_id)
    if not found:
        raise NotFound("There is no contact with this id.")
    return found


def find(contact_id: object) -> Contact | None:
    """The same, or None."""
    found: Contact | None = (
        Contact.objects(id=str(contact_id)).first() if ObjectId.is_valid(str(contact_id)) else None
    )
    return find(found.merged_into) if found and found.merged_into else found


def family(contact_id: object) -> tuple[str, ...]:
    """The ids under which that contact's things are kept: its own, and of those merged into it.

    An id that nobody has stands for itself.
    """
    found = find(contact_id)
    return (str(found.id), *map(str, found.merged_ids)) if found else (str(contact_id),)


def by_phone(phone: str) -> Contact | None:
    """The contact who has that number (E.164) among theirs."""
    found: Contact | None = Contact.objects(phones=phone).first()
    return found


def readable(text: str, region: str, field: str = "phone") -> str:
    """The number in E.164, or InvalidInput that names the field."""
    try:
        return phones.parse(text, region)
    except phones.InvalidPhone as error:
        raise InvalidInput(
            str(error), code="INVALID_PHONE", fields=(FieldError(field, str(error)),)
        ) from error


def ids(phones: Iterable[str]) -> dict[str, ObjectId]:
    """Whose numbers these are, as far as they are known, in one command."""
    # No more is read: this is on the way of every text that comes in.
    wanted = {"phones": {"$in": list(phones)}}
    found = Contact._get_collection().find(wanted, {"phones": 1})
    return {phone: contact["_id"] for contact in found for phone in contact["phones"]}


def ensure(phone: str, now: datetime, source: str, secret: str = "") -> ObjectId:
    """The id of that number's person; a stranger becomes a contact named after the number."""
    while True:
        if known := ids([phone]).get(phone):
            return known
        with suppress(Conflict):  # somebody else was faster: theirs is found above
            stranger = Contact(first_name=phone, phone=phone, phones=[phone], source=source)
            add(stranger, now, secret)


def add(contact: Contact, now: datetime, secret: str = "") -> Contact:
    """Store a new contact with the consent known of its number; Conflict if it exists.

    `secret` is the policy's: with it, somebody who was forgotten is known as opted out.
    """
    contact.created_at = contact.updated_at = now
    contact.phones = contact.phones or [contact.phone]
    for phone in contact.phones:
        consent.recognise(phone, secret, now)
    _mirror(contact)
    for name, found in found_by(contact).items():
        setattr(contact, name, found)
    try:
        contact.save(force_insert=True)
    except NotUniqueError as error:
        raise _duplicate(contact) from error
    if _mirror(contact):  # they said something about texts while this was being stored
        contact.save()
    _take_over(contact, now)
    return contact


def _take_over(contact: Contact, now: datetime) -> None:
    """Conversations with these numbers that have nobody are theirs."""
    alone = {"phone": {"$in": contact.phones}, "contactId": {"$exists": False}}
    update = {"$set": {"contactId": contact.id}, "$inc": {"rev": 1}}
    Thread._get_collection().update_many(alone, stale.along(update, now))


def mirrored(contact: Contact) -> Contact:
    """With the consent of the numbers that they have now, stored where it differs."""
    if _mirror(contact):
        theirs = {"_id": contact.id, "phones": contact.phones}
        view = numbers.person(contact.phone, Number.objects(phone__in=contact.phones))
        update = {"$set": view, "$inc": {"rev": 1}}
        Contact._get_collection().update_one(theirs, update)
    return get(contact.id)


def _mirror(contact: Contact) -> bool:
    """Show the consent known of their numbers; whether that changed anything."""
    theirs = list(Number.objects(phone__in=contact.phones))
    said, view = contact.consent, numbers.person(contact.phone, theirs)
    before = (contact.preferences.sms_opt_in, said.marketing, said.tcpa, said.date)
    contact.preferences.sms_opt_in = view["preferences.smsOptIn"]
    said.marketing = view["consent.marketingConsent"]
    said.tcpa = view["consent.tcpaConsent"]
    said.date = next((one.consent_at for one in theirs if one.phone == contact.phone), None)
    contact.do_not_call = contact.do_not_call or any(one.do_not_call for one in theirs)
    return before != (contact.preferences.sms_opt_in, said.marketing, said.tcpa, said.date)


def touch(contact_id: ObjectId | None, at: datetime, method: str) -> None:
    """We were in touch with them then; what was later than that counts more."""
    people = Contact._get_collection()
    never, before = {"lastContactDate": {"$exists": False}}, {"lastContactDate": {"$lt": at}}
    here = {"_id": contact_id, "mergedInto": {"$exists": False}}
    fields = {"lastContactDate": at, "lastContactMethod": method}
    done = people.update_one(here | {"$or": [never, before]}, {"$set": fields, "$inc": {"rev": 1}})
    if not done.matched_count:
        merged = people.find_one({"_id": contact_id}, {"mergedInto": 1})
        if merged and merged.get("mergedInto"):
            touch(merged["mergedInto"], at, method)


def update(contact_id: object, fields: dict[str, Any], now: datetime) -> Contact:
    """Set stored fields (dotted paths; None removes); the contact afterwards."""
    contact = get(contact_id)
    setting = {path: value for path, value in fields.items() if value is not None}
    gone = {path: "" for path, value in fields.items() if value is None}
    change: dict[str, Any] = {"$set": setting | {"updatedAt": now}, "$inc": {"rev": 1}}
    change |= {"$unset": gone} if gone else {}
    try:
        store(contact, {"_id": contact.id}, change, now)
    except Exception as error:
        if getattr(error, "code", None) == 11000:
            raise Conflict(DUPLICATE, code="DUPLICATE_CONTACT") from error
        raise
    return _indexed(contact.id)


def store(contact: Contact, match: dict[str, Any], change: dict[str, Any], now: datetime) -> bool:
    """Write a change of what is told of them; where they are shown, that is seen to as well.

    False when the contact did not match any more.
    """
    with get_connection().start_session() as session:
        return bool(session.with_transaction(lambda txn: _stored(txn, contact, match, change, now)))


def _stored(
    session: ClientSession,
    contact: Contact,
    match: dict[str, Any],
    change: dict[str, Any],
    now: datetime,
) -> bool:
    done = Contact._get_collection().update_one(match, change, session=session)
    if done.matched_count:
        stale.with_people((contact.id, *contact.merged_ids), now, session)
    return bool(done.matched_count)


def _indexed(contact_id: ObjectId) -> Contact:
    """Bring what it is found by in line with what the contact is called now."""
    contact = get(contact_id)
    fresh = found_by(contact)
    changed = {name: found for name, found in fresh.items() if found != contact[name]}
    if changed:
        Contact._get_collection().update_one({"_id": contact.id}, {"$set": changed})
        contact.reload(*changed)
    return contact


def found_by(contact: Contact) -> dict[str, list[str]]:
    """What that person is found by, as it is stored."""
    words = (contact.first_name, contact.last_name, contact.email)
    return search.found_by(words, contact.phones, contact.notes)


def _duplicate(contact: Contact) -> Conflict:
    other = Contact.objects(phones__in=contact.phones).only("id").first()
    return Conflict(
        DUPLICATE,
        code="DUPLICATE_CONTACT",
        fields=(FieldError("phone", DUPLICATE),),
        conflict_id=str(other.id) if other else None,
    )
