"""Whether somebody on a list may be texted, and in which words: for a campaign and its dry run.

All that decides over several people is read in a few commands; then each is judged by it alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bson import ObjectId

from domain.errors import DomainError
from domain.model import Campaign, Contact
from domain.policy import Policy
from domain.rules.consent.optout import Past
from domain.rules.gate import Purpose, Verdict
from domain.services import compose, gate, links, optout
from domain.services.automation import filling
from domain.services.automation.filling import Person as Named
from domain.services.consent import reading
from domain.services.consent.reading import Agreement
from domain.services.gate import Whom
from domain.services.lists import pages
from domain.services.lists.pages import Raw

Person = tuple[ObjectId, str]
"""The contact as they were listed, and the number."""


@dataclass(frozen=True)
class Left:
    """Why somebody gets nothing: a code and a sentence."""

    code: str
    reason: str


@dataclass(frozen=True)
class Ready:
    """Who may be texted: now, or as the verdict says, later.

    `words` are their own; `body` is what leaves, but for the names of its short links.
    """

    contact_id: ObjectId
    words: str
    body: str
    verdict: Verdict


UNREAD = dict.fromkeys(("terms", "names", "words", "notes"), 0)
GONE = Left("NOT_FOUND", "This contact is gone.")
MOVED = Left("NOT_FOUND", "This number is not theirs any more.")
UNPROVEN = Left("OPT_IN_REQUIRED", "Nothing is on record of how this person agreed to texts.")


@dataclass(frozen=True)
class Known:
    """What is known of several people of one campaign, by contact as listed or by number."""

    contacts: Mapping[ObjectId, Raw]
    whom: Mapping[str, Whom]
    adverts: Mapping[str, Sequence[datetime]]
    pasts: Mapping[str, Past]
    agreed: Mapping[str, Agreement]


def known(purpose: str, people: Sequence[Person], now: datetime, policy: Policy) -> Known:
    """Read it in a number of commands that does not grow with the people."""
    raws = _contacts([own for own, _ in people])
    named = {phone: raws[own] for own, phone in people if own in raws}
    whom = gate.several(named, policy)
    marketing = purpose == Purpose.MARKETING
    return Known(
        contacts=raws,
        whom=whom,
        adverts=gate.adverts_of(whom.values(), now) if marketing else {},
        pasts=optout.pasts(list(named), purpose, policy),
        agreed=reading.agreements(list(named)),
    )


def judged(held: Campaign, one: Person, by: Known, now: datetime, policy: Policy) -> Ready | Left:
    """Their words and the gate's verdict, or why they get nothing at all."""
    own, phone = one
    contact = by.contacts.get(own)
    if contact is None or contact.get("erasingSince"):
        return GONE
    if phone not in contact.get("phones", ()):
        return MOVED
    try:
        words = filling.worded(held.body, _person(contact))
        body = links.measured(words, policy) if held.shorten else words
        compose.check_body(body)
        body = optout.worded(body, phone, held.purpose, policy, by.pasts[phone])
    except DomainError as error:
        return Left(error.code, error.message)
    them = by.whom[phone]
    sent = [at for number in them.phones for at in by.adverts.get(number, ())]
    verdict = gate.judge(them, None, held.sender, held.purpose, None, now, policy, sent=sent)
    if verdict.refused:
        return Left(verdict.code or "CONFLICT", verdict.message or "")
    return Ready(contact["_id"], words, body, verdict) if phone in by.agreed else UNPROVEN


def _person(raw: Raw) -> Named:
    address = raw.get("address") or {}
    return Named(
        raw.get("firstName"),
        raw.get("lastName"),
        raw.get("phone", ""),
        raw.get("email"),
        address.get("city"),
        address.get("state"),
        raw.get("customFields") or {},
    )


def _contacts(ids: Sequence[ObjectId]) -> dict[ObjectId, Raw]:
    """By the ids that were listed; who was merged meanwhile is whom they became."""
    found = {raw["_id"]: raw for raw in pages.by_key(Contact, "_id", ids, UNREAD)}
    into = {own: raw["mergedInto"] for own, raw in found.items() if raw.get("mergedInto")}
    if not into:
        return found
    became = _contacts(list(set(into.values())))
    rest = {own: raw for own, raw in found.items() if own not in into}
    return rest | {own: became[one] for own, one in into.items() if one in became}
