"""A number's standing at any moment, from what was said and when it was known."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.consent.ledger import ACTIONS, Said, Standing, fold, standing
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


def told(action: str, hours: float, **more: Any) -> Said:
    """Something else that was said or found out then."""
    return replace(Said(action, "none", at(hours), at(hours)), **more)


def test_a_no_to_the_programme_alone_refuses_advertising_only() -> None:
    """Rows: §1.5, §6"""
    events = [yes(1, level="written"), told("opt_out", 2, scope="program")]
    found = fold(events)
    assert (found.blocked, found.declined, found.level) == (False, True, "written")
    assert found.opted_in


@pytest.mark.parametrize(
    ("again", "still"),
    [
        (replace(yes(3, level="written"), proof="shown"), False),
        (replace(yes(1.5, known=3, level="written"), proof="shown"), True),
        (replace(yes(3, level="written"), proof="shown", method="import"), True),
        (yes(3, level="written"), True),
        (replace(yes(3), proof="shown"), True),
        (replace(yes(3), proof="none", method="keyword"), True),
        (told("opt_in", 3, level="express", method="keyword"), False),
        (told("opt_in", 3, level="express", method="twilio"), False),
        (told("released", 3), True),
    ],
    ids=["written", "before", "list", "claimed", "express", "program", "START", "carrier", "other"],
)
def test_advertising_is_wanted_again_after_their_own_word_or_proof_in_writing(
    again: Said, still: bool
) -> None:
    """Rows: §1.5, §6"""
    refused = fold([yes(1, level="written"), told("opt_out", 2, scope="program")])
    assert refused.after(again).declined is still


def test_a_yes_waits_until_it_is_confirmed() -> None:
    asked = fold([yes(1), told("pending", 2, level="written")])
    assert (asked.level, asked.pending, asked.pending_at) == ("express", "written", at(2))
    agreed = asked.after(told("confirmed", 3))
    assert (agreed.level, agreed.pending, agreed.consent_at) == ("written", None, at(3))


@pytest.mark.parametrize("scope", ["all", "program"])
def test_what_waited_has_ended_with_a_no(scope: str) -> None:
    asked = fold([told("pending", 2, level="written"), told("opt_out", 3, scope=scope)])
    assert asked.pending is None
    assert asked.after(told("confirmed", 4)) == asked


def test_a_confirmation_lifts_no_block() -> None:
    asked = fold([no(1), told("pending", 2, level="express"), told("confirmed", 3)])
    assert (asked.blocked, asked.blocked_at, asked.level) == (True, at(1), "express")


def test_a_hold_lasts_from_the_first_doubt_to_the_decision() -> None:
    held = fold([told("held", 1), told("held", 5)])
    assert (held.held, held.held_at) == (True, at(1))
    for end in (told("released", 6), no(6)):
        assert (held.after(end).held, held.after(end).held_at) == (False, None)
    assert held.after(told("opt_out", 6, scope="program")).held


def test_who_must_not_be_called_stays_so_until_it_is_taken_back() -> None:
    marked = fold([told("do_not_call", 1), yes(2), no(3), told("voided", 4), told("erased", 5)])
    assert (marked.do_not_call, marked.dnc_at) == (True, at(1))
    assert marked.after(told("callable", 6)).do_not_call is False


def test_somebody_elses_number_has_agreed_to_nothing_and_keeps_its_block() -> None:
    before = [yes(1, level="written"), told("verified", 2), no(3)]
    found = fold([*before, told("voided", 4)])
    assert (found.blocked, found.level, found.consent_at) == (True, "none", None)
    assert (found.disclosed, found.verified_at, found.voided_at) == (False, None, at(4))


def test_an_agreement_of_whoever_had_the_number_before_is_void() -> None:
    found = fold([told("voided", 4), yes(3, known=6, level="written")])
    assert found.level == "none"
    assert found.after(yes(7)).level == "express"


def test_of_the_forgotten_their_noes_are_all_that_is_left() -> None:
    events = [yes(1, level="written"), told("opt_out", 3, scope="program")]
    assert fold([*events, told("erased", 5)]) == Standing()
    doubt = Standing(True, "none", at(2))
    assert fold([*events, told("held", 2), told("erased", 5)]) == doubt
    assert fold([*events, no(4), told("erased", 5)]) == Standing(True, "none", at(4))


def test_what_a_later_version_writes_changes_nothing_here() -> None:
    assert fold([yes(1), told("transferred", 2)]) == fold([yes(1)])


@pytest.mark.parametrize("action", ["held", "do_not_call"])
def test_doubts_and_wishes_hold_at_their_time_in_the_past_too(action: str) -> None:
    end = {"held": "released", "do_not_call": "callable"}[action]
    events = [told(action, 2), told(end, 5)]
    found = [standing(events, at(hours)) for hours in (1, 2, 4, 5)]
    assert [getattr(one, action) for one in found] == [False, True, True, False]


EVERY = st.builds(
    Said,
    action=st.sampled_from(ACTIONS),
    level=st.sampled_from(["none", "express", "written"]),
    at=HOURS.map(at),
    recorded_at=HOURS.map(at),
    scope=st.sampled_from(["all", "program"]),
    method=st.sampled_from(["keyword", "form"]),
    disclosed=st.booleans(),
)


@given(st.lists(EVERY, max_size=8))
def test_whatever_is_said_the_state_makes_sense(events: list[Said]) -> None:
    found = fold(events)
    assert (found.blocked_at is not None) is found.blocked
    assert (found.declined_at is not None) is found.declined
    assert (found.dnc_at is not None) is found.do_not_call
    assert (found.held_at is not None) is found.held
    assert (found.pending_at is not None) is (found.pending is not None)
    assert found.consent_at is not None or found.level == "none"


@given(st.lists(EVERY, max_size=8))
def test_only_a_yes_lifts_a_block(events: list[Said]) -> None:
    blocked = fold([*events, no(1)])
    for action in {*ACTIONS} - {"opt_in"}:
        assert blocked.after(told(action, 300, level="written")).blocked


def test_words_after_a_no_renew_it_and_hold_nobody() -> None:
    left = fold([told("opt_out", 1), told("held", 5)])
    assert (left.blocked, left.blocked_at, left.held) == (True, at(5), False)
