"""What is sealed is read with its own key, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules import sealing

KEY, OTHER = sealing.fresh(), sealing.fresh()


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=30), max_size=4))
def test_what_was_told_is_there_again(told: dict[str, str]) -> None:
    assert sealing.unpacked(KEY, sealing.packed(KEY, told)) == told


def test_nothing_can_be_seen_of_it_and_the_same_is_never_sealed_alike() -> None:
    one, other = (sealing.packed(KEY, {"ip": "203.0.113.9"}) for _ in "ab")
    assert one != other
    assert b"203" not in one


@pytest.mark.parametrize("key", [OTHER, None], ids=["another", "none"])
def test_without_its_key_there_is_nothing(key: bytes | None) -> None:
    assert sealing.unpacked(key, sealing.packed(KEY, {"ip": "203.0.113.9"})) == {}


def test_what_was_changed_is_not_believed() -> None:
    stored = sealing.closed(KEY, "yes")
    assert sealing.opened(KEY, stored[:-4] + b"AAAA") is None
    assert sealing.opened(KEY, stored) == "yes"


def test_nothing_that_was_never_sealed_opens() -> None:
    assert sealing.unpacked(KEY, None) == {}


def test_a_digest_tells_texts_apart() -> None:
    assert sealing.digest("a") == sealing.digest("a") != sealing.digest("b")
