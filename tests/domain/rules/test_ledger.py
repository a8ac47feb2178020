"""A number's standing at any moment, from what was said and when it was known."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.ledger import Said, Standing, standing
from tests.clock import NOON

HOURS = st.integers(0, 200)


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def yes(hours: float, known: float | None = None, level: str = "express") -> Said:
    """Said then, known then or later."""
    return Said("opt_in", level, at(hours), at(hours if known is None else known))


def no(hours: float, known: float | None = None) -> Said:
    return Said("opt_out", "none", at(hours), at(hours if known is None else known))


def test_of_whom_nothing_is_known_nothing_was_agreed() -> None:
    assert standing([], NOON) == Standing(False, "none")
    assert not standing([], NOON).opted_in


@pytest.mark.parametrize(
    ("hours", "agreed"), [(0, False), (1, True), (4.9, True), (5, False), (9, False), (10, True)]
)
def test_a_statement_holds_from_its_moment_until_the_next(hours: float, agreed: bool) -> None:
    events = [yes(1), no(5), yes(10)]
    assert standing(events, at(hours)).opted_in is agreed


def test_a_yes_that_was_recorded_later_holds_from_when_it_was_said() -> None:
    assert standing([yes(1, known=8)], at(2)).opted_in


def test_a_no_that_was_recorded_later_holds_from_when_it_was_said() -> None:
    assert standing([yes(1), no(3, known=8)], at(4)).blocked


def test_a_no_on_record_blocks_although_a_later_yes_was_known_before_it() -> None:
    events = [yes(5), no(1, known=6)]
    assert not standing(events, at(5.5)).blocked
    assert standing(events, at(7)).blocked


def test_a_form_whose_clock_is_ahead_counts_from_its_record() -> None:
    assert standing([yes(1.05, known=1)], at(1.01)).opted_in


def test_a_new_yes_does_not_lower_what_was_agreed_in_writing() -> None:
    events = [yes(1, level="written"), no(2), yes(3)]
    assert standing(events, at(4)) == Standing(False, "written", consent_at=at(3))
    assert standing(events[1:], at(4)).level == "express"


def test_an_opt_out_keeps_the_level_for_the_next_yes() -> None:
    found = standing([yes(1), no(2)], at(3))
    assert found == Standing(True, "express", at(2), consent_at=at(1))


@given(st.lists(st.tuples(st.booleans(), HOURS, HOURS), max_size=8))
def test_at_the_end_it_is_what_was_recorded_last_or_stricter(
    told: list[tuple[bool, int, int]],
) -> None:
    kinds = sorted(told, key=lambda one: max(one[1], one[2]))
    events = [
        yes(min(a, b), max(a, b)) if agreed else no(min(a, b), max(a, b)) for agreed, a, b in kinds
    ]
    last_blocks = bool(events) and events[-1].action == "opt_out"
    found = standing(events, at(1_000))
    assert found.blocked or not last_blocks
    assert (found.level != "none") is any(one.action == "opt_in" for one in events)


@given(st.lists(st.tuples(st.booleans(), HOURS), max_size=8, unique_by=lambda one: one[1]), HOURS)
def test_what_was_said_and_recorded_at_once_is_a_plain_fold(
    told: list[tuple[bool, int]], hours: int
) -> None:
    events = [
        yes(when) if agreed else no(when) for agreed, when in sorted(told, key=lambda x: x[1])
    ]
    before = [one for one in events if one.at <= at(hours)]
    found = standing(events, at(hours))
    assert found.blocked is (bool(before) and before[-1].action == "opt_out")


@given(st.lists(st.tuples(HOURS, HOURS), max_size=6), HOURS)
def test_nothing_of_the_future_counts(told: list[tuple[int, int]], hours: int) -> None:
    events = [yes(hours + 1 + a, hours + 1 + a + b) for a, b in told]
    assert standing(events, at(hours)) == Standing()
