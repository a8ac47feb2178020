"""Local times: what the clocks skip and repeat, and how a moment is told to two people."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules import zones
from domain.rules.zones import Kind

PACIFIC, EASTERN = "America/Los_Angeles", "America/New_York"
FORWARD, BACK = date(2026, 3, 8), date(2026, 11, 1)
NOON = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
SOME = st.sampled_from(
    [PACIFIC, EASTERN, "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "UTC"]
)


def local(day: date, hour: int, minute: int, zone: str = PACIFIC) -> zones.Local:
    return zones.moment(day, time(hour, minute), zone)


def test_a_plain_time_is_what_the_clock_there_shows() -> None:
    found = local(date(2026, 3, 5), 8, 0)
    assert found == zones.Local(datetime(2026, 3, 5, 16, 0, tzinfo=UTC), Kind.PLAIN)


def test_a_skipped_time_is_just_as_long_after_the_change() -> None:
    found = local(FORWARD, 2, 30)
    assert found.kind is Kind.SKIPPED
    assert zones.clock(found.at, PACIFIC) == "3:30 AM PDT"


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    found = local(BACK, 1, 30)
    assert found.kind is Kind.TWICE
    assert zones.clock(found.at, PACIFIC) == "1:30 AM PDT"
    assert zones.clock(found.at + timedelta(hours=1), PACIFIC) == "1:30 AM PST"


@pytest.mark.parametrize("hour", [0, 1, 3, 4])
def test_the_hours_around_a_skipped_one_are_plain(hour: int) -> None:
    assert local(FORWARD, hour, 0).kind is Kind.PLAIN


@given(day=st.dates(date(2005, 1, 1), date(2037, 12, 30)), clock=st.times(), zone=SOME)
def test_a_moment_shows_the_time_that_was_asked_for_or_a_later_one(
    day: date, clock: time, zone: str
) -> None:
    found = zones.moment(day, clock, zone)
    shown = found.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    asked = datetime.combine(day, clock)
    if found.kind is Kind.SKIPPED:
        assert timedelta(0) < shown - asked <= timedelta(days=1)
    else:
        assert shown == asked


@given(day=st.dates(date(2005, 1, 1), date(2037, 12, 30)), clock=st.times(), zone=SOME)
def test_no_earlier_moment_shows_the_same_time(day: date, clock: time, zone: str) -> None:
    found = zones.moment(day, clock, zone)
    place = ZoneInfo(zone)
    shown = found.at.astimezone(place).replace(tzinfo=None)
    for minutes in (30, 60):
        before = (found.at - timedelta(minutes=minutes)).astimezone(place).replace(tzinfo=None)
        assert before != shown


def test_half_hours_are_skipped_and_repeated_too() -> None:
    assert local(date(2026, 10, 4), 2, 15, "Australia/Lord_Howe").kind is Kind.SKIPPED
    assert local(date(2026, 4, 5), 1, 45, "Australia/Lord_Howe").kind is Kind.TWICE


@pytest.mark.parametrize(
    ("phone", "zone"),
    [
        ("+17605550111", PACIFIC),
        ("+12125550111", EASTERN),
        ("+18005550111", None),  # toll-free: anywhere
        ("+16055550111", None),  # South Dakota has two
        ("32665", None),
        ("", None),
    ],
)
def test_a_number_tells_its_zone_where_there_is_only_one(phone: str, zone: str | None) -> None:
    assert zones.of_phone(phone) == zone


@pytest.mark.parametrize("name", ["", None, "Mars/Olympus", "../../etc/passwd", "a" * 500, "\0"])
def test_a_name_that_is_no_zone_is_not_known(name: str | None) -> None:
    assert zones.known(name) is None


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("America/New_York", EASTERN),
        ("US/Pacific", "US/Pacific"),
        ("EST", EASTERN),
        ("edt", EASTERN),
        ("Eastern Time", EASTERN),
        ("EST5EDT", EASTERN),
        ("MST", "America/Denver"),
        ("pacific", PACIFIC),
        ("AKST", "America/Anchorage"),
        ("HST", "Pacific/Honolulu"),
        ("Etc/GMT+5", None),
        ("GMT", None),
        ("UTC", None),
        ("localtime", None),
        ("posix/America/New_York", None),
        ("", None),
    ],
)
def test_what_people_write_means_the_zone_of_a_region(written: str, zone: str | None) -> None:
    assert zones.meant(written) == zone


def test_all_common_zones_are_known() -> None:
    assert [zones.known(name) for name in zones.COMMON] == list(zones.COMMON)


def test_a_moment_is_told_with_day_and_zone() -> None:
    assert zones.told(NOON, PACIFIC) == "Wed, Mar 4, 2026, 12:00 PM PST"
    assert zones.told(NOON, "UTC") == "Wed, Mar 4, 2026, 8:00 PM UTC"


def test_a_zone_without_a_name_is_told_by_its_offset() -> None:
    assert zones.clock(NOON, "America/Sao_Paulo") == "5:00 PM UTC-03"
    assert zones.clock(NOON, "Asia/Kathmandu") == "1:45 AM UTC+05:45"
    assert zones.clock(NOON.replace(hour=8), PACIFIC) == "12:00 AM PST"


def test_both_people_read_their_own_time() -> None:
    both = zones.for_both(NOON, PACIFIC, EASTERN)
    assert both == "Wed, Mar 4, 2026, 12:00 PM PST for the customer, 3:00 PM EST for you"


def test_another_day_there_is_named() -> None:
    both = zones.for_both(NOON, PACIFIC, "Asia/Tokyo", "Dana")
    assert both.endswith("for the customer, Thu, Mar 5, 2026, 5:00 AM JST for Dana")


@pytest.mark.parametrize(
    ("theirs", "ours"), [(PACIFIC, "America/Tijuana"), (PACIFIC, None), (None, PACIFIC)]
)
def test_clocks_that_agree_or_are_unknown_are_told_once(
    theirs: str | None, ours: str | None
) -> None:
    assert zones.for_both(NOON, theirs, ours) == "Wed, Mar 4, 2026, 12:00 PM PST"


def test_where_nobody_knows_a_zone_it_is_universal_time() -> None:
    assert zones.for_both(NOON, None, None) == "Wed, Mar 4, 2026, 8:00 PM UTC"
