"""A customer's text is answered by itself at most once, whoever crashes and however many look.

The answer's origin is the text; inserting it records what was decided. Two texts of one number at
once could both seem to be the first of the hour: so the insert, and the look at what the number
got before, are one transaction that passes the number's turnstile, and the later one looks again.
"""

from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from bson import ObjectId
from mongoengine import get_connection
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from domain.model import Author, Message, Thread, Turnstile
from domain.policy import Policy
from domain.rules.consent.answers import Answer
from domain.rules.consent.answers import origin as keyword_origin
from domain.rules.gate import Purpose
from domain.rules.status import MessageStatus
from domain.services import compose, gate, messages, threads
from domain.services.automation import answers, arbiter
from domain.services.automation.arbiter import IN_TIME, Heard, Ruling
from domain.services.automation.recents import ORIGIN

AWAY_NAME = "Away message"
SIGNED = "{name} (automatic)"


def answer(text: Message, now: datetime, policy: Policy) -> Message | None:
    """The one answer to a customer's text: to its keyword, by a rule, the away message, or none."""
    if text.lapsed:
        return None
    if not text.answer:
        return respond(text, now, policy)
    if arbiter.is_info(text.body, policy) and not _helped(text):
        return respond(text, now, policy) or answers.give(text, now, policy)
    return answers.give(text, now, policy)


def respond(text: Message, now: datetime, policy: Policy) -> Message | None:
    """Commit what a rule or the away message answers; None when nobody answers."""
    known = messages.by_origin(f"{ORIGIN}{text.origin}")
    if known or not text.thread_id:
        return known
    heard = Heard(threads.get(text.thread_id), text.body, text.written_at, bool(text.keyword))
    ruling = arbiter.decide(heard, now, policy)
    made = _composed(text, heard.thread, ruling, now, policy) if ruling.body else None
    return _commit(made, heard, ruling, now, policy) if made else None


def _helped(text: Message) -> bool:
    """Whether it has had the answer to HELP already."""
    return messages.by_origin(keyword_origin(Answer.HELP, text.twilio_sid or "")) is not None


def _composed(
    text: Message, thread: Thread, ruling: Ruling, now: datetime, policy: Policy
) -> Message | None:
    """The answer, next in the conversation's order; None when the gate's word changed meanwhile."""
    by = Author(kind="system", key=ruling.key, name=_name(ruling))
    own, purpose = f"{ORIGIN}{text.origin}", str(Purpose.AUTO_REPLY)
    placed = threads.advance(thread.sender, thread.phone, now, contact_id=thread.contact_id)
    verdict = gate.ask(placed.phone, placed.sender, placed.id, purpose, by, now, policy, origin=own)
    if not verdict.allowed:
        return None
    body, status = ruling.body or "", MessageStatus.QUEUED
    made = compose.message(placed, body, own, by, verdict, now, now, status)
    made.purpose = purpose
    made.rule_id = ObjectId(ruling.rule.id) if ruling.rule else None
    made.expires_at = text.written_at + IN_TIME
    return made


def _name(ruling: Ruling) -> str:
    return SIGNED.format(name=ruling.rule.name if ruling.rule else AWAY_NAME)


@dataclass(frozen=True)
class _Turn:
    """One try to insert the answer, which may run again."""

    made: Message
    heard: Heard
    ruling: Ruling
    now: datetime
    policy: Policy

    def __call__(self, session: ClientSession) -> bool:
        """Whether it is inserted: nothing that came meanwhile stands against it."""
        place, mark = _place(self.made.to), {"$set": {"turn": ObjectId()}}
        Turnstile._get_collection().update_one(place, mark, session=session)
        if arbiter.objection(self.heard, self.ruling, self.now, self.policy, session):
            return False
        stored = self.made.to_mongo()
        Message._get_collection().insert_one(stored, session=session)
        self.made.id = stored["_id"]
        return True


def _place(phone: str) -> dict[str, int]:
    return {"place": crc32(phone.encode()) % Turnstile.PLACES}


def _commit(
    made: Message, heard: Heard, ruling: Ruling, now: datetime, policy: Policy
) -> Message | None:
    made.validate()
    # There from now on: made inside, two would collide instead of waiting for one another.
    Turnstile._get_collection().update_one(
        _place(made.to), {"$setOnInsert": {"rev": 1}}, upsert=True
    )
    turn = _Turn(made, heard, ruling, now, policy)
    with get_connection().start_session() as session:
        try:
            done = session.with_transaction(turn)
        except DuplicateKeyError:  # somebody else was faster
            return messages.by_origin(made.origin)
    return made if done else messages.by_origin(made.origin)
