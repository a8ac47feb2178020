"""The chat is made to look like the documents.

A worker that holds the thread's relay lease asks `next_step`, carries it out and tells the
outcome here. Texts are shown in thread order: one that cannot be shown yet keeps those behind it
waiting, but not the markers of texts that are shown already. A try to post is written down first;
while its outcome is unclear the post is looked for, never repeated blindly.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from bson import ObjectId

from domain import outbox
from domain.model import Message, Notice, Thread
from domain.outbox import Claim
from domain.rules.marks import PASSING, TROUBLED, marks_for
from domain.rules.status import MessageStatus
from domain.services import agents, channels, threads
from domain.services.channels import ChannelStep
from domain.values import Button, Failed, Place, Post, Postponed, Shown, Unclear

SLOT = "relay"
MOST_REFUSALS = 3
WITHDRAWN = (MessageStatus.REFUSED, MessageStatus.CANCELED)
CALLED_BACK = "Called back: this text was not sent."
UNSURE = "unsure"
FILE = "a file"


@dataclass(frozen=True)
class Say:
    """Show a post once; `since`: an earlier try may have shown it, so look first."""

    message_id: ObjectId
    place: Place
    post: Post
    since: datetime | None
    part: str  # "text" | "failure"


@dataclass(frozen=True)
class Tell:
    """Tell one agent something, once."""

    message_id: ObjectId
    place: Place
    notice: Notice


@dataclass(frozen=True)
class Mark:
    """Bring the marks on a message up to date; `rev` is the state they stand for."""

    message_id: ObjectId
    place: Place
    ts: str
    want: frozenset[str]
    have: frozenset[str]
    passing: bool
    rev: int


@dataclass(frozen=True)
class Reword:
    """Change a post of ours to what its text says now."""

    message_id: ObjectId
    place: Place
    ts: str
    post: Post


Step = ChannelStep | Say | Tell | Mark | Reword


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
            _finish(message.id, message.rev)
    return None


def said(step: Say, outcome: Shown | Failed | Postponed | Unclear) -> None:
    """Write down where it is shown; a clear no undoes the try."""
    names = ("ts", "triedAt") if step.part == "text" else ("failureTs", "failureTriedAt")
    field, tried = (f"shadow.{name}" for name in names)
    if isinstance(outcome, Shown):
        place = _within(step.place) if step.part == "text" else {}
        _write(step.message_id, {field: outcome.ts} | place | _wording(step), tried)
    elif not isinstance(outcome, Unclear):
        untried = ("shadow.channelId", "shadow.threadTs") if step.part == "text" else ()
        _write(step.message_id, {}, tried, *untried)
        if isinstance(outcome, Failed):
            _unsaid(step, outcome)


def told(step: Tell, outcome: Shown | Failed | Postponed | Unclear) -> None:
    """Whispers are not readable back: one whose outcome is unclear is not repeated."""
    if isinstance(outcome, Postponed):
        Message._get_collection().update_one(
            {"_id": step.message_id, "notices.key": step.notice.key},
            {"$set": {"notices.$.tried": False}},
        )


def marked(step: Mark, outcome: Failed | Postponed | Unclear | None) -> None:
    """Done, given up (the message is gone), or skipped when it was only a passing state."""
    if outcome is None or isinstance(outcome, Failed):
        _write(step.message_id, {"shadow.marks": sorted(step.want)}, "shadow.triedMarks")
    elif isinstance(outcome, Postponed) and step.passing:
        _finish(step.message_id, step.rev)


def reworded(step: Reword, outcome: Failed | Postponed | Unclear | None) -> None:
    """Done, or given up when the chat does not let us."""
    if outcome is None or isinstance(outcome, Failed):
        _write(step.message_id, {"shadow.wording": wording(step.post)})


def wording(post: Post) -> str:
    """Stands for the words of a post, which may change; its pictures never do."""
    said = "\0".join((post.text, post.note or ""))
    return sha256(said.encode()).hexdigest()[:16]


def _wording(step: Say) -> dict[str, str]:
    """What our own post says by now; an earlier try may have shown other words."""
    if step.part != "text" or step.post.from_customer:
        return {}
    return {"shadow.wording": wording(step.post) if step.since is None else UNSURE}


def buttons(step: Tell) -> tuple[Button, ...]:
    """The choices that a notice offers; each one's value is the message's id."""
    about = str(step.message_id)
    return tuple(Button(one.label, one.action, about) for one in step.notice.choices)


def unsettled(step: Say | Tell | Mark | Reword, outcome: object) -> bool:
    """Whether the same must be tried again after a rest."""
    if isinstance(step, Tell):
        return isinstance(outcome, Postponed)
    if isinstance(step, Say) and step.part == "text":
        return not isinstance(outcome, Shown)
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
    """The same for a conversation that has no place yet: its first unseen text carries the wait."""
    waiting = [m for m in outbox.waiting(SLOT, thread_id) if _needs_post(m)]
    if waiting:
        rest(waiting[0].id, outcome, now, lease)


def _needs_post(message: Message) -> bool:
    """Not in the chat yet, and worth showing."""
    withdrawn = message.direction == "outbound" and message.status in WITHDRAWN
    return message.shadow.ts is None and not withdrawn


def _post(message: Message, thread: Thread, now: datetime) -> Step:
    """What was tried in one place is finished there, wherever the conversation is by now."""
    since = message.shadow.tried_at
    place = _place(message, thread) if since else channels.place_of(thread)
    if place is None:
        step = channels.next_step(thread, now)
        return step or _post(message, threads.get(thread.id), now)
    if since is None:
        _write(message.id, {"shadow.triedAt": now} | _within(place))
    return Say(message.id, place, _worded(message, thread), since, "text")


def _within(place: Place) -> dict[str, Any]:
    """A place as the message keeps it."""
    below = {"shadow.threadTs": place.thread_ts} if place.thread_ts else {}
    return {"shadow.channelId": place.channel_id} | below


def _worded(message: Message, thread: Thread) -> Post:
    inbound = message.direction == "inbound"
    return Post(
        key=str(message.id),
        text=message.body,
        author=channels.person_of(thread) if inbound else _author(message),
        media_urls=tuple(message.media_urls),
        file_names=tuple(one.name or FILE for one in message.media),
        from_customer=inbound,
        note=_remark(message, thread),
    )


def _remark(message: Message, thread: Thread) -> str | None:
    """What the product adds below a text: for a strange number, or that it never left."""
    if message.unplaced:
        return channels.card_of(thread, own_channel=True).notice
    if message.direction == "inbound" or message.status not in WITHDRAWN:
        return None
    if message.status == MessageStatus.REFUSED:
        return " ".join(filter(None, ("Not sent.", message.error_message, message.error_help)))
    return None if message.error_message else CALLED_BACK


def _author(message: Message) -> str | None:
    by = message.sent_by
    if by is None:
        return None
    if by.kind == "token":
        return f"{by.name} (API)" if by.name else None
    agent = agents.known(by.key) if by.kind == "agent" else None
    return agent.name if agent else by.name or None


def _touch_up(message: Message, thread: Thread, now: datetime) -> Step | None:
    """What else a shown (or withdrawn) message needs: a whisper, the reason it failed, its mark."""
    place = _place(message, thread)
    if place is None:
        return None
    for notice in message.notices:
        if not notice.tried:
            Message._get_collection().update_one(
                {"_id": message.id, "notices.key": notice.key}, {"$set": {"notices.$.tried": True}}
            )
            return Tell(message.id, place, notice)
    return _reword(message, thread, place) or _explain(message, place, now) or _mark(message, place)


def _place(message: Message, thread: Thread) -> Place | None:
    """Where the message itself is, which may be an older place than the thread's present one."""
    if message.shadow.channel_id:
        return Place(message.shadow.channel_id, message.shadow.thread_ts)
    return channels.place_of(thread)


