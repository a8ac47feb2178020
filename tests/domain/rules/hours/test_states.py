"""What each state asks of advertising, by the clock of a number of that state."""

from datetime import timedelta

import pytest

from domain.rules.hours import Hours, Place, find
from tests.domain.rules.hours.places import EAST, MIDDLE, NUMBERS, allowed, at, hours, leaves

WEDNESDAY, SATURDAY, SUNDAY = "2026-03-04", "2026-03-14", "2026-03-15"
JULY_4TH, MONDAY_OF_JULY_4TH = "2028-07-04", "2027-07-05"
LAW = {
    "NY": ("8:00-21:00", "8:00-21:00", "8:00-21:00"),
    "AL": ("8:00-20:00", "8:00-20:00", "none"),
    "CT": ("9:00-20:00", "9:00-20:00", "9:00-20:00"),
    "FL": ("8:00-20:00", "8:00-20:00", "8:00-20:00"),
    "KY": ("10:00-21:00", "10:00-21:00", "10:00-21:00"),
    "LA": ("8:00-20:00", "8:00-20:00", "none"),
    "MA": ("8:00-20:00", "8:00-20:00", "8:00-20:00"),
    "MD": ("8:00-20:00", "8:00-20:00", "8:00-20:00"),
    "MI": ("9:00-21:00", "9:00-21:00", "9:00-21:00"),
    "MN": ("9:00-21:00", "9:00-21:00", "9:00-21:00"),
    "NM": ("9:00-21:00", "9:00-21:00", "9:00-21:00"),
    "MS": ("8:00-20:00", "8:00-20:00", "none"),
    "NJ": ("8:00-20:00", "8:00-20:00", "8:00-20:00"),
    "NV": ("9:00-20:00", "9:00-20:00", "9:00-20:00"),
    "OK": ("8:00-20:00", "8:00-20:00", "8:00-20:00"),
    "PA": ("9:00-20:00", "9:00-20:00", "13:30-20:00"),
    "RI": ("9:00-18:00", "10:00-17:00", "none"),
    "TX": ("9:00-21:00", "9:00-21:00", "12:00-21:00"),
    "UT": ("8:00-21:00", "8:00-21:00", "8:00-21:00"),
    "VA": ("8:00-21:00", "8:00-21:00", "8:00-21:00"),
    "WA": ("8:00-20:00", "8:00-20:00", "8:00-20:00"),
}
USUAL = ("9:00-20:00", "9:00-20:00", "9:00-20:00")
SAFE = {
    "KY": ("10:00-20:00", "10:00-20:00", "10:00-20:00"),
    "RI": LAW["RI"],
    "TX": ("9:00-20:00", "9:00-20:00", "12:00-20:00"),
    "PA": LAW["PA"],
    **dict.fromkeys(("AL", "LA", "MS"), ("9:00-20:00", "9:00-20:00", "none")),
}
NO_HOLIDAYS = {"AL", "LA", "MS", "PA", "RI", "UT"}


def week(them: Hours) -> tuple[str, ...]:
    return tuple(allowed(them, day) for day in (WEDNESDAY, SATURDAY, SUNDAY))


@pytest.mark.parametrize("state", LAW)
def test_the_law_of_a_state_is_kept_to_the_quarter_of_an_hour(state: str) -> None:
    """
    Rows: §2.federal, §2.AL, §2.CT, §2.FL, §2.KY, §2.LA, §2.MA, §2.MD, §2.MI, §2.MN
    Rows: §2.NM, §2.MS, §2.NJ, §2.NV, §2.OK, §2.PA, §2.RI, §2.TX, §2.UT, §2.VA, §2.WA
    """
    assert week(hours(state, "law")) == LAW[state]


@pytest.mark.parametrize("state", LAW)
def test_the_safe_reading_is_the_usual_hours_and_narrower_where_a_state_asks_for_it(
    state: str,
) -> None:
    assert week(hours(state)) == SAFE.get(state, USUAL)


