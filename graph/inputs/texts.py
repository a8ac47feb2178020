"""Texts as clients want them sent."""

from datetime import datetime
from urllib.parse import urlsplit

import strawberry
from strawberry import UNSET
from strawberry.scalars import JSON

from domain.errors import FieldError, InvalidInput
from domain.rules import segments
from domain.services import media
from domain.services.automation import filling
from domain.services.people.fields import wrong
from domain.services.programs import broadcasts, drafts
from domain.services.programs.broadcasts import Recipient
from domain.services.programs.drafts import Draft, Wording
from graph import enums
from graph.context import Call
from graph.inputs import given
from graph.scalars import Phone

MOST_MEDIA = 10
WHOM = "Say whom to text: give one of to, contactId and threadId."
MEDIA = f"Give at most {MOST_MEDIA} addresses that begin with https://."
NAMED_INSIDE = "Say whom to text beside the text: give to or contactIds."
NAMES = {"phone": "to", "contact_id": "contactId", "thread_id": "threadId"}
EITHER = "Give either body or templateId."
NO_TEMPLATE = "Variables are for a template: give templateId."
READ_ONLY = "This purpose is only ever read: use CONVERSATION, INFORMATIONAL or MARKETING."
OURS = (enums.Purpose.AUTO_REPLY, enums.Purpose.HELP, enums.Purpose.OPTOUT_CONFIRMATION)


@strawberry.input(description="A text to be sent; name one of `to`, `contactId`, `threadId`.")
class SendMessageInput:
    """What, to whom, when."""

    to: Phone | None = strawberry.field(default=UNSET, description="To this number.")
    contact_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="To this contact's first number."
    )
    thread_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="In this conversation."
    )
    sender_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="From this sender of ours; a conversation keeps its own."
    )
    body: str | None = strawberry.field(
        default=UNSET, description="The text; left out where a template gives the words."
    )
    template_id: strawberry.ID | None = strawberry.field(
        default=UNSET,
        description="Words of this template, made for the recipient when the text is committed: "
        "they stay as they are then. A shared one, or one of your token's own.",
    )
    variables: JSON | None = strawberry.field(
        default=UNSET,
        description="What the template's variables stand for, by name; it goes before what is "
        "known of the contact. Strings, numbers, true and false; null and blanks say nothing, "
        "and names that the template does not have are ignored.",
    )
    media_urls: list[str] | None = strawberry.field(
        default=UNSET, description="Pictures or files by their https addresses, at most 10."
    )
    media_ids: list[strawberry.ID] | None = strawberry.field(
        default=UNSET,
        description="Pictures or files uploaded before; at most 10 together with `mediaUrls`.",
    )
    send_at: datetime | None = strawberry.field(
        default=UNSET,
        description="Leave then, at most a year ahead; at once if it is left out. Without an "
        "offset it is UTC.",
    )
    send_at_local: str | None = strawberry.field(
        default=UNSET,
        description="The same by the customer's own clock: a day and a time without a zone, as in "
        "2026-03-05T09:00. Of a time that comes twice the first is meant; one that is skipped is "
        "just as long after the change.",
    )
    purpose: enums.Purpose | None = strawberry.field(
        default=enums.Purpose.CONVERSATION, description="Why it is sent."
    )
    confirm_quiet_hours: bool | None = strawberry.field(
        default=False,
        description="Send even if the decision needs a confirmation, as at night it may.",
    )
    smart_encoding: bool | None = strawberry.field(
        default=False, description="Make typographic marks plain if that saves segments."
    )
    tags: list[str] | None = strawberry.field(default=UNSET, description="Labels.")
    shorten_links: bool | None = strawberry.field(
        default=False,
        description="Make the http(s) addresses in it short ones of ours, and count clicks.",
    )
    idempotency_key: str | None = strawberry.field(
        default=UNSET, description="The same key sends one text."
    )


@strawberry.input(description="One text to several people.")
class SendMessagesInput:
    """What, to whom, when."""

    to: list[Phone] | None = strawberry.field(default=UNSET, description="To these numbers.")
    contact_ids: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="To the first numbers of these contacts."
    )
    message: SendMessageInput = strawberry.field(
        description="The text; it names nobody: no `to`, no `contactId`, no `threadId`."
    )
    idempotency_key: str | None = strawberry.field(
        default=UNSET, description="The same key sends one text to each number."
    )


