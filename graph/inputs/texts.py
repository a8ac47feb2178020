"""Texts as clients want them sent."""

from datetime import datetime
from urllib.parse import urlsplit

import strawberry
from strawberry import UNSET

from domain.errors import FieldError, InvalidInput
from domain.model import Author
from domain.rules import segments
from domain.services.sending import Draft
from graph import enums
from graph.inputs import given
from graph.scalars import Phone

MOST_MEDIA = 10
WHOM = "Say whom to text: give one of to, contactId and threadId."
MEDIA = f"Give at most {MOST_MEDIA} addresses that begin with https://."
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
    body: str | None = strawberry.field(default=UNSET, description="The text.")
    media_urls: list[str] | None = strawberry.field(
        default=UNSET, description="Pictures or files by their https addresses, at most 10."
    )
    send_at: datetime | None = strawberry.field(
        default=UNSET, description="Leave then; at once if it is left out or past."
    )
    purpose: enums.Purpose | None = strawberry.field(
        default=enums.Purpose.CONVERSATION, description="Why it is sent."
    )
    confirm_quiet_hours: bool | None = strawberry.field(
        default=False, description="Send even if the decision needs a confirmation."
    )
    smart_encoding: bool | None = strawberry.field(
        default=False, description="Make typographic marks plain if that saves segments."
    )
    tags: list[str] | None = strawberry.field(default=UNSET, description="Labels.")
    idempotency_key: str | None = strawberry.field(
        default=UNSET, description="The same key sends one text."
    )


def draft(said: SendMessageInput, author: Author) -> Draft:
    """The domain's word for it; InvalidInput that names what does not fit together."""
    purpose = said.purpose or enums.Purpose.CONVERSATION
    if purpose in OURS:
        raise InvalidInput(READ_ONLY, fields=(FieldError("purpose", READ_ONLY),))
    body = said.body or ""
    return Draft(
        body=segments.smart(body) if said.smart_encoding else body,
        author=author,
        **_whom(said),
        sender=said.sender_id or None,
        purpose=purpose.value,
        media_urls=_media(said.media_urls or []),
        tags=tuple(said.tags or ()),
        send_at=given(said.send_at),
        key=said.idempotency_key or None,
    )


def _whom(said: SendMessageInput) -> dict[str, str | None]:
    ways = {"phone": said.to, "contact_id": said.contact_id, "thread_id": said.thread_id}
    chosen: dict[str, str | None] = {name: way for name, way in ways.items() if way}
    if len(chosen) != 1:
        names = ("to", "contactId", "threadId")
        raise InvalidInput(WHOM, fields=tuple(FieldError(name, WHOM) for name in names))
    return chosen


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
