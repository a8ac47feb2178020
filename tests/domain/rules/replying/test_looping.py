"""However texts come, a number gets few automatic answers, and never its own words' echo."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.replying.looping import AWAY, HOUR, PAUSE, Limits, Sent, Why, objection, repeats
from tests.clock import NOON

LIMITS = Limits(hourly=3, away=timedelta(hours=12))
KEYS = st.sampled_from(["rule:1", "rule:2", AWAY])
BODIES = st.sampled_from(["hours", "Hours?", "price", "the price", "We are closed until Monday."])
GAPS = st.integers(1, 7_200)
TEXTS = st.lists(st.tuples(GAPS, KEYS, BODIES), max_size=40)
FEW = settings(max_examples=50)


def answered(texts: list[tuple[int, str, str]]) -> list[Sent]:
    """What a number gets whose texts come so many seconds after one another."""
    now, sent = NOON, list[Sent]()
    for gap, key, body in texts:
        now += timedelta(seconds=gap)
        if objection(key, body, sent, now, LIMITS) is None:
            sent.append(Sent(key, now, f"Answer of {key} to them all", body))
    return sent


@FEW
@given(TEXTS)
def test_never_more_than_so_many_in_any_hour(texts: list[tuple[int, str, str]]) -> None:
    times = [one.at for one in answered(texts)]
    for place, at in enumerate(times[LIMITS.hourly :]):
        assert at - times[place] >= HOUR


@FEW
@given(TEXTS)
def test_never_two_away_messages_in_their_window(texts: list[tuple[int, str, str]]) -> None:
    times = [one.at for one in answered(texts) if one.key == AWAY]
    assert all(later - early >= LIMITS.away for early, later in pairwise(times))


@FEW
@given(TEXTS)
def test_never_the_same_words_twice_in_a_row_by_one_rule(texts: list[tuple[int, str, str]]) -> None:
    sent = [one for one in answered(texts) if one.key != AWAY]
    for place, one in enumerate(sent):
        for other in sent[:place]:
            alike = (one.key, one.asked.strip("?").casefold()) == (
                other.key,
                other.asked.strip("?").casefold(),
            )
            assert not alike or one.at - other.at >= PAUSE


@pytest.mark.parametrize(
    ("body", "ours", "same"),
    [
        ("ok", "OK!", True),
        ("ok then", "ok", False),
        ("We are closed.", "we are closed", True),
        ("Liked “We are closed until Monday”", "We are closed until Monday", True),
        ("Loved “ok”", "ok", False),
        ("hello", "🙂", False),
        ("🙂", "🙂", False),
    ],
)
def test_our_own_words_are_known_again(body: str, ours: str, same: bool) -> None:
    assert repeats(body, ours) is same


def test_the_reason_is_named_with_its_moment() -> None:
    at = [NOON - timedelta(minutes=minutes) for minutes in (50, 40, 30)]
    sent = [Sent(f"rule:{n}", moment, "Hi", "x") for n, moment in enumerate(at)]
    found = objection("rule:9", "hours", sent, NOON, LIMITS)
    assert found is not None
    assert (found.why, found.at) == (Why.MANY, at[0])
    assert objection("rule:9", "hours", sent[:2], NOON, LIMITS) is None


def test_a_machine_that_never_says_the_same_falls_silent_until_a_person_writes() -> None:
    now, sent = NOON, list[Sent]()
    person = None
    for n in range(2_000):
        now += timedelta(minutes=7)
        if n == 1_500:
            assert len(sent) == LIMITS.daily
            person = now
        if objection("rule:1", f"words {n}", sent, now, LIMITS, person) is None:
            sent.append(Sent("rule:1", now, f"Answer {n}", f"words {n}"))
    assert len(sent) == 2 * LIMITS.daily


def test_who_asks_now_and_then_is_answered_for_ever() -> None:
    times = [NOON + timedelta(hours=7 * n) for n in range(40)]
    sent = [Sent("rule:1", at, f"Answer {n}", f"words {n}") for n, at in enumerate(times)]
    for n, at in enumerate(times):
        assert objection("rule:1", "other", sent[:n], at, LIMITS) is None