def draft(said: SendMessageInput, call: Call) -> Draft:
    """The domain's word for it; InvalidInput that names what does not fit together."""
    return _draft(said, call, given(said.idempotency_key), **_named(said))


def shared(said: SendMessagesInput, call: Call) -> Draft:
    """The same for one that several people get: it names nobody yet."""
    key = given(said.idempotency_key)
    return _draft(said.message, call, given(said.message.idempotency_key) if key is None else key)


def recipients(said: SendMessagesInput) -> list[Recipient]:
    """Who is to get it; InvalidInput for nobody, too many, and one named in the text itself."""
    inside = [name for name, way in _ways(said.message).items() if way]
    if inside:
        wrong = tuple(FieldError(f"message.{NAMES[name]}", NAMED_INSIDE) for name in inside)
        raise InvalidInput(NAMED_INSIDE, fields=wrong)
    return broadcasts.recipients(said.to or [], said.contact_ids or [])


def _draft(said: SendMessageInput, call: Call, key: str | None, **whom: str | None) -> Draft:
    purpose = said.purpose or enums.Purpose.CONVERSATION
    if purpose in OURS:
        raise InvalidInput(READ_ONLY, fields=(FieldError("purpose", READ_ONLY),))
    body, wording, local = said.body or "", _wording(said), given(said.send_at_local)
    if local and given(said.send_at):
        told = (FieldError("sendAt", drafts.ONE_TIME), FieldError(drafts.LOCAL, drafts.ONE_TIME))
        raise InvalidInput(drafts.ONE_TIME, fields=told)
    urls, ids = _media(said.media_urls or []), said.media_ids or []
    if len(urls) + len(ids) > media.MOST:
        many = (FieldError("mediaIds", media.TOO_MANY),)
        raise InvalidInput(media.TOO_MANY, code="MEDIA_REJECTED", fields=many)
    return Draft(
        body=segments.smart(body) if said.smart_encoding else body,
        author=call.author,
        phone=whom.get("phone"),
        contact_id=whom.get("contact_id"),
        thread_id=whom.get("thread_id"),
        sender=said.sender_id or None,
        purpose=purpose.value,
        media_urls=urls,
        files=media.chosen(call.files, ids, call.now),
        tags=tuple(said.tags or ()),
        shorten=bool(said.shorten_links),
        send_at=given(said.send_at),
        key=key,
        confirmed=bool(said.confirm_quiet_hours),
        wording=wording,
        local=drafts.local(local) if local else None,
    )


def _wording(said: SendMessageInput) -> Wording | None:
    """The template that it is to be made of, with what is filled in."""
    variables = given(said.variables)
    if said.template_id and said.body:
        told = (FieldError("body", EITHER), FieldError("templateId", EITHER))
        raise InvalidInput(EITHER, fields=told)
    if said.template_id:
        values = () if variables is None else filling.given(variables)
        return Wording(said.template_id, values, smart=bool(said.smart_encoding))
    if variables is not None:
        raise wrong("variables", NO_TEMPLATE)
    return None


def _ways(said: SendMessageInput) -> dict[str, str | None]:
    """Whom it names, by the names that a Draft has for that."""
    return {
        "phone": said.to or None,
        "contact_id": said.contact_id or None,
        "thread_id": said.thread_id or None,
    }


def _named(said: SendMessageInput) -> dict[str, str | None]:
    ways = _ways(said)
    if sum(way is not None for way in ways.values()) != 1:
        wrong = tuple(FieldError(name, WHOM) for name in NAMES.values())
        raise InvalidInput(WHOM, fields=wrong)
    return ways


def _media(urls: list[str]) -> tuple[str, ...]:
    if len(urls) > MOST_MEDIA or not all(map(_fetchable, urls)):
        raise InvalidInput(MEDIA, code="MEDIA_REJECTED", fields=(FieldError("mediaUrls", MEDIA),))
    return tuple(urls)


def _fetchable(url: str) -> bool:
    """Whether it is an address that the carrier can fetch from."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and url.isprintable()
    except ValueError:
        return False
