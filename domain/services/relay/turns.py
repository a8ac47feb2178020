"""What comes next in a thread, and what came of it."""

from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from domain import outbox
from domain.model import Message, Thread
from domain.outbox import Claim
from domain.services import channels, threads
from domain.services.relay import asides, marks, notices, plain, posts
from domain.services.relay.steps import (
    MOST_REFUSALS,
    SLOT,
    Mark,
    Reword,
    Say,
    Step,
    Tell,
    finish,
    place_of,
    write,
)
from domain.values import Failed, Place, Postponed, Shown, Unclear

UNSURE = "unsure"


def next_step(claim: Claim, now: datetime) -> Step | None:
    """The one thing to do next for this thread, or None when it must wait or is up to date."""
    thread = threads.get(claim.thread_id)
    blocked_until: datetime | None = None
    for message in outbox.waiting(SLOT, claim.thread_id):
        due_at = message.relay.due_at if message.relay else now
        unseen = _needs_post(message)
        if unseen and blocked_until:
            outbox.put_off(SLOT, [message], blocked_until)
        elif due_at > now:
            blocked_until = due_at if unseen else blocked_until
        elif unseen:
            return _post(message, thread, now)
        else:
            step = _touch_up(message, thread, now)
            if step:
                return step
            finish(message.id, message.rev)
    return None


def said(step: Say, outcome: Shown | Failed | Postponed | Unclear) -> None:
    """Write down where it is shown; a clear no undoes the try."""
    if asides.about(step):
        asides.posted(step, outcome)
        return
    names = ("ts", "triedAt") if step.part == "text" else ("failureTs", "failureTriedAt")
    field, tried = (f"shadow.{name}" for name in names)
    if isinstance(outcome, Shown):
        place = _within(step.place) if step.part == "text" else {}
        write(step.message_id, {field: outcome.ts} | place | _wording(step), tried)
    elif not isinstance(outcome, Unclear):
        untried = ("shadow.channelId", "shadow.threadTs") if step.part == "text" else ()
        write(step.message_id, {}, tried, *untried)
        if isinstance(outcome, Failed):
            _unsaid(step, outcome)


def unsettled(step: Say | Tell | Mark | Reword, outcome: object) -> bool:
    """Whether the same must be tried again after a rest."""
    if isinstance(step, Tell):
        unsure = isinstance(outcome, Unclear) and not step.notice.choices
        return unsure or isinstance(outcome, Postponed)
    if isinstance(step, Say) and (step.part == "text" or asides.about(step)):
        return not isinstance(outcome, Shown)
    if isinstance(step, Reword) and posts.refuses_pictures(step, outcome):
        return True
    return isinstance(outcome, Postponed | Unclear)


def rest(message_id: object, outcome: object, now: datetime, lease: timedelta) -> None:
    """After an outcome that settled nothing: when to come back to this message."""
    message: Message = Message.objects(id=message_id).get()
    attempts = message.relay.attempts if message.relay else 0
    until = now + channels.pause(outcome, attempts, lease)
    Message._get_collection().update_one(
        {"_id": message_id, f"{SLOT}.due_at": {"$exists": True}},
        {
            "$set": {f"{SLOT}.due_at": until, f"{SLOT}.last_error": _reason(outcome)},
            "$inc": {f"{SLOT}.attempts": 1},
        },
    )


def rest_thread(thread_id: ObjectId, outcome: object, now: datetime, lease: timedelta) -> None:
    """The same for a conversation that has no place yet: what waits for one carries the wait."""
    waiting = outbox.waiting(SLOT, thread_id)
    unseen = [m for m in waiting if _needs_post(m)]
    for message in [*unseen[:1], *(m for m in waiting if asides.adrift(m))]:
        rest(message.id, outcome, now, lease)


def _needs_post(message: Message) -> bool:
    """Not in the chat yet, and worth showing."""
    withdrawn = message.direction == "outbound" and message.status in posts.WITHDRAWN
    return message.shadow.ts is None and not withdrawn and not message.quiet


def _post(message: Message, thread: Thread, now: datetime) -> Step:
    """What was tried in one place is finished there, wherever the conversation is by now."""
    since = message.shadow.tried_at
    place = place_of(message, thread) if since else channels.place_of(thread)
    if place is None:
        step = channels.next_step(thread, now)
        return step or _post(message, threads.get(thread.id), now)
    if since is None:
        write(message.id, {"shadow.triedAt": now} | _within(place))
    whole = posts.worded(message, thread, first=True)
    post = plain.instead(whole, message.shadow.refused or 0)
    came_at = message.created_at if message.direction == "inbound" else None
    changes = posts.may_change(message)
    return Say(message.id, place, post, since, "text", changes, message.trace, came_at)


def _within(place: Place) -> dict[str, Any]:
    """A place as the message keeps it."""
    below = {"shadow.threadTs": place.thread_ts} if place.thread_ts else {}
    return {"shadow.channelId": place.channel_id} | below


def _wording(step: Say) -> dict[str, str]:
    """What our own post says by now; an earlier try may have shown other words."""
    if step.part != "text" or not step.changes:
        return {}
    return {"shadow.wording": posts.wording(step.post) if step.since is None else UNSURE}


def _touch_up(message: Message, thread: Thread, now: datetime) -> Step | None:
    """What else a shown (or withdrawn) message needs: a whisper, the reason it failed, its mark."""
    place = place_of(message, thread)
    if place is None:
        return asides.aside(message, thread, now)
    return (
        notices.whisper(message, place, now)
        or asides.aside(message, thread, now)
        or posts.rewording(message, thread, place)
        or notices.explanation(message, place, now)
        or marks.mark(message, place)
    )


def _unsaid(step: Say, outcome: Failed) -> None:
    """The chat will not show it there: find another place, or give up a mere explanation."""
    if step.part == "failure":
        write(step.message_id, {"shadow.failureTs": outcome.code})
        return
    message: Message = Message.objects(id=step.message_id).get()
    refused = message.relay.attempts if message.relay else 0
    if outcome.gone:
        channels.lost(message.thread_id, step.place, outcome.code)
    elif step.place.thread_ts:
        write(message.id, {"shadow.refused": (message.shadow.refused or 0) + 1})
    elif refused >= MOST_REFUSALS:
        channels.to_inbox(message.thread_id)


def _reason(outcome: object) -> str:
    return str(getattr(outcome, "reason", None) or getattr(outcome, "code", outcome))
