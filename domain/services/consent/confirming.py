"""Double opt-in: an agreement waits until the person confirms it by text."""

from dataclasses import replace
from datetime import datetime

from domain.model import ConsentEvent, Number
from domain.policy import Policy
from domain.rules.answers import WAITS
from domain.services.consent.recording import Statement

PROOF = ("wording", "wording_version", "ip", "user_agent", "evidence_url", "note")


def to_confirm(said: Statement, now: datetime, policy: Policy) -> Statement:
    """The statement as it is to be recorded: a yes only waits, where the owner wants it confirmed.

    It waits from `now` on, whenever the person agreed.
    """
    if said.action != "opt_in" or not policy.consent.double_opt_in:
        return said
    agreed = f"Agreed at {said.at:%Y-%m-%d %H:%M} UTC." if said.at < now else None
    note = " ".join(filter(None, (said.note, agreed))) or None
    return replace(said, action="pending", at=now, note=note)


def is_waiting(number: Number, now: datetime) -> bool:
    """Whether that number was asked to confirm and still may do so."""
    asked = number.pending and number.pending_at
    return bool(asked and number.pending_at and now - number.pending_at <= WAITS)


def confirmation(said: Statement, number: Number) -> Statement:
    """Their text as the yes that was waited for, with the proof of what they had agreed to.

    Of somebody who has left meanwhile it lifts the block as well.
    """
    asked: ConsentEvent | None = (
        ConsentEvent.objects(phone=number.phone, action="pending")
        .order_by("-recorded_at", "-id")
        .first()
    )
    proof = {name: getattr(asked, name) for name in PROOF} if asked else {}
    action = "opt_in" if number.blocked else "confirmed"
    return replace(said, action=action, level=number.pending or said.level, **proof)
