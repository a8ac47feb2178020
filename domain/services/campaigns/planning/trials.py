"""A campaign's words, sent to one number to be looked at: a text like any other, in none of its
counts.

The gate is asked for what the campaign is for, so a phone on which it is tried needs consent too.
"""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from domain.errors import FieldError, InvalidInput
from domain.model import Author, Campaign, Contact, Message, Template
from domain.policy import Policy
from domain.services import messages
from domain.services.automation import filling
from domain.services.campaigns.planning import drafting
from domain.services.people import contacts
from domain.services.programs import drafts, sending
from domain.services.programs.drafts import Draft

TAG = "test"
AGREE = (
    "A test is a text like any other. Record in the contact of this number that its owner agreed "
    "to such texts, then send the test again."
)
STRANGER = (
    "A test is a text like any other. Make a contact of this number first and record there that "
    "its owner agreed to such texts, then send the test again."
)
UNREADABLE = "Type a phone number, such as 760 555 0190 or +1 760 555 0190."


def send(
    campaign_id: object,
    to: str,
    author: Author,
    now: datetime,
    policy: Policy,
    *,
    key: str | None = None,
) -> Message:
    """Its words to that number, with the values of its contact if it has one.

    The same words to one number are one text within a minute of the clock, or for ever under one
    `key`. Raises what sending a text does, and MISSING_VARIABLE.
    """
    found = drafting.get(campaign_id)
    drafts.check_key(key)
    phone = _number(to, policy)
    contact = contacts.by_phone(phone)
    body = _words(found, contact)
    told = sha256(body.encode()).hexdigest()[:12]
    once = key or f"{now:%Y%m%d%H%M}/{told}"
    draft = Draft(
        body,
        author,
        phone=phone,
        sender=found.sender,
        purpose=found.purpose,
        tags=(TAG,),
        shorten=found.shorten,
        key=f"trial:{found.id}/{phone}/{once}",
    )
    if messages.by_origin(drafts.origin(draft)) is None:
        _check(draft, AGREE if contact else STRANGER, now, policy)
    return sending.send(draft, now, policy)


def _number(to: str, policy: Policy) -> str:
    """As it is stored; what cannot be read is said in the words of a form."""
    try:
        return contacts.readable(to, policy.region, field="to")
    except InvalidInput as error:
        raise InvalidInput(
            UNREADABLE, code=error.code, fields=(FieldError("to", UNREADABLE),)
        ) from error


def _words(found: Campaign, contact: Contact | None) -> str:
    return filling.rendered(Template(name=found.name, body=drafting.current(found)), contact)


def _check(draft: Draft, agree: str, now: datetime, policy: Policy) -> None:
    """A no is told with what to do, and not kept: after that, the same test may be sent."""
    said = sending.judged(sending.addressee(draft, policy), draft, now, policy)
    if said.refused:
        lacks = said.code == "OPT_IN_REQUIRED"
        raise sending.refusal(replace(said, help=agree if lacks else said.help))
