"""A text leaves: what to do next with one thread's outgoing texts, and what came of it.

A worker that holds the thread's dispatch lease asks `next_step`, carries it out, and tells the
outcome here. The attempt is written before the call, so that a crash leaves a trace: whoever
finds a lease that ran out knows that the text may have left, and looks instead of repeating.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain import outbox
from domain.errors import DomainError
from domain.model import Message
from domain.outbox import Claim
from domain.policy import Policy, Timing
from domain.ports import Links
from domain.rules.gate import Verdict
from domain.rules.status import MessageStatus
from domain.services import agents, edits, gate, guard, media, messages, reports, threads
from domain.values import Accepted, OutgoingText, Postponed, Rejected, SmsOutcome, StatusReport

SLOT = "dispatch"
GAVE_UP = "The carrier could not be reached for too long."
GAVE_UP_HELP = "Check the connection to Twilio, then send the text again."


@dataclass(frozen=True)
class Send:
    """Hand this text over now, in time before `until`; the attempt is written."""

    text: OutgoingText
    lease_id: str
    until: datetime


@dataclass(frozen=True)
class Look:
    """Find out in the carrier's records whether an unclear attempt went through."""

    message_id: str
    recipient: str


@dataclass(frozen=True)
class Identify:
    """Nobody knows, or knows any more, who wrote this answer."""

    message_id: str
    user_id: str
    sender: str
    team_id: str | None


Step = Send | Look | Identify


def next_step(
    claim: Claim, now: datetime, policy: Policy, timing: Timing, links: Links | None = None
) -> Step | None:
    """The one thing to do next in this thread, or None when it must wait or is done.

    Without `links` no text leaves that has files of ours.
    """
    seen = set()
    while (head := _head(claim, now)) is not None and head.id not in seen:
        seen.add(head.id)
        if head.dispatch and head.dispatch.state == "leased":
            head = _suspect(head, now)
        if head is None:
            continue
        if head.status == MessageStatus.UNKNOWN:
            return Look(str(head.id), head.to)
        step = _prepare(head, claim, now, policy, timing, links)
        if step is not None:
            return step
    return None


def record(send: Send, outcome: SmsOutcome, now: datetime, timing: Timing) -> None:
    """Write down what came of a call, whoever holds the lease by now."""
    message = messages.get(send.text.message_id)
    match outcome:
        case Accepted():
            accepted(message, outcome, now)
        case Rejected():
            _reject(message, send, outcome, now)
        case Postponed():
            _postpone(message, send, outcome, now, timing)
        case _:
            _doubt(message, send, outcome.reason, now, timing)


def accepted(message: Message, outcome: Accepted, now: datetime) -> bool:
    """The carrier has it: the same knowledge as a callback's, from the other side."""
    told = StatusReport(outcome.sid, str(message.id), outcome.word, outcome.status, outcome.rank)
    ours = reports.adopt(message.id, told, now)
    if ours:
        reports.advance(told, now)
    return ours


def wait(message_id: str, until: datetime) -> None:
    """Nothing can be done about this text before then."""
    message = messages.get(message_id)
    outbox.put_off(SLOT, [message], until)


def refuse(message: Message, verdict: Verdict, now: datetime) -> None:
    """The gate's no at the last moment: nothing leaves, and its author is told why."""
    fields: dict[str, Any] = {"decision": gate.as_decision(verdict, now)}
    fields |= {"errorMessage": verdict.message, "errorHelp": verdict.help}
    match = {
        "_id": message.id,
        "status": {"$in": [*messages.STOPPABLE, MessageStatus.SENDING]},
        "twilioMessageSid": {"$exists": False},
    }
    push: dict[str, Any] = {}
    if message.sent_by and message.sent_by.kind == "agent":
        why = " ".join(filter(None, ("Not sent.", verdict.message, verdict.help)))
        notice = {"key": "refused", "userId": message.sent_by.key, "text": why, "tried": False}
        push["notices"] = notice
    messages.move(match, MessageStatus.REFUSED, now, fields=fields, push=push, close=(SLOT, "done"))


def _head(claim: Claim, now: datetime) -> Message | None:
    """The earliest open text, if it is due; those behind it are put off until it is.

    A text put off by a schedule holds nobody up, and goes when its own time has come.
    """
    waiting = outbox.waiting(SLOT, claim.thread_id)
    for place, message in enumerate(waiting):
        due_at = message.dispatch.due_at if message.dispatch else now
        if due_at <= now:
            return message
        if message.status != MessageStatus.SCHEDULED:
            behind = [m for m in waiting[place + 1 :] if m.status != MessageStatus.SCHEDULED]
            outbox.put_off(SLOT, behind, due_at)
            return None
    return None


def _suspect(message: Message, now: datetime) -> Message | None:
    """An attempt was written and its lease ran out: that worker crashed, the text may have left."""
    match = {
        "_id": message.id,
        "dispatch.state": "leased",
        "dispatch.lease_id": message.dispatch and message.dispatch.lease_id,
        "dispatch.lease_until": {"$lte": now},
    }
    fields = {"dispatch.state": "due", "dispatch.due_at": now, "looks": 0}
    return messages.move(match, MessageStatus.UNKNOWN, now, fields=fields)


