"""Consent: the ledger, the state of each number that follows from it, and who changes them."""

from domain.services.consent.reading import Entry
from domain.services.consent.recording import (
    AGREED_BEFORE,
    CARRIED,
    STOPPED,
    YES,
    along,
    carry,
    check,
    from_keyword,
    record,
    silence,
)
from domain.services.consent.returning import recognise
from domain.services.consent.statement import Statement

__all__ = [
    "AGREED_BEFORE",
    "CARRIED",
    "STOPPED",
    "YES",
    "Entry",
    "Statement",
    "along",
    "carry",
    "check",
    "from_keyword",
    "recognise",
    "record",
    "silence",
]
