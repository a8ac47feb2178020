"""What people write into cells is understood, or refused in words that help."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.tables.cells import (
    LEVELS,
    METHODS,
    STATUSES,
    BadCell,
    flag,
    items,
    joined,
    moment,
    one_of,
    price,
    record,
)

tags = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1).map(
    lambda word: " ".join(word.split())
)


@pytest.mark.parametrize("cell", ["yes", " Y ", "TRUE", "1", "x", "On"])
def test_a_yes(cell: str) -> None:
    assert flag(cell) is True


@pytest.mark.parametrize("cell", ["no", "N", "false", "0", " off"])
def test_a_no(cell: str) -> None:
    assert flag(cell) is False


@pytest.mark.parametrize("cell", ["maybe", "2", "", "yes please", "да"])
def test_what_is_neither_is_refused(cell: str) -> None:
    with pytest.raises(BadCell, match="yes or no"):
        flag(cell)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("2026-03-31", datetime(2026, 3, 31, tzinfo=UTC)),
        ("2026-03-31T18:05:00Z", datetime(2026, 3, 31, 18, 5, tzinfo=UTC)),
        ("2026-03-31 18:05:00+02:00", datetime(2026, 3, 31, 16, 5, tzinfo=UTC)),
        ("3/31/2026", datetime(2026, 3, 31, tzinfo=UTC)),
        (" 03/31/2026 18:05 ", datetime(2026, 3, 31, 18, 5, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_utc(cell: str, said: datetime) -> None:
    assert moment(cell, "US") == said


def test_elsewhere_the_day_comes_first() -> None:
    assert moment("31/3/2026", "GB") == moment("31.03.2026", "DE") == moment("3/31/2026", "US")


@pytest.mark.parametrize(
    "cell", ["31/3/2026", "2026-02-30", "yesterday", "", "0001-01-01T00:00:00+23:00", "9" * 500]
)
def test_what_is_no_moment_is_refused(cell: str) -> None:
    with pytest.raises(BadCell, match="date"):
        moment(cell, "US")


@pytest.mark.parametrize(
    ("cell", "amount"),
    [("250000", "250000"), ("$1,250.50", "1250.50"), (" € 7 ", "7"), ("-3", "-3")],
)
def test_a_price_is_read_without_its_ornaments(cell: str, amount: str) -> None:
    assert price(cell) == Decimal(amount)


@pytest.mark.parametrize("cell", ["", "1e99", "NaN", "1,25", "about 5", "9" * 16, "1." + "1" * 40])
def test_what_is_no_price_is_refused(cell: str) -> None:
    with pytest.raises(BadCell, match="price"):
        price(cell)


@pytest.mark.parametrize(
    ("cell", "known", "meant"),
    [
        ("Client", STATUSES, "client"),
        ("In Person", METHODS, "in-person"),
        ("IN_PERSON", METHODS, "in-person"),
        ("text", METHODS, "sms"),
        ("WRITTEN", LEVELS, "written"),
    ],
)
def test_a_word_stands_for_a_value(cell: str, known: dict[str, str], meant: str) -> None:
    assert one_of(cell, known) == meant


def test_an_unknown_word_is_answered_with_those_that_are_known() -> None:
    with pytest.raises(BadCell, match=r"one of: express, written\."):
        one_of("verbal", LEVELS)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("vip, buyer", ["vip", "buyer"]),
        ("vip; buyer, north", ["vip", "buyer, north"]),
        ("vip;;vip; ", ["vip"]),
        ('"a;b";c', ["a;b", "c"]),
        ("vip\nbuyer", ["vip", "buyer"]),
        ("", []),
    ],
)
def test_a_list_is_divided_where_people_divide_it(cell: str, found: list[str]) -> None:
    assert items(cell) == found


@given(st.lists(tags.filter(bool), unique=True))
def test_a_written_list_reads_as_it_was(words: list[str]) -> None:
    assert items(joined(words)) == words


def test_an_object_is_read() -> None:
    assert record('{"budget": 5, "pets": ["cat"]}') == {"budget": 5, "pets": ["cat"]}


@pytest.mark.parametrize("cell", ["", "[1]", "{", "null", "[" * 100_000])
def test_what_is_no_object_is_refused(cell: str) -> None:
    with pytest.raises(BadCell, match="JSON"):
        record(cell)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_record_holds_numbers_only(number: str) -> None:
    with pytest.raises(BadCell):
        record(f'{{"a": {number}}}')


def test_half_a_character_is_no_record() -> None:
    with pytest.raises(BadCell):
        record(r'{"a": "\ud800"}')
