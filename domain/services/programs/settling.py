"""What a program's text says and when it leaves, settled for the one who gets it.

A template's words are made when the text is committed and stay as they are then; a local time is
read in the customer's own zone, by the one rule of `zones` for what clocks do twice a year.
"""

from dataclasses import replace
from datetime import datetime

from bson import ObjectId

from domain.errors import InvalidInput
from domain.model import Contact
from domain.rules import segments, zones
from domain.services import clocks, compose
from domain.services.automation import filling, templates
from domain.services.people import contacts
from domain.services.people.fields import wrong
from domain.services.programs import drafts
from domain.services.programs.drafts import Draft, Wording

NO_ZONE = (
    "Nobody knows this customer's time zone: give sendAt, or set the contact's timezone or ZIP."
)


def settled(draft: Draft, phone: str, contact_id: ObjectId | None) -> Draft:
    """With its words and its moment; InvalidInput for what is missing or cannot be sent.

    NotFound when the template is gone, Refused when it is somebody else's own.
    """
    if draft.wording is None and draft.local is None:
        return draft
    contact = contacts.find(contact_id)
    draft = _timed(draft, phone, contact)
    if draft.wording is None:
        return draft
    found = templates.open_to(draft.wording.template_id, draft.author.key)
    values = dict(draft.wording.values)
    body = _smart(filling.rendered(found, contact, values), draft.wording)
    try:
        compose.check_body(body, draft.media)
    except InvalidInput as error:
        error.fields = tuple(replace(one, field="templateId") for one in error.fields)
        raise
    return replace(draft, body=body)


def tried(draft: Draft, phone: str, contact_id: ObjectId | None) -> tuple[Draft, tuple[str, ...]]:
    """The same to be looked at: what has no value stays in braces, and its names are told."""
    contact = contacts.find(contact_id)
    draft = _timed(draft, phone, contact)
    if draft.wording is None:
        return draft, ()
    found = templates.open_to(draft.wording.template_id, draft.author.key)
    words, lacking = filling.as_far(found, contact, dict(draft.wording.values))
    return replace(draft, body=_smart(words, draft.wording)), lacking


def _timed(draft: Draft, phone: str, contact: Contact | None) -> Draft:
    if draft.local is None:
        return draft
    zone = clocks.zone_at(phone, contact)
    if zone is None:
        raise wrong(drafts.LOCAL, NO_ZONE)
    at: datetime = zones.moment(draft.local.date(), draft.local.time(), zone).at
    return replace(draft, send_at=at)


def _smart(words: str, wording: Wording) -> str:
    return segments.smart(words) if wording.smart else words
