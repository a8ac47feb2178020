"""The marks on an agent's own message, or on a post of ours."""

from domain.model import Message
from domain.rules.marks import PASSING, marks_for
from domain.rules.status import MessageStatus
from domain.services.relay.steps import Mark, finish, write
from domain.values import Failed, Place, Postponed, Unclear


def mark(message: Message, place: Place) -> Mark | None:
    """What must change about them; the try is written down."""
    if message.direction == "inbound" or not message.shadow.ts:
        return None
    want = marks_for(MessageStatus(message.status), troubled=bool(message.error_message))
    sure, tried = frozenset(message.shadow.marks), frozenset(message.shadow.tried_marks)
    if want == sure and not tried:
        return None
    # After a try that was cut off none is sure: what we want is set again, the rest taken away.
    have = tried - want if tried else sure
    write(message.id, {"shadow.triedMarks": sorted(sure | tried | want)})
    passing = message.status in PASSING
    return Mark(
        message.id, place, message.shadow.ts, want, have, passing, message.rev, message.trace
    )


def marked(step: Mark, outcome: Failed | Postponed | Unclear | None) -> None:
    """Done, given up (the message is gone), or skipped when it was only a passing state."""
    if outcome is None or isinstance(outcome, Failed):
        write(step.message_id, {"shadow.marks": sorted(step.want)}, "shadow.triedMarks")
    elif isinstance(outcome, Postponed) and step.passing:
        finish(step.message_id, step.rev)
