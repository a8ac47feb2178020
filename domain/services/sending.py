"""A program wants to text somebody: the same commit as an agent's answer, without a hold."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from bson import ObjectId

from domain.errors import Conflict, InvalidInput, Refused
from domain.model import Author, Message, Thread
from domain.policy import Policy
from domain.rules.status import MessageStatus
from domain.services import compose, contacts, gate, messages, threads

NO_SENDER = "Twilio not configured. Missing environment variables. Set TWILIO_PHONE_NUMBER."


@dataclass(frozen=True)
class Draft:
    """A text to a conversation, a contact or a number (any usual form); `key` makes it once."""

    body: str
    author: Author
    thread_id: str | None = None
    contact_id: str | None = None
    phone: str | None = None
    sender: str | None = None
    purpose: str = "conversation"
    media_urls: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    send_at: datetime | None = None
    key: str | None = None


def send(draft: Draft, now: datetime, policy: Policy) -> Message:
    """Commit a program's text; InvalidInput, NotFound, Conflict or Refused when it cannot be."""
    origin = f"api:{draft.author.key}/{draft.key or uuid4().hex}"
    known = messages.by_origin(origin)
    if known:
        return _told(known, draft, policy)
    compose.check_body(draft.body, draft.media_urls)
    thread = _thread(draft, now, policy)
    verdict = gate.ask(
        thread.phone, thread.sender, thread.id, draft.purpose, draft.author, now, policy
    )
    later = draft.send_at is not None and draft.send_at > now
    status = MessageStatus.SCHEDULED if later else MessageStatus.QUEUED
    due_at = draft.send_at if later else now
    made = compose.message(thread, draft.body, origin, draft.author, verdict, now, due_at, status)
    made.purpose, made.tags = draft.purpose, list(draft.tags)
    made.media_urls = list(draft.media_urls)
    made.send_at = draft.send_at if later else None
    if not verdict.allowed:
        made.relay = (
            None  # the program has its answer; agents need no record of it in their channel
        )
    return _told(compose.insert(made), draft, policy)


def addressee(draft: Draft, policy: Policy) -> tuple[str, str, ObjectId | None, ObjectId | None]:
    """(sender, phone, thread id, contact id) that the draft means, without making anything."""
    if draft.thread_id:
        thread = threads.get(draft.thread_id)
        return thread.sender, thread.phone, thread.id, thread.contact_id
    sender = draft.sender or policy.default_sender
    if not sender:
        raise InvalidInput(NO_SENDER, code="NOT_CONFIGURED")
    phone, contact_id = _person(draft, policy)
    known = Thread.objects(sender=sender, phone=phone).only("id").first()
    return sender, phone, known.id if known else None, contact_id


def _person(draft: Draft, policy: Policy) -> tuple[str, ObjectId | None]:
    if draft.contact_id:
        contact = contacts.get(draft.contact_id)
        return contact.phone, contact.id
    if draft.phone:
        phone = contacts.readable(draft.phone, policy.region, field="to")
        found = contacts.by_phone(phone)
        return phone, found.id if found else None
    raise InvalidInput("Say whom to text: give one of to, contactId or threadId.")


def _thread(draft: Draft, now: datetime, policy: Policy) -> Thread:
    """The conversation that the draft means, made if need be, with its next position taken."""
    sender, phone, _, contact_id = addressee(draft, policy)
    person = contact_id or contacts.ensure(phone, now, source="api")
    return threads.advance(sender, phone, now, contact_id=person, known=policy.knows(sender))


def _told(message: Message, draft: Draft, policy: Policy) -> Message:
    """The text that this key stands for; Refused or Conflict, now as at the first time."""
    if message.body != draft.body or message.to != addressee(draft, policy)[1]:
        raise Conflict("This idempotency key was already used for another text.")
    if message.status == MessageStatus.REFUSED and message.decision:
        decision = message.decision
        raise Refused(
            decision.message or "",
            code=decision.code,
            conflict_id=str(message.id),
            help=message.error_help,
        )
    return message
