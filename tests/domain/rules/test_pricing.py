"""An estimate is exact money: decimals, no floats."""

from decimal import Decimal

import pytest

from domain.rules.pricing import Rates, estimate


@pytest.mark.parametrize(
    ("segments", "media", "price"),
    [(0, 0, "0"), (1, 0, "0.0079"), (2, 0, "0.0158"), (11, 0, "0.0869"), (1, 1, "0.02")],
)
def test_a_text_costs_its_segments(segments: int, media: int, price: str) -> None:
    assert estimate(segments, media) == Decimal(price)


def test_a_text_with_media_costs_the_same_whatever_its_length_and_count() -> None:
    assert estimate(0, 1) == estimate(5, 1) == estimate(5, 10) == Decimal("0.02")


def test_the_rates_are_the_operators_to_set() -> None:
    rates = Rates(segment=Decimal("0.01"), media=Decimal("0.05"), unit="CAD")
    assert estimate(3, 0, rates) == Decimal("0.03")
    assert estimate(3, 2, rates) == Decimal("0.05")
