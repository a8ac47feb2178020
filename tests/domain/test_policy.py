"""The owner's choices, and intervals that fit one another."""

from datetime import timedelta

import pytest

from domain.policy import Policy, Timing
from tests.domain.build import OURS, SERVICE, STRANGER


@pytest.mark.parametrize(
    ("policy", "sender"),
    [
        (Policy(), None),
        (Policy(numbers=(OURS, STRANGER)), OURS),
        (Policy(numbers=(OURS,), service_sid=SERVICE), SERVICE),
        (Policy(service_sid=SERVICE), SERVICE),
    ],
)
def test_the_default_sender_is_the_service_else_the_first_number(
    policy: Policy, sender: str | None
) -> None:
    assert policy.default_sender == sender


def test_only_our_own_senders_are_known() -> None:
    policy = Policy(numbers=(OURS,), service_sid=SERVICE)
    assert [policy.knows(sender) for sender in (OURS, SERVICE, STRANGER, "")] == [
        True,
        True,
        False,
        False,
    ]


def test_without_a_service_nothing_is_known_as_one() -> None:
    assert not Policy(numbers=(OURS,)).knows("None")


def test_a_lease_is_three_times_the_longest_call() -> None:
    timing = Timing(call=timedelta(seconds=7))
    assert timing.lease == timedelta(seconds=21)


def test_three_looks_take_five_minutes() -> None:
    looks = Timing().looks
    assert len(looks) == 3
    assert looks[-1] - looks[0] == timedelta(minutes=5)
    assert list(looks) == sorted(looks)
