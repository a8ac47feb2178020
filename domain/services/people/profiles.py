"""A contact as somebody describes it: checked, tidied, and stored whole or field by field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from domain.errors import Conflict, FieldError
from domain.model import Author, Contact
from domain.model.contact import Address, Interests
from domain.policy import Policy
from domain.services import agents, consent, numbers
from domain.services.consent import calling
from domain.services.people import activities, contacts, fields, pieces
from domain.services.people.fields import KEEP, Keep

MOST_TAGS = 50
MOST_PHONES = 20
MOST_TRIES = 8


@dataclass(frozen=True)
class Profile:
    """What is said of a contact; KEEP says nothing, None says that it has none.

    `pieces` are parts of the address and of the interests that change by themselves.
    """

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
    pieces: Mapping[str, Any] = field(default_factory=dict)


def create(
    said: Profile,
    origin: str | None,
    now: datetime,
    policy: Policy,
    author: Author | None = None,
) -> Contact:
    """Store a new contact, once per `origin`; InvalidInput, or Conflict with whom it exists as.

    Their timeline says who made it, where an `author` is given.
    """
    known = _made_by(origin)
    if known:
        return known
    for name in ("first_name", "last_name", "phone"):
        if getattr(said, name) is KEEP:
            raise fields.wrong(_written(name), "This is required.")
    stored = {
        path: value
        for path, value in stored_as(said, None, policy.region).items()
        if value is not None
    }
    made: Contact = Contact._from_son(_nested(stored))
    made.origin = origin
    try:
        added = contacts.add(made, now, policy.secret)
    except Conflict:
        known = _made_by(origin)  # by the same request, at the same moment
        if known:
            return known
        raise
    if author:
        activities.record(added.id, "created", "Contact created.", author, now)
    if added.do_not_call:
        calling.mark(added.phones, author or Author(), now, on=True)
        return contacts.get(added.id)
    return added


def _made_by(origin: str | None) -> Contact | None:
    found: Contact | None = Contact.objects(origin=origin).first() if origin else None
    return contacts.find(found.id) if found else None


def change(
    contact_id: object,
    said: Profile,
    now: datetime,
    policy: Policy,
    author: Author | None = None,
) -> Contact:
    """Change what is said and leave the rest; the contact afterwards."""
    for _ in range(MOST_TRIES):
        contact = contacts.get(contact_id)
        changed = _changed(contact, said, author or Author(), now, policy)
        if changed:
            return contacts.mirrored(changed) if changed.phones != contact.phones else changed
    raise Conflict("Others are changing this contact at the same time: try again.")


def _tell(before: Contact, after: Contact, author: Author, now: datetime) -> None:
    """What of the change belongs into their timeline; told once, whoever comes to tell it."""
    told = {
        "status": f"Status changed from {before.status} to {after.status}.",
        "assigned": f"Assigned to {_called(after.assigned_agent)}.",
    }
    if before.status == after.status:
        del told["status"]
    if before.assigned_agent == after.assigned_agent:
        del told["assigned"]
    for kind, text in told.items():
        origin = f"{kind}:{before.id}/{before.rev + 1}"
        moved = (before.status, after.status) if kind == "status" else None
        activities.record(before.id, kind, text, author, now, origin=origin, change=moved)


def _called(user_id: str | None) -> str:
    agent = agents.known(user_id) if user_id else None
    return (agent.name if agent else None) or user_id or "nobody"


def _changed(
    contact: Contact, said: Profile, author: Author, now: datetime, policy: Policy
) -> Contact | None:
    """The contact after one attempt; None when somebody else changed it in between."""
    stored = stored_as(said, contact, policy.region)
    if other := _whose(stored.get("phones", ()), contact):
        raise _taken(other)
    for phone in stored.get("phones", ()):
        consent.recognise(phone, policy.secret, now)
    if "phones" in stored:
        # A no of a number that goes stays with the person; written before the change.
        consent.carry(contact.phones, stored["phones"], author, now)
    setting = {path: value for path, value in stored.items() if value is not None}
    gone = {path: "" for path, value in stored.items() if value is None}
    after = Contact._from_son(_nested(setting, contact.to_mongo().to_dict(), gone))
    setting |= contacts.found_by(after) | {"updatedAt": now}
    update: dict[str, Any] = {"$set": setting, "$inc": {"rev": 1}}
    update |= {"$unset": gone} if gone else {}
    try:
        match = {"_id": contact.id, "rev": {"$in": _same_rev(contact)}}
        if not contacts.store(contact, match, update, now):
            return None
    except DuplicateKeyError as error:
        raise _taken(_whose(after.phones, contact)) from error
    _tell(contact, after, author, now)
    if "doNotCall" in stored:
        calling.mark(after.phones, author, now, on=bool(stored["doNotCall"]))
    return contacts.get(contact.id)


def _same_rev(contact: Contact) -> list[int | None]:
    """A document that was never changed by us may have no revision yet."""
    return [contact.rev, None] if contact.rev == 1 else [contact.rev]


def stored_as(said: Profile, before: Contact | None, region: str) -> dict[str, Any]:
    """Stored paths and their values, None takes a field away; InvalidInput for the first fault."""
    plain = {
        "firstName": fields.name(said.first_name, "firstName"),
        "lastName": fields.name(said.last_name, "lastName"),
        "email": fields.email(said.email),
        "address": fields.part(said.address),
        "source": fields.text(said.source, "source", fields.LONGEST_NAME),
        "status": "new" if said.status is None else said.status,
        "interests": fields.part(said.interests),
        "preferences.preferredContactMethod": said.preferred,
        "notes": fields.text(said.notes, "notes", fields.LONGEST_NOTES),
        "assignedAgent": fields.agent(said.assigned_agent),
        "timezone": fields.timezone(said.timezone),
        "customFields": fields.custom(said.custom_fields),
        "preferences.emailOptIn": fields.flag(said.email_opt_in),
        "preferences.callOptIn": fields.flag(said.call_opt_in),
        "doNotCall": fields.flag(said.do_not_call),
    }
    given = {path: value for path, value in plain.items() if value is not KEEP}
    given |= pieces.stored_as(said.pieces, before)
    return given | _phones(said, before, region) | _tags(said, before)


def _phones(said: Profile, before: Contact | None, region: str) -> dict[str, Any]:
    """All numbers, the first of them `phone`. A changed first number brings its own consent."""
    if said.phone is KEEP and not (said.add_phones or said.remove_phones):
        return {}
    if said.phone is None:
        raise fields.wrong("phone", "A contact needs a phone number.")
    numbers_ = list(before.phones or [before.phone]) if before else []
    if not isinstance(said.phone, Keep):
        first = contacts.readable(said.phone, region)
        old = before.phone if before else None
        numbers_ = [first, *(one for one in numbers_ if one not in (first, old))]
    numbers_ += [contacts.readable(one, region, "addPhones") for one in said.add_phones]
    without = {contacts.readable(one, region, "removePhones") for one in said.remove_phones}
    kept = [one for one in dict.fromkeys(numbers_) if one not in without]
    if not kept:
        raise fields.wrong("removePhones", "A contact needs a phone number.")
    if len(kept) > MOST_PHONES:
        raise fields.wrong("addPhones", f"A contact can have at most {MOST_PHONES} numbers.")
    moved = before is not None and kept[0] != before.phone
    return {"phone": kept[0], "phones": kept} | (_consent_of(kept[0]) if moved else {})


def _consent_of(phone: str) -> dict[str, Any]:
    return {"consent.consentDate": numbers.state_of(phone).consent_at, "consent.consentIp": None}


def _tags(said: Profile, before: Contact | None) -> dict[str, Any]:
    if said.tags is KEEP and not (said.add_tags or said.remove_tags):
        return {}
    had = list(before.tags) if before else []
    tags = had if isinstance(said.tags, Keep) else fields.tidy_tags(said.tags or (), "tags")
    without = set(fields.tidy_tags(said.remove_tags, "removeTags"))
    tags = [*tags, *fields.tidy_tags(said.add_tags, "addTags")]
    kept = [tag for tag in dict.fromkeys(tags) if tag not in without]
    if len(kept) > MOST_TAGS:
        raise fields.wrong("tags", f"A contact can have at most {MOST_TAGS} tags.")
    return {"tags": kept}


def _nested(
    paths: dict[str, Any], onto: dict[str, Any] | None = None, gone: Iterable[str] = ()
) -> dict[str, Any]:
    """The document that these dotted paths describe, over another one."""
    document = dict(onto or {})
    for path in gone:
        document.pop(path, None)
    for path, value in paths.items():
        outer, dot, inner = path.partition(".")
        document[outer] = _nested({inner: value}, document.get(outer)) if dot else value
    return document


def _whose(phones: Sequence[str], contact: Contact) -> Contact | None:
    """Who else has one of these numbers."""
    if not phones:
        return None
    held = Contact.objects(phones__in=list(phones), id__ne=contact.id)
    found: Contact | None = held.only("id").first()
    return found


def _taken(other: Contact | None) -> Conflict:
    return Conflict(
        contacts.DUPLICATE,
        code="DUPLICATE_CONTACT",
        fields=(FieldError("phone", contacts.DUPLICATE),),
        conflict_id=str(other.id) if other else None,
    )


def _written(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)
