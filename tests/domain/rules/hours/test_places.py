"""Where somebody may be, and whose rules they may be under."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.rules.hours import NOWHERE, Hours, find
from tests.domain.rules.hours.places import EAST, MIDDLE, MOUNTAIN, WEST, at, leaves

TOLL_FREE = "+18005550101"
NEW_YORK = "+12125550101"
MINUTE = timedelta(minutes=1)


def same_time(one: str, other: str) -> bool:
    """Whether clocks there agree, in winter and in summer."""
    moments = [at("2026-01-15 12:00"), at("2026-07-15 12:00")]
    return all(
        each.astimezone(ZoneInfo(one)).utcoffset() == each.astimezone(ZoneInfo(other)).utcoffset()
        for each in moments
    )


@pytest.mark.parametrize(
    ("phone", "zone"),
    [
        ("+18502220000", EAST),
        ("+18504320000", MIDDLE),
        ("+15419620000", WEST),
        ("+16053420000", MOUNTAIN),
        ("+19069320000", MIDDLE),
    ],
)
def test_the_whole_number_says_where_it_is_not_its_area_code(phone: str, zone: str) -> None:
    """Row: §3.1"""
    (own,) = find(phone).zones
    assert same_time(own, zone)


@pytest.mark.parametrize("phone", [TOLL_FREE, "+18885550101", "+15005550006"])
def test_a_number_of_the_whole_continent_is_nowhere(phone: str) -> None:
    """Row: §3.2"""
    assert find(phone) == NOWHERE


@pytest.mark.parametrize("phone", ["+18501230000", "+447700900123", "+19999999999", "12345"])
def test_a_number_that_cannot_be_has_no_zone(phone: str) -> None:
    """Row: §3.3"""
    assert find(phone).zones == ()


def test_a_set_zone_comes_before_the_zip_the_state_and_the_number() -> None:
    """Row: §3.4"""
    assert find(NEW_YORK, MOUNTAIN, "CA", "32501").zones == (MOUNTAIN,)
    assert find(NEW_YORK, None, "CA", "32501").zones == (MIDDLE,)
    assert find(NEW_YORK, None, "CA").zones == (WEST,)
    assert find(NEW_YORK).zones == (EAST,)


def test_what_nobody_can_read_is_passed_over() -> None:
    assert find(NEW_YORK, "Mars/Base", "Ontario", "K1A 0B1") == find(NEW_YORK)


@pytest.mark.parametrize("written", ["CA", "ca", "California", " california ", "C.A."])
def test_a_state_is_known_however_it_is_written(written: str) -> None:
    assert find(TOLL_FREE, None, written).states == {"CA"}


def test_every_state_that_anything_points_to_binds() -> None:
    assert find("+13055550101", EAST, "TX", "70112").states == {"FL", "TX", "LA"}
    assert find("+442083661177", None, "TX").states == {"TX"}


@pytest.mark.parametrize(
    ("code", "zones"),
    [
        ("10001", {EAST}),
        ("33101-1234", {EAST}),
        ("32401", {EAST, MIDDLE}),
        ("32501", {MIDDLE}),
        ("37402", {EAST}),
        ("37203", {MIDDLE}),
        ("57701", {MOUNTAIN}),
        ("79901", {MOUNTAIN}),
        ("86501", {MOUNTAIN, "America/Phoenix"}),
        ("96799", {"Pacific/Pago_Pago"}),
        ("96813", {"Pacific/Honolulu"}),
        ("83702", {"America/Boise"}),
    ],
)
def test_a_zip_says_which_part_of_a_divided_state(code: str, zones: set[str]) -> None:
    assert set(find(TOLL_FREE, None, None, code).zones) == zones


@pytest.mark.parametrize(
    ("phone", "zone", "state", "code"),
    [
        ("+493012345678", "Europe/Berlin", None, "10115"),
        ("+61891234567", "Australia/Perth", "WA", None),
        ("+14162000000", "America/Toronto", "CA", "90210"),
    ],
)
def test_a_foreign_number_goes_by_no_zip_and_no_state(
    phone: str, zone: str, state: str | None, code: str | None
) -> None:
    """Row: §3.4"""
    found = find(phone, None, state, code).zones
    assert zone in found
    assert found == find(phone).zones
    assert find(phone, MOUNTAIN, state, code).zones == (MOUNTAIN,)


def test_an_address_places_puerto_ricos_numbers_and_toll_free_ones() -> None:
    for phone in ("+17872000000", TOLL_FREE):
        assert find(phone, None, None, "90210").zones == (WEST,)


@pytest.mark.parametrize("odd", ["EST", "Etc/GMT+5", "GMT", "UTC", "EST5EDT", "posix/EST"])
def test_a_stored_clock_that_no_region_has_is_passed_over(odd: str) -> None:
    """Row: §3.4"""
    assert find(NEW_YORK, odd) == find(NEW_YORK)


def test_in_several_zones_it_must_be_open_in_all_of_them() -> None:
    """Row: §3.5"""
    dakota = Hours(place=find("+16055550101"))
    assert len(dakota.zones) == 2
    assert leaves(dakota, at("2026-03-04 09:00", MOUNTAIN))
    assert not leaves(dakota, at("2026-03-04 09:00", MIDDLE))
    assert leaves(dakota, at("2026-03-04 19:59", MIDDLE))
    assert not leaves(dakota, at("2026-03-04 20:00", MIDDLE))


@pytest.mark.parametrize(("day", "first"), [("2026-01-14", "14:00"), ("2026-07-15", "15:00")])
def test_somewhere_in_the_states_is_open_from_honolulu_to_new_york(day: str, first: str) -> None:
    """Row: §3.5"""
    nowhere = Hours(place=find(TOLL_FREE))
    opens = at(f"{day} {first}")
    assert leaves(nowhere, opens)
    assert not leaves(nowhere, opens - MINUTE)
    assert leaves(nowhere, at(f"{day} 19:59"))
    assert not leaves(nowhere, at(f"{day} 20:00"))


def test_somewhere_abroad_is_never_open_until_a_person_says_where() -> None:
    """Row: §3.5"""
    unknown = Hours(place=find("+447700900123"))
    noon = at("2026-03-04 12:00", "Europe/London")
    assert (unknown.advertising(noon).at, unknown.ordinary(noon).at) == (None, None)
    placed = Hours(place=find("+447700900123", "Europe/London"))
    assert leaves(placed, noon)
    assert placed.ordinary(at("2026-03-04 21:00", "Europe/London")).at == at(
        "2026-03-05 08:00", "Europe/London"
    )


def test_hours_follow_the_clocks_of_that_day_not_a_distance_from_ours() -> None:
    """Row: §3.6"""
    arizona, denver = (Hours(place=find(TOLL_FREE, zone)) for zone in ("America/Phoenix", MOUNTAIN))
    winter, summer = at("2026-03-04 09:00", MOUNTAIN), at("2026-03-11 09:00", MOUNTAIN)
    assert leaves(denver, winter)
    assert leaves(denver, summer)
    assert leaves(arizona, winter)
    assert not leaves(arizona, summer)
