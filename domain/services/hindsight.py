"""Could we text that person, now or at any other moment, and why? The gate says; we ask."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.model import Author, ConsentEvent, Contact, Message
from domain.policy import Policy
from domain.rules.gate import Facts, Purpose, Verdict, decide
from domain.rules.ledger import Said, Standing, standing
from domain.services import gate, numbers
from domain.services.consent import standing as standings
from domain.services.lists.orders import Order
from domain.services.lists.wanted import Driver, Wanted

LEDGER = Order("ledger", ("recordedAt", "_id"), -1)


@dataclass(frozen=True)
class Asked:
    """A text that nobody has written: to whom, why, when, by whom."""

    contact: Contact
    purpose: str
    at: datetime
    author: Author

    @property
    def phones(self) -> list[str]:
        """All their numbers; the first is the one that would be texted."""
        return list(self.contact.phones) or [self.contact.phone]


def can_text(asked: Asked, now: datetime, policy: Policy) -> Verdict:
    """The verdict for that moment.

    Of a moment that is past the ledger tells how consent stood then; one to come is judged by
    what is known now. A block on any of their numbers is a no.
    """
    at, phones = asked.at, asked.phones
    stood = [_then(phone, at) if at < now else _now(phone) for phone in phones]
    first = replace(stood[0], blocked=any(one.blocked for one in stood))
    return decide(
        Facts(
            now=at,
            purpose=Purpose(asked.purpose),
            blocked=first.blocked,
            opted_in=first.opted_in,
            written=first.level == "written",
            sender_known=policy.default_sender is not None,
            author_bar=gate.bar(asked.author),
            wrote_at=_wrote_at(phones[0], at),
            reply_window=policy.reply_window,
        )
    )


def ledger_of(contact: Contact) -> Wanted:
    """The events about any of their numbers, and theirs about numbers that they gave up."""
    about = [{"phone": phone} for phone in contact.phones or [contact.phone]]
    theirs = [{"contactId": one} for one in [contact.id, *contact.merged_ids]]
    return Wanted((Driver(None, (*about, *theirs)),))


def _now(phone: str) -> Standing:
    return standings.of(numbers.state_of(phone))


def _then(phone: str, at: datetime) -> Standing:
    events = list(
        ConsentEvent._get_collection().find({"phone": phone}).sort([("recordedAt", 1), ("_id", 1)])
    )
    return standing((_said(one) for one in events), at)


def _said(stored: dict[str, Any]) -> Said:
    event = ConsentEvent._from_son(stored)
    return standings.heard(event, event.recorded_at)


def _wrote_at(phone: str, at: datetime) -> datetime | None:
    """When they last wrote to us before that moment, to whichever number of ours."""
    newest = Message._get_collection().find_one(
        {"from": phone, "direction": "inbound", "createdAt": {"$lte": at}},
        {"createdAt": 1},
        sort=[("createdAt", -1), ("_id", -1)],
    )
    return newest["createdAt"] if newest else None
