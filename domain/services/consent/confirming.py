"""Double opt-in: an agreement waits until the person confirms it by text."""

from dataclasses import replace
from datetime import datetime

from domain.errors import Conflict
from domain.model import Number
from domain.policy import Policy
from domain.rules.consent.answers import WAITS
from domain.rules.consent.ledger import RANK
from domain.services import numbers
from domain.services.consent import reading, recording
from domain.services.consent.reading import Entry
from domain.services.consent.recording import Within
from domain.services.consent.statement import Statement

THEIR_OWN = "This person has opted out. As opt-ins are confirmed here, only they can come back."
THEIR_OWN_HELP = "They can text START to opt in again."
PROOF = ("wording", "wording_version", "ip", "user_agent", "evidence_url", "note")


def record(
    origin: str,
    phone: str,
    said: Statement,
    now: datetime,
    policy: Policy,
    within: Within | None = None,
) -> Entry:
    """Write the statement into the ledger: a yes only waits, where the owner wants it confirmed.

    Conflict when somebody who has left would have to be asked.
    """
    if known := reading.known(origin, phone):
        return known
    if said.action == "opt_in" and policy.consent.double_opt_in:
        said = waiting(said, numbers.state_of(phone), now)
    return recording.record(origin, phone, said, now, within)


def waiting(said: Statement, number: Number, now: datetime) -> Statement:
    """A yes as it waits to be confirmed from `now` on, unless as strong a one is in force."""
    if number.blocked:
        raise Conflict(THEIR_OWN, code="OPTED_OUT", help=THEIR_OWN_HELP)
    renews = number.declined and said.level == "written"
    if number.opted_in and not renews and RANK[said.level] <= RANK[number.level]:
        return said
    return replace(said, action="pending", at=now, note=agreed_at(said.note, said.at, now))


def agreed_at(note: str | None, at: datetime, now: datetime) -> str | None:
    """The note of an agreement that waits from `now` on: with when it was given, if before."""
    agreed = f"Agreed at {at:%Y-%m-%d %H:%M} UTC." if at < now else None
    return " ".join(filter(None, (note, agreed))) or None


def is_waiting(number: Number, now: datetime) -> bool:
    """Whether that number was asked to confirm and still may do so."""
    at = number.pending_at
    return number.pending is not None and at is not None and now - at <= WAITS


def asked(phone: str) -> Entry | None:
    """What that number is to confirm: the latest agreement that waits, or waited."""
    return reading.latest(phone, "pending")


def confirmation(said: Statement, number: Number) -> Statement:
    """Their text as the yes that was waited for, with the proof of what they had agreed to.

    Of somebody who has left meanwhile it lifts the block as well.
    """
    agreed = asked(number.phone)
    proof = {name: getattr(agreed, name) for name in PROOF} if agreed else {}
    action = "opt_in" if number.blocked else "confirmed"
    return replace(said, action=action, level=number.pending or said.level, **proof)
