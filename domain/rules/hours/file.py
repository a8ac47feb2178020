"""What a file of rules may say, table by table."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt, StrictBool

from domain.rules.hours.book import EVERYWHERE
from domain.rules.hours.calendars import named
from domain.rules.hours.geography import geography
from domain.rules.hours.windows import parse
from domain.rules.zones import known


def _hours(said: str) -> str:
    try:
        parse(said)
    except ValueError as error:
        raise ValueError('must be such as "8:00-21:00", or "none"') from error
    return said


def _day(said: str) -> str:
    try:
        named("", said)
    except ValueError as error:
        raise ValueError("must be such as 07-04, mon from 09-01 or easter-2") from error
    return said


def _zone(said: str) -> str:
    if known(said) is None:
        raise ValueError("must be a time zone such as America/New_York")
    return said


def _state(said: str) -> str:
    if said != EVERYWHERE and said not in geography().states:
        raise ValueError("must be a state's two letters")
    return said


Hours = Annotated[str, AfterValidator(_hours)]
Day = Annotated[str, AfterValidator(_day)]
Zone = Annotated[str, AfterValidator(_zone)]
State = Annotated[str, AfterValidator(_state)]
Date = Annotated[date, Field(strict=True)]
Text = Annotated[str, Field(min_length=1)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Table(BaseModel):
    """Nothing else may be in it: a misspelt name would be a rule that is not kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleTable(Table):
    """The hours of one source."""

    source: Text
    confidence: Text
    week: Hours
    saturday: Hours
    sunday: Hours
    holidays: StrictBool = True
    cap: PositiveInt | None = None
    waived: StrictBool = False
    conflict: Text | None = None


class CalendarTable(Table):
    """A list of holidays."""

    moves: dict[Weekday, Weekday] = {}
    days: dict[str, Day] = {}


class File(Table):
    """All of it."""

    version: Text
    dated: Date
    unknown: Annotated[list[Zone], Field(min_length=1)]
    federal: RuleTable
    usual: RuleTable
    states: dict[State, RuleTable] = {}
    holidays: dict[State, CalendarTable] = {}
    extra: dict[State, list[Date]] = {}
