"""An agent answers a customer.

The insert of the message is the commit: it carries the hold, the gate's verdict of now (asked
again when the text leaves) and the agent's own message as its origin, so that one chat message
is one text however often we hear of it. A refusal is a message too: its marker and the reason
reach the agent the same way as everything else. News of a message that we have not seen yet
(an edit, a deletion) makes it under the same origin, so that a late original finds it there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId

from domain import outbox
from domain.errors import Conflict, DomainError
from domain.model import Author, Message, Notice, Shadow, StatusChange, Thread
from domain.policy import Policy, Timing
from domain.rules.gate import Verdict
from domain.rules.status import ERRORS, MessageStatus
from domain.services import agents, compose, gate, messages, threads
from domain.values import Person

TOO_LATE = "The customer already received the original."
LATE = "This answer reached us late, so it is waiting for you. Send it?"
NOT_SENT = "Nothing was sent. To send it, write it as a new message."
RELEASE = "release"


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
    return compose.insert(_composed(said, thread, now, policy, timing))


def edit(said: Answer, now: datetime, policy: Policy, timing: Timing) -> Message | None:
    """Change the text while it is held; later tell the agent that it is too late."""
    known = answer(said, now, policy, timing)
    if known is None or not _newer(said, known):
        return known
    unfit = said.objection or _objection(said.text)
    changed = _withdraw(known, said, unfit, now) if unfit else _rewritten(known, said, now)
    return changed or _edited_too_late(messages.get(known.id), said, now)


def retract(said: Answer, now: datetime, policy: Policy, timing: Timing) -> Message | None:
    """Call the text back while it is held; final, and good for an original still to come."""
    known = messages.by_origin(said.origin)
    if known:
        return _canceled(known, now) or _gone_too_late(messages.get(known.id), said, now)
    thread = threads.in_channel(said.channel_id, said.thread_ts)
    if thread is None:
        return None
    gone = _composed(said, thread, now, policy, timing)
    gone.status, gone.notices = str(MessageStatus.CANCELED), []
    gone.error_message = gone.error_help = None
    gone.dispatch = outbox.opened(None)
    gone.history = [StatusChange(status=gone.status, at=now)]
    made = compose.insert(gone)
    return made if made.status == MessageStatus.CANCELED else _canceled(made, now)


def release(message_id: object, now: datetime) -> Message:
    """End the hold: it leaves now. Conflict TOO_LATE when it is no longer held."""
    match = {"_id": messages.get(message_id).id, "status": str(MessageStatus.HELD)}
    fields = {"dispatch.state": "due", "dispatch.due_at": now}
    released = messages.move(match, MessageStatus.QUEUED, now, fields=fields)
    if released is None:
        raise Conflict("This text is no longer held.", code="TOO_LATE")
    return released


def cancel(message_id: object, now: datetime) -> Message:
    """Call a text back before it leaves. Conflict TOO_LATE once it is on its way."""
    found = messages.get(message_id)
    canceled = _canceled(found, now)
    if canceled is None:
        raise Conflict("This text has left already.", code="TOO_LATE")
    return canceled


def _composed(
    said: Answer, thread: Thread, now: datetime, policy: Policy, timing: Timing
) -> Message:
    author = Author(kind="agent", key=said.user_id)
    if said.foreign:
        agents.learn(_stranger(said), now)
    verdict = gate.ask(thread.phone, thread.sender, thread.id, "conversation", author, now, policy)
    objection = said.objection or _objection(said.text)
    if verdict.allowed and objection:
        verdict = Verdict(False, ("unfit",), *objection)
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
        ask = Notice(key="late", user_id=user_id, text=LATE, action=RELEASE, label="Send")
        made.notices = [ask]


def _stranger(said: Answer) -> Person:
    return Person(said.user_id, said.team_id, "", None, False, False, True, False)


def _objection(text: str) -> tuple[str, str] | None:
    try:
        compose.check_body(text)
    except DomainError as error:
        return error.code, error.message
    return None


def _newer(said: Answer, known: Message) -> bool:
    return (said.edited_ts or "") > (known.edited_ts or "")


def _stoppable(known: Message, edited_ts: str | None = None) -> dict[str, Any]:
    """Not begun to leave, and (for an edit) not changed by a newer one meanwhile."""
    match = {"_id": known.id, **messages.not_begun()}
    if edited_ts:
        older = [{"editedTs": {"$exists": False}}, {"editedTs": {"$lt": edited_ts}}]
        match["$or"] = older
    return match


def _rewritten(known: Message, said: Answer, now: datetime) -> Message | None:
    fields = compose.sized(said.text) | {"editedTs": said.edited_ts}
    return messages.change(_stoppable(known, said.edited_ts), now, fields=fields)


def _withdraw(
    known: Message, said: Answer, unfit: tuple[str, str], now: datetime
) -> Message | None:
    """The new wording cannot be a text, so nothing leaves."""
    code, why = unfit
    fields = {"errorMessage": why, "decision.allowed": False, "decision.code": code}
    refused = messages.move(
        _stoppable(known, said.edited_ts),
        MessageStatus.REFUSED,
        now,
        fields=fields | {"editedTs": said.edited_ts},
        close=("dispatch", "done"),
    )
    return refused and _notify(refused.id, f"edit:{said.edited_ts}", said, f"Not sent. {why}", now)


def _canceled(known: Message, now: datetime) -> Message | None:
    return messages.move(_stoppable(known), MessageStatus.CANCELED, now, close=("dispatch", "done"))


def _edited_too_late(current: Message, said: Answer, now: datetime) -> Message | None:
    """It has left, or never will: say which, once per edit."""
    unchanged = current.body == said.text and not said.objection
    if current.status == MessageStatus.CANCELED or unchanged or not _newer(said, current):
        return current
    text = NOT_SENT if current.status in ERRORS else TOO_LATE
    return _notify(current.id, f"edit:{said.edited_ts}", said, text, now)


def _gone_too_late(current: Message, said: Answer, now: datetime) -> Message | None:
    """It has left: say so, once. Where nothing arrived, nothing is to be said."""
    if current.status == MessageStatus.CANCELED or current.status in ERRORS:
        return current
    return _notify(current.id, "gone", said, TOO_LATE, now)


def _notify(
    message_id: ObjectId, key: str, said: Answer, text: str, now: datetime
) -> Message | None:
    notice = {"key": key, "userId": said.user_id, "text": text, "tried": False}
    match = {"_id": message_id, "notices.key": {"$ne": key}}
    told = messages.change(match, now, push={"notices": notice})
    return told or messages.get(message_id)
