"""Who agreed is asked by text to confirm it: once, whatever is repeated, and in usual hours."""

from datetime import datetime, timedelta

from domain import outbox
from domain.model import SHUT, Message, Number, StatusChange
from domain.policy import Policy
from domain.rules import phone as phones
from domain.rules.consent import answers
from domain.rules.consent.answers import WAITS, Answer
from domain.rules.status import MessageStatus
from domain.services import compose, initiating, messages, threads
from domain.services.automation.answers import WITHDRAWN, composed
from domain.services.consent import asking, confirming
from domain.services.people import contacts
from domain.services.recovery import lost as losses

AGAIN = timedelta(days=1)
"""Nobody is asked twice within this time, however often a form is sent."""
NO_SENDER = timedelta(minutes=10)
UNMADE = ("wanted", *SHUT)


def ask(number: Number, now: datetime, policy: Policy) -> Message | None:
    """Commit the request to a number whose slot is leased; None when there is none to make."""
    sender = initiating.sender_for(number.phone, policy)
    if sender is None:
        asking.put_off(number, now + NO_SENDER)
        return None
    asked = confirming.asked(number.phone)
    wanted = phones.is_phone(number.phone) and not number.blocked
    made = None
    if wanted and asked and confirming.is_waiting(number, now):
        made = _request(number, sender, answers.origin(Answer.ASK, str(asked.id)), now, policy)
    asking.done(number)
    return made


def _request(
    number: Number, sender: str, origin: str, now: datetime, policy: Policy
) -> Message | None:
    known = messages.by_origin(origin)
    if known or _lately(number.phone, now):
        return known
    person = contacts.ensure(number.phone, now, "sms", policy.secret)
    thread = threads.advance(sender, number.phone, now, contact_id=person, born="closed")
    body = answers.worded(Answer.ASK, policy.business_name, policy.consent.support_contact)
    made = composed(thread, Answer.ASK, origin, body, now, policy)
    made.expires_at = (number.pending_at or now) + WAITS
    if thread.channel.step in UNMADE:  # a list of people is no reason for a place for each
        made.quiet, made.relay = True, outbox.opened(None)
    if (lost := losses.since(now)) and made.status in messages.STOPPABLE:
        _doubt(made, lost, now)
    return compose.insert(made)


def _doubt(made: Message, lost: datetime, now: datetime) -> None:
    """They may have been asked in the time that was lost: looked up before it leaves."""
    status = str(MessageStatus.UNKNOWN)
    made.status, made.attempted_at, made.send_at = status, lost, None
    made.dispatch = outbox.opened(now)
    made.history.append(StatusChange(status=status, at=now))


def _lately(phone: str, now: datetime) -> bool:
    """Whether they were asked a short time ago, and did not answer yet."""
    match = {
        "to": phone,
        "origin": {"$regex": f"^{Answer.ASK}:"},
        "createdAt": {"$gt": now - AGAIN},
        "status": {"$nin": WITHDRAWN},
    }
    return Message._get_collection().find_one(match, {"_id": 1}) is not None
