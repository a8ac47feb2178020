"""Any usual form of a number is read; everything else is told the one form that always works."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.phone import (
    FORMAT_HINT,
    InvalidPhone,
    address,
    country,
    describe,
    is_phone,
    is_toll_free,
    masked,
    national,
    parse,
)


@pytest.mark.parametrize(
    "text",
    [
        "760-555-1234",
        "(760) 555-1234",
        "760.555.1234",
        "7605551234",
        "17605551234",
        "1 (760) 555-1234",
        "+1 760 555 1234",
        "+1-760-555-1234",
        "+17605551234",
        "  +17605551234\n",
        "７６０５５５１２３４",
        "＋１７６０５５５１２３４",
        "760‑555‑1234",
        "\u202a+1 760 555 1234\u202c",
        "760\u00a0555\u00a01234",
        "tel:+1-760-555-1234",
        "011 1 760 555 1234",
    ],
)
def test_every_usual_form_of_a_number_is_one_number(text: str) -> None:
    assert parse(text) == "+17605551234"


def test_a_national_form_is_read_in_the_given_region() -> None:
    assert parse("07911 123456", "GB") == "+447911123456"
    assert parse("+44 7911 123456", "US") == "+447911123456"


@pytest.mark.parametrize("text", ["+1 850 555 0100", "+1 760 555 0199", "+1 999 555 0123"])
def test_fictional_numbers_are_accepted_in_every_area_code(text: str) -> None:
    assert parse(text) == re.sub(" ", "", text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "hello",
        "12345",
        "555-0100",
        "+1 850-123-0000",
        "+1 099 555 0123",
        "760-555-1234 x12",
        "760-555-1234 ext. 5",
        "tel:+17605551234;ext=2",
        "call 760-555-1234",
        "760-555-1234 or 760-555-9999",
        "+",
        "+1",
        "+99999999999999",
        "1" * 500,
        "\x00",
        "whatsapp:+17605551234",
    ],
)
def test_what_is_no_number_is_told_the_form_that_works(text: str) -> None:
    with pytest.raises(
        InvalidPhone,
        match=r"^Phone number must be in E\.164 format \(e\.g\., \+17605551234\)$",
    ):
        parse(text)


@given(st.text())
def test_any_text_is_a_number_or_an_invalid_phone(text: str) -> None:
    facts = describe(text)
    if facts.valid:
        assert is_phone(parse(text))
    else:
        assert facts.problem == FORMAT_HINT


@given(st.integers(200, 999), st.integers(2000000, 9999999))
def test_reading_what_was_written_changes_nothing(area: int, rest: int) -> None:
    facts = describe(f"+1{area}{rest}")
    if facts.valid and facts.national and facts.e164:
        assert parse(facts.e164) == parse(facts.national) == facts.e164


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("+17605551234", "+17605551234"),
        ("+1 (760) 555-1234", "+17605551234"),
        (" 17605551234", "+17605551234"),  # a plus sign that nobody encoded
        ("447911123456", "+447911123456"),
        ("12345", "12345"),
        ("262966", "262966"),
        ("ACME Homes", "ACME Homes"),
        ("whatsapp:+17605551234", "whatsapp:+17605551234"),
        ("rcs:acme_agent", "rcs:acme_agent"),
        ("+266696687", "+266696687"),
        ("+86282452253", "+86282452253"),
        ("AC\x00ME", "ACME"),
    ],
)
def test_a_sender_is_normalised_if_a_number_and_else_kept(raw: str, kept: str) -> None:
    assert address(raw) == kept


@pytest.mark.parametrize("raw", ["", "  ", "\x00", "x" * 65])
def test_a_sender_that_is_none_is_an_error(raw: str) -> None:
    with pytest.raises(InvalidPhone):
        address(raw)


def test_only_a_full_number_is_a_phone() -> None:
    assert is_phone("+17605551234")
    for other in (
        "12345",
        "ACME",
        "whatsapp:+17605551234",
        "17605551234",
        "+0123456789",
        "+1760\n",
    ):
        assert not is_phone(other)


def test_a_number_is_described_with_all_its_facts() -> None:
    facts = describe("(760) 555-1234")
    assert facts.valid
    assert facts.problem is None
    assert (facts.e164, facts.national) == ("+17605551234", "(760) 555-1234")
    assert (facts.country, facts.kind) == ("US", "fixed_line_or_mobile")
    assert facts.timezones == ("America/Los_Angeles",)


def test_a_split_area_code_is_looked_up_by_the_full_number() -> None:
    assert describe("+18502220100").timezones == ("America/New_York",)
    assert describe("+18504320100").timezones == ("America/Chicago",)


@pytest.mark.parametrize("text", ["+18005550100", "+15005550006", "+1 999 555 0123"])
def test_a_number_without_a_place_has_no_time_zones(text: str) -> None:
    facts = describe(text)
    assert facts.valid
    assert facts.timezones == ()


def test_what_is_no_number_is_described_by_its_problem() -> None:
    facts = describe("760-555-1234 x12")
    assert not facts.valid
    assert (facts.e164, facts.timezones, facts.problem) == (None, (), FORMAT_HINT)


@pytest.mark.parametrize(
    ("addr", "shown"),
    [
        ("+17605551234", "+1•••1234"),
        ("+447911123456", "+44•••3456"),
        ("12345", "•••5"),
        ("ACME Homes", "•••mes"),
        ("whatsapp:+17605551234", "whatsapp:+1•••1234"),
        ("", "•••"),
        ("ab", "•••"),
    ],
)
def test_logs_show_at_most_four_digits(addr: str, shown: str) -> None:
    assert masked(addr) == shown


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_masking_hides_the_middle_of_every_number(addr: str) -> None:
    shown = masked(addr)
    assert len(shown) - len("•••") < len(addr)
    assert len(shown.partition("•••")[2]) <= 4


@pytest.mark.parametrize(
    ("addr", "written"),
    [
        ("+17605550123", "(760) 555-0123"),
        ("+442079460123", "+44 20 7946 0123"),
        ("+999123456789", "+999123456789"),
        ("32665", "32665"),
        ("ACME", "ACME"),
        ("whatsapp:+17605550123", "whatsapp:+17605550123"),
        ("", ""),
    ],
)
def test_a_number_is_written_as_its_own_country_does(addr: str, written: str) -> None:
    assert national(addr) == written


@pytest.mark.parametrize(
    ("addr", "where"),
    [
        ("+17605550123", "US"),
        ("+15145550123", "CA"),
        ("+17875550123", "PR"),
        ("+491701234567", "DE"),
        ("+447700900123", "GB"),
        ("+80012345678", None),
        ("+9991234567", None),
        ("32665", None),
        ("ACME", None),
        ("", None),
    ],
)
def test_a_number_tells_its_country(addr: str, where: str | None) -> None:
    assert country(addr) == where


@pytest.mark.parametrize(
    ("addr", "free"),
    [
        ("+18005550123", True),
        ("+18335550123", True),
        ("+18885550123", True),
        ("+18225550123", False),
        ("+17605550123", False),
        ("+4480012345678", False),
        ("18005550123", False),
    ],
)
def test_toll_free_numbers_of_north_america_are_told_apart(addr: str, free: bool) -> None:
    assert is_toll_free(addr) is free
