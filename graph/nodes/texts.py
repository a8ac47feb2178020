"""Texts as the API shows them."""

from collections.abc import Callable, Iterable
from types import MappingProxyType

import strawberry

from domain.model import Link
from domain.ports import StoredFile
from domain.rules.segments import measure
from graph import enums
from graph.enums import known
from graph.nodes.gate import decision
from graph.nodes.stored import ID, Raw, Selected, as_kept, beside, decimal, made, one_of
from graph.types.campaign import Campaign
from graph.types.contact import Contact
from graph.types.message import Media, Message, ShortLink, StatusChange
from graph.types.people import Actor
from graph.types.stored import Source, Sources
from graph.types.template import Template
from graph.types.thread import Thread

TROUBLED = frozenset({"failed", "undelivered", "refused", "unknown", "canceled"})
"""An error is shown in these states only: a text that arrived after all has none."""


def message(
    raw: Raw,
    what: Selected,
    contact: Contact | None,
    thread: Thread | None,
    sent_by: Actor | None,
    retry_of: Message | None,
    correction_of: Message | None,
    template: Template | None,
    campaign: Campaign | None,
    attached: list[Media],
    links: list[ShortLink],
) -> Message:
    """A text with what was loaded beside it."""
    return made(
        Message,
        what,
        raw,
        contact=contact,
        thread=thread,
        sent_by=sent_by,
        retry_of=retry_of,
        correction_of=correction_of,
        template=template,
        campaign=campaign,
        media=attached,
        links=links,
    )


def links(raw: Raw, made: Iterable[Link]) -> list[ShortLink]:
    """Of the links that were made for a text those that stand in it."""
    return [
        ShortLink(
            url=one.url,
            target=one.target or "",
            clicks=one.clicks,
            first_clicked_at=one.first_at,
            expires_at=one.expires_at,
        )
        for one in made
        if one.url in (raw.get("body") or "")
    ]


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
    inbound = raw.get("direction") == "inbound"
    copied = {file.get("place") for file in raw.get("media") or ()} if inbound else set()
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
        if place not in copied
    ]


def _step(raw: Raw) -> StatusChange:
    status = known(enums.MessageStatus, raw.get("status"), enums.MessageStatus.UNKNOWN)
    return StatusChange(status=status, at=raw["at"], error_code=raw.get("errorCode"))


def _encoding(raw: Raw) -> enums.Encoding:
    stored = raw.get("encoding") or measure(raw.get("body") or "").encoding.value
    return known(enums.Encoding, stored, enums.Encoding.GSM7)


def _trouble(name: str) -> Source:
    return Source(
        (name, "status"), lambda raw: raw.get(name) if raw.get("status") in TROUBLED else None
    )


MESSAGE: Sources = MappingProxyType(
    {
        "id": ID,
        "origin": as_kept("origin", ""),
        "twilio_message_sid": as_kept("twilioMessageSid"),
        "direction": one_of(enums.Direction, "direction", enums.Direction.INBOUND),
        "status": one_of(enums.MessageStatus, "status", enums.MessageStatus.UNKNOWN),
        "purpose": one_of(enums.Purpose, "purpose", enums.Purpose.CONVERSATION),
        "from_": as_kept("from", ""),
        "to": as_kept("to", ""),
        "body": as_kept("body", ""),
        "media": beside("media", "mediaUrls", "mediaTypes", "direction"),
        "links": beside("origin", "body"),
        "contact": beside("contactId"),
        "thread": beside("threadId"),
        "sent_by": beside("sentBy"),
        "tags": Source(("tags",), lambda raw: list(raw.get("tags") or ())),
        "retry_of": beside("retryOf"),
        "correction_of": beside("correctionOf"),
        "template": beside("templateId"),
        "campaign": beside("campaignId"),
        "segments": as_kept("segments", 0),
        "encoding": Source(("encoding", "body"), _encoding),
        "price": Source(("price",), lambda raw: decimal(raw.get("price"))),
        "price_unit": as_kept("priceUnit"),
        "error_code": _trouble("errorCode"),
        "error_message": _trouble("errorMessage"),
        "error_help": _trouble("errorHelp"),
        "decision": Source(
            ("decision", "errorHelp"),
            lambda raw: decision(raw.get("decision"), raw.get("errorHelp")),
        ),
        "send_at": as_kept("sendAt"),
        "created_at": as_kept("createdAt"),
        "twilio_created_at": as_kept("twilioCreatedAt"),
        "recovered_at": as_kept("recoveredAt"),
        "delivered_at": as_kept("deliveredAt"),
        "read_at": as_kept("readAt"),
        "status_history": Source(
            ("statusHistory",), lambda raw: [_step(step) for step in raw.get("statusHistory") or ()]
        ),
    }
)
