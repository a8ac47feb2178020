"""Where a number stands, in a few words."""

import pytest

from domain.rules.consent import standing


@pytest.mark.parametrize("level", ["none", "express", "written"])
def test_a_no_counts_whatever_was_agreed_to_before(level: str) -> None:
    assert standing.words(level, blocked=True) == standing.REFUSED


def test_each_level_has_words_of_its_own() -> None:
    told = {standing.words(level, blocked=False) for level in ("none", "express", "written")}
    assert told == {standing.NOTHING, standing.AGREED, standing.IN_WRITING}


def test_a_level_that_nobody_knows_allows_nothing() -> None:
    assert standing.words("imported", blocked=False) == standing.NOTHING


def test_who_has_yet_to_confirm_is_said_to_be_asked() -> None:
    assert standing.words("none", blocked=False, asked=True) == standing.ASKED
    assert standing.words("express", blocked=False, asked=True) == standing.AGREED
    assert standing.words("none", blocked=True, asked=True) == standing.REFUSED


def test_who_wants_no_advertising_is_said_to_want_none() -> None:
    assert standing.words("written", blocked=False, spared=True) == standing.SPARED
    assert standing.words("express", blocked=False, spared=True) == standing.AGREED
    assert standing.words("written", blocked=True, spared=True) == standing.REFUSED
