"""The question what a customer meant: put once where agents see it, and answered in its place."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from bson import ObjectId

from domain.model import Message, Thread
from domain.model.review import Review
from domain.services import agents
from domain.services.channels import leaving
from domain.services.channels.cards import person_of
from domain.services.channels.steps import Ask, Keep, place_of
from domain.values import Failed, Inquiry, Place, Postponed, Reask, Shown, Unclear

Raw = dict[str, Any]
MOST_REFUSALS = 3
LONGEST_WAIT = timedelta(minutes=1)
"""So long the question waits for the text itself to be shown above it."""
UNSURE = "unsure"
SOMEBODY = "Somebody"
OPTED_OUT, GOES_ON = "this was an opt-out: no text leaves any more", "this was not an opt-out"
THEIRS = {
    "opt_out": "They have opted out themselves: no text leaves any more",
    "released": "They have asked for texts again",
}
EXPIRED = "Nobody decided in time, so it counts as an opt-out: no text leaves any more"


def inquiry(thread: Thread, review: Review) -> Inquiry:
    """What the question is to say now."""
    return Inquiry(
        thread_id=str(thread.id),
        key=review.key,
        name=person_of(thread),
        words=review.words,
        due_at=review.due_at,
        stranger=review.stranger,
        asks=None if review.outcome else thread.assigned_to,
        outcome=_outcome(review),
        opted_out=review.outcome == "opt_out",
        decided_at=review.decided_at,
    )


def is_due(thread: Thread) -> bool:
    """Whether somebody must still be asked, so that a place is needed."""
    review = thread.review
    return bool(thread.held_for_review and review and not review.ts and not _is_barred(review))


def waits(thread: Thread, now: datetime) -> bool:
    """Whether the question is to be put a little later: below the text that it is about."""
    review = thread.review
    if review is None or not is_due(thread) or now >= review.said_at + LONGEST_WAIT:
        return False
    shown = {"origin": review.key, "shadow.ts": {"$exists": True}}
    return Message._get_collection().find_one(shown, {"_id": 1}) is None


def next_question(thread: Thread, now: datetime) -> Ask | Keep | None:
    """Put it, or make it say what has become of it; the try is written down."""
    review = thread.review
    if review is None:
        return None
    what = inquiry(thread, review)
    place = Place(review.channel_id, review.thread_ts) if review.channel_id else None
    if place and review.ts:
        same = review.shown == digest(what)
        return None if same else Keep(thread.id, place, Reask(review.ts, what))
    if review.tried_at and place:
        return Ask(thread.id, place, what, review.tried_at)
    place = place_of(thread)
    if place is None or not is_due(thread) or waits(thread, now):
        return None
    tried: Raw = {"triedAt": now, "channelId": place.channel_id}
    tried |= {"threadTs": place.thread_ts} if place.thread_ts else {}
    return Ask(thread.id, place, what, None) if write(thread.id, review.key, tried) else None


def asked(step: Ask, outcome: Shown | Failed | Postponed | Unclear) -> None:
    """It is there; or it is not, and another try may be made; or nobody knows yet."""
    key = step.inquiry.key
    if isinstance(outcome, Shown):
        sure = step.since is None  # an earlier try may have said something else
        shown = digest(step.inquiry) if sure else UNSURE
        write(step.thread_id, key, {"ts": outcome.ts, "shown": shown})
    elif not isinstance(outcome, Unclear):
        write(step.thread_id, key, {}, "triedAt", "channelId", "threadTs")
    if isinstance(outcome, Failed):
        more = {"$inc": {"review.refused": 1}}
        Thread._get_collection().update_one({"_id": step.thread_id, "review.key": key}, more)
        if outcome.gone:
            leaving.lost(step.thread_id, step.place, outcome.code)


def reasked(step: Keep, deed: Reask, *, gone: bool) -> None:
    """It says so now, or cannot be changed; one that somebody deleted is put again."""
    key = deed.inquiry.key
    if gone and deed.inquiry.outcome is None:
        write(step.thread_id, key, {}, "ts", "triedAt", "channelId", "threadTs")
    else:
        write(step.thread_id, key, {"shown": digest(deed.inquiry)})


def digest(what: Inquiry) -> str:
    """Stands for everything that the question says."""
    return sha256(repr(what).encode()).hexdigest()[:16]


def write(thread_id: ObjectId, key: str, fields: Raw, *gone: str) -> bool:
    """What is known of how it is shown, if it is still about the same text."""
    update: Raw = {"$set": {f"review.{name}": value for name, value in fields.items()}}
    update = update if fields else {}
    update |= {"$unset": {f"review.{name}": "" for name in gone}} if gone else {}
    done = Thread._get_collection().update_one({"_id": thread_id, "review.key": key}, update)
    return bool(done.matched_count)


def _is_barred(review: Review) -> bool:
    return (review.refused or 0) >= MOST_REFUSALS


def _outcome(review: Review) -> str | None:
    """What became of it, in a sentence that says whose doing it was."""
    if review.outcome is None:
        return None
    by = review.by
    if by is None or by.kind == "system":
        return f"{EXPIRED if review.method == 'system' else THEIRS[review.outcome]}."
    agent = agents.known(by.key) if by.kind == "agent" else None
    name = (agent.name if agent else by.name) or SOMEBODY
    called = f"{name} (API)" if by.kind == "token" else name
    return f"{called}: {OPTED_OUT if review.outcome == 'opt_out' else GOES_ON}."
