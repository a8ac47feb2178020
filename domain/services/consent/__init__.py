"""Consent: the ledger, the state of each number that follows from it, and who changes them."""

from domain.services.consent.recording import (
    AGREED_BEFORE,
    CARRIED,
    STOPPED,
    Statement,
    along,
    carry,
    from_keyword,
    record,
)

__all__ = [
    "AGREED_BEFORE",
    "CARRIED",
    "STOPPED",
    "Statement",
    "along",
    "carry",
    "from_keyword",
    "record",
]
