"""The form of the business hours: a line for each day of the week."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.blocks.elements import Block
from bot.views import parts
from bot.views.parts import View
from domain.rules.replying.week import DAYS
from domain.services.automation.phrasing import LONGEST

FORM = "hours_form"
ZONE, DAY, HOLIDAYS, CALENDAR, AWAY = (
    *("timezone", "day", "holidays"),
    *("holidayCalendar", "awayBody"),
)
MOST_LINE, MOST_DAYS = 150, 3_000
TIMES = "For example 9:00-12:00, 13:00-17:00 or 9am-5pm. Empty: closed."
OWN_DAYS = "One a line: 2026-12-24, or 12-24 for every year."
COUNTRY = "A country such as US, or US-CA for a part of it. Empty: none."
SAID = (
    "It answers a text while the business is closed and no rule does, once in a while for each "
    "number. {opens|soon} is when you open next. Empty: no away message."
)


@dataclass(frozen=True)
class Draft:
    """What is in the form; `days` by their number, 1 is Monday."""

    zone: str = ""
    days: Mapping[int, str] = field(default_factory=dict)
    holidays: str = ""
    calendar: str = ""
    away: str = ""


def form(draft: Draft) -> View:
    """The business hours as they are."""
    chosen = parts.option(draft.zone.replace("_", " "), draft.zone) if draft.zone else None
    blocks = [
        parts.field(ZONE, "Time zone", parts.search("A city", chosen, least=0)),
        *(_day(number, draft.days.get(number, "")) for number in range(1, 8)),
        parts.field(
            HOLIDAYS,
            "Days on which you are closed",
            parts.area(draft.holidays, most=MOST_DAYS),
            optional=True,
            hint=OWN_DAYS,
        ),
        parts.field(
            CALENDAR,
            "Closed on the public holidays of",
            parts.line(draft.calendar, placeholder="US-CA", most=20),
            optional=True,
            hint=COUNTRY,
        ),
        parts.field(
            AWAY,
            "Away message",
            parts.area(draft.away, most=LONGEST),
            optional=True,
            hint=SAID,
        ),
    ]
    return parts.modal(FORM, "Business hours", blocks, submit="Save")


def _day(number: int, written: str) -> Block:
    shown = parts.line(written, placeholder="closed", most=MOST_LINE)
    hint = TIMES if number == 1 else None
    return parts.field(f"{DAY}{number}", DAYS[number - 1], shown, optional=True, hint=hint)