@pytest.mark.parametrize("state", NUMBERS)
@pytest.mark.parametrize("day", [JULY_4TH, MONDAY_OF_JULY_4TH])
def test_states_that_forbid_holidays_have_none_on_the_day_nor_when_it_is_kept(
    state: str, day: str
) -> None:
    """Rows: §2.AL, §2.LA, §2.MS, §2.PA, §2.RI, §2.UT"""
    assert (allowed(hours(state), day) == "none") is (state in NO_HOLIDAYS)


def test_what_consent_waives_binds_only_the_safe_reading() -> None:
    """Rows: §2.UT, §2.VA"""
    assert allowed(hours("UT"), JULY_4TH) == "none"
    assert allowed(hours("UT", "law"), JULY_4TH) == "8:00-21:00"
    assert allowed(hours("LA", "law"), JULY_4TH) == "none"


def test_a_holiday_on_a_saturday_is_kept_on_friday_in_alabama() -> None:
    """Row: §2.AL"""
    assert allowed(hours("AL"), "2026-07-03") == "none"


def test_louisianas_own_holidays_count_in_louisiana_alone() -> None:
    """Row: §2.LA"""
    mardi_gras = "2026-02-17"
    assert allowed(hours("LA"), mardi_gras) == "none"
    assert allowed(hours("MS"), mardi_gras) == "9:00-20:00"


def test_no_sunday_and_no_state_holiday_in_rhode_island() -> None:
    """Row: §2.RI"""
    victory_day = "2026-08-10"
    assert allowed(hours("RI"), victory_day) == "none"
    saturday_evening = at("2026-03-14 17:00")
    assert hours("RI").advertising(saturday_evening).at == at("2026-03-16 09:00")


@pytest.mark.parametrize("state", ["FL", "OK", "MD"])
def test_three_a_day_where_the_law_says_so(state: str) -> None:
    """Rows: §2.FL, §2.OK, §2.MD"""
    noon = at("2026-03-04 13:00", hours(state).zones[0])
    sent = tuple(noon - timedelta(hours=hour) for hour in (3, 2, 1))
    place = find(NUMBERS[state])
    assert not leaves(Hours(reading="law", place=place, sent=sent), noon)
    assert leaves(Hours(reading="law", place=place, sent=sent[1:]), noon)
    assert leaves(Hours(reading="law", place=find(NUMBERS["NY"]), sent=sent), noon)
    assert not leaves(Hours(place=find(NUMBERS["NY"]), sent=sent), noon)


def test_a_florida_number_keeps_florida_s_rules_wherever_its_owner_lives() -> None:
    """Row: §2.FL"""
    florida = Place(zones=("America/New_York",), states=frozenset({"FL"}))
    moved = find(NUMBERS["FL"], state="NY")
    evening = at("2026-03-04 20:30")
    assert not leaves(Hours(reading="law", place=florida), evening)
    assert not leaves(Hours(reading="law", place=moved), evening)
    assert leaves(Hours(reading="law", place=find(NUMBERS["NY"], state="NY")), evening)


def test_all_states_that_may_be_theirs_bind_at_once() -> None:
    both = Hours(reading="law", place=find(NUMBERS["KY"], state="RI"))
    assert allowed(both, WEDNESDAY) == "10:00-18:00"


def test_texas_hours_are_the_recipients_own() -> None:
    """Row: §2.TX"""
    el_paso = Hours(reading="law", place=find("+19155550101"))
    assert el_paso.zones == ("America/Denver",)
    assert leaves(el_paso, at("2026-03-04 20:59", "America/Denver"))
    assert not leaves(hours("TX", "law"), at("2026-03-04 21:00", MIDDLE))


def test_informational_texts_know_only_the_federal_hours() -> None:
    """Row: §2.federal"""
    sunday = at("2026-03-15 08:00", EAST)
    rhode_island = hours("RI")
    assert rhode_island.ordinary(sunday).at == sunday
    assert rhode_island.ordinary(sunday - timedelta(minutes=1)).at == sunday
    assert rhode_island.ordinary(at("2026-03-15 21:00")).at == at("2026-03-16 08:00")
