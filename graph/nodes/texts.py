"""Texts as the API shows them."""

from collections.abc import Callable

import strawberry

from domain.ports import StoredFile
from domain.rules.segments import measure
from graph import enums
from graph.enums import known
from graph.nodes.gate import decision
from graph.nodes.stored import Raw, decimal, identity
from graph.scalars import Phone
from graph.types.contact import Contact
from graph.types.message import Media, Message, StatusChange
from graph.types.people import Actor
from graph.types.thread import Thread

TROUBLED = frozenset({"failed", "undelivered", "refused", "unknown", "canceled"})
"""An error is shown in these states only: a text that arrived after all has none."""


def message(
    raw: Raw,
    contact: Contact | None,
    thread: Thread | None,
    sent_by: Actor | None,
    retry_of: Message | None,
    correction_of: Message | None,
    attached: list[Media],
) -> Message:
    """A text with what was loaded beside it."""
    status = known(enums.MessageStatus, raw.get("status"), enums.MessageStatus.UNKNOWN)
    trouble = raw if raw.get("status") in TROUBLED else {}
    return Message(
        id=identity(raw),
        origin=raw.get("origin") or "",
        twilio_message_sid=raw.get("twilioMessageSid"),
        direction=known(enums.Direction, raw.get("direction"), enums.Direction.INBOUND),
        status=status,
        purpose=known(enums.Purpose, raw.get("purpose"), enums.Purpose.CONVERSATION),
        from_=Phone(raw["from"]),
        to=Phone(raw["to"]),
        body=raw.get("body") or "",
        media=attached,
        contact=contact,
        thread=thread,
        sent_by=sent_by,
        tags=list(raw.get("tags") or ()),
        retry_of=retry_of,
        correction_of=correction_of,
        segments=raw.get("segments") or 0,
        encoding=_encoding(raw),
        price=decimal(raw.get("price")),
        price_unit=raw.get("priceUnit"),
        error_code=trouble.get("errorCode"),
        error_message=trouble.get("errorMessage"),
        error_help=trouble.get("errorHelp"),
        decision=decision(raw.get("decision"), raw.get("errorHelp")),
        send_at=raw.get("sendAt"),
        created_at=raw["createdAt"],
        twilio_created_at=raw.get("twilioCreatedAt"),
        delivered_at=raw.get("deliveredAt"),
        read_at=raw.get("readAt"),
        status_history=[_step(step) for step in raw.get("statusHistory") or ()],
    )


def upload(stored: StoredFile, address: Callable[[str], str]) -> Media:
    """A file of ours that a text may use."""
    return Media(
        id=strawberry.ID(stored.id),
        url=address(stored.id),
        content_type=stored.content_type,
        bytes=stored.size,
        sha256=stored.sha256,
        name=stored.name,
    )


def media(raw: Raw, address: Callable[[str], str]) -> list[Media]:
    """What goes with a text: our own files, then what is known only by its address."""
    kinds = raw.get("mediaTypes") or ()
    own = [
        Media(
            id=strawberry.ID(str(file["fileId"])),
            url=address(str(file["fileId"])),
            content_type=file["contentType"],
            bytes=file["bytes"],
            sha256=file["sha256"],
            name=file.get("name"),
        )
        for file in raw.get("media") or ()
    ]
    return own + [
        Media(
            id=strawberry.ID(f"{raw['_id']}-{place}"),
            url=url,
            content_type=kinds[place] if place < len(kinds) else "",
            bytes=0,
            sha256="",
            name=None,
        )
        for place, url in enumerate(raw.get("mediaUrls") or ())
    ]


def _step(raw: Raw) -> StatusChange:
    status = known(enums.MessageStatus, raw.get("status"), enums.MessageStatus.UNKNOWN)
    return StatusChange(status=status, at=raw["at"], error_code=raw.get("errorCode"))


def _encoding(raw: Raw) -> enums.Encoding:
    stored = raw.get("encoding") or measure(raw.get("body") or "").encoding.value
    return known(enums.Encoding, stored, enums.Encoding.GSM7)
