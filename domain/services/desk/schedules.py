"""Texts that wait for their time: listed for an agent or a conversation, changed in one write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain import outbox
from domain.errors import Conflict
from domain.model import Agent, Author, Message, Thread
from domain.policy import Policy
from domain.rules import zones
from domain.rules.status import MessageStatus
from domain.services import agents, clocks, compose, deferral, messages, optout, threads
from domain.services.people import contacts
from domain.services.programs import drafts, releasing, revising

PAGE = 10
TOO_LATE = "This text is not waiting for its time any more."
SEE = "Its marks in the conversation say how far it has come."
CHANGED = "{name} changed this text, which you had scheduled. It now leaves {when}:\n{body}"


@dataclass(frozen=True)
class Waiting:
    """One scheduled text; `zone` is the customer's, where it is known; `since`: why so late."""

    id: str
    thread_id: str
    name: str
    phone: str
    body: str
    send_at: datetime
    zone: str | None
    by: str
    since: str = ""


def mine(agent_id: str, most: int = PAGE, skip: int = 0) -> tuple[list[Waiting], bool]:
    """What that agent has scheduled, the next first, and whether there is more after these."""
    own = {"sentBy.key": agent_id, "status": str(MessageStatus.SCHEDULED)}
    order = [("sendAt", 1), ("_id", 1)]
    rows = list(Message._get_collection().find(own).sort(order).skip(skip).limit(most + 1))
    return _told([Message._from_son(one) for one in rows[:most]]), len(rows) > most


def of_thread(thread_id: object, most: int = PAGE, skip: int = 0) -> tuple[list[Waiting], bool]:
    """What waits in a conversation, whoever scheduled it."""
    thread = threads.get(thread_id)
    open_ = [one for one in outbox.waiting("dispatch", thread.id) if _waits(one)]
    found = sorted(open_, key=lambda one: (one.send_at, one.id))
    return _told(found[skip : skip + most]), len(found) > skip + most


def get(message_id: object) -> Waiting:
    """One of them; Conflict when it is not scheduled any more."""
    found = messages.get(message_id)
    if not _waits(found):
        raise _gone()
    return _told([found])[0]


def revise(
    message_id: object,
    body: str,
    send_at: datetime,
    now: datetime,
    policy: Policy,
    by: Author | None = None,
) -> Message:
    """Other words and another time at once; InvalidInput, or Conflict when it is too late.

    `by` is who did it: a colleague whose text it was is told.
    """
    found = messages.get(message_id)
    compose.check_body(body, (*found.media_urls, *(one.sha256 for one in found.media)))
    drafts.check_ahead(send_at, now)
    drafts.check_time(send_at, now)
    body = optout.worded(body, found.to, found.purpose, policy)
    told = _told_of(found, body, send_at, by, policy) if by else None
    changed = revising.revise(found, body, send_at, now, policy, told)
    if changed is None:
        raise _gone()
    return changed


def send_now(message_id: object, by: Author, now: datetime, policy: Policy) -> Message:
    """Let it leave at once, at night too where a person may say so.

    Conflict when it is not scheduled any more, Refused when it may not leave now.
    """
    found = messages.get(message_id)
    if not _waits(found):
        raise _gone()
    try:
        return releasing.at_once(found, by, now, policy)
    except Conflict as error:
        raise _gone() from error


def when(message: Message, thread: Thread, reader: Agent | None = None) -> str | None:
    """When a scheduled text leaves, for the customer and for who reads it; None of any other.

    Without a `reader`, for its author.
    """
    if not _waits(message) or message.send_at is None:
        return None
    by = message.sent_by
    author = agents.known(by.key) if by and by.kind == "agent" and not reader else None
    whose = reader or author
    ours = zones.known(whose.timezone) if whose else None
    us = "you" if reader else (author.name if author else "") or "its author"
    leaves = zones.for_both(message.send_at, clocks.zone_of(thread), ours, us)
    return f"Leaves {leaves}{deferral.since(message)}."


def _told_of(
    message: Message, body: str, send_at: datetime, by: Author, policy: Policy
) -> dict[str, Any] | None:
    """What its author is to hear of a change, if it was somebody else's."""
    theirs = clocks.zone_of(threads.get(message.thread_id))
    leaves = clocks.whole(send_at, theirs, message.sent_by, policy)
    said = CHANGED.format(name=revising.called(by), when=leaves, body=body)
    return revising.notice(message, by, said)


def _waits(message: Message) -> bool:
    return message.direction == "outbound" and message.status == MessageStatus.SCHEDULED


def _told(found: Sequence[Message]) -> list[Waiting]:
    """With whom each is for; a conversation is read once."""
    ids = {one.thread_id for one in found}
    talks = {one.id: one for one in Thread.objects(id__in=list(ids))}
    return [_one(message, talks[message.thread_id]) for message in found]


def _one(message: Message, thread: Thread) -> Waiting:
    contact = contacts.find(thread.contact_id)
    by = message.sent_by
    agent = agents.known(by.key) if by and by.kind == "agent" else None
    return Waiting(
        id=str(message.id),
        thread_id=str(thread.id),
        name=contact.name if contact else thread.phone,
        phone=thread.phone,
        body=message.body,
        send_at=message.send_at or message.created_at,
        zone=clocks.zone_of(thread),
        by=(agent.name if agent else "") or (by.name if by else "") or "somebody",
        since=deferral.since(message),
    )


def _gone() -> Conflict:
    return Conflict(TOO_LATE, code="TOO_LATE", help=SEE)
