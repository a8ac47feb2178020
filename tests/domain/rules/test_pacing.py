"""Rates: never more than allowed in any stretch of time, and never less than promised."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.rules.pacing import Rate, due_after, turn, wait
from tests.clock import NOON

MINUTE = timedelta(minutes=1)
gaps = st.lists(st.floats(0, 20).map(lambda s: timedelta(seconds=s)), min_size=1, max_size=120)


def uses(rate: Rate, asked: list[datetime]) -> list[datetime]:
    """Those moments at which it was allowed."""
    due, allowed = None, []
    for now in asked:
        if not wait(due, rate.slack, now):
            due = due_after(due, rate.every, now)
            allowed.append(now)
    return allowed


def moments(pauses: list[timedelta]) -> list[datetime]:
    found = [NOON]
    for pause in pauses:
        found.append(found[-1] + pause)
    return found


@given(st.integers(2, 60), st.integers(1, 20), gaps)
def test_no_minute_ever_has_more(most: int, burst: int, pauses: list[timedelta]) -> None:
    rate = Rate.within(most, MINUTE, min(burst, most - 1))
    allowed = uses(rate, moments(pauses))
    for first in allowed:
        assert sum(first <= one < first + MINUTE for one in allowed) <= most


@given(st.integers(1, 9), st.floats(0.5, 9))
def test_whoever_waits_as_told_is_allowed(burst: int, every: float) -> None:
    rate, due, now = Rate(timedelta(seconds=every), burst), None, NOON
    for _ in range(30):
        now += timedelta(seconds=wait(due, rate.slack, now))
        assert wait(due, rate.slack, now) == 0
        due = due_after(due, rate.every, now)


def test_a_burst_comes_at_once_and_then_one_after_another() -> None:
    rate = Rate(timedelta(seconds=1), 3)
    asked = [NOON] * 5 + [NOON + timedelta(seconds=s) for s in (0.9, 1, 1.5, 2)]
    allowed = uses(rate, asked)
    assert [(one - NOON).total_seconds() for one in allowed] == [0, 0, 0, 1, 2]


def test_what_matters_less_leaves_half_to_the_rest() -> None:
    rate, due, spared = Rate(timedelta(seconds=1), 8), None, 0
    while not wait(due, rate.spare, NOON):
        due, spared = due_after(due, rate.every, NOON), spared + 1
    more = 0
    while not wait(due, rate.slack, NOON):
        due, more = due_after(due, rate.every, NOON), more + 1
    assert (spared, more) == (4, 4)


def test_what_matters_less_still_comes_where_one_is_all_there_is() -> None:
    rate = Rate(timedelta(seconds=1))
    assert wait(None, rate.spare, NOON) == 0


def test_a_rate_can_be_made_faster() -> None:
    assert Rate(timedelta(seconds=3), 8).faster(10) == Rate(timedelta(seconds=0.3), 80)
    assert Rate(timedelta(seconds=3), 8).faster(0.01).burst == 1


@given(st.integers(1, 40), gaps)
def test_turns_that_are_taken_ahead_are_never_more_than_allowed(
    burst: int, pauses: list[timedelta]
) -> None:
    """In any stretch of time: one each `every`, and the burst."""
    rate = Rate(timedelta(seconds=1), burst)
    turns = turns_at(rate, moments(pauses))
    for place, first in enumerate(turns):
        for count, last in enumerate(turns[place:], start=1):
            assert count <= (last - first) / rate.every + burst


@given(st.integers(1, 9), gaps)
def test_whoever_comes_first_has_the_earlier_turn_and_none_is_further_than_all_before(
    burst: int, pauses: list[timedelta]
) -> None:
    """Nobody starves: the wait is bounded by the number of those who came before."""
    rate, asked = Rate(timedelta(seconds=2), burst), moments(pauses)
    turns = turns_at(rate, asked)
    assert turns == sorted(turns)
    for place, (now, at) in enumerate(zip(asked, turns, strict=True)):
        assert now <= at <= now + place * rate.every


def turns_at(rate: Rate, asked: list[datetime]) -> list[datetime]:
    """The turns of those who come at these moments and take what there is."""
    due, found = None, []
    for now in asked:
        found.append(turn(due, rate.slack, now))
        due = due_after(due, rate.every, now)
    return found
