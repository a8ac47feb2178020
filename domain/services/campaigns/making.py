"""What becomes of one recipient at this moment: a text, a later moment, or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain import outbox
from domain.errors import DomainError
from domain.model import SHUT, Author, Campaign, Contact, Message, Recipient, Template, Thread
from domain.policy import Policy
from domain.rules.gate import Verdict
from domain.rules.status import MessageStatus
from domain.services import compose, gate, optout, threads
from domain.services.automation import filling
from domain.services.consent import reading
from domain.services.people import contacts

UNMADE = ("wanted", *SHUT)
"""How far a place has come that no agent looks at."""


@dataclass(frozen=True)
class Left:
    """Why somebody gets nothing: a code and a sentence."""

    code: str
    reason: str


GONE = Left("NOT_FOUND", "This contact is gone.")
UNPROVEN = Left("OPT_IN_REQUIRED", "Nothing is on record of how this person agreed to texts.")
AGREED = ("opt_in", "confirmed")
MOVED = Left("NOT_FOUND", "This number is not theirs any more.")


def released(held: Campaign, waiting: Sequence[Recipient]) -> list[Recipient]:
    """Those whose text was made by a turn that was cut short."""
    origins = {_origin(held, one.contact_id): one for one in waiting}
    found = Message._get_collection().find(
        {"origin": {"$in": list(origins)}}, {"origin": 1, "to": 1}
    )
    made = [(origins[one["origin"]], one["to"]) for one in found]
    return [one for one, phone in made if one.phone == phone]


def text(
    held: Campaign, one: Recipient, now: datetime, due_at: datetime, policy: Policy
) -> Message | datetime | Left:
    """Their text, not committed yet; or when to ask again; or why there is none."""
    contact = contacts.find(one.contact_id)
    if contact is None or contact.erasing_since:
        return GONE
    if one.phone not in contact.phones:
        return MOVED
    try:
        body = filling.rendered(Template(name=held.name, body=held.body), contact)
        compose.check_body(body)
        body = optout.worded(body, one.phone, held.purpose, policy)
    except DomainError as error:
        return Left(error.code, error.message)
    author = Author(kind="system", key=f"campaign:{held.id}", name=held.name)
    known = Thread.objects(sender=held.sender, phone=one.phone).only("id").first()
    thread_id = known.id if known else None
    verdict = gate.ask(one.phone, held.sender, thread_id, held.purpose, author, now, policy)
    if verdict.deferred and verdict.earliest:
        return verdict.earliest
    if not verdict.allowed:
        return Left(verdict.code or "CONFLICT", verdict.message or "")
    if not any(said.action in AGREED for said in reading.facts(one.phone)):
        return UNPROVEN
    return _message(held, one.phone, contact, body, author, verdict, now, due_at)


def _message(
    held: Campaign,
    phone: str,
    contact: Contact,
    body: str,
    author: Author,
    verdict: Verdict,
    now: datetime,
    due_at: datetime,
) -> Message:
    thread = threads.advance(held.sender, phone, now, contact_id=contact.id, born="closed")
    origin = _origin(held, contact.id)
    made = compose.message(thread, body, origin, author, verdict, now, due_at, MessageStatus.QUEUED)
    made.purpose, made.campaign_id, made.template_id = held.purpose, held.id, held.template_id
    made.tags = list(held.tags)
    made.dispatch = outbox.opened(due_at, yields=True)
    quiet = thread.channel.step in UNMADE
    made.quiet = quiet or None
    made.relay = outbox.opened(None if quiet else now, yields=True)
    return made


def _origin(held: Campaign, contact_id: object) -> str:
    return f"campaign:{held.id}/{contact_id}"
