"""What a worker can be asked to do about a text that is to leave."""

from dataclasses import dataclass, field
from datetime import date, datetime

from domain.values import OutgoingText

SLOT = "dispatch"


@dataclass(frozen=True)
class Send:
    """Hand this text over now, in time before `until`; the attempt is written.

    `due_at` is when it was free to leave.
    """

    text: OutgoingText
    lease_id: str
    until: datetime
    due_at: datetime | None = None
    trace: str | None = None


@dataclass(frozen=True)
class Look:
    """Find out in the carrier's records whether an unclear attempt went through."""

    message_id: str
    recipient: str
    trace: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Identify:
    """Nobody knows, or knows any more, who wrote this answer."""

    message_id: str
    user_id: str
    sender: str
    team_id: str | None


@dataclass(frozen=True)
class Verify:
    """Ask the carrier whether the number is still that of the one who had it on that day."""

    message_id: str
    phone: str
    since: date


Step = Send | Look | Identify | Verify
