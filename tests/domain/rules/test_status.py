"""The highest report of a log counts, so that the order of arrival never matters."""

import random
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.status import (
    ERRORS,
    FINAL,
    OPEN,
    STOPPABLE,
    MessageStatus,
    highest,
    report,
)

CLIMB = [
    "scheduled",
    "accepted",
    "queued",
    "sending",
    "sent",
    "canceled",
    "failed",
    "undelivered",
    "partially_delivered",
    "delivered",
    "read",
]


def test_the_states_are_stored_in_lower_case_under_the_names_of_the_api() -> None:
    assert len(MessageStatus) == 12
    assert all(status.value == status.name.lower() for status in MessageStatus)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("scheduled", MessageStatus.SCHEDULED),
        ("accepted", MessageStatus.QUEUED),
        ("queued", MessageStatus.QUEUED),
        ("sending", MessageStatus.SENDING),
        ("sent", MessageStatus.SENT),
        ("canceled", MessageStatus.CANCELED),
        ("failed", MessageStatus.FAILED),
        ("undelivered", MessageStatus.UNDELIVERED),
        ("partially_delivered", MessageStatus.UNDELIVERED),
        ("delivered", MessageStatus.DELIVERED),
        ("read", MessageStatus.DELIVERED),
        (" Delivered ", MessageStatus.DELIVERED),
    ],
)
def test_each_report_means_one_state(raw: str, status: MessageStatus) -> None:
    found = report(raw)
    assert found is not None
    assert found.status is status
    assert found.read == (raw == "read")


@pytest.mark.parametrize("raw", ["", "teleported", "receiving", "received", "None"])
def test_a_word_that_says_nothing_about_sending_is_no_report(raw: str) -> None:
    assert report(raw) is None


def test_the_order_is_total_and_climbs() -> None:
    ranks = [found.rank for found in map(report, CLIMB) if found]
    assert len(ranks) == len(CLIMB)
    assert ranks == sorted(set(ranks))


@pytest.mark.parametrize("length", [2, 3, 4])
def test_every_order_of_every_short_log_ends_the_same(length: int) -> None:
    for log in product(CLIMB, repeat=length):
        assert highest(log) == highest(sorted(log)) == highest(reversed(log))


@given(st.lists(st.sampled_from([*CLIMB, "teleported"]), max_size=6))
def test_every_permutation_of_a_log_ends_the_same(log: list[str]) -> None:
    assert len({highest(order) for order in permutations(log)}) == 1


@given(st.lists(st.sampled_from(CLIMB), min_size=1, max_size=40), st.randoms())
def test_repeats_and_delays_change_nothing(log: list[str], chance: random.Random) -> None:
    again = log + chance.choices(log, k=5)
    chance.shuffle(again)
    assert highest(again) == highest(log)


@given(st.lists(st.sampled_from(CLIMB)), st.sampled_from(CLIMB))
def test_a_further_report_never_takes_a_message_back(log: list[str], late: str) -> None:
    before, after = highest(log), highest([*log, late])
    assert after is not None
    assert before is None or after.rank >= before.rank


def test_a_log_without_a_known_word_says_nothing() -> None:
    assert highest([]) is None
    assert highest(["teleported"]) is None


def test_delivered_after_undelivered_is_delivered() -> None:
    found = highest(["undelivered", "delivered", "sent"])
    assert found is not None
    assert found.status is MessageStatus.DELIVERED


def test_every_state_is_open_or_final_or_on_its_way() -> None:
    assert not OPEN & FINAL
    assert OPEN | FINAL | {MessageStatus.SENT} == set(MessageStatus)
    assert STOPPABLE < OPEN
    assert ERRORS < FINAL
