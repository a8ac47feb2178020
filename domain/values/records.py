"""The carrier's own records, a page at a time."""

from dataclasses import dataclass
from datetime import datetime

from domain.values.texts import CarriedText

INBOUND, OUTBOUND, REPLY = "inbound", "outbound", "reply"
"""A customer's text, one of the account's, and what the carrier answered by itself."""


@dataclass(frozen=True)
class Record:
    """One text of the account; `media` is how many files came with it, `at` when it was sent."""

    text: CarriedText
    way: str
    at: datetime
    media: int = 0


@dataclass(frozen=True)
class Records:
    """A page, newest first; `next` is where the following one begins, None at the end."""

    records: tuple[Record, ...]
    next: str | None = None
