"""What the carrier has on record of a text is asked for and written down."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson import Decimal128, ObjectId

from domain.errors import Conflict, DomainError, Unavailable
from domain.model import Message
from domain.services import messages, reports
from domain.values import CarriedText, Postponed, Rejected, StatusReport

Told = CarriedText | Postponed | Rejected | None
NOT_OURS = "Only a text that we sent has a status at Twilio."
NOT_THERE = "Twilio does not have this text yet, so there is nothing to ask."
IN_DOUBT = "It is not known whether Twilio has this text; its records are being looked through."
NONE = "Twilio has no text under this id; it may have been deleted there."
NONE_HELP = "Look at Twilio's own log."
NOT_CONFIGURED = "Twilio not configured. Missing environment variables."
CONFIGURE = "Ask an admin to run `threadline doctor`."
BUSY_SECONDS, AWAY_SECONDS = 5.0, 30.0
SLOW_DOWN = "Twilio asks us to slow down."
AWAY = "Twilio could not be asked: {reason}."


@dataclass(frozen=True)
class Question:
    """Which text to ask the carrier about: our id and theirs."""

    message_id: ObjectId
    sid: str


def begin(message_id: object) -> Question:
    """What to ask; NotFound, or Conflict for a text that the carrier does not have."""
    found = messages.get(message_id)
    if found.direction != "outbound":
        raise Conflict(NOT_OURS)
    if found.twilio_sid is None:
        unclear = found.status in ("sending", "unknown")
        raise Conflict(IN_DOUBT if unclear else NOT_THERE, conflict_id=str(found.id))
    return Question(found.id, found.twilio_sid)


def unconfigured() -> DomainError:
    """There is nobody to ask."""
    return DomainError(NOT_CONFIGURED, code="NOT_CONFIGURED", help=CONFIGURE)


def finish(question: Question, told: Told, now: datetime) -> Message:
    """The text after the answer; Unavailable when there was none that could be read."""
    match told:
        case CarriedText():
            return record(question, told, now)
        case Postponed():
            raise _postponed(told, now)
        case Rejected():
            raise Unavailable(told.advice.sentence, help=told.advice.help)
        case _:
            raise Unavailable(NONE, help=NONE_HELP)


def _postponed(told: Postponed, now: datetime) -> Unavailable:
    pause = told.seconds or (BUSY_SECONDS if told.busy else AWAY_SECONDS)
    return Unavailable(
        SLOW_DOWN if told.busy else AWAY.format(reason=told.reason),
        code="RATE_LIMITED" if told.busy else None,
        retry_at=now + timedelta(seconds=pause),
    )


def record(question: Question, told: CarriedText, now: datetime) -> Message:
    """The status as by a callback; then what no callback tells, where it is news."""
    report = StatusReport(
        sid=question.sid,
        message_id=str(question.message_id),
        word=told.word,
        status=told.status,
        rank=told.rank,
        error_code=told.error_code,
        advice=told.advice,
        at=told.updated_at,
    )
    reports.placed(report, now)
    current = messages.get(question.message_id)
    return note(current, news(current, told), now)


def note(current: Message, news: dict[str, Any], now: datetime) -> Message:
    """Write down what no callback tells, where nobody has; the text afterwards."""
    if not news:
        return current
    match = {"_id": current.id, "$or": [{name: {"$ne": fact}} for name, fact in news.items()]}
    changed = messages.change(match, now, fields=news, show="errorCode" in news)
    return changed or messages.get(current.id)


def news(current: Message, told: CarriedText) -> dict[str, Any]:
    """Stored fields that differ; an error is only ever added."""
    facts: dict[str, Any] = {}
    if told.price is not None and told.price != current.price:
        facts |= {"price": Decimal128(told.price), "priceUnit": told.price_unit or "USD"}
    if told.segments and told.segments != current.segments:
        facts["segments"] = told.segments
    if told.error_code and current.error_code is None:
        facts["errorCode"] = told.error_code
        facts |= reports.advised(told.advice) if told.advice else {}
    return facts
