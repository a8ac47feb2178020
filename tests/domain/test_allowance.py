"""A minute's allowance, for many who share nothing, in bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.allowance import MINUTE, Allowance


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def allowed(allowance: Allowance, key: str = "a") -> int:
    """How many are given at once."""
    count = 0
    while allowance.take(key) == 0:
        count += 1
    return count


def test_a_whole_minute_s_worth_may_be_used_at_once() -> None:
    assert allowed(Allowance(60, clock=Watch())) == 60


def test_what_was_used_comes_back_evenly() -> None:
    watch = Watch()
    allowance = Allowance(60, clock=watch)
    allowed(allowance)
    assert allowance.wait("a") == pytest.approx(1)
    watch.now += 0.5
    assert allowance.take("a") == pytest.approx(0.5)
    watch.now += 10
    assert allowed(allowance) == 10


def test_nobody_uses_what_is_another_s() -> None:
    allowance = Allowance(3, clock=Watch())
    assert (allowed(allowance, "a"), allowance.wait("b"), allowed(allowance, "b")) == (3, 0, 3)


def test_without_a_limit_nobody_waits_and_nothing_is_kept() -> None:
    allowance = Allowance(0)
    assert not any(allowance.take(str(number)) for number in range(100))
    assert (allowance.wait("1"), len(allowance._used)) == (0, 0)


def test_however_many_there_are_memory_is_bounded() -> None:
    allowance = Allowance(60, kept=10, clock=Watch())
    for number in range(1_000):
        allowance.take(str(number))
    assert len(allowance._used) == 10


@given(st.lists(st.tuples(st.floats(0, 90), st.floats(0.1, 50)), max_size=60))
def test_no_minute_gives_more_than_two_minutes_worth_and_one_large_one(
    steps: list[tuple[float, float]],
) -> None:
    watch, given_ = Watch(), list[tuple[float, float]]()
    allowance = Allowance(60, clock=watch)
    for rest, amount in steps:
        watch.now += rest
        if allowance.take("a", amount) == 0:
            given_.append((watch.now, amount))
    for start, _ in given_:
        within = [amount for at, amount in given_ if start <= at <= start + MINUTE]
        assert sum(within) <= 2 * 60 + 50
