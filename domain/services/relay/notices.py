"""What is said about a message beside it: a whisper to one agent, the reason why it failed."""

from datetime import datetime

from domain.model import Message
from domain.rules.marks import TROUBLED
from domain.services.relay.steps import Say, Tell, write
from domain.values import Button, Failed, Place, Post, Postponed, Shown, Unclear


def whisper(message: Message, place: Place) -> Tell | None:
    """The next one that nobody has tried; the try is written down."""
    for notice in message.notices:
        if not notice.tried:
            Message._get_collection().update_one(
                {"_id": message.id, "notices.key": notice.key}, {"$set": {"notices.$.tried": True}}
            )
            return Tell(message.id, place, notice)
    return None


def told(step: Tell, outcome: Shown | Failed | Postponed | Unclear) -> None:
    """Whispers are not readable back: one whose outcome is unclear is not repeated."""
    if isinstance(outcome, Postponed):
        Message._get_collection().update_one(
            {"_id": step.message_id, "notices.key": step.notice.key},
            {"$set": {"notices.$.tried": False}},
        )


def buttons(step: Tell) -> tuple[Button, ...]:
    """The choices that a notice offers; each one's value is the message's id."""
    about = str(step.message_id)
    return tuple(Button(one.label, one.action, about) for one in step.notice.choices)


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
    return Say(message.id, below, Post(f"{message.id}:failure", text), since, "failure")
