"""One text to many people."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.enums import CampaignStatus, MessageStatus, Purpose
from graph.fields import field
from graph.types.contact import After, First
from graph.types.page import Connection, Pages
from graph.types.people import Actor, Sender
from graph.types.template import Template

if TYPE_CHECKING:
    from graph.types.message import Message

Status = Annotated[
    MessageStatus | None, strawberry.argument(description="Only texts in this state.")
]


@strawberry.type(
    description="How far a campaign is, counted anew each time. Everybody in the audience is "
    "excluded, queued, sent or failed."
)
class CampaignCounts:
    """Nobody is counted twice in the first four."""

    audience: int = strawberry.field(description="Whom it is for; 0 until it has begun.")
    excluded: int = strawberry.field(description="Who gets nothing: left out or called back.")
    queued: int = strawberry.field(description="Whose text has not been sent yet.")
    sent: int = strawberry.field(description="Whose text the carrier has sent.")
    delivered: int = strawberry.field(description="Whose text is known to have arrived.")
    failed: int = strawberry.field(description="Whose text could not be sent or delivered.")
    replies: int = strawberry.field(description="Who wrote within a week after it.")
    opt_outs: int = strawberry.field(description="Who opted out by a text within a week after it.")
    clicks: int = strawberry.field(description="Who followed a short link in it, each once.")


@strawberry.type(description="One text to many people, sent little by little.")
class Campaign:
    """Its texts leave only while it runs, and only to those whom the gate lets through."""

    id: strawberry.ID = strawberry.field(description="The campaign's id.")
    name: str = strawberry.field(description="What it is called.")
    status: CampaignStatus = strawberry.field(description="Whether its texts leave.")
    template: Template | None = strawberry.field(description="What its words were taken from.")
    body: str = strawberry.field(description="The words with their variables.")
    purpose: Purpose = strawberry.field(description="MARKETING or INFORMATIONAL.")
    sender: Sender = strawberry.field(description="What its texts leave from.")
    start_at: datetime | None = strawberry.field(description="When it is to begin.")
    per_minute: int = strawberry.field(description="How many texts it sends a minute, at most.")
    counts: CampaignCounts = strawberry.field(description="How far it is.")
    created_by: Actor = strawberry.field(description="Who wrote it.")
    created_at: datetime = strawberry.field(description="When it was written.")
    started_at: datetime | None = strawberry.field(description="When it began.")
    finished_at: datetime | None = strawberry.field(description="When it ended.")
    tags: list[str] = strawberry.field(description="Labels that its texts bear.")
    shorten_links: bool = strawberry.field(
        description="Whether the addresses in it become short links."
    )
    warnings: list[str] = strawberry.field(
        description="What carriers may dislike about the words; it stops nothing by itself."
    )
    pages: strawberry.Private[Pages]

    @field("Its texts, the newest first; who was left out or still waits has none.")
    def recipients(
        self,
        status: Status = strawberry.UNSET,
        first: First = 50,
        after: After = strawberry.UNSET,
    ) -> Connection[Annotated["Message", strawberry.lazy("graph.types.message")]]:
        """Loaded with the campaign."""
        label = f"recipients:{status.value}" if status else "recipients"
        found: Connection[Message] = self.pages[label, first, after or None]
        return found
