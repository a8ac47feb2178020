"""What came of a call to the carrier is written down, whoever holds the lease by now."""

from datetime import datetime
from typing import Any

from domain import outbox
from domain.model import Message
from domain.policy import Timing
from domain.rules.status import MessageStatus
from domain.services import messages, reports
from domain.services.campaigns.sending import doubts
from domain.services.dispatch.steps import SLOT, Send
from domain.values import Accepted, Postponed, Rejected, SmsOutcome, StatusReport

GAVE_UP = "The carrier could not be reached for too long."
GAVE_UP_HELP = "Check the connection to Twilio, then send the text again."


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
    return reports.adopt(message.id, told, now, message)


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
    if outcome.advice.kind == reports.FILTERED and message.campaign_id:
        doubts.raised(message.campaign_id)
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
