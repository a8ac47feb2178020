"""Whom a text is for, as the gate sees them: their consent, where they are, what they have had."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.model import Contact, Message, Number
from domain.policy import Policy
from domain.rules.gate import Purpose
from domain.rules.hours import Hours, Place, find
from domain.rules.hours.judging import A_DAY
from domain.services import numbers

Raw = Mapping[str, Any]
NEEDED = ("phones", "timezone", "address.state", "address.zip")
"""What is read of a contact, by its stored names."""


@dataclass(frozen=True)
class Whom:
    """A number by the name of its person: what one of theirs refused, all of them have refused."""

    number: Number
    place: Place
    phones: tuple[str, ...]

    def hours(self, policy: Policy, sent: Iterable[datetime] = ()) -> Hours:
        """Their hours, after what was `sent` of advertising."""
        consent = policy.consent
        rules, reading, home = consent.rules, consent.hours, consent.zone
        return Hours(rules, reading, self.place, tuple(sent), home=home)


def one(phone: str, policy: Policy) -> Whom:
    """The number's person; a number that nobody has stands for itself."""
    person = Contact._get_collection().find_one({"phones": phone}, dict.fromkeys(NEEDED, 1))
    return several({phone: person or {}}, policy)[phone]


def several(people: Mapping[str, Raw], policy: Policy) -> dict[str, Whom]:
    """The same of raw contacts, by the number that would be texted, in one query."""
    phones = {phone: (phone, *raw.get("phones", ())) for phone, raw in people.items()}
    known = numbers.judged_all(phones, policy.secret)
    return {
        phone: Whom(known[phone], place(phone, raw), tuple(dict.fromkeys(phones[phone])))
        for phone, raw in people.items()
    }


def place(phone: str, person: Raw) -> Place:
    """Where they may be, by what is known of them."""
    address: Raw = person.get("address") or {}
    said = (person.get("timezone"), address.get("state"), address.get("zip"))
    return find(phone, *(one if isinstance(one, str) else None for one in said))


def adverts(
    phones: Iterable[str], at: datetime, origin: str | None = None, *, past: bool = False
) -> list[datetime]:
    """When advertising to any of these numbers was attempted, from 24 hours before `at` on.

    The text of that `origin` itself does not count. `past`: nor does what came after `at`; in the
    present it does, so that of two that begin together each sees the other, whose clock is ahead.
    """
    within = {"$gt": at - A_DAY} | ({"$lte": at} if past else {})
    return [at_ for _, at_ in _attempts(phones, within, origin)]


def adverts_of(people: Iterable[Whom], at: datetime) -> dict[str, list[datetime]]:
    """The same for several people, by each of their numbers, in one query."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for phone, when in _attempts(
        {one for them in people for one in them.phones}, {"$gt": at - A_DAY}
    ):
        found[phone].append(when)
    return found


def _attempts(
    phones: Iterable[str], within: Raw, origin: str | None = None
) -> Iterator[tuple[str, datetime]]:
    match = {
        "to": {"$in": list(phones)},
        "purpose": str(Purpose.MARKETING),
        "attemptedAt": within,
        "origin": {"$ne": origin},
    }
    for one in Message._get_collection().find(match, {"to": 1, "attemptedAt": 1}):
        yield one["to"], one["attemptedAt"]
