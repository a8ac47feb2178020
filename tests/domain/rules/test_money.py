"""Prices as people write them."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules import money
from domain.rules.money import HIGHEST, InvalidPrice, parse


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("450000", "450000"),
        ("$450,000", "450000"),
        ("€ 450 000", "450000"),
        ("450k", "450000"),
        ("1.2M", "1200000"),
        (" 99.50 ", "99.5"),
        ("0", "0"),
    ],
)
def test_usual_forms_are_read(written: str, price: str) -> None:
    assert parse(written) == Decimal(price)


@pytest.mark.parametrize("written", ["", "much", "-5", "1e9", "5 apples", "$", "1.2.3", "9" * 40])
def test_what_is_no_price_is_told(written: str) -> None:
    with pytest.raises(InvalidPrice, match="not a price"):
        parse(written)


@given(st.integers(0, int(HIGHEST)))
def test_whole_prices_are_read_back_as_they_are_shown(price: int) -> None:
    assert parse(f"${price:,}") == price
    assert parse(str(parse(str(price)))) == price


@given(st.text(max_size=40))
def test_nothing_else_ever_fails_otherwise(text: str) -> None:
    with suppress(InvalidPrice):
        assert 0 <= parse(text) <= HIGHEST


@pytest.mark.parametrize(
    ("amount", "unit", "told"),
    [
        ("0.0200", "EUR", "€0.02"),
        ("0", "USD", "US$0.00"),
        ("46.5", "USD", "US$46.50"),
        ("0.0237", "GBP", "£0.0237"),
        ("1E+3", "USD", "US$1,000.00"),
        ("1204.5", "CHF", "1,204.50 CHF"),
    ],
)
def test_an_amount_is_told_to_the_cent_with_its_currency(amount: str, unit: str, told: str) -> None:
    assert money.written(Decimal(amount), unit) == told
