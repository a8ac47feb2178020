"""A text that waits leaves now, or as soon as it may: by the click or the call of a person."""

from datetime import datetime

from domain.model import Author, Message
from domain.policy import Policy
from domain.rules.status import MessageStatus
from domain.services import decisions, gate, messages, night, outbound, threads
from domain.services.programs import revising, sending

NOT_YET = "It leaves by itself as soon as it may."


def release(message_id: object, by: Author, now: datetime, policy: Policy) -> Message:
    """End its hold, or the wait that the gate has imposed on it.

    Conflict when it waits for neither; Refused where the gate still says no. A text that may leave
    at night if a person says so is confirmed by it.
    """
    found = messages.get(message_id)
    if found.status == MessageStatus.SCHEDULED and decisions.put_off(found):
        return at_once(found, by, now, policy)
    return outbound.release(found.id, now, by)


def at_once(found: Message, by: Author, now: datetime, policy: Policy) -> Message:
    """Let a scheduled text go; Refused when it may not leave now, Conflict when it has gone."""
    thread = threads.get(found.thread_id)
    author = found.sent_by
    verdict = gate.ask(
        found.to,
        thread.sender,
        thread.id,
        found.purpose,
        author,
        now,
        policy,
        origin=found.origin,
    )
    if verdict.refused:
        raise sending.refusal(verdict)
    if verdict.deferred and not verdict.needs_confirmation:
        raise sending.unconfirmed(verdict, NOT_YET)
    fields, push = decisions.note(found, verdict, now)
    fields |= outbound.decided(by)
    if verdict.needs_confirmation:
        until = night.good_until(now, verdict.earliest)
        fields |= {"quietConfirmed": True, "quietUntil": until}
    left = revising.let_go(found, now, fields, push)
    if left is None:
        raise revising.too_late(messages.get(found.id))
    return left


def at_opening(message_id: object, by: Author, now: datetime) -> Message:
    """An answer that waits for its author's word on the night leaves when that ends.

    At once, if it has ended. Conflict TOO_LATE when it does not wait any more.
    """
    found = messages.get(message_id)
    opening = found.decision.earliest if found.decision else None
    if opening is None or opening <= now:
        return outbound.release(found.id, now, by)
    match = {"_id": found.id, "status": str(MessageStatus.HELD), "question": found.question}
    fields = {"dispatch.state": "due", "dispatch.due_at": opening, "sendAt": opening}
    fields |= night.at_opening(found, opening)
    gone = ("question", "dispatch.ready_at")
    waits = messages.move(
        match, MessageStatus.SCHEDULED, now, fields=fields | outbound.decided(by), unset=gone
    )
    if waits is None:
        raise outbound.not_held(messages.get(found.id))
    return waits
