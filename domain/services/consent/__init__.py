"""Consent: the ledger, the state of each number that follows from it, and who changes them."""

from domain.services.consent.recording import (
    AGREED_BEFORE,
    CARRIED,
    STOPPED,
    Statement,
    carry,
    from_keyword,
    number_after,
    record,
)

__all__ = [
    "AGREED_BEFORE",
    "CARRIED",
    "STOPPED",
    "Statement",
    "carry",
    "from_keyword",
    "number_after",
    "record",
]
