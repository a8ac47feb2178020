"""An agent answers a customer.

The insert of the message is the commit: it carries the hold, the gate's verdict of now (asked
again when the text leaves) and the agent's own message as its origin, so that one chat message
is one text however often we hear of it. A refusal is a message too: its marker and the reason
reach the agent the same way as everything else. Edits and deletions: see `edits`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bson import ObjectId

from domain import outbox
from domain.errors import Conflict, DomainError
from domain.model import Author, Message, Notice, Shadow, Thread
from domain.policy import Policy, Timing
from domain.rules.gate import Verdict
from domain.rules.status import MessageStatus
from domain.services import (
    agents,
    compose,
    deferral,
    gate,
    guard,
    media,
    messages,
    night,
    optout,
    threads,
    whereabouts,
)
from domain.services.guard import Question
from domain.services.programs import revising
from domain.values import FileRef, Person

LATE = "This answer reached us late, so it is waiting for you. Send it?"
SWITCHED = (
    "What is written here was switched between answers and notes while you wrote this, so it is "
    "waiting for you. Send it?"
)
NOT_HELD = "This text is no longer held."
RESCHEDULE = "To let it leave at another time, use rescheduleMessage."
CALLED_BACK = "{name} called this text back, so it was not sent."


@dataclass(frozen=True)
class Answer:
    """What an agent wrote where a conversation lives; `ts` None: by a form, not by a message.

    `objection` is why it cannot be a text (its code, a sentence), found out before we looked.
    `clicked`: somebody chose to send it, so it is no note. `previewed`: a form showed how long it
    is and what it costs before it was sent. At night it leaves all the same if it is `confirmed`,
    in the morning if it is `patient`; else its author is asked. `recovered`: no event told of it,
    it was found in the chat's records; so its author is asked, whatever else.
    """

    origin: str
    channel_id: str
    thread_ts: str | None
    ts: str | None
    user_id: str
    team_id: str
    foreign: bool
    text: str
    said_at: datetime
    edited_ts: str | None = None
    objection: tuple[str, str] | None = None
    clicked: bool = False
    previewed: bool = False
    confirmed: bool = False
    patient: bool = False
    recovered: bool = False
    files: tuple[FileRef, ...] = ()
    template_id: str | None = None


def answer(said: Answer, now: datetime, policy: Policy, timing: Timing) -> Message | None:
    """Commit an answer, once per origin; None when it is a note, or no conversation lived there.

    The mode is read after the message was typed and right before the commit: a switch that was
    made before it was typed is seen here.
    """
    known = messages.by_origin(said.origin)
    if known:
        return known
    thread = whereabouts.meant(said.channel_id, said.thread_ts)
    news = said.recovered or said.edited_ts is not None
    if thread is None or is_note(said, thread, news=news):
        return None
    return compose.insert(composed(said, thread, now, policy, timing))


def is_note(said: Answer, thread: Thread, *, news: bool) -> bool:
    """Whether it was typed where what is typed stays among colleagues; a click is never a note.

    What was typed before the last switch is a note only when all we hear is `news` of it (an edit,
    a deletion, the chat's records) and notes were the rule by then; otherwise its author is asked.
    """
    if said.clicked:
        return False
    if _switched_since(said, thread, surely=True):
        return news and thread.reply_mode == "send"
    return thread.reply_mode == "internal" and not _switched_since(said, thread)


def release(message_id: object, now: datetime, by: Author | None = None) -> Message:
    """End the hold: it leaves now. Conflict TOO_LATE when it is no longer held.

    `by` is who decided so: what a person let go is not asked about again, of a night as long as it
    lasts.
    """
    found = messages.get(message_id)
    while found.status == MessageStatus.HELD:
        match = {"_id": found.id, "status": found.status, "question": found.question}
        fields = {"dispatch.state": "due", "dispatch.due_at": now} | decided(by)
        fields |= night.yes(found, now)
        gone = ("question", "dispatch.ready_at")
        released = messages.move(match, MessageStatus.QUEUED, now, fields=fields, unset=gone)
        if released:
            return released
        found = messages.get(found.id)
    raise not_held(found)


def cancel(message_id: object, now: datetime, by: Author | None = None) -> Message:
    """Call a text back before it leaves. Conflict TOO_LATE once it is on its way.

    `by` is who did it: an agent whose answer it was is told, if that was somebody else.
    """
    found = messages.get(message_id)
    push = revising.notice(found, by, CALLED_BACK.format(name=revising.called(by))) if by else None
    canceled = called_back(found, now, push, by)
    if canceled is None:
        raise revising.too_late(messages.get(found.id))
    return canceled


def called_back(
    message: Message,
    now: datetime,
    push: dict[str, Any] | None = None,
    by: Author | None = None,
) -> Message | None:
    """The text, canceled; None when it has begun to leave. `push`: what is to be told of it."""
    return messages.move(
        {"_id": message.id, **messages.not_begun()},
        MessageStatus.CANCELED,
        now,
        fields=decided(by),
        unset=("question",),
        push=push,
        close=(messages.DISPATCH, "done"),
    )


def composed(
    said: Answer, thread: Thread, now: datetime, policy: Policy, timing: Timing
) -> Message:
    """The answer as a message that is not committed yet: held, refused, put off, or waiting for a
    click.
    """
    author = Author(kind="agent", key=said.user_id)
    if said.foreign:
        agents.learn(_stranger(said), now)
    verdict = _judged(said, thread, author, now, policy)
    body, unfit = fitted(said, thread.phone, "conversation", policy)
    said = replace(said, text=body)
    if unfit and not verdict.refused:
        verdict = Verdict(False, ("unfit",), *unfit)
    asked = [] if verdict.refused else _questions(said, thread, author, now, policy, timing)
    if verdict.needs_confirmation:
        asked.insert(0, night.question(thread, author, verdict, now, policy))
    due_at = None if asked else now + policy.hold
    made = compose.message(
        thread, said.text, said.origin, author, verdict, now, due_at, MessageStatus.HELD
    )
    made.position = threads.micros(said.said_at)
    made.edited_ts = said.edited_ts
    made.template_id = ObjectId(said.template_id) if said.template_id else None
    if said.confirmed:
        night.confirm(made, thread, now, policy)
    if said.files and not verdict.refused:
        made.wanted, made.fetch = media.wanted(said.files), outbox.opened(now)
    if said.ts:
        made.shadow = Shadow(channel_id=said.channel_id, thread_ts=said.thread_ts, ts=said.ts)
    if verdict.refused:
        why = " ".join(filter(None, ("Not sent.", verdict.message, verdict.help)))
        made.notices = [Notice(key="refused", user_id=said.user_id, text=why)]
    elif asked:
        guard.wait(made, asked, said.user_id)
    elif (told := deferral.news(made, verdict, policy)) and not said.patient:
        made.notices = [Notice._from_son(told)]
    return made


def _judged(said: Answer, thread: Thread, author: Author, now: datetime, policy: Policy) -> Verdict:
    """The gate's word of now; to what is patient the night is nothing but a bad hour."""
    verdict = gate.ask(
        thread.phone,
        thread.sender,
        thread.id,
        "conversation",
        author,
        now,
        policy,
        confirmed=said.confirmed,
    )
    return replace(verdict, needs_confirmation=verdict.blind) if said.patient else verdict


def _questions(
    said: Answer, thread: Thread, author: Author, now: datetime, policy: Policy, timing: Timing
) -> list[Question]:
    """What its author is to be asked before it leaves, the gravest first."""
    late = said.recovered or now - said.said_at > timing.late
    found = [Question(guard.LATE, LATE)] if late else []
    if said.recovered:
        found = [guard.away(said.text, said.said_at, author, now, policy)]
    if said.ts and (moved := whereabouts.moved(thread, said.channel_id, said.said_at)):
        found.append(moved)
    if not said.clicked and not late and _switched_since(said, thread):
        found.append(Question(guard.SWITCHED, SWITCHED))
    long = None if said.previewed else guard.length(said.text, policy, len(said.files))
    return [*found, long] if long else found


def _switched_since(said: Answer, thread: Thread, *, surely: bool = False) -> bool:
    """Whether it was typed before the last switch, as far as two clocks can tell; or `surely`."""
    doubt = -whereabouts.DOUBT if surely else whereabouts.DOUBT
    switched_at = thread.reply_mode_at
    return switched_at is not None and said.said_at < switched_at + doubt


def decided(by: Author | None) -> dict[str, Any]:
    """Whose click ended a wait, as it is stored."""
    return {"decidedBy": by.to_mongo().to_dict()} if by else {}


def not_held(current: Message) -> Conflict:
    """Why there is nothing to let go, and what can be done."""
    if current.status == MessageStatus.SCHEDULED:
        return Conflict("This text is scheduled, not held.", help=RESCHEDULE)
    stopped = current.status in (MessageStatus.CANCELED, MessageStatus.REFUSED)
    if not stopped:
        return Conflict(NOT_HELD, code="TOO_LATE")
    said = current.error_message or revising.GONE[MessageStatus(current.status)]
    return Conflict(f"{NOT_HELD} {said}", code="TOO_LATE", help=current.error_help)


def _stranger(said: Answer) -> Person:
    return Person(said.user_id, said.team_id, "", None, False, False, True, False)


def fitted(
    said: Answer, phone: str, purpose: str, policy: Policy
) -> tuple[str, tuple[str, str] | None]:
    """The words as they would leave, and why they cannot be a text; None when they can."""
    if unfit := said.objection or objection(said.text, said.files):
        return said.text, unfit
    try:
        return optout.worded(said.text, phone, purpose, policy), None
    except DomainError as error:
        return said.text, (error.code, error.message)


def objection(text: str, files: tuple[FileRef, ...] = ()) -> tuple[str, str] | None:
    """Why this cannot be a text: a code and a sentence; None when it can."""
    try:
        compose.check_body(text, tuple(one.id for one in files))
    except DomainError as error:
        return error.code, error.message
    return media.objection(files)
