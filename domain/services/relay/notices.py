"""What is said about a message beside it: a whisper to one agent, the reason why it failed."""

from datetime import datetime
from typing import Any

from bson import ObjectId

from domain.model import Message, Notice
from domain.rules.marks import TROUBLED
from domain.services.relay.steps import Say, Tell, write
from domain.values import Button, Failed, Place, Post, Postponed, Shown, Unclear

MOST_WHISPERS = 2


def whisper(message: Message, place: Place, now: datetime) -> Tell | None:
    """The next one that nobody has tried, or that may be tried again; that is written down."""
    for notice in message.notices:
        if not notice.tried or (is_unheard(notice) and not is_spent(notice)):
            trying = {"tried": True, "triedAt": now, "tries": notice.tries + 1}
            note(message.id, notice.key, trying)
            return Tell(message.id, place, notice, message.trace)
    return None


def told(step: Tell, outcome: Shown | Failed | Postponed | Unclear) -> None:
    """Whispers are not readable back: one that may not have been heard is not forgotten."""
    key = step.notice.key
    if isinstance(outcome, Shown):
        note(step.message_id, key, {"heard": True})
    elif isinstance(outcome, Failed):
        note(step.message_id, key, {"tries": MOST_WHISPERS})
    elif isinstance(outcome, Postponed):
        note(step.message_id, key, {"tried": False, "tries": step.notice.tries}, "triedAt")


def note(message_id: ObjectId, key: str, fields: dict[str, Any], *unset: str) -> None:
    """What is known of how a notice was told."""
    changes = {"$set": fields, "$unset": dict.fromkeys(unset, "")}
    update = {
        operator: {f"notices.$.{name}": value for name, value in named.items()}
        for operator, named in changes.items()
        if named
    }
    Message._get_collection().update_one({"_id": message_id, "notices.key": key}, update)


def is_unheard(notice: Notice) -> bool:
    """Whether it was whispered and nobody knows if that was shown."""
    return notice.tried and notice.tried_at is not None and not notice.heard


def is_spent(notice: Notice) -> bool:
    """Whether it is whispered no more; a question is whispered once."""
    return bool(notice.choices) or notice.tries >= MOST_WHISPERS


def buttons(step: Tell) -> tuple[Button, ...]:
    """The choices that a notice offers; each one's value is the message's id."""
    return choices(step.message_id, step.notice)


def choices(message_id: ObjectId, notice: Notice) -> tuple[Button, ...]:
    """The same, of a notice by itself."""
    return tuple(Button(one.label, one.action, str(message_id)) for one in notice.choices)


def explanation(message: Message, place: Place, now: datetime) -> Say | None:
    """A text that failed after it was written: the reason and the next step, below it."""
    shadow = message.shadow
    if message.direction == "inbound" or not shadow.ts or shadow.failure_ts:
        return None
    if message.status not in TROUBLED or not message.error_message:
        return None
    since = shadow.failure_tried_at
    if since is None:
        write(message.id, {"shadow.failureTriedAt": now})
    below = Place(place.channel_id, place.thread_ts or shadow.ts)
    text = " ".join(filter(None, (message.error_message, message.error_help)))
    return Say(
        message.id,
        below,
        Post(f"{message.id}:failure", text),
        since,
        "failure",
        trace=message.trace,
    )