def _explain(message: Message, place: Place, now: datetime) -> Say | None:
    """A text that failed after it was written: the reason and the next step, below it."""
    shadow = message.shadow
    if message.direction == "inbound" or not shadow.ts or shadow.failure_ts:
        return None
    if message.status not in TROUBLED or not message.error_message:
        return None
    since = shadow.failure_tried_at
    if since is None:
        _write(message.id, {"shadow.failureTriedAt": now})
    below = Place(place.channel_id, place.thread_ts or shadow.ts)
    text = " ".join(filter(None, (message.error_message, message.error_help)))
    return Say(message.id, below, Post(f"{message.id}:failure", text), since, "failure")


def _reword(message: Message, thread: Thread, place: Place) -> Reword | None:
    """A post of ours whose text has been changed, or called back, since it was shown."""
    if message.direction == "inbound" or not message.shadow.ts or message.shadow.wording is None:
        return None
    post = _worded(message, thread)
    if wording(post) == message.shadow.wording:
        return None
    return Reword(message.id, place, message.shadow.ts, post)


def _mark(message: Message, place: Place) -> Mark | None:
    if message.direction == "inbound" or not message.shadow.ts:
        return None
    want = marks_for(MessageStatus(message.status), troubled=bool(message.error_message))
    sure, tried = frozenset(message.shadow.marks), frozenset(message.shadow.tried_marks)
    if want == sure and not tried:
        return None
    # After a try that was cut off none is sure: what we want is set again, the rest taken away.
    have = tried - want if tried else sure
    _write(message.id, {"shadow.triedMarks": sorted(sure | tried | want)})
    passing = message.status in PASSING
    return Mark(message.id, place, message.shadow.ts, want, have, passing, message.rev)


def _finish(message_id: ObjectId, rev: int) -> None:
    """Up to date as of `rev`; a later change keeps the slot open."""
    ending: dict[str, Any] = outbox.closed(SLOT)
    ending["$set"] |= {f"{SLOT}.attempts": 0}
    Message._get_collection().update_one({"_id": message_id, "rev": rev}, ending)


def _unsaid(step: Say, outcome: Failed) -> None:
    """The chat will not show it there: find another place, or give up a mere explanation."""
    if step.part == "failure":
        _write(step.message_id, {"shadow.failureTs": outcome.code})
        return
    message: Message = Message.objects(id=step.message_id).get()
    refused = message.relay.attempts if message.relay else 0
    if outcome.gone:
        channels.lost(message.thread_id, step.place)
    elif refused >= MOST_REFUSALS and step.place.thread_ts is None:
        channels.to_inbox(message.thread_id)


def _write(message_id: ObjectId, fields: dict[str, Any], *unset: str) -> None:
    update: dict[str, Any] = {"$set": fields} if fields else {}
    update |= {"$unset": dict.fromkeys(unset, "")} if unset else {}
    if update:
        Message._get_collection().update_one({"_id": message_id}, update)


def _reason(outcome: object) -> str:
    return str(getattr(outcome, "reason", None) or getattr(outcome, "code", outcome))
