"""Rules and business hours as programs describe them."""

import strawberry
from strawberry import UNSET

from domain.rules.replying.autoreply import Match
from domain.services.automation import hours, replies
from domain.services.automation.hours import Opening
from graph.enums import MatchKind
from graph.inputs import given


@strawberry.input(description="A rule as it is to be.")
class AutoReplyInput:
    """All of it, every time."""

    name: str = strawberry.field(description="What it is called, 1 to 100 characters.")
    keywords: list[str] = strawberry.field(
        description="1 to 20 words or phrases, none of them one by which people leave, join or "
        "get help."
    )
    match: MatchKind | None = strawberry.field(
        default=MatchKind.EXACT, description="Where in a text they have to be."
    )
    body: str = strawberry.field(
        description="The answer, at most 1,000 characters; every variable needs something that "
        "is said without a value: `{first_name|there}`."
    )
    enabled: bool | None = strawberry.field(default=True, description="Whether it answers.")
    during_hours: bool | None = strawberry.field(
        default=UNSET,
        description="True: only while the business is open; false: only while it is closed.",
    )
    priority: int | None = strawberry.field(
        default=0, description="From -1,000 to 1,000; the highest answers."
    )


@strawberry.input(description="Open on a weekday from one time to another.")
class OpenIntervalInput:
    """By the clock of the business."""

    weekday: int = strawberry.field(description="1 is Monday, 7 is Sunday.")
    from_: str = strawberry.field(name="from", description="When it begins: `09:00`.")
    to: str = strawberry.field(
        description="When it ends: `17:00` or `24:00`; an earlier time is that of the next day."
    )


@strawberry.input(description="Business hours as they are to be.")
class BusinessHoursInput:
    """All of them, every time."""

    timezone: str = strawberry.field(description="Such as `America/New_York`.")
    intervals: list[OpenIntervalInput] = strawberry.field(
        description="The open times of a week, at most 70, none of them overlapping."
    )
    holidays: list[str] | None = strawberry.field(
        default=UNSET, description="Days such as `2026-12-24`, or `12-24` for every year."
    )
    holiday_calendar: str | None = strawberry.field(
        default=UNSET, description="A country such as `US`, or a part of one such as `US-CA`."
    )
    away_body: str | None = strawberry.field(
        default=UNSET, description="What answers while the business is closed; none without it."
    )


def wish(said: AutoReplyInput) -> replies.Wish:
    """The domain's word for a rule."""
    return replies.Wish(
        name=said.name,
        keywords=tuple(said.keywords),
        body=said.body,
        match=Match((said.match or MatchKind.EXACT).value),
        enabled=given(said.enabled) is not False,
        during_hours=given(said.during_hours),
        priority=given(said.priority) or 0,
    )


def week(said: BusinessHoursInput) -> hours.Wish:
    """The domain's word for business hours."""
    return hours.Wish(
        zone=said.timezone,
        intervals=tuple(Opening(one.weekday, one.from_, one.to) for one in said.intervals),
        holidays=tuple(given(said.holidays) or ()),
        calendar=given(said.holiday_calendar),
        away=given(said.away_body),
    )
