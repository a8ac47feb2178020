"""An agent answers a customer.

The insert of the message is the commit: it carries the hold, the gate's verdict of now (asked
again when the text leaves) and the agent's own message as its origin, so that one chat message
is one text however often we hear of it. A refusal is a message too: its marker and the reason
reach the agent the same way as everything else. Edits and deletions: see `edits`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.errors import Conflict, DomainError
from domain.model import Author, Choice, Message, Notice, Shadow, Thread
from domain.policy import Policy, Timing
from domain.rules.gate import Verdict
from domain.rules.status import MessageStatus
from domain.services import agents, compose, gate, messages, threads
from domain.services.programs import revising
from domain.values import Person

LATE = "This answer reached us late, so it is waiting for you. Send it?"
RELEASE = "release"
RESCHEDULE = "To let it leave at another time, use rescheduleMessage."
CALLED_BACK = "{name} (API) called this text back, so it was not sent."


@dataclass(frozen=True)
class Answer:
    """What an agent wrote where a conversation lives; `ts` None: by a form, not by a message.

    `objection` is why it cannot be a text (its code, a sentence), found out before we looked.
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


def answer(said: Answer, now: datetime, policy: Policy, timing: Timing) -> Message | None:
    """Commit an answer, once per origin; None when no conversation lives there."""
    known = messages.by_origin(said.origin)
    if known:
        return known
    thread = threads.in_channel(said.channel_id, said.thread_ts)
    if thread is None:
        return None
    return compose.insert(composed(said, thread, now, policy, timing))


def release(message_id: object, now: datetime) -> Message:
    """End the hold: it leaves now. Conflict TOO_LATE when it is no longer held."""
    found = messages.get(message_id)
    match = {"_id": found.id, "status": str(MessageStatus.HELD)}
    fields = {"dispatch.state": "due", "dispatch.due_at": now}
    released = messages.move(match, MessageStatus.QUEUED, now, fields=fields)
    if released is None:
        if found.status == MessageStatus.SCHEDULED:
            raise Conflict("This text is scheduled, not held.", help=RESCHEDULE)
        raise Conflict("This text is no longer held.", code="TOO_LATE")
    return released


def cancel(message_id: object, now: datetime, by: Author | None = None) -> Message:
    """Call a text back before it leaves. Conflict TOO_LATE once it is on its way.

    `by` is the program that did it: then the agent whose answer it was is told.
    """
    found = messages.get(message_id)
    push = revising.notice(found, by, CALLED_BACK.format(name=by.name)) if by else None
    canceled = called_back(found, now, push)
    if canceled is None:
        raise revising.too_late(messages.get(found.id))
    return canceled


def called_back(
    message: Message, now: datetime, push: dict[str, Any] | None = None
) -> Message | None:
    """The text, canceled; None when it has begun to leave. `push`: what is to be told of it."""
    match = {"_id": message.id, **messages.not_begun()}
    close = (messages.DISPATCH, "done")
    return messages.move(match, MessageStatus.CANCELED, now, push=push, close=close)


def composed(
    said: Answer, thread: Thread, now: datetime, policy: Policy, timing: Timing
) -> Message:
    """The answer as a message that is not committed yet: held, refused, or waiting for a click."""
    author = Author(kind="agent", key=said.user_id)
    if said.foreign:
        agents.learn(_stranger(said), now)
    verdict = gate.ask(thread.phone, thread.sender, thread.id, "conversation", author, now, policy)
    unfit = said.objection or objection(said.text)
    if verdict.allowed and unfit:
        verdict = Verdict(False, ("unfit",), *unfit)
    late = now - said.said_at > timing.late
    due_at = None if late else now + policy.hold
    made = compose.message(
        thread, said.text, said.origin, author, verdict, now, due_at, MessageStatus.HELD
    )
    made.position = threads.micros(said.said_at)
    made.edited_ts = said.edited_ts
    if said.ts:
        made.shadow = Shadow(channel_id=said.channel_id, thread_ts=said.thread_ts, ts=said.ts)
    _add_notice(made, verdict, late, said.user_id)
    return made


def _add_notice(made: Message, verdict: Verdict, late: bool, user_id: str) -> None:
    """Why nothing leaves, or that a click is needed."""
    if not verdict.allowed:
        why = " ".join(filter(None, ("Not sent.", verdict.message, verdict.help)))
        made.notices = [Notice(key="refused", user_id=user_id, text=why)]
    elif late:
        send = Choice(label="Send", action=RELEASE)
        ask = Notice(key="late", user_id=user_id, text=LATE, choices=[send])
        made.notices = [ask]


def _stranger(said: Answer) -> Person:
    return Person(said.user_id, said.team_id, "", None, False, False, True, False)


def objection(text: str) -> tuple[str, str] | None:
    """Why these words cannot be a text: a code and a sentence; None when they can."""
    try:
        compose.check_body(text)
    except DomainError as error:
        return error.code, error.message
    return None
