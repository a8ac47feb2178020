"""What the carrier is told and asked of numbers: who may be texted, and whose they are."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_LISTINGS = 25
"""Lines that the carrier takes at once."""


@dataclass(frozen=True)
class Listing:
    """A line of the carrier's list of those who have opted out, as it is to be.

    `key` is 32 hexadecimal digits by which its answer is known; `method` is how we heard of it.
    """

    key: str
    phone: str
    sender: str
    blocked: bool
    method: str
    at: datetime


class Holder(StrEnum):
    """Who has a number now, compared with a day on which we knew."""

    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Declined:
    """The carrier does not do this for us until somebody has put something right.

    `missing`: it has no such number or list.
    """

    reason: str
    missing: bool = False
