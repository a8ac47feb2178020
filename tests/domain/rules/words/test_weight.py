"""What a text weighs, as people are told."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.pricing import Rates
from domain.rules.segments import Encoding, measure
from domain.rules.words.weight import blame, counted, weight


def test_a_short_text_is_one_segment() -> None:
    assert weight("Hi") == "1 segment, about US$0.0079"


def test_a_long_text_costs_each_of_its_segments() -> None:
    assert weight("x" * 400) == "3 segments, about US$0.0237"


def test_the_owners_rates_count() -> None:
    assert weight("x" * 161, Rates(segment=Decimal(1), unit="EUR")) == "2 segments, about €2.00"


def test_characters_that_make_it_longer_are_named() -> None:
    assert blame("x" * 150 + "”") == "Without ” it would be 1 segment."


def test_what_cannot_be_seen_is_named_by_its_number() -> None:
    assert blame("x" * 150 + "\u200d\ufe0f") == "Without U+200D U+FE0F it would be 1 segment."


def test_of_many_only_the_first_are_named() -> None:
    told = blame("x" * 100 + "абвгдежз")
    assert told == "Without а б в г д and 3 more it would be 1 segment."


@pytest.mark.parametrize("body", ["", "Hi", "x" * 400, "Hi ☃"])
def test_where_nothing_would_be_saved_nothing_is_blamed(body: str) -> None:
    assert blame(body) is None


@given(st.text(max_size=300))
def test_whoever_is_blamed_made_it_longer(body: str) -> None:
    told, size = blame(body), measure(body)
    if told:
        assert size.encoding is Encoding.UCS2
        without = "".join(char for char in body if char not in size.culprits)
        assert measure(without).segments < size.segments
        assert told.endswith(f"it would be {counted(measure(without).segments)}.")
