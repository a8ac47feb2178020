"""What a phone can show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.rules.words.mrkdwn import plain
from domain.rules.words.visible import has_controls, is_visible, without_controls
from domain.services.compose import check_body


@pytest.mark.parametrize("text", ["a", "🙂", " é ", ".", "\u0301", "a\u200b"])
def test_what_has_a_shape_is_visible(text: str) -> None:
    assert is_visible(text)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b", "\u00a0", "\0", "\u2060\ufeff"])
def test_blanks_and_shapeless_characters_are_nothing_to_see(text: str) -> None:
    assert not is_visible(text)
    with pytest.raises(InvalidInput) as refused:
        check_body(text)
    assert refused.value.code == "MESSAGE_EMPTY"


@pytest.mark.parametrize("text", ["a\0b", "\x1b[2Jb", "a\x07", "a\x7f", "a\x85"])
def test_control_characters_are_refused_and_named(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_body(text)
    assert "control characters" in refused.value.message


def test_lines_and_tabs_are_no_control_characters() -> None:
    check_body("one\ntwo\r\n\tthree")


@given(st.text())
def test_without_controls_there_are_none(text: str) -> None:
    assert not has_controls(without_controls(text))


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_what_has_no_controls_stays_as_it_is(text: str) -> None:
    assert without_controls(text) == text


def test_what_an_agent_pasted_leaves_without_controls() -> None:
    assert plain("a\x07b\nc", {}) == "ab\nc"
