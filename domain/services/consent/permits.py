"""Which of our own texts may leave because of what they answer: narrow, and proved by origin."""

from datetime import datetime

from domain.model import Message, Number
from domain.rules.consent.answers import IN_TIME, Answer
from domain.rules.gate import Purpose
from domain.services import messages
from domain.services.consent import confirming

LEFT = {"attemptedAt": {"$exists": True}}


def answers(origin: str | None, number: Number, now: datetime) -> bool:
    """Whether that text answers a keyword that this number sent within the last minutes.

    The confirmation of an opt-out does so once: not when another has begun to leave since they
    last agreed, and not when they have agreed again meanwhile.
    """
    kind, _, cause = (origin or "").partition(":")
    if kind not in set(Answer) - {Answer.ASK} or not cause:
        return False
    text = messages.by_origin(f"twilio:{cause}")
    if text is None or text.from_ != number.phone or now - text.written_at > IN_TIME:
        return False
    if kind == Answer.STOP:
        return number.blocked and not _confirmed(origin, number)
    return True


def asks(origin: str | None, number: Number, now: datetime) -> bool:
    """Whether that text asks this number to confirm an agreement that waits for it."""
    kind, _, cause = (origin or "").partition(":")
    return bool(kind == Answer.ASK and cause and confirming.is_waiting(number, now))


def _confirmed(origin: str | None, number: Number) -> bool:
    """Whether another confirmation of the present opt-out has begun to leave."""
    since = {"attemptedAt": {"$gt": number.consent_at}} if number.consent_at else LEFT
    match = {"to": number.phone, "purpose": str(Purpose.OPTOUT_CONFIRMATION)} | since
    other = Message._get_collection().find_one(match | {"origin": {"$ne": origin}}, {"_id": 1})
    return other is not None
