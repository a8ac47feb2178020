"""Values of variables: JSON's plain kinds have words, lists and objects have none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.words.values import Nested, word


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("Jane", "Jane"),
        ("", ""),
        (3, "3"),
        (450000.0, "450000"),
        (1250000, "1250000"),
        (2.50, "2.5"),
        (1e21, "1000000000000000000000"),
        (1e-7, "0.0000001"),
        (-0.5, "-0.5"),
        (True, "true"),
        (False, "false"),
        (None, None),
    ],
)
def test_plain_kinds_have_words(value: object, said: str | None) -> None:
    assert word(value) == said


@pytest.mark.parametrize("value", [[], ["a"], {}, {"a": 1}, b"x"])
def test_what_holds_others_has_none(value: object) -> None:
    with pytest.raises(Nested):
        word(value)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_without_an_exponent_and_is_the_same_number(value: float) -> None:
    said = word(value)
    assert said is not None
    assert "e" not in said
    assert float(said) == float(json.dumps(value))
