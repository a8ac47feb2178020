"""A contact as somebody describes it: checked, tidied, and stored whole or field by field."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from zoneinfo import available_timezones

from pymongo.errors import DuplicateKeyError

from domain.errors import Conflict, FieldError, InvalidInput
from domain.model import Agent, Contact
from domain.model.contact import Address, Interests
from domain.rules import email as emails
from domain.services import contacts, numbers

LONGEST_NAME = 100
LONGEST_NOTES = 20_000
MOST_TAGS = 50
LONGEST_TAG = 50
MOST_PHONES = 20
MOST_CUSTOM_DEPTH = 6
MOST_TRIES = 8


class Keep(Enum):
    """Says of a field that nothing was said of it."""

    KEEP = "keep"


KEEP = Keep.KEEP


@dataclass(frozen=True)
class Profile:
    """What is said of a contact; KEEP says nothing, None says that it has none."""

    first_name: str | Keep | None = KEEP
    last_name: str | Keep | None = KEEP
    phone: str | Keep | None = KEEP
    add_phones: tuple[str, ...] = ()
    remove_phones: tuple[str, ...] = ()
    email: str | Keep | None = KEEP
    address: Address | Keep | None = KEEP
    source: str | Keep | None = KEEP
    status: str | Keep | None = KEEP
    tags: tuple[str, ...] | Keep | None = KEEP
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    interests: Interests | Keep | None = KEEP
    preferred: str | Keep | None = KEEP
    notes: str | Keep | None = KEEP
    assigned_agent: str | Keep | None = KEEP
    timezone: str | Keep | None = KEEP
    custom_fields: dict[str, Any] | Keep | None = KEEP
    email_opt_in: bool | Keep | None = KEEP
    call_opt_in: bool | Keep | None = KEEP
    do_not_call: bool | Keep | None = KEEP


def create(said: Profile, origin: str | None, now: datetime, region: str) -> Contact:
    """Store a new contact, once per `origin`; InvalidInput, or Conflict with whom it exists as."""
    known = _made_by(origin)
    if known:
        return known
    for name in ("first_name", "last_name", "phone"):
        if getattr(said, name) is KEEP:
            raise _wrong(_written(name), "This is required.")
    stored = {
        path: value for path, value in _stored(said, None, region).items() if value is not None
    }
    made: Contact = Contact._from_son(_nested(stored))
    made.origin = origin
    try:
        return contacts.add(made, now)
    except Conflict:
        known = _made_by(origin)  # by the same request, at the same moment
        if known:
            return known
        raise


def _made_by(origin: str | None) -> Contact | None:
    found: Contact | None = Contact.objects(origin=origin).first() if origin else None
    return found


def change(contact_id: object, said: Profile, now: datetime, region: str) -> Contact:
    """Change what is said and leave the rest; the contact afterwards."""
    for _ in range(MOST_TRIES):
        contact = contacts.get(contact_id)
        changed = _changed(contact, said, now, region)
        if changed:
            return changed
    raise Conflict("Others are changing this contact at the same time: try again.")


def _changed(contact: Contact, said: Profile, now: datetime, region: str) -> Contact | None:
    """The contact after one attempt; None when somebody else changed it in between."""
    stored = _stored(said, contact, region)
    setting = {path: value for path, value in stored.items() if value is not None}
    gone = {path: "" for path, value in stored.items() if value is None}
    after = Contact._from_son(_nested(setting, contact.to_mongo().to_dict(), gone))
    setting |= {"terms": contacts.search_terms(after), "updatedAt": now}
    update: dict[str, Any] = {"$set": setting, "$inc": {"rev": 1}}
    update |= {"$unset": gone} if gone else {}
    try:
        done = Contact._get_collection().update_one(
            {"_id": contact.id, "rev": {"$in": _same_rev(contact)}}, update
        )
    except DuplicateKeyError as error:
        raise _taken(after) from error
    return contacts.get(contact.id) if done.matched_count else None


def _same_rev(contact: Contact) -> list[int | None]:
    """A document that was never changed by us may have no revision yet."""
    return [contact.rev, None] if contact.rev == 1 else [contact.rev]


def _stored(said: Profile, before: Contact | None, region: str) -> dict[str, Any]:
    """Stored paths and their values; None takes a field away."""
    plain = {
        "firstName": _name(said.first_name, "firstName"),
        "lastName": _name(said.last_name, "lastName"),
        "email": _email(said.email),
        "address": _part(said.address),
        "source": _text(said.source, "source", LONGEST_NAME),
        "status": "new" if said.status is None else said.status,
        "interests": _part(said.interests),
        "preferences.preferredContactMethod": said.preferred,
        "notes": _text(said.notes, "notes", LONGEST_NOTES),
        "assignedAgent": _agent(said.assigned_agent),
        "timezone": _timezone(said.timezone),
        "customFields": _custom(said.custom_fields),
        "preferences.emailOptIn": _flag(said.email_opt_in),
        "preferences.callOptIn": _flag(said.call_opt_in),
        "doNotCall": _flag(said.do_not_call),
    }
    given = {path: value for path, value in plain.items() if value is not KEEP}
    return given | _phones(said, before, region) | _tags(said, before)


def _phones(said: Profile, before: Contact | None, region: str) -> dict[str, Any]:
    """All numbers, the first of them `phone`. A changed first number brings its own consent."""
    if said.phone is KEEP and not (said.add_phones or said.remove_phones):
        return {}
    if said.phone is None:
        raise _wrong("phone", "A contact needs a phone number.")
    numbers_ = list(before.phones or [before.phone]) if before else []
    if not isinstance(said.phone, Keep):
        first = contacts.readable(said.phone, region)
        old = before.phone if before else None
        numbers_ = [first, *(one for one in numbers_ if one not in (first, old))]
    numbers_ += [contacts.readable(one, region, "addPhones") for one in said.add_phones]
    without = {contacts.readable(one, region, "removePhones") for one in said.remove_phones}
    kept = [one for one in dict.fromkeys(numbers_) if one not in without]
    if not kept:
        raise _wrong("removePhones", "A contact needs a phone number.")
    if len(kept) > MOST_PHONES:
        raise _wrong("addPhones", f"A contact can have at most {MOST_PHONES} numbers.")
    moved = before is not None and kept[0] != before.phone
    return {"phone": kept[0], "phones": kept} | (_consent_of(kept[0]) if moved else {})


def _consent_of(phone: str) -> dict[str, Any]:
    known = numbers.state_of(phone)
    return {
        "preferences.smsOptIn": known.opted_in,
        "consent.marketingConsent": known.opted_in and known.level == "written",
        "consent.tcpaConsent": False,
        "consent.consentDate": known.consent_at,
        "consent.consentIp": None,
    }


def _tags(said: Profile, before: Contact | None) -> dict[str, Any]:
    if said.tags is KEEP and not (said.add_tags or said.remove_tags):
        return {}
    had = list(before.tags) if before else []
    tags = had if isinstance(said.tags, Keep) else _tidy(said.tags or (), "tags")
    without = set(_tidy(said.remove_tags, "removeTags"))
    tags = [*tags, *_tidy(said.add_tags, "addTags")]
    kept = [tag for tag in dict.fromkeys(tags) if tag not in without]
    if len(kept) > MOST_TAGS:
        raise _wrong("tags", f"A contact can have at most {MOST_TAGS} tags.")
    return {"tags": kept}


def _tidy(tags: Iterable[str], field: str) -> list[str]:
    plain = [" ".join(tag.split()) for tag in tags]
    if any(len(tag) > LONGEST_TAG for tag in plain):
        raise _wrong(field, f"A tag can have at most {LONGEST_TAG} characters.")
    return [tag for tag in dict.fromkeys(plain) if tag]


def _name(value: str | Keep | None, field: str) -> str | Keep:
    if isinstance(value, Keep):
        return value
    plain = " ".join((value or "").split())
    if not plain:
        raise _wrong(field, "This is required.")
    if len(plain) > LONGEST_NAME:
        raise _wrong(field, f"This can have at most {LONGEST_NAME} characters.")
    return plain


def _text(value: str | Keep | None, field: str, most: int) -> str | Keep | None:
    """Trimmed; what is empty is nothing."""
    if value is None or isinstance(value, Keep):
        return value
    if len(value) > most:
        raise _wrong(field, f"This can have at most {most:,} characters.")
    return value.strip() or None


def _email(value: str | Keep | None) -> str | Keep | None:
    if value is None or isinstance(value, Keep) or not value.strip():
        return value if isinstance(value, Keep) else None
    try:
        return emails.parse(value)
    except emails.InvalidEmail as error:
        raise _wrong("email", str(error)) from error


def _timezone(value: str | Keep | None) -> str | Keep | None:
    if isinstance(value, str) and value not in available_timezones():
        raise _wrong("timezone", "This is not a time zone (e.g., America/Los_Angeles).")
    return value


def _agent(value: str | Keep | None) -> str | Keep | None:
    if isinstance(value, str) and not Agent.objects(user_id=value).first():
        raise _wrong("assignedAgent", "There is no agent with this id.")
    return value


def _flag(value: bool | Keep | None) -> bool | Keep:
    return value if isinstance(value, Keep) else bool(value)


def _part(value: Address | Interests | Keep | None) -> dict[str, Any] | Keep | None:
    if value is None or isinstance(value, Keep):
        return value
    return dict(value.to_mongo()) or None


def _custom(value: object) -> dict[str, Any] | Keep | None:
    if value is None or isinstance(value, Keep):
        return value
    if not isinstance(value, dict) or not _storable(value, MOST_CUSTOM_DEPTH):
        reason = (
            "This must be an object; names in it must not be empty, begin with $ or have a dot."
        )
        raise _wrong("customFields", reason)
    return value


def _storable(value: object, depth: int) -> bool:
    """Whether MongoDB can keep it and query by it."""
    if isinstance(value, dict):
        named = all(_good_key(key) for key in value)
        return depth > 0 and named and all(_storable(one, depth - 1) for one in value.values())
    if isinstance(value, list):
        return depth > 0 and all(_storable(one, depth - 1) for one in value)
    return not isinstance(value, int) or -(2**63) <= value < 2**63


def _good_key(key: object) -> bool:
    return isinstance(key, str) and bool(key) and not (set(key) & {".", "\0"} or key[0] == "$")


def _nested(
    paths: dict[str, Any], onto: dict[str, Any] | None = None, gone: Iterable[str] = ()
) -> dict[str, Any]:
    """The document that these dotted paths describe, over another one."""
    document = dict(onto or {})
    for path in gone:
        document.pop(path, None)
    for path, value in paths.items():
        outer, dot, inner = path.partition(".")
        document[outer] = {**document.get(outer, {}), inner: value} if dot else value
    return document


def _taken(after: Contact) -> Conflict:
    other = Contact.objects(phones__in=after.phones, id__ne=after.id).only("id").first()
    return Conflict(
        contacts.DUPLICATE,
        code="DUPLICATE_CONTACT",
        fields=(FieldError("phone", contacts.DUPLICATE),),
        conflict_id=str(other.id) if other else None,
    )


def _wrong(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, fields=(FieldError(field, message),))


def _written(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)
