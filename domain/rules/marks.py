"""The marks by which an agent's own message shows how far its text has come."""

from domain.rules.status import MessageStatus

WAITING = "hourglass_flowing_sand"
SENT = "heavy_check_mark"
DELIVERED = "white_check_mark"
TROUBLE = "exclamation"

PASSING = frozenset(
    {
        MessageStatus.SCHEDULED,
        MessageStatus.HELD,
        MessageStatus.QUEUED,
        MessageStatus.SENDING,
    }
)
"""States whose mark may be skipped when the chat allows few: another will follow."""

TROUBLED = frozenset(
    {
        MessageStatus.FAILED,
        MessageStatus.UNDELIVERED,
        MessageStatus.UNKNOWN,
        MessageStatus.CANCELED,
    }
)
"""States whose stored reason, if there is one, is told below the message."""

_MARKS = {
    MessageStatus.SENT: frozenset({SENT}),
    MessageStatus.DELIVERED: frozenset({SENT, DELIVERED}),
    MessageStatus.FAILED: frozenset({TROUBLE}),
    MessageStatus.UNDELIVERED: frozenset({TROUBLE}),
    MessageStatus.REFUSED: frozenset({TROUBLE}),
    MessageStatus.RECEIVED: frozenset(),
}


def marks_for(status: MessageStatus, *, troubled: bool = False) -> frozenset[str]:
    """The marks that a message in this state carries; `troubled`: a reason is stored with it."""
    if status is MessageStatus.CANCELED:
        return frozenset({TROUBLE}) if troubled else frozenset()
    if status is MessageStatus.UNKNOWN and troubled:
        return frozenset({TROUBLE})
    return _MARKS.get(status, frozenset({WAITING}))
