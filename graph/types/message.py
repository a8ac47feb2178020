"""A text."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.enums import Direction, Encoding, MessageStatus, Purpose
from graph.scalars import Phone
from graph.types.contact import Contact
from graph.types.gate import GateDecision
from graph.types.people import Actor
from graph.types.stored import Stored
from graph.types.template import Template
from graph.types.thread import Thread

if TYPE_CHECKING:
    from graph.types.campaign import Campaign


@strawberry.type(description="A picture or file that goes with a text.")
class Media:
    """Known by its address until it has been copied into our own store."""

    id: strawberry.ID = strawberry.field(description="The media's id.")
    url: str = strawberry.field(
        description="Where it can be fetched; our own files for an hour, without a token."
    )
    content_type: str = strawberry.field(description="Its MIME type; empty when nobody said.")
    bytes: int = strawberry.field(description="Its size; 0 until it has been copied.")
    sha256: str = strawberry.field(description="Its hash; empty until it has been copied.")
    name: str | None = strawberry.field(description="Its file name.")


@strawberry.type(description="An address in a text, made short for the one who got it.")
class ShortLink:
    """It leads on until it expires; half a year later it is gone from here too."""

    url: str = strawberry.field(description="The short address, as it stands in the text.")
    target: str = strawberry.field(description="Where it leads.")
    clicks: int = strawberry.field(
        description="How often it was followed, by people as far as that can be told."
    )
    first_clicked_at: datetime | None = strawberry.field(description="When it was first followed.")
    expires_at: datetime = strawberry.field(description="Until when it leads there.")


@strawberry.type(description="One step of a text on its way.")
class StatusChange:
    """A line of the append-only history."""

    status: MessageStatus = strawberry.field(description="The status from then on.")
    at: datetime = strawberry.field(description="When we learned of it.")
    error_code: int | None = strawberry.field(description="The carrier's error, if it was one.")


@strawberry.type(description="A text, either way.")
class Message(Stored):
    """Committed once, with its history."""

    id: strawberry.ID = strawberry.field(description="The text's id.")
    origin: str = strawberry.field(description="What caused it; the same cause makes one text.")
    twilio_message_sid: str | None = strawberry.field(description="The carrier's id.")
    direction: Direction = strawberry.field(description="Which way it went.")
    status: MessageStatus = strawberry.field(description="Where it is on its way.")
    purpose: Purpose = strawberry.field(description="Why it is sent.")
    from_: Phone = strawberry.field(name="from", description="Who sent it.")
    to: Phone = strawberry.field(description="Who is to get it.")
    body: str = strawberry.field(description="The text itself.")
    media: list[Media] = strawberry.field(description="Pictures and files with it.")
    links: list[ShortLink] = strawberry.field(
        description="The short links in it, in the order in which they were made."
    )
    contact: Contact | None = strawberry.field(description="The customer.")
    thread: Thread | None = strawberry.field(description="The conversation.")
    template: Template | None = strawberry.field(description="What it was made of.")
    campaign: Annotated["Campaign", strawberry.lazy("graph.types.campaign")] | None = (
        strawberry.field(description="The campaign that it is a part of.")
    )
    sent_by: Actor | None = strawberry.field(description="Who sent it, if we did.")
    tags: list[str] = strawberry.field(description="Labels.")
    retry_of: Annotated["Message", strawberry.lazy("graph.types.message")] | None = (
        strawberry.field(description="The failed text that this one tries again.")
    )
    segments: int = strawberry.field(description="How many segments it takes.")
    encoding: Encoding = strawberry.field(description="The alphabet that it needs.")
    price: Decimal | None = strawberry.field(description="What it cost, once that is known.")
    price_unit: str | None = strawberry.field(description="The currency of the price.")
    error_code: int | None = strawberry.field(description="The carrier's error, while it counts.")
    error_message: str | None = strawberry.field(description="What went wrong, in a sentence.")
    error_help: str | None = strawberry.field(description="What can be done about it.")
    decision: GateDecision | None = strawberry.field(description="The gate's last verdict.")
    send_at: datetime | None = strawberry.field(description="When it is to leave.")
    created_at: datetime = strawberry.field(description="When it was committed.")
    twilio_created_at: datetime | None = strawberry.field(description="The carrier's own time.")
    recovered_at: datetime | None = strawberry.field(
        description="When it was found in Twilio's records: its webhook never came, or came after. "
        "`twilioCreatedAt` is then when the customer sent it."
    )
    delivered_at: datetime | None = strawberry.field(description="When it reached the phone.")
    read_at: datetime | None = strawberry.field(description="When it was read, if that is told.")
    status_history: list[StatusChange] = strawberry.field(description="All steps so far.")
    correction_of: Annotated["Message", strawberry.lazy("graph.types.message")] | None = (
        strawberry.field(description="The text that this one puts right.")
    )
