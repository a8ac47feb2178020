"""A number's state as it is stored, and as the ledger's fold has it: the same fields in both."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from domain.model import ConsentEvent, Number
from domain.rules.consent.ledger import Said, Standing
from domain.services.consent.statement import Statement

Raw = Mapping[str, Any]
NAMES = {one.name: str(getattr(Number, one.name).db_field) for one in fields(Standing)}
"""What each part of a standing is called where it is stored."""


def of(number: Number) -> Standing:
    """Where the number stands, as stored."""
    return Standing(**{name: getattr(number, name) for name in NAMES})


def read(raw: Raw | None) -> Standing:
    """The same of a raw document; of a number that nobody has met when there is none."""
    return of(Number._from_son(dict(raw))) if raw else Standing()


def put(number: Number, now: Standing) -> None:
    """Make the document at hand say the same."""
    for name in NAMES:
        setattr(number, name, getattr(now, name))


def update(now: Standing) -> dict[str, Any]:
    """The update by which the stored number says that; what is nothing is stored nowhere."""
    told = {stored: getattr(now, name) for name, stored in NAMES.items()}
    known = {name: value for name, value in told.items() if value and value != "none"}
    known["blocked"] = now.blocked
    gone = dict.fromkeys(told.keys() - known.keys(), "")
    change: dict[str, Any] = {"$unset": gone} if gone else {}
    return change | ({"$set": known} if known else {}) | {"$inc": {"rev": 1}}


def heard(said: Statement, now: datetime) -> Said:
    """A statement that is recorded now, as the fold takes it."""
    return _said(said, now, disclosed=bool(said.wording or said.disclosed))


def recalled(raw: Raw) -> Said:
    """The same of a stored event; nothing sealed is needed for it."""
    event = ConsentEvent._from_son(dict(raw))
    return _said(event, event.recorded_at, disclosed=bool(event.wording_hash or event.disclosed))


def _said(told: Statement | ConsentEvent, recorded_at: datetime, *, disclosed: bool) -> Said:
    return Said(
        action=told.action,
        level=told.level,
        at=told.at,
        recorded_at=recorded_at,
        scope=told.scope,
        method=told.method,
        disclosed=disclosed,
        proof=told.proof,
    )
