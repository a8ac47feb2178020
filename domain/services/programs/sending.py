"""A program wants to text somebody: the same commit as an agent's answer, without a hold."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bson import ObjectId

from domain import outbox
from domain.errors import Conflict, FieldError, InvalidInput, Refused
from domain.model import Author, Message, Thread
from domain.policy import Policy
from domain.rules.gate import Verdict
from domain.rules.phone import FORMAT_HINT, is_phone
from domain.rules.status import MessageStatus
from domain.services import compose, gate, links, media, messages, night, optout, threads
from domain.services.people import contacts
from domain.services.programs import drafts, settling
from domain.services.programs.drafts import Draft

NO_SENDER = "Twilio not configured. Missing environment variables. Set TWILIO_PHONE_NUMBER."
OTHER_TEXT = "This idempotency key was already used for another text."
NIGHT = (
    "To send it all the same, set confirmQuietHours; to let it leave later, give sendAt. Nothing "
    "was stored, so the same idempotencyKey can be used again."
)


class Addressee(NamedTuple):
    """Whom a text is for and from which sender of ours; conversation and contact if known."""

    sender: str
    phone: str
    thread_id: ObjectId | None
    contact_id: ObjectId | None


def send(draft: Draft, now: datetime, policy: Policy) -> Message:
    """Commit a program's text; InvalidInput, NotFound, Conflict or Refused when it cannot be."""
    draft = drafts.keyed(drafts.tidied(draft, now, policy.region))
    known = messages.by_origin(drafts.origin(draft))
    return _told(known or _committed(draft, now, policy), draft)


def addressee(draft: Draft, policy: Policy) -> Addressee:
    """Whom the draft means, without making anything."""
    if draft.thread_id:
        thread = threads.get(draft.thread_id)
        return Addressee(thread.sender, thread.phone, thread.id, thread.contact_id)
    sender = draft.sender or policy.default_sender
    if not sender:
        raise InvalidInput(NO_SENDER, code="NOT_CONFIGURED")
    phone, contact_id = _person(draft, policy)
    known = Thread.objects(sender=sender, phone=phone).only("id").first()
    return Addressee(sender, phone, known.id if known else None, contact_id)


def ask(
    whom: Addressee,
    purpose: str,
    author: Author | None,
    now: datetime,
    policy: Policy,
    *,
    confirmed: bool = False,
) -> Verdict:
    """The gate's verdict of now on a text to them."""
    return gate.ask(
        whom.phone,
        whom.sender,
        whom.thread_id,
        purpose,
        author,
        now,
        policy,
        confirmed=confirmed,
    )


def judged(whom: Addressee, draft: Draft, now: datetime, policy: Policy) -> Verdict:
    """Whether it may be sent as it was planned: by the consent of now, at the hour of then.

    What is planned for a bad hour is put off, and so is what is patient; not where nobody knows
    what hour it is.
    """

    def at(moment: datetime, *, confirmed: bool = draft.confirmed) -> Verdict:
        return ask(whom, draft.purpose, draft.author, moment, policy, confirmed=confirmed)

    if draft.send_at is None or draft.send_at <= now:
        verdict = at(now)
        return replace(verdict, needs_confirmation=verdict.blind) if draft.patient else verdict
    verdict = at(now, confirmed=True)
    if verdict.refused:
        return verdict
    then = at(draft.send_at)
    if then.deferred:
        return replace(then, needs_confirmation=then.blind)
    return verdict if verdict.allowed or then.refused else then


def place(whom: Addressee, now: datetime, policy: Policy, source: str = "api") -> Thread:
    """Their conversation, made if need be together with the contact, with its next position."""
    person = whom.contact_id or contacts.ensure(whom.phone, now, source, policy.secret)
    known = policy.knows(whom.sender)
    placed = threads.advance(whom.sender, whom.phone, now, contact_id=person, known=known)
    return threads.opened(placed)


