"""A customer's keyword is answered by ourselves: once, at once, or not at all.

What is to be answered stands in their text (`answer`), as it was decided when the text was taken
in; the answer's origin is that text, so that it does not matter how often this is tried.
"""

from datetime import datetime
from itertools import takewhile

from domain.model import Author, Message, Thread
from domain.policy import Policy
from domain.rules import phone as phones
from domain.rules.consent import answers, keywords
from domain.rules.consent.answers import IN_TIME, PAUSE, PURPOSES, Answer
from domain.rules.consent.ledger import Said, Standing, fold
from domain.rules.status import MessageStatus
from domain.services import compose, gate, messages, threads
from domain.services.consent import reading

WITHDRAWN = [str(MessageStatus.REFUSED), str(MessageStatus.CANCELED)]


def give(text: Message, now: datetime, policy: Policy) -> Message | None:
    """Commit what their text is to be answered with; None when nobody is to be answered."""
    if not text.answer or not text.twilio_sid or not phones.is_phone(text.from_):
        return None  # short codes and names are machines
    if text.recovered_at and now - text.written_at > IN_TIME:
        return None  # too late: the carrier may have answered, or they have asked elsewhere
    thread = threads.get(text.thread_id)
    asked = Answer(text.answer)
    own = answers.origin(asked, text.twilio_sid)
    known = messages.by_origin(own)
    if known or not policy.knows(thread.sender):
        return known
    before = _before(text.from_, text.origin)
    if not _is_news(asked, before) or (asked is not Answer.STOP and _lately(text, asked)):
        return None
    answer = Answer.JOIN if asked is Answer.START and not before.blocked else asked
    language = keywords.language(text.body)
    contact = policy.consent.support_contact
    left = before.blocked
    body = answers.worded(answer, policy.business_name, contact, language, left=left)
    made = composed(thread, asked, own, body, now, policy)
    made.expires_at = text.written_at + IN_TIME if asked is Answer.STOP else None
    return compose.insert(made)


def composed(
    thread: Thread, kind: Answer, origin: str, body: str, now: datetime, policy: Policy
) -> Message:
    """A text of our own in that conversation, next in its order, not committed yet."""
    by, purpose = Author(kind="system"), str(PURPOSES[kind])
    placed = threads.advance(
        thread.sender, thread.phone, now, contact_id=thread.contact_id, known=thread.known
    )
    verdict = gate.ask(
        thread.phone, thread.sender, thread.id, purpose, by, now, policy, origin=origin
    )
    status = MessageStatus.QUEUED
    made = compose.message(placed, body, origin, by, verdict, now, now, status)
    made.purpose = purpose
    return made


def _before(phone: str, origin: str) -> Standing:
    """Where that number stood right before the text of that origin."""
    told = takewhile(lambda one: one.origin != origin, reading.of_phone(phone))
    return fold(
        Said(one.action, one.level, one.at, one.recorded_at, one.scope, one.method) for one in told
    )


def _is_news(asked: Answer, before: Standing) -> bool:
    """Whether it changed anything: who had left before has been told so."""
    if asked is Answer.STOP:
        return not before.blocked
    return asked is not Answer.START or not before.opted_in


def _lately(text: Message, asked: Answer) -> bool:
    """Whether that number got such an answer a moment ago."""
    match = {
        "to": text.from_,
        "origin": {"$regex": f"^{asked}:"},
        "createdAt": {"$gt": text.created_at - PAUSE},
        "status": {"$nin": WITHDRAWN},
    }
    return Message._get_collection().find_one(match, {"_id": 1}) is not None
