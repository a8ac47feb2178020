"""Could we text that person, now or at any other moment, and why? The gate says; we ask."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from domain.model import Author, Contact, Message
from domain.policy import Policy
from domain.rules.consent.ledger import Standing, standing
from domain.rules.gate import Facts, Purpose, Verdict, decide
from domain.rules.hours import Hours
from domain.services import gate, numbers
from domain.services.consent import reading
from domain.services.consent import standing as standings

FIRST, LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Local days are known between these; whoever asks beyond them is told of the nearest."""


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
    what is known now. A no to any of their numbers is one to all of them.
    """
    asked = replace(asked, at=min(max(asked.at, FIRST), LAST))
    at, phones = asked.at, asked.phones
    stood = [_then(phone, at) if at < now else _now(phone, policy) for phone in phones]
    first = _together(stood)
    return decide(
        Facts(
            now=at,
            purpose=Purpose(asked.purpose),
            blocked=first.blocked,
            opted_in=first.opted_in,
            written=first.level == "written",
            declined=first.declined,
            held=first.held,
            held_until=gate.decided_by(first.held_at, policy),
            do_not_call=first.do_not_call,
            sender_known=policy.default_sender is not None,
            author_bar=gate.bar(asked.author),
            wrote_at=_wrote_at(phones[0], at),
            reply_window=policy.reply_window,
            hours=_hours(asked, policy),
        )
    )


def _hours(asked: Asked, policy: Policy) -> Hours:
    """Of that moment: by the rules and the address of now, and what they had had until then."""
    contact, at = asked.contact, asked.at
    advert = asked.purpose == Purpose.MARKETING
    sent = gate.adverts(asked.phones, at, past=True) if advert else ()
    place = gate.place(asked.phones[0], contact.to_mongo())
    rules, reading, home = policy.consent.rules, policy.consent.hours, policy.consent.zone
    return Hours(rules, reading, place, tuple(sent), home=home)


def _together(stood: Sequence[Standing]) -> Standing:
    """Where the person stands: what they refused with one number they refused with all."""
    waits = [one.held_at for one in stood if one.held_at]
    return replace(
        stood[0],
        blocked=any(one.blocked for one in stood),
        declined=any(one.declined for one in stood),
        do_not_call=any(one.do_not_call for one in stood),
        held=any(one.held for one in stood),
        held_at=min(waits, default=None),
    )


def _now(phone: str, policy: Policy) -> Standing:
    return standings.of(numbers.judged(phone, policy.secret))


def _then(phone: str, at: datetime) -> Standing:
    return standing(reading.facts(phone), at)


def _wrote_at(phone: str, at: datetime) -> datetime | None:
    """When they last wrote to us before that moment, to whichever number of ours."""
    newest = Message._get_collection().find_one(
        {"from": phone, "direction": "inbound", "createdAt": {"$lte": at}},
        {"createdAt": 1},
        sort=[("createdAt", -1), ("_id", -1)],
    )
    return newest["createdAt"] if newest else None
