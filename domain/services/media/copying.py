"""Which files of a message are still to be copied: to us, or from us to the chat."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bson import ObjectId

from domain.model import Attachment, Message, Wanted
from domain.rules import media
from domain.rules.status import MessageStatus

AT_ONCE = 3
"""Files of one text."""
MOST_TURNS = 300
PATIENCE_IN = timedelta(days=1)
PATIENCE_OUT = timedelta(hours=1)
"""Nobody wants an answer to leave much later than it was written."""
MOST_IN = 10_000_000
MOST_OUT = 20_000_000
"""What an agent may bring: pictures are made smaller before they leave."""
WITHDRAWN = (MessageStatus.REFUSED, MessageStatus.CANCELED)


@dataclass(frozen=True)
class Have:
    """Copy this file to us; `inbound` from the carrier, else from the chat. `count`: of how many.

    `trying_since` is when it was first wanted.
    """

    message_id: ObjectId
    place: int
    source: str
    content_type: str
    name: str | None
    inbound: bool
    count: int
    trying_since: datetime

    @property
    def most(self) -> int:
        """The bytes that it may have where it is."""
        return MOST_IN if self.inbound else MOST_OUT


@dataclass(frozen=True)
class Show:
    """Give the chat a copy of this file of ours."""

    message_id: ObjectId
    file_id: str
    name: str
    trying_since: datetime


Copy = Have | Show


def copies(message: Message, *, chat: bool) -> list[Copy]:
    """What there is to do: first what we lack, then what the `chat` lacks, if there is one."""
    if message.direction == "outbound" and message.status in WITHDRAWN:
        return []
    found: list[Copy] = [_have(message, one) for one in message.wanted if not one.problem]
    return found + [_show(message, one) for one in message.media if chat and _unseen(message, one)]


def stuck(message: Message) -> bool:
    """Whether it was begun so often that whoever begins it must be dying of it."""
    return bool(message.fetch and message.fetch.attempts > MOST_TURNS)


def overdue(step: Copy, now: datetime) -> bool:
    """Whether it has been tried for long enough."""
    outgoing = isinstance(step, Have) and not step.inbound
    return now - step.trying_since > (PATIENCE_OUT if outgoing else PATIENCE_IN)


def _have(message: Message, one: Wanted) -> Have:
    count = len(message.wanted) + len(message.media)
    inbound = message.direction == "inbound"
    return Have(
        message.id,
        one.place,
        one.source,
        one.content_type,
        one.name,
        inbound,
        count,
        message.created_at,
    )


def _show(message: Message, one: Attachment) -> Show:
    name = one.name or media.numbered_name(one.content_type, one.place or 0)
    return Show(message.id, str(one.file_id), name, message.created_at)


def _unseen(message: Message, one: Attachment) -> bool:
    """What an agent brought is in the chat already."""
    theirs = message.direction == "outbound" and one.place is not None
    return not theirs and one.chat_id is None and one.problem is None
