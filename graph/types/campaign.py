"""One text to many people."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.enums import CampaignStatus, MessageStatus, ProblemCode, Purpose
from graph.fields import field
from graph.scalars import Phone
from graph.types.contact import After, Contact, First
from graph.types.gate import MessagePreview
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


@strawberry.type(description="People who get nothing, for one reason.")
class Exclusion:
    """The largest group comes first."""

    reason: ProblemCode = strawberry.field(description="The stable code of the reason.")
    message: str = strawberry.field(description="The reason, in a sentence.")
    count: int = strawberry.field(description="How many they are.")
    sample: list[Contact] = strawberry.field(description="A few of them, at most three.")


@strawberry.type(
    description="Somebody on a campaign's list who was left out before a text was made."
)
class ExcludedRecipient:
    """Judged when it was their turn."""

    phone: Phone = strawberry.field(description="The number that would have been texted.")
    contact: Contact | None = strawberry.field(description="Whose it is; null if they are gone.")
    reason: ProblemCode = strawberry.field(description="The stable code of the reason.")
    message: str = strawberry.field(description="The reason, in a sentence.")


@strawberry.type(description="Texts that failed for one reason.")
class FailureCount:
    """The most frequent reason comes first."""

    error_code: int | None = strawberry.field(description="The carrier's code, if it gave one.")
    reason: str = strawberry.field(description="What went wrong, in a sentence.")
    count: int = strawberry.field(description="How many texts they are.")


@strawberry.type(
    description="What would come of a campaign if it were started now; nothing is made. Everybody "
    "is judged as the campaign itself does it: by the consent of now, at the hour of its beginning."
)
class CampaignPreview:
    """Of at most 10,000 people; a warning says so where there are more."""

    recipients: int = strawberry.field(description="Who would get a text, at once or later.")
    later: int = strawberry.field(
        description="How many of them get it later, because of the hour where they are. Nobody is "
        "excluded for that."
    )
    exclusions: list[Exclusion] = strawberry.field(description="Who would get none, and why.")
    segments: int = strawberry.field(description="How many segments all texts take together.")
    estimated_price: Decimal = strawberry.field(description="What they will cost, about.")
    price_unit: str = strawberry.field(description="The currency of the price.")
    finishes_at: datetime = strawberry.field(
        description="When the last text leaves, about: at the slower of its own pace and its "
        "sender's, within everybody's hours, after its share of what else that sender is sending; "
        "its beginning when there is nobody to be texted."
    )
    samples: list[MessagePreview] = strawberry.field(
        description="The longest of the texts, and a few others, as they would leave."
    )
    warnings: list[str] = strawberry.field(description="What to look at before it is started.")
    notes: list[str] = strawberry.field(
        description="Good to know: who is texted later, how and when people agreed."
    )


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
    cost: Decimal = strawberry.field(
        description="What its texts cost, and those that came within a week after one of them: by "
        "the carrier's prices where they are known, else about."
    )
    value: Decimal = strawberry.field(description="What `recordValue` recorded for it.")
    roi: float | None = strawberry.field(
        description="(value - cost) / cost: at 1, twice the cost came back; null without a cost."
    )
    failures: list[FailureCount] = strawberry.field(description="Why texts of it failed.")
    exclusions: list[Exclusion] = strawberry.field(
        description="Who gets nothing and why, all who count as excluded; empty until it begins."
    )
    breaker_reason: str | None = strawberry.field(
        description="Why it stopped itself, with the figures; null when it did not."
    )
    program_name: str | None = strawberry.field(
        description="What the recurring programme is called that it belongs to."
    )
    frequency: str | None = strawberry.field(description="How often the programme texts.")
    terms_url: str | None = strawberry.field(description="Where the programme's terms are.")
    privacy_url: str | None = strawberry.field(description="Where the privacy policy is.")
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

    @field(
        "Who was left out before a text was made, as they were judged. Texts that were refused or "
        "called back later are among its `recipients`."
    )
    def excluded(
        self, first: First = 50, after: After = strawberry.UNSET
    ) -> Connection[ExcludedRecipient]:
        """Loaded with the campaign."""
        found: Connection[ExcludedRecipient] = self.pages["excluded", first, after or None]
        return found