def _prepare(
    message: Message,
    claim: Claim,
    now: datetime,
    policy: Policy,
    timing: Timing,
    links: Links | None,
) -> Step | None:
    """Ask the gate and the guard, write the attempt, ask again; None when it did not pass."""
    if message.recall:
        edits.take_back(message, now, policy)
        return None
    if message.wanted:
        media.hold(message, SLOT, now)
        return None
    author = message.sent_by
    if author and author.kind == "agent" and agents.trusted(author.key, now) is None:
        thread = threads.get(message.thread_id)
        team_id = thread.channel.team_id
        return Identify(str(message.id), author.key, thread.sender, team_id)
    verdict = _verdict(message, now, policy)
    if not verdict.allowed:
        refuse(message, verdict, now)
        return None
    if _asked(message, messages.not_begun() | {"recall": {"$exists": False}}, now, policy):
        return None
    try:
        media.addresses(message, links, now)
    except DomainError as error:
        unfit = Verdict(False, ("unfit",), error.code, error.message, error.help)
        refuse(message, unfit, now)
        return None
    begun = _begin(message, claim, now, timing)
    if begun is None:
        return None
    # The customer may have said STOP since the first look; the attempt is on record by now, so
    # either the one who takes in the STOP sees it and waits, or we see the block here. The same
    # holds of whatever else they wrote.
    verdict = _verdict(begun, now, policy)
    if not verdict.allowed:
        refuse(begun, verdict, now)
        return None
    if _asked(begun, {"dispatch.lease_id": claim.lease_id}, now, policy):
        return None
    text = _text(begun, policy, media.addresses(begun, links, now))
    return Send(text, claim.lease_id, now + timing.lease)


def _asked(message: Message, match: dict[str, Any], now: datetime, policy: Policy) -> bool:
    """Whether its author must be asked first: then it waits for them, if `match` still holds.

    Asked before the attempt, so that most never seem to leave, and again once it is on record:
    whatever was committed before that is seen then, whoever looked when.
    """
    question = guard.collision(message, policy)
    if question is None:
        return False
    free = {"decidedBy": {"$exists": False}, "twilioMessageSid": {"$exists": False}}
    waiting = guard.ask(message, question, now, match=free | match)
    if waiting and waiting.recall:
        edits.take_back(waiting, now, policy)
    return True


def _verdict(message: Message, now: datetime, policy: Policy) -> Verdict:
    thread = threads.get(message.thread_id)
    return gate.ask(
        message.to, thread.sender, thread.id, message.purpose, message.sent_by, now, policy
    )


def _begin(message: Message, claim: Claim, now: datetime, timing: Timing) -> Message | None:
    """Write the attempt, only if nobody else began it and it was not called back meanwhile."""
    until = now + timing.lease
    match = {
        "_id": message.id,
        "dispatch.state": "due",
        "dispatch.due_at": {"$lte": now},  # it may have been put off since we looked
        "status": {"$in": messages.STOPPABLE},
        "twilioMessageSid": {"$exists": False},
        "recall": {"$exists": False},
    }
    fields = {
        "dispatch.state": "leased",
        "dispatch.lease_id": claim.lease_id,
        "dispatch.lease_until": until,
        "dispatch.due_at": until,
        "dispatch.attempts": (message.dispatch.attempts if message.dispatch else 0) + 1,
        "attemptedAt": now,
    }
    gone = ("dispatch.ready_at",)
    return messages.move(match, MessageStatus.SENDING, now, fields=fields, unset=gone)


def _text(message: Message, policy: Policy, media_urls: tuple[str, ...]) -> OutgoingText:
    thread = threads.get(message.thread_id)
    through_service = thread.sender == policy.service_sid
    return OutgoingText(
        message_id=str(message.id),
        to=message.to,
        body=message.body,
        from_phone=thread.own_number if through_service else thread.sender,
        service_sid=policy.service_sid if through_service else None,
        media_urls=media_urls,
    )


def _mine(message: Message, send: Send) -> dict[str, Any]:
    return {
        "_id": message.id,
        "dispatch.lease_id": send.lease_id,
        "twilioMessageSid": {"$exists": False},
    }


def _reject(message: Message, send: Send, outcome: Rejected, now: datetime) -> None:
    fields = reports.advised(outcome.advice) | {"errorCode": outcome.error_code}
    present = {key: value for key, value in fields.items() if value is not None}
    messages.move(
        _mine(message, send), MessageStatus.FAILED, now, fields=present, close=(SLOT, "dead")
    )
    if outcome.advice.kind == "OPT_OUT":
        reports.opted_out(message.to, message.id, now)


def _postpone(
    message: Message, send: Send, outcome: Postponed, now: datetime, timing: Timing
) -> None:
    """It surely did not leave: later again, until it is too old to be of use."""
    if now - max(message.created_at, message.send_at or message.created_at) > timing.give_up:
        fields = {"errorMessage": GAVE_UP, "errorHelp": GAVE_UP_HELP}
        messages.move(
            _mine(message, send), MessageStatus.FAILED, now, fields=fields, close=(SLOT, "dead")
        )
        return
    attempts = message.dispatch.attempts if message.dispatch else 1
    again = {
        "dispatch.state": "due",
        "dispatch.due_at": now + outbox.backoff(attempts, outcome.seconds),
        "dispatch.last_error": outcome.reason,
    }
    messages.move(_mine(message, send), MessageStatus.QUEUED, now, fields=again)


def _doubt(message: Message, send: Send, reason: str, now: datetime, timing: Timing) -> None:
    """It may have left: look, once this call can no longer be under way."""
    until = (message.dispatch.lease_until if message.dispatch else None) or now + timing.lease
    fields = {
        "dispatch.state": "due",
        "dispatch.due_at": until + timing.looks[0],
        "dispatch.last_error": reason,
        "looks": 0,
    }
    messages.move(_mine(message, send), MessageStatus.UNKNOWN, now, fields=fields)
