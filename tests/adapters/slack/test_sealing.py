"""Tokens at rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.sealing import Seal
from domain.rules.keyring import Secret

KEY, OTHER = "k" * 32, "o" * 32


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_what_is_closed_can_be_opened_with_the_same_key_only(secret: str) -> None:
    closed = Seal(KEY).close(secret)
    assert Seal(KEY).open(closed) == secret
    assert Seal(OTHER).open(closed) is None
    assert not secret.strip() or len(secret) < 6 or secret not in closed


def test_the_same_secret_is_stored_otherwise_every_time() -> None:
    seal = Seal(KEY)
    assert seal.close("xoxb-1") != seal.close("xoxb-1")


@pytest.mark.parametrize("stored", ["", "nonsense", "xoxb-in-plain-sight"])
def test_what_nobody_closed_cannot_be_opened(stored: str) -> None:
    assert Seal(KEY).open(stored) is None


def test_what_was_changed_cannot_be_opened() -> None:
    closed = Seal(KEY).close("xoxb-1")
    flipped = closed[:20] + ("A" if closed[20] != "A" else "B") + closed[21:]
    assert Seal(KEY).open(flipped) is None


def test_without_a_key_nothing_is_closed() -> None:
    with pytest.raises(ValueError, match="no secret key"):
        Seal("")


def test_what_an_earlier_version_closed_without_a_key_s_name_opens() -> None:
    named = Seal(KEY).close("xoxb-1")
    bare = named.partition(":")[2]
    assert Seal(KEY).open(bare) == "xoxb-1"
    assert Seal(Secret(OTHER, (KEY,))).open(bare) == "xoxb-1"
    assert not Seal(KEY).is_current(bare)


def test_a_new_key_opens_what_its_former_ones_closed_and_closes_by_itself() -> None:
    turned = Seal(Secret(OTHER, (KEY,)))
    assert turned.open(Seal(KEY).close("xoxb-1")) == "xoxb-1"
    assert Seal(OTHER).open(turned.close("xoxb-2")) == "xoxb-2"
    assert not turned.is_current(Seal(KEY).close("xoxb-1"))
