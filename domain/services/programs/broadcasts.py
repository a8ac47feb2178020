"""One text to several people: each of them is a text of its own, with an answer of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import DomainError, FieldError
from domain.model import Message
from domain.policy import Policy
from domain.services.people import contacts, fields
from domain.services.programs import drafts, sending
from domain.services.programs.drafts import Draft

MOST = 100
NOBODY = "Say whom to text: give to or contactIds."
TOO_MANY = f"One call can text at most {MOST} people; this one names {{count:,}}."
SHOWN = 40


@dataclass(frozen=True)
class Recipient:
    """A number or a contact as the program named it; `field` is where it did."""

    field: str
    phone: str | None = None
    contact_id: str | None = None


def recipients(phones: Sequence[str], contact_ids: Sequence[str]) -> list[Recipient]:
    """In the order given, numbers first; InvalidInput for nobody and for too many."""
    whom = [Recipient(f"to.{place}", phone=one) for place, one in enumerate(phones)]
    whom += [Recipient(f"contactIds.{at}", contact_id=one) for at, one in enumerate(contact_ids)]
    if not whom:
        raise fields.wrong("to", NOBODY)
    if len(whom) > MOST:
        raise fields.wrong("to", TOO_MANY.format(count=len(whom)))
    return whom


def send(
    draft: Draft, whom: Sequence[Recipient], now: datetime, policy: Policy
) -> list[Message | DomainError]:
    """A text or the reason why not for each, in their order; the same number twice is one text."""
    drafts.check_key(draft.key)
    shared = drafts.keyed(draft)
    return [_one(shared, recipient, now, policy) for recipient in whom]


def _one(
    draft: Draft, recipient: Recipient, now: datetime, policy: Policy
) -> Message | DomainError:
    try:
        phone = _number(recipient, policy.region)
        return sending.send(replace(draft, phone=phone, number=phone), now, policy)
    except DomainError as error:
        return _about(error, recipient)


def _number(recipient: Recipient, region: str) -> str:
    if recipient.contact_id is not None:
        return contacts.get(recipient.contact_id).phone
    return contacts.readable(recipient.phone or "", region, field="to")


def _about(error: DomainError, recipient: Recipient) -> DomainError:
    """The same, saying whom it is about; what is wrong with the text itself is named as it is."""
    named = (recipient.phone or recipient.contact_id or "")[:SHOWN]
    own = FieldError(recipient.field, f"{named}: {error.message}")
    others = [one for one in error.fields if one.field != "to"]
    error.fields = (*(replace(one, field=_path(one.field)) for one in others), own)
    return error


def _path(field: str) -> str:
    """Where a field of a single text stands in a call for several."""
    return field if field == "idempotencyKey" else f"message.{field}"
