"""Whether a text may leave, and what it would be."""

from datetime import datetime
from decimal import Decimal

import strawberry

from graph.enums import Encoding
from graph.problems import Problem
from graph.scalars import Phone


@strawberry.type(description="Whether a text may leave, and why.")
class GateDecision:
    """The gate's verdict of one moment."""

    allowed: bool = strawberry.field(description="Whether it may.")
    problem: Problem | None = strawberry.field(description="Why not.")
    earliest: datetime | None = strawberry.field(
        description="When it may, as far as is known: its hour, its turn in the day's count, or "
        "the end of a wait for a decision (`reasons` says which). It is judged again then."
    )
    needs_confirmation: bool = strawberry.field(
        description="Whether it may leave before `earliest` if a person says so."
    )
    reasons: list[str] = strawberry.field(description="What decided it, as short words.")
    rules_version: str = strawberry.field(description="Which version of the rules decided.")


@strawberry.type(description="What a text would be and cost, and whether it may be sent.")
class MessagePreview:
    """Nothing was made or sent."""

    body: str = strawberry.field(description="The text as it would leave.")
    units: int = strawberry.field(description="Its length in septets (GSM-7) or UTF-16 units.")
    segments: int = strawberry.field(description="How many segments it takes.")
    encoding: Encoding = strawberry.field(description="The alphabet that it needs.")
    unicode_culprits: list[str] = strawberry.field(
        description="The characters that force UCS-2, each once."
    )
    smart_body: str = strawberry.field(description="The text with typographic marks made plain.")
    smart_segments: int = strawberry.field(description="How many segments that would take.")
    estimated_price: Decimal = strawberry.field(description="What it will cost, about.")
    price_unit: str = strawberry.field(description="The currency of the price.")
    missing_variables: list[str] = strawberry.field(
        description="Variables without a value, which stand in `body` in braces; to be sent, none "
        "may be missing."
    )
    decision: GateDecision | None = strawberry.field(description="Whether it may be sent as asked.")
    warnings: list[str] = strawberry.field(
        description="What carriers may dislike about the text; it stops nothing by itself."
    )
    send_at: datetime | None = strawberry.field(
        description="When it is to leave, be it by `sendAt` or by `sendAtLocal`; null: at once."
    )


@strawberry.type(description="What is known of a phone number without asking anybody.")
class PhoneInfo:
    """A number as typed, formatted and checked."""

    valid: bool = strawberry.field(description="Whether it can be a number.")
    e164: Phone | None = strawberry.field(description="The number as it is kept.")
    national: str | None = strawberry.field(description="The number as its own country writes it.")
    country: str | None = strawberry.field(description="The two letters of its country.")
    kind: str | None = strawberry.field(description="The kind of line, as far as numbers tell.")
    timezones: list[str] = strawberry.field(description="Where it may be; empty when unknown.")
    problem: Problem | None = strawberry.field(description="What is wrong with it.")
