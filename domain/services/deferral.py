"""A text that is only too early or too late is put off to its earliest minute; its agent is told.

It waits like a scheduled one: it holds nobody up, survives restarts, and can be changed, called
back and stopped. When its moment has come the gate is asked again.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from domain import outbox
from domain.model import Author, Message, Thread
from domain.policy import Policy
from domain.rules.gate import Verdict
from domain.rules.status import MessageStatus
from domain.services import clocks, decisions, messages, threads

DEFERRED, LEFT = "deferred:", "left"
LATER = "They get it {when}, {why}."
BECAUSE = {
    "quiet_hours": "because of the hour where they are",
    "closed_day": "because their state wants no advertising on such a day",
    "holiday": "because of a holiday where they are",
    "daily_cap": "because they have had enough advertising for a day",
    "zone_unknown": "because nobody knows what time it is where they are",
    "held": "because nobody has decided yet whether they want any more texts",
}
OTHERWISE = "because it may not leave before"
GONE = "The text that had to wait has left."
BEGUN = (
    *("dispatch.lease_id", "dispatch.lease_until", "dispatch.ready_at", "dispatch.turn_at"),
    "attemptedAt",
)


def put_off(
    message: Message, verdict: Verdict, now: datetime, match: dict[str, Any], policy: Policy
) -> Message | None:
    """The text as it waits now; None when it is not as it was read, or `match` does not hold."""
    assert verdict.earliest
    said = decisions.note(message, verdict, now)
    fields = said.fields | planned(message, verdict.earliest)
    fields |= outbox.lined(messages.DISPATCH, threads.get(message.thread_id).sender)
    push = dict(said.push)
    if message.status != MessageStatus.SCHEDULED:
        push |= messages.entry(MessageStatus.SCHEDULED, now)
    if word := news(message, verdict, policy):
        push["notices"] = word
    match = match | {"_id": message.id, "status": message.status}
    waiting = messages.change(match, now, fields=fields, unset=BEGUN, push=push)
    if waiting and waiting.thread_id:
        outbox.resume(messages.DISPATCH, waiting.thread_id)  # what waited behind it goes on
    return waiting


def planned(message: Message, at: datetime) -> dict[str, Any]:
    """It is to leave then; what its author had planned is kept.

    One that has to have left before is looked at when that is over.
    """
    due_at = min(at, message.expires_at) if message.expires_at else at
    fields = {"status": str(MessageStatus.SCHEDULED), "sendAt": at}
    fields |= {"dispatch.state": "due", "dispatch.due_at": due_at}
    if message.send_at and message.send_at < at and message.wanted_at is None:
        fields["wantedAt"] = message.send_at
    return fields


def news(message: Message, verdict: Verdict, policy: Policy) -> dict[str, Any] | None:
    """What its agent is told of it, once for each moment to which it is put off."""
    by = message.sent_by
    if by is None or by.kind != "agent" or verdict.earliest is None:
        return None
    word = notice(threads.get(message.thread_id), by.key, verdict, policy)
    return None if any(one.key == word["key"] for one in message.notices) else word


def notice(thread: Thread, agent_id: str, verdict: Verdict, policy: Policy) -> dict[str, Any]:
    """The whisper as it is stored."""
    assert verdict.earliest
    author = Author(kind="agent", key=agent_id)
    when = clocks.whole(verdict.earliest, clocks.zone_of(thread), author, policy)
    key = f"{DEFERRED}{int(verdict.earliest.timestamp())}"
    return {"key": key, "userId": agent_id, "text": told(when, verdict), "tried": False}


def told(when: str, verdict: Verdict) -> str:
    """When they get it, and why not before."""
    return LATER.format(when=when, why=because(verdict.reasons))


def because(reasons: Iterable[str]) -> str:
    """Why it has to wait, in words that stay true while it does."""
    return next((BECAUSE[one] for one in reasons if one in BECAUSE), OTHERWISE)


def since(message: Message) -> str:
    """The same of a text that waits, for the end of a sentence; empty where it need not wait."""
    said = message.decision
    return f", {because(said.reasons)}" if said and decisions.put_off(message) else ""


def left(message: Message) -> dict[str, Any]:
    """What is to be pushed when it has left at last: its agent was told that it had to wait."""
    keys = [one.key for one in message.notices]
    by = message.sent_by
    if by is None or LEFT in keys or not any(one.startswith(DEFERRED) for one in keys):
        return {}
    return {"notices": {"key": LEFT, "userId": by.key, "text": GONE, "tried": False}}
