"""Days and times in the form: the moment that is shown is the moment that is sent, every night."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.composing import Composer
from bot.views import schedule
from domain.model import Agent
from domain.policy import Policy
from domain.rules import zones
from domain.services.desk.schedules import Waiting

OURS = (*zones.COMMON, "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/Dublin", "Africa/Cairo")
HOUR, FIRST = timedelta(hours=1), datetime(2027, 1, 2, tzinfo=UTC)


def changes(zone: str, year: int) -> list[datetime]:
    """The moments of a year at which clocks there change."""
    place, at = ZoneInfo(zone), datetime(year, 1, 1, tzinfo=UTC)
    hours = (at + HOUR * step for step in range(366 * 24))
    return [
        one
        for one in hours
        if one.astimezone(place).utcoffset() != (one - HOUR).astimezone(place).utcoffset()
    ]


NIGHTS = {zone: changes(zone, 2027) for zone in OURS}
near = st.integers(-4 * 3600, 4 * 3600).map(lambda seconds: timedelta(seconds=seconds))
places = st.sampled_from(OURS)


@st.composite
def moments(draw: st.DrawFn) -> tuple[datetime, str]:
    """A moment to the second, half of them in a night on which clocks change, and a zone."""
    zone = draw(places)
    any_day = st.integers(0, 360 * 86_400).map(lambda seconds: FIRST + timedelta(seconds=seconds))
    nights = NIGHTS[zone]
    night = st.sampled_from(nights).flatmap(lambda at: near.map(at.__add__)) if nights else any_day
    return draw(st.one_of(night, any_day)), zone


def waiting(at: datetime, zone: str | None) -> Waiting:
    return Waiting("1", "2", "Jane", "+17605550111", "Hi", at, zone, "Dana")


def composer(zone: str) -> Composer:
    agent = Agent(user_id="U1", timezone=zone)
    return Composer(agent, datetime(2027, 1, 1, tzinfo=UTC), Policy())


def test_there_are_nights_to_try() -> None:
    assert [len(NIGHTS[zone]) for zone in ("America/Denver", "America/Phoenix", "UTC")] == [2, 0, 0]
    assert len(NIGHTS["Australia/Lord_Howe"]) == len(NIGHTS["Africa/Cairo"]) == 2


@given(moments(), places)
def test_a_form_that_is_saved_as_it_is_keeps_the_moment(
    told: tuple[datetime, str], ours: str
) -> None:
    at, theirs = told
    one = waiting(at, theirs)
    opened = schedule.as_filled(one, ours)
    read = replace(opened, kept=None, text="Other words")  # fields alone come back from the chat
    found = composer(ours).leaves(schedule.kept(read, one, ours))
    assert found is not None
    assert found.at == at


@given(moments(), st.sampled_from(["day", "clock", "zone"]))
def test_a_field_that_is_touched_means_what_it_shows(
    told: tuple[datetime, str], field: str
) -> None:
    at, zone = told
    one = waiting(at, zone)
    others = {"day": "2027-07-07", "clock": "12:34", "zone": "Asia/Kathmandu"}
    touched: dict[str, Any] = {field: others[field]}
    shown = replace(schedule.as_filled(one, zone), kept=None)
    changed = replace(shown, **touched)
    assert schedule.kept(changed, one, zone).kept == (at if changed == shown else None)


@given(moments())
def test_what_the_form_shows_is_the_time_that_is_meant(told: tuple[datetime, str]) -> None:
    at, zone = told
    day, clock = schedule.local(at, zone)
    meant = zones.moment(
        datetime.fromisoformat(day).date(), datetime.fromisoformat(f"{day}T{clock}").time(), zone
    )
    assert meant.kind is not zones.Kind.SKIPPED  # a clock has shown it
    assert schedule.local(meant.at, zone) == (day, clock)
    whole = at.replace(second=0)
    assert meant.at in (whole, whole - timedelta(minutes=30), whole - HOUR)
    if meant.kind is zones.Kind.PLAIN:
        assert meant.at == whole


@given(moments())
def test_a_time_that_clocks_skip_leaves_right_after_them(told: tuple[datetime, str]) -> None:
    at, zone = told
    there = zones.local(at, zone).replace(tzinfo=None, second=0)
    for step in range(-90, 91, 15):
        asked = there + timedelta(minutes=step)
        found = zones.moment(asked.date(), asked.time(), zone)
        shown = zones.local(found.at, zone).replace(tzinfo=None)
        late = shown - asked
        assert late == timedelta(0) or (found.kind is zones.Kind.SKIPPED and late <= HOUR)