def refusal(verdict: Verdict, message: Message | None = None) -> Refused:
    """The gate's no, for whoever asked; `message` is the record of it."""
    return Refused(
        verdict.message or "",
        code=verdict.code,
        conflict_id=str(message.id) if message else None,
        help=verdict.help,
        retry_at=verdict.earliest,
    )


def unconfirmed(verdict: Verdict, help_: str = NIGHT) -> Refused:
    """It is night for them, and nobody has said that it may leave all the same."""
    return refusal(replace(verdict, help=help_))


def _person(draft: Draft, policy: Policy) -> tuple[str, ObjectId | None]:
    if draft.contact_id:
        contact = contacts.get(draft.contact_id)
        if not is_phone(contact.phone):  # an adopted one may have a number that cannot be read
            raise InvalidInput(FORMAT_HINT, code="INVALID_PHONE")
        return contact.phone, contact.id
    if draft.phone:
        phone = contacts.readable(draft.phone, policy.region, field="to")
        found = contacts.by_phone(phone)
        return phone, found.id if found else None
    raise InvalidInput("Say whom to text: give one of to, contactId or threadId.")


def _committed(draft: Draft, now: datetime, policy: Policy) -> Message:
    """The text, or the record of its refusal, for which nobody and no conversation is made."""
    asked, whom = draft, addressee(draft, policy)
    draft = settling.settled(draft, whom.phone, whom.contact_id)
    field = drafts.LOCAL if asked.local else "sendAt"
    drafts.check_ahead(draft.send_at, now, field)
    drafts.check_time(draft.send_at, now, field)
    verdict = judged(whom, draft, now, policy)
    if verdict.needs_confirmation:
        raise unconfirmed(verdict)
    body = _words(draft, whom.phone, verdict, now, policy)
    later = draft.send_at is not None and draft.send_at > now
    status = MessageStatus.SCHEDULED if later else MessageStatus.QUEUED
    due_at = draft.send_at if later else now
    thread = _untouched(whom, now) if verdict.refused else place(whom, now, policy)
    made = compose.message(
        thread, body, drafts.origin(draft), draft.author, verdict, now, due_at, status
    )
    made.asked, made.purpose = drafts.digest(asked), draft.purpose
    made.template_id = ObjectId(draft.wording.template_id) if draft.wording else None
    made.tags, made.media_urls = list(draft.tags), list(draft.media_urls)
    made.media = media.attached(draft.files)
    made.fetch = outbox.opened(now) if draft.files else None
    if draft.confirmed:
        night.confirm(made, thread, now, policy)
    if verdict.refused:
        # The program has its answer: nothing is to be shown, and the conversation stays as it is.
        made.relay = made.effects = made.fetch = None
    return compose.insert(made)


def _words(draft: Draft, phone: str, verdict: Verdict, now: datetime, policy: Policy) -> str:
    """As they leave; of a text that is refused no links are made."""
    body = draft.body
    if draft.shorten:
        compose.check_body(links.measured(body, policy), draft.media)
        if not verdict.refused:
            at = max(draft.send_at or now, now)
            body = links.shortened(body, drafts.origin(draft), phone, at, policy)
    return optout.worded(body, phone, draft.purpose, policy)


def _untouched(whom: Addressee, now: datetime) -> Thread:
    """Where a refusal is put on record; a conversation that is not there is not made for it."""
    sender, phone, thread_id, contact_id = whom
    known = threads.get(thread_id) if thread_id else None
    thread = known or Thread(sender=sender, phone=phone, contact_id=contact_id)
    thread.position = threads.micros(now)
    return thread


def _told(message: Message, draft: Draft) -> Message:
    """The text that this key stands for; Refused or Conflict, now as at the first time."""
    if message.asked and message.asked != drafts.digest(draft):
        wrong = (FieldError("idempotencyKey", OTHER_TEXT),)
        raise Conflict(OTHER_TEXT, fields=wrong, conflict_id=str(message.id))
    first = message.history[0].status if message.history else message.status
    if first == MessageStatus.REFUSED and message.decision:
        said = message.decision
        no = Verdict(False, tuple(said.reasons), said.code, said.message, message.error_help)
        raise refusal(no, message)
    return message
