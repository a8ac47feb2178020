"""What became of texts, counted."""

from decimal import Decimal

import strawberry
from strawberry import UNSET

from graph.types.hours import OpenInterval


@strawberry.type(description="Figures of all, or of one day, hour of the week, agent and so on.")
class AnalyticsRow:
    """Counts and sums; docs/analytics.md says exactly what each counts."""

    key: str = strawberry.field(
        description="Whose figures these are. A day is `2026-03-04` in the business's zone, an "
        "hour of the week `1-09` (Monday from nine), everything else an id; `none` for texts that "
        "are nobody's or made of none, `total` for the sum."
    )
    sent: int = strawberry.field(
        description="Our texts that left and did not fail; they count when they left."
    )
    delivered: int = strawberry.field(description="Those of them that reached the phone.")
    failed: int = strawberry.field(description="Our texts that could not be sent or delivered.")
    received: int = strawberry.field(description="Customers' texts; they are no agent's.")
    replies: int = strawberry.field(
        description="Our texts that were answered: the customer wrote within seven days."
    )
    response_rate: float | None = strawberry.field(
        description="The share of our texts that were answered, of those that ask for an answer: "
        "confirmations and automatic replies do not. Null without any."
    )
    first_response_seconds: float | None = strawberry.field(
        description="How long customers waited on average for the first answer of a person or a "
        "program; they count when the customer wrote, for the agent who answered."
    )
    opt_outs: int = strawberry.field(
        description="People who said no, in whatever way; of the last text of ours in the seven "
        "days before."
    )
    clicks: int = strawberry.field(description="Our texts of which a link was followed.")
    conversions: int = strawberry.field(
        description="Contacts whose status came nearer to `CLIENT` within 30 days after a text."
    )
    cost: Decimal = strawberry.field(
        description="The carrier's prices where they are known, else estimates; texts that came "
        "in, and in the total, days and senders what our numbers cost by the month."
    )
    value: Decimal = strawberry.field(description="What was recorded as brought by customers.")


@strawberry.type(description="What became of texts in a stretch of time.")
class Analytics:
    """All of it as of one moment."""

    totals: AnalyticsRow = strawberry.field(description="All of it together.")
    rows: list[AnalyticsRow] = strawberry.field(
        description="In the order of time, or those who sent most first; a thousand at most."
    )
    best_send_times: list[OpenInterval] = strawberry.field(
        description="Hours of the week between 8:00 and 20:00, in the business's zone, in which "
        "texts that nobody waited for were answered most often; none with fewer than 20 of them."
    )


@strawberry.input(description="Whose figures; every part that is given must hold.")
class AnalyticsFilter:
    """Ids as rows have them for keys."""

    agent_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Of texts that this agent wrote, and answers by them."
    )
    template_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Of texts made of this template."
    )
    campaign_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Of this campaign's texts."
    )
    sender_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Of texts from and to this number or Messaging Service."
    )
