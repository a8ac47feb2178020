"""The gate's and the guard's word on a text that is about to leave, and what follows from it."""

from datetime import datetime, timedelta
from typing import Any

from domain.model import Message
from domain.policy import Policy
from domain.rules.gate import Verdict
from domain.rules.status import MessageStatus
from domain.services import decisions, deferral, edits, gate, guard, messages, night, threads
from domain.services.campaigns.sending import twins
from domain.services.dispatch.steps import SLOT

FRESH = timedelta(seconds=15)
TOO_LATE = Verdict(
    False,
    ("expired",),
    "TOO_LATE",
    "This text was to leave earlier; now it is too late.",
    "Write a new one if it still matters.",
)
TWICE = Verdict(False, ("merged",), twins.CODE, twins.TOLD)


def passes(
    message: Message, sender: str, match: dict[str, Any], now: datetime, policy: Policy
) -> Verdict | None:
    """The yes by which it leaves; None when it does not, and what follows from that is done.

    That it is put off, or waits for its author, only if `match` still holds. Asked before the
    attempt, so that most never seem to leave, and again once it is on record: whatever was
    committed before that is seen then, whoever looked when.
    """
    said = verdict(message, sender, now, policy)
    if said.refused:
        refuse(message, said, now)
    elif said.deferred and not (said.needs_confirmation and night.is_asked(message, said)):
        _wait(message, sender, said, match, now, policy)
    elif not _asked(message, said, match, now, policy):
        return said
    return None


def is_fresh(message: Message, now: datetime) -> bool:
    """Whether the gate let a campaign's text pass moments ago, when it was made.

    Then it is asked once more only: when the attempt is on record, which is what counts.
    """
    said = message.decision
    at = said.at if said and said.allowed and message.campaign_id else None
    return at is not None and now - at <= FRESH


def verdict(message: Message, sender: str, now: datetime, policy: Policy) -> Verdict:
    """The gate's word of this moment, for its present state."""
    if message.expires_at and message.expires_at <= now:
        return TOO_LATE
    if twins.overtaken(message):
        return TWICE
    confirmed = night.confirmed(message, now)
    return gate.ask(
        message.to,
        sender,
        message.thread_id,
        message.purpose,
        message.sent_by,
        now,
        policy,
        confirmed=confirmed,
        origin=message.origin,
    )


def refuse(message: Message, verdict: Verdict, now: datetime) -> None:
    """The gate's no at the last moment: nothing leaves, and its author is told why."""
    said = decisions.note(message, verdict, now)
    fields = said.fields | {"errorMessage": verdict.message, "errorHelp": verdict.help}
    match = {
        "_id": message.id,
        "status": {"$in": [*messages.STOPPABLE, MessageStatus.SENDING]},
        "twilioMessageSid": {"$exists": False},
    }
    push = dict(said.push)
    if message.sent_by and message.sent_by.kind == "agent":
        why = " ".join(filter(None, ("Not sent.", verdict.message, verdict.help)))
        notice = {"key": "refused", "userId": message.sent_by.key, "text": why, "tried": False}
        push["notices"] = notice
    messages.move(match, MessageStatus.REFUSED, now, fields=fields, push=push, close=(SLOT, "done"))


def _wait(
    message: Message,
    sender: str,
    said: Verdict,
    match: dict[str, Any],
    now: datetime,
    policy: Policy,
) -> None:
    """Until its earliest minute; a STOP that came while it could not be called back counts now."""
    waiting = deferral.put_off(message, said, now, _free() | match, policy)
    if waiting is None:
        return
    if waiting.recall:
        edits.take_back(waiting, now, policy)
    elif (again := verdict(waiting, sender, now, policy)).refused:
        refuse(waiting, again, now)


def _asked(
    message: Message, said: Verdict, match: dict[str, Any], now: datetime, policy: Policy
) -> bool:
    """Whether its author must be asked first: of the night, or of who came across it."""
    found = [guard.collision(message, policy)]
    if said.needs_confirmation:
        thread = threads.get(message.thread_id)
        found.insert(0, night.question(thread, message.sent_by, said, now, policy))
    questions = [one for one in found if one]
    if not questions:
        return False
    free = _free() | ({} if said.needs_confirmation else {"decidedBy": {"$exists": False}})
    kept = decisions.note(message, said, now)
    waiting = guard.ask(
        message,
        guard.combined(questions),
        now,
        match=free | match,
        fields=kept.fields,
        push=kept.push,
    )
    if waiting and waiting.recall:
        edits.take_back(waiting, now, policy)
    return True


def _free() -> dict[str, Any]:
    return {"twilioMessageSid": {"$exists": False}}
