"""The states of a message, and which of a carrier's reports about it counts.

Reports come late, twice and in any order. Each maps to one place in a total order; what a
message shows is the highest report of its log, so every order of arrival ends the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class MessageStatus(StrEnum):
    """Where a message is; lower case as stored."""

    SCHEDULED = "scheduled"
    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    CANCELED = "canceled"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    RECEIVED = "received"


OPEN = frozenset(
    {
        MessageStatus.SCHEDULED,
        MessageStatus.HELD,
        MessageStatus.QUEUED,
        MessageStatus.SENDING,
        MessageStatus.UNKNOWN,
    }
)
"""Not yet known to have left: dispatch decides what comes next."""

STOPPABLE = frozenset({MessageStatus.SCHEDULED, MessageStatus.HELD, MessageStatus.QUEUED})
"""Can still be called back when no call for it has begun."""

FINAL = frozenset(
    {
        MessageStatus.REFUSED,
        MessageStatus.CANCELED,
        MessageStatus.DELIVERED,
        MessageStatus.UNDELIVERED,
        MessageStatus.FAILED,
        MessageStatus.RECEIVED,
    }
)
"""Nothing more is expected to happen to it (`SENT` may stay so for ever, and may not)."""

ERRORS = frozenset({MessageStatus.REFUSED, MessageStatus.UNDELIVERED, MessageStatus.FAILED})
"""It did not arrive: the stored reason is shown in these states only."""


@dataclass(frozen=True, slots=True)
class Report:
    """One carrier report: the state that it means and its place in the order."""

    status: MessageStatus
    rank: int
    read: bool = False


# Fifty and above are final; among them the order breaks ties: good news is believed.
_REPORTS = {
    "scheduled": Report(MessageStatus.SCHEDULED, 0),
    "accepted": Report(MessageStatus.QUEUED, 10),
    "queued": Report(MessageStatus.QUEUED, 20),
    "sending": Report(MessageStatus.SENDING, 30),
    "sent": Report(MessageStatus.SENT, 40),
    "canceled": Report(MessageStatus.CANCELED, 50),
    "failed": Report(MessageStatus.FAILED, 51),
    "undelivered": Report(MessageStatus.UNDELIVERED, 52),
    # Some of it is missing, and only "undelivered" tells the agent to look.
    "partially_delivered": Report(MessageStatus.UNDELIVERED, 53),
    "delivered": Report(MessageStatus.DELIVERED, 54),
    "read": Report(MessageStatus.DELIVERED, 60, read=True),
}


def report(raw: str) -> Report | None:
    """What a reported word means for an outgoing message; None for a word that says nothing."""
    return _REPORTS.get(raw.strip().lower())


def highest(raws: Iterable[str]) -> Report | None:
    """The one report of a log that counts, whatever the order of the log."""
    known = [found for found in map(report, raws) if found]
    return max(known, key=lambda found: found.rank, default=None)
