"""People: found by any of their numbers, made once, changed field by field."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from bson import ObjectId
from mongoengine import NotUniqueError

from domain.errors import Conflict, FieldError, InvalidInput, NotFound
from domain.model import Contact
from domain.rules import phone as phones
from domain.rules.search import terms
from domain.services import numbers

DUPLICATE = "Contact with this phone number already exists"


def get(contact_id: object) -> Contact:
    """The contact with that id, or whom it was merged into; NotFound otherwise."""
    found: Contact | None = (
        Contact.objects(id=str(contact_id)).first() if ObjectId.is_valid(str(contact_id)) else None
    )
    if not found:
        raise NotFound("There is no contact with this id.")
    return get(found.merged_into) if found.merged_into else found


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


def ensure(phone: str, now: datetime, source: str) -> ObjectId:
    """The id of that number's person; a stranger becomes a contact named after the number."""
    while True:
        if known := ids([phone]).get(phone):
            return known
        with suppress(Conflict):  # somebody else was faster: theirs is found above
            add(Contact(first_name=phone, phone=phone, phones=[phone], source=source), now)


def add(contact: Contact, now: datetime) -> Contact:
    """Store a new contact with the consent known of its number; Conflict if it exists."""
    contact.created_at = contact.updated_at = now
    contact.phones = contact.phones or [contact.phone]
    _mirror(contact)
    contact.terms = search_terms(contact)
    try:
        contact.save(force_insert=True)
    except NotUniqueError as error:
        raise _duplicate(contact) from error
    if _mirror(contact):  # they said something about texts while this was being stored
        contact.save()
    return contact


def _mirror(contact: Contact) -> bool:
    """Show the consent known of the number; whether that changed anything."""
    number, said = numbers.state_of(contact.phone), contact.consent
    before = (contact.preferences.sms_opt_in, said.marketing, said.tcpa, said.date)
    contact.preferences.sms_opt_in = number.opted_in
    said.marketing = number.opted_in and number.level == "written"
    said.tcpa = number.opted_in and number.disclosed
    said.date = number.consent_at
    return before != (contact.preferences.sms_opt_in, said.marketing, said.tcpa, said.date)


def update(contact_id: object, fields: dict[str, Any], now: datetime) -> Contact:
    """Set stored fields (dotted paths; None removes); the contact afterwards."""
    contact = get(contact_id)
    setting = {path: value for path, value in fields.items() if value is not None}
    gone = {path: "" for path, value in fields.items() if value is None}
    change: dict[str, Any] = {"$set": setting | {"updatedAt": now}, "$inc": {"rev": 1}}
    change |= {"$unset": gone} if gone else {}
    try:
        Contact._get_collection().update_one({"_id": contact.id}, change)
    except Exception as error:
        if getattr(error, "code", None) == 11000:
            raise Conflict(DUPLICATE, code="DUPLICATE_CONTACT") from error
        raise
    return _indexed(contact.id)


def _indexed(contact_id: ObjectId) -> Contact:
    """Bring the search terms in line with what the contact is called now."""
    contact = get(contact_id)
    fresh = search_terms(contact)
    if fresh != contact.terms:
        Contact._get_collection().update_one({"_id": contact.id}, {"$set": {"terms": fresh}})
        contact.terms = fresh
    return contact


def search_terms(contact: Contact) -> list[str]:
    """The words under which that person is found."""
    words: Iterable[str | None] = (contact.first_name, contact.last_name, contact.email)
    return terms(words, contact.phones)


def _duplicate(contact: Contact) -> Conflict:
    other = Contact.objects(phones__in=contact.phones).only("id").first()
    return Conflict(
        DUPLICATE,
        code="DUPLICATE_CONTACT",
        fields=(FieldError("phone", DUPLICATE),),
        conflict_id=str(other.id) if other else None,
    )
