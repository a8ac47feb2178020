"""What we know of a number's consent, read the way the gate needs it."""

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo.errors import DuplicateKeyError

from domain.model import ConsentEvent, Contact, Number
from domain.rules.privacy import hashed


def state_of(phone: str) -> Number:
    """The number as stored, or a blank one that nobody has met; always read from the primary."""
    found: Number | None = Number.objects(phone=phone).first()
    return found or Number(phone=phone)


def judged(phone: str, secret: str) -> Number:
    """The same for the gate: a block of any number of that person is their no to all of them.

    It counts too where only the hash is left of the number. A hold of one holds all of them.
    """
    person = Contact._get_collection().find_one({"phones": phone}, {"phones": 1}) or {}
    return judged_all({phone: person.get("phones", ())}, secret)[phone]


def judged_all(people: Mapping[str, Iterable[str]], secret: str) -> dict[str, Number]:
    """The same for several numbers, each with all numbers of its person, in one query."""
    names = {
        phone: {phone, *theirs, *([hashed(phone, secret)] if secret else ())}
        for phone, theirs in people.items()
    }
    wanted = list(set().union(*names.values()))
    found = {one.phone: one for one in Number.objects(phone__in=wanted)}
    no = {name for name, one in found.items() if one.blocked or one.erasing}
    waits = {name: one.held_at for name, one in found.items() if one.held}
    judged_: dict[str, Number] = {}
    for phone, own in names.items():
        number: Number = found.get(phone) or Number(phone=phone)
        number.blocked = not own.isdisjoint(no)
        number.held = not own.isdisjoint(waits)
        number.held_at = min(filter(None, map(waits.get, own)), default=None)
        judged_[phone] = number
    return judged_


def recognise(phone: str, secret: str) -> None:
    """Somebody who was forgotten is back: their block and ledger are the number's again.

    To be called before anything is stored of a number that no contact has. Safe to repeat.
    """
    own = hashed(phone, secret) if secret else None
    if own is None or not Number.objects(phone=own).only("id").first():
        return
    ConsentEvent._get_collection().update_many({"phone": own}, {"$set": {"phone": phone}})
    rename(own, phone)


def rename(old: str, new: str) -> None:
    """Move what is known of a number to another name; where both are known, a block stays."""
    numbers_ = Number._get_collection()
    try:
        numbers_.update_one({"phone": old}, {"$set": {"phone": new}, "$inc": {"rev": 1}})
    except DuplicateKeyError:
        before = state_of(old)
        kept: dict[str, Any] = {"doNotCall": True} if before.do_not_call else {}
        kept |= {"blocked": True, "blockedAt": before.blocked_at} if before.blocked else {}
        numbers_.update_one({"phone": new}, {"$set": kept, "$inc": {"rev": 1}})
        numbers_.delete_one({"phone": old})


def person(first: str, theirs: Iterable[Number]) -> dict[str, Any]:
    """What the numbers of one person say of them, by the stored fields of their contact.

    The first number's consent is shown; a block of any of their numbers is a no of the person.
    """
    known = {one.phone: one for one in theirs}
    number = known.get(first) or Number(phone=first)
    agreed = number.level != "none" and not any(one.blocked for one in known.values())
    return {
        "preferences.smsOptIn": agreed,
        "consent.marketingConsent": agreed and number.level == "written",
        "consent.tcpaConsent": agreed and number.disclosed,
    }
