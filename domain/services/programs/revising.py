"""A program changes a text that has not left: its words, or when it is to leave."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from domain import outbox
from domain.errors import Conflict
from domain.model import Author, Message
from domain.policy import Policy
from domain.rules.status import MessageStatus
from domain.services import compose, decisions, gate, links, messages, night, optout, threads
from domain.services.programs import drafts

CHANGEABLE = [str(MessageStatus.HELD), str(MessageStatus.SCHEDULED)]
NOT_OURS = "Only a text of ours that has not left can be changed."
NOT_SCHEDULED = "This text is not scheduled."
GONE = {
    MessageStatus.CANCELED: "This text was called back, so nothing will leave.",
    MessageStatus.REFUSED: "This text was refused, so nothing will leave.",
    MessageStatus.FAILED: "This text has failed, so nothing will arrive.",
}
UNKNOWN = "It is not known whether this text has left."
LEAVING = "This text is on its way already."
CALL_BACK = "Call it back with cancelMessage, if there is still time, and send a new text."
CHANGED = "{name} changed this text before it left. It now says:\n{body}"
LEFT = "This text has left already."
CORRECT = "To put it right, send a correction."
WRITE_ANEW = "Send a new text."


def reword(message_id: object, body: str, by: Author, now: datetime, policy: Policy) -> Message:
    """Change the words while the text is held or scheduled; Conflict TOO_LATE afterwards."""
    found = messages.get(message_id)
    files = (*(one.sha256 for one in found.media), *(one.source for one in found.wanted))
    at = max(found.send_at or now, now)
    body = links.likewise(body, found.origin, found.to, at, policy)
    compose.check_body(body, (*found.media_urls, *files))
    body = optout.worded(body, found.to, found.purpose, policy)
    if _changeable(found) and found.body == body:
        return found
    changed = messages.change(
        _waiting(found, CHANGEABLE),
        now,
        fields=compose.sized(body),
        push=notice(found, by, CHANGED.format(name=called(by), body=body)),
    )
    if changed is None:
        raise too_late(messages.get(found.id))
    return changed


def reschedule(message_id: object, send_at: datetime, now: datetime, policy: Policy) -> Message:
    """Let a scheduled text leave at another time, at once if that is now.

    In hours that are not allowed it leaves at the earliest minute after. InvalidInput for the past
    and for more than a year ahead, Conflict when it is not scheduled.
    """
    found = messages.get(message_id)
    drafts.check_ahead(send_at, now)
    drafts.check_time(send_at, now)
    moved = revise(found, None, send_at, now, policy)
    if moved is None:
        raise _not_scheduled(messages.get(found.id))
    links.lasting(moved.origin, max(moved.send_at or now, now), policy)
    return moved


def revise(
    message: Message,
    body: str | None,
    send_at: datetime,
    now: datetime,
    policy: Policy,
    told: dict[str, Any] | None = None,
) -> Message | None:
    """Other words (None: the same) and another time; None when it is scheduled no more.

    That it may leave at night was said of its night alone. `told`: its notice for its author.
    """
    at = max(send_at, now)
    thread, by = threads.get(message.thread_id), message.sent_by
    confirmed = night.confirmed(message, at) and night.same(message, thread, at, policy)
    said = gate.ask(
        message.to,
        thread.sender,
        thread.id,
        message.purpose,
        by,
        at,
        policy,
        confirmed=confirmed,
        origin=message.origin,
    )
    words = {} if body is None else compose.sized(body)
    if message.quiet_confirmed and not confirmed:
        words |= {"quietConfirmed": None, "quietUntil": None}
    kept = decisions.note(message, said, now)
    kept = kept._replace(push=kept.push | (told or {}))
    if said.deferred and said.earliest:
        later = {"sendAt": said.earliest, "wantedAt": send_at} | words
        return _put_off(message, later, kept, now)
    if said.refused:  # it may be allowed again by then
        kept = decisions.NOTHING._replace(push=told or {})
    if send_at > now:
        return _put_off(message, {"sendAt": send_at} | words, kept, now, ("wantedAt",))
    return let_go(message, now, words | kept.fields, kept.push)


def let_go(
    message: Message, now: datetime, fields: dict[str, Any], push: dict[str, Any]
) -> Message | None:
    """A scheduled text leaves at once; None when it is scheduled no more."""
    at_once = {"dispatch.state": "due", "dispatch.due_at": now} | fields
    gone = ("sendAt", "wantedAt", *outbox.STANDING)
    match = _waiting(message, [str(MessageStatus.SCHEDULED)])
    queued = MessageStatus.QUEUED
    return messages.move(match, queued, now, fields=at_once, unset=gone, push=push)


def notice(message: Message, by: Author, text: str) -> dict[str, Any] | None:
    """What the agent whose answer it is must be told, as they did not do it; to be pushed."""
    author = message.sent_by
    if author is None or author.kind != "agent" or author.key == by.key:
        return None
    key = f"changed:{uuid4().hex}"
    return {"notices": {"key": key, "userId": author.key, "text": text, "tried": False}}


def called(by: Author) -> str:
    """Whoever did it, as an agent is told."""
    name = by.name or "Somebody"
    return f"{name} (API)" if by.kind == "token" else name


def too_late(current: Message) -> Conflict:
    """Why a text can no longer be changed, and what can be done instead."""
    if current.direction == "inbound":
        return Conflict(NOT_OURS)
    status = MessageStatus(current.status)
    if status in GONE:
        return Conflict(GONE[status], code="TOO_LATE", help=WRITE_ANEW)
    if current.twilio_sid:
        return Conflict(LEFT, code="TOO_LATE", help=CORRECT)
    if status is MessageStatus.UNKNOWN:
        return Conflict(UNKNOWN, code="TOO_LATE")
    waits = status in messages.STOPPABLE
    return Conflict(LEAVING, code="TOO_LATE", help=CALL_BACK if waits else CORRECT)


def _changeable(message: Message) -> bool:
    begun = message.dispatch and message.dispatch.state == "leased"
    return message.status in CHANGEABLE and not begun and not message.twilio_sid


def _waiting(message: Message, statuses: list[str]) -> dict[str, Any]:
    """Still in one of these states, and no call for it has begun."""
    return {"_id": message.id, **messages.not_begun(), "status": {"$in": statuses}}


def _put_off(
    message: Message,
    later: dict[str, Any],
    kept: decisions.Note,
    now: datetime,
    gone: tuple[str, ...] = (),
) -> Message | None:
    """Its post says when it leaves, so that is shown anew; what is so already is no change."""
    match = _waiting(message, [str(MessageStatus.SCHEDULED)])
    due_at = min(filter(None, (later["sendAt"], message.expires_at)))
    due = {"dispatch.state": "due", "dispatch.due_at": due_at}
    differs = [{name: {"$ne": value}} for name, value in later.items()]
    fields, unset = later | due | kept.fields, ("dispatch.ready_at", *gone)
    changed = messages.change(
        match | {"$or": differs}, now, fields=fields, unset=unset, push=kept.push
    )
    return changed or Message.objects(__raw__=match | later).first()


def _not_scheduled(current: Message) -> Conflict:
    if current.status == MessageStatus.HELD:
        return Conflict(NOT_SCHEDULED, help="It is held for a moment: release it or call it back.")
    return too_late(current)
