"""An agent begins: a text to anybody who may be texted, held like an answer, or for later.

The same commit as an answer's: one insert, whose origin is the form it was written in. Nothing is
made for a text that may not leave: the agent is told, and changes the form.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.model import Contact, Message, Notice, Template, Thread
from domain.policy import Policy
from domain.rules.status import MessageStatus
from domain.rules.words import rendering
from domain.services import clocks, compose, deferral, messages, night, optout, threads
from domain.services.automation import filling, templates
from domain.services.people import contacts
from domain.services.people.fields import wrong
from domain.services.programs import drafts, sending
from domain.services.programs.drafts import Draft

NOBODY = "Choose whom to text."
NIGHT = "Choose below whether it leaves all the same."
UNFILLED = "Fill in what stands in braces: {names}."
SOURCE = "slack"


@dataclass(frozen=True)
class Person:
    """Whom a text is for: a number (E.164), the contact if there is one, the zone if known."""

    phone: str
    name: str
    contact: Contact | None
    zone: str | None


def initiate(
    draft: Draft, origin: str, now: datetime, policy: Policy, template_id: str | None = None
) -> Message:
    """Commit the text, once per origin; DomainError for what cannot be sent, with its field."""
    known = messages.by_origin(origin)
    if known:
        return known
    draft = drafts.tidied(addressed(draft, policy), now, policy.region)
    drafts.check_ahead(draft.send_at, now)
    template = used(template_id, draft.body, draft.author.key) if template_id else None
    whom = sending.addressee(draft, policy)
    verdict = sending.judged(whom, draft, now, policy)
    if verdict.refused:
        raise sending.refusal(verdict)
    if verdict.needs_confirmation:
        raise sending.unconfirmed(verdict, NIGHT)
    body = optout.worded(draft.body, whom.phone, draft.purpose, policy)
    later = draft.send_at is not None and draft.send_at > now
    thread = sending.place(whom, now, policy, SOURCE)
    status = MessageStatus.SCHEDULED if later else MessageStatus.HELD
    due_at = draft.send_at if later else now + policy.hold
    made = compose.message(thread, body, origin, draft.author, verdict, now, due_at, status)
    if draft.confirmed:
        night.confirm(made, thread, now, policy)
    if (told := deferral.news(made, verdict, policy)) and not draft.patient:
        made.notices = [Notice._from_son(told)]
    made.template_id = template.id if template else None
    return compose.insert(made)


def addressed(draft: Draft, policy: Policy) -> Draft:
    """With the sender of their latest conversation where the agent chose none."""
    if draft.thread_id:
        return draft
    if not (draft.contact_id or draft.phone):
        raise wrong("to", NOBODY)
    if draft.sender and not policy.knows(draft.sender):
        raise wrong("senderId", drafts.SENDER)
    sender = draft.sender or sender_for(person(draft, policy.region).phone, policy)
    return replace(draft, sender=sender)


def person(draft: Draft, region: str) -> Person:
    """Whom the draft is for; InvalidInput or NotFound when it means nobody."""
    if draft.thread_id:
        thread = threads.get(draft.thread_id)
        return _person(thread.phone, contacts.find(thread.contact_id))
    if draft.contact_id:
        contact = contacts.get(draft.contact_id)
        return _person(contact.phone, contact)
    if draft.phone:
        phone = contacts.readable(draft.phone, region, field="to")
        return _person(phone, contacts.by_phone(phone))
    raise wrong("to", NOBODY)


def sender_for(phone: str, policy: Policy) -> str | None:
    """Of our senders the one that they were in touch with last; else the default."""
    theirs = Thread.objects(phone=phone).order_by("-position").only("sender")
    return next((one.sender for one in theirs if policy.knows(one.sender)), policy.default_sender)


def filled(template_id: str, contact: Contact | None, agent_id: str) -> tuple[str, tuple[str, ...]]:
    """The template's words for that person, and what is left in braces to be written by hand."""
    return filling.as_far(templates.open_to(template_id, agent_id), contact)


def used(template_id: str, body: str, agent_id: str) -> Template:
    """The template behind a text; InvalidInput when one of its variables still stands in it."""
    template = templates.open_to(template_id, agent_id)
    left = [name for name in rendering.variables(template.body) if _braced(name) in body]
    if left:
        reason = UNFILLED.format(names=", ".join(map(_braced, left)))
        raise wrong("body", reason)
    return template


def _braced(name: str) -> str:
    return f"{{{name}}}"


def _person(phone: str, contact: Contact | None) -> Person:
    name = contact.name if contact else phone
    return Person(phone, name, contact, clocks.zone_at(phone, contact))
