"""What we know of a number's consent, read the way the gate needs it."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.model import Contact, Number
from domain.rules.consent.privacy import MARK, hashes


def state_of(phone: str) -> Number:
    """The number as stored, or a blank one that nobody has met; always read from the primary."""
    found: Number | None = Number.objects(phone=phone).first()
    return found or Number(phone=phone)


def forgotten() -> int:
    """How many are kept by their hashes alone."""
    marked = {"$gte": MARK, "$lt": chr(ord(MARK) + 1)}
    return int(Number._get_collection().count_documents({"phone": marked}))


def judged(phone: str, secret: str) -> Number:
    """The same for the gate: a block of any number of that person is their no to all of them.

    It counts too where only the hash is left of the number. A hold of one holds all of them, and
    what else they refused with one they refused.
    """
    person = Contact._get_collection().find_one({"phones": phone}, {"phones": 1}) or {}
    return judged_all({phone: person.get("phones", ())}, secret)[phone]


def judged_all(people: Mapping[str, Iterable[str]], secret: str) -> dict[str, Number]:
    """The same for several numbers, each with all numbers of its person, in one query."""
    names = {phone: {phone, *theirs, *hashes(phone, secret)} for phone, theirs in people.items()}
    wanted = list(set().union(*names.values()))
    found = {one.phone: one for one in Number.objects(phone__in=wanted)}
    no = {name for name, one in found.items() if one.blocked or one.erasing}
    declined = {name for name, one in found.items() if one.declined}
    uncalled = {name for name, one in found.items() if one.do_not_call}
    waits = {name: one.held_at for name, one in found.items() if one.held}
    judged_: dict[str, Number] = {}
    for phone, own in names.items():
        number: Number = found.get(phone) or Number(phone=phone)
        number.blocked = not own.isdisjoint(no)
        number.declined = not own.isdisjoint(declined)
        number.do_not_call = not own.isdisjoint(uncalled)
        number.held = not own.isdisjoint(waits)
        number.held_at = min(filter(None, map(waits.get, own)), default=None)
        judged_[phone] = number
    return judged_


def person(first: str, theirs: Iterable[Number]) -> dict[str, Any]:
    """What the numbers of one person say of them, by the stored fields of their contact.

    The first number's consent is shown; a block of any of their numbers is a no of the person.
    """
    known = {one.phone: one for one in theirs}
    number = known.get(first) or Number(phone=first)
    agreed = number.level != "none" and not any(one.blocked for one in known.values())
    adverts = number.level == "written" and not any(one.declined for one in known.values())
    return {
        "preferences.smsOptIn": agreed,
        "consent.marketingConsent": agreed and adverts,
        "consent.tcpaConsent": agreed and number.disclosed,
    }
