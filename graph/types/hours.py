"""When the business is open."""

import strawberry


@strawberry.type(description="Open on a weekday from one time to another.")
class OpenInterval:
    """By the clock of the business."""

    weekday: int = strawberry.field(description="The day on which it begins: 1 is Monday.")
    from_: str = strawberry.field(name="from", description="When it begins: `09:00`.")
    to: str = strawberry.field(
        description="When it ends: `17:00`, or `24:00` for the end of the day. One that ends no "
        "later than it begins runs on into the next day."
    )


@strawberry.type(description="When the business is open, and what is said when it is not.")
class BusinessHours:
    """Before anybody has set them it is open at any time."""

    timezone: str = strawberry.field(description="The zone of the clock, as `America/New_York`.")
    intervals: list[OpenInterval] = strawberry.field(
        description="The open times of a week; without any the business stays shut."
    )
    holidays: list[str] = strawberry.field(
        description="Days on which it stays shut: `2026-12-24`, or `12-24` for every year."
    )
    holiday_calendar: str | None = strawberry.field(
        description="The country, or a part of it, whose public holidays count: `US`, `US-CA`."
    )
    away_body: str | None = strawberry.field(
        description="What answers a text while the business is closed and no rule does."
    )
    open_now: bool = strawberry.field(description="Whether it is open at this moment.")
