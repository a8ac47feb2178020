"""When the chat's records are read: every hour, and soon after nobody listened."""

from datetime import datetime, timedelta

import pytest

from domain.model import Process
from domain.services.recovery import chat, rounds
from tests.domain.build import (
    POLICY,
    conversation,
    later,
)
from tests.domain.records import LEASE, page, read

SOON, AWAY = later(minutes=1), later(minutes=5)
pytestmark = pytest.mark.usefixtures("db")


def test_rounds_are_an_hour_apart() -> None:
    conversation()
    read(page())
    assert rounds.claim(AWAY + rounds.EVERY - timedelta(seconds=1), LEASE) is None
    assert rounds.claim(AWAY + rounds.EVERY, LEASE)


def test_after_a_gap_in_which_nobody_listened_the_records_are_read_soon() -> None:
    conversation()
    read(page())
    usual = AWAY + rounds.EVERY
    for minutes in (6, 7, 8):
        rounds.heed(later(minutes=minutes))
    assert rounds.earliest() == usual
    back = later(minutes=8) + rounds.GAP + timedelta(seconds=1)
    rounds.heed(back)
    rounds.heed(back)
    assert rounds.earliest() == back + chat.YOUNG


def test_a_gap_during_a_round_is_made_up_for_after_it() -> None:
    conversation()
    rounds.begin([""], AWAY)
    rounds.heed(AWAY)
    held = rounds.claim(AWAY, LEASE)
    assert held
    back = AWAY + rounds.GAP * 2
    rounds.heed(back)
    assert rounds.next_read(held, back, POLICY)
    rounds.done(held, back)
    rounds.heed(back)
    assert rounds.earliest() == back + chat.YOUNG


def listener(key: str, started: datetime, seen: datetime) -> Process:
    """A process that hears the chat, by what it says itself."""
    return Process(key=key, kind="web", started_at=started, seen_at=seen)


def test_after_a_short_gap_the_chat_s_own_repetitions_come_first() -> None:
    conversation()
    read(page())
    usual, start = AWAY + rounds.EVERY, later(minutes=1)
    old = listener("a", start, AWAY)
    rounds.heed(AWAY, AWAY)
    rounds.listened([old], AWAY)
    killed = AWAY + timedelta(seconds=30)
    rounds.listened([old], killed)  # it has not been heard of since
    assert rounds.earliest() == usual
    back = AWAY + timedelta(seconds=60)
    for seconds in range(3):
        rounds.listened([old, listener("b", back, back)], back + timedelta(seconds=seconds))
    assert rounds.earliest() == back + rounds.RETRIED


def test_a_quick_restart_and_one_of_several_are_no_gap() -> None:
    conversation()
    read(page())
    both = [listener("a", SOON, AWAY), listener("b", SOON, AWAY)]
    rounds.heed(AWAY, AWAY)
    back = AWAY + timedelta(seconds=15)
    rounds.listened([both[0], listener("c", back, back)], back)
    rounds.listened([listener("d", back + timedelta(seconds=10), back)], back)
    assert rounds.earliest() == AWAY + rounds.EVERY


def test_a_short_gap_during_a_round_or_before_its_look_brings_another() -> None:
    conversation()
    rounds.begin([""], AWAY)
    rounds.heed(AWAY)
    held = rounds.claim(AWAY, LEASE)
    assert held
    assert rounds.next_read(held, AWAY, POLICY)
    back = AWAY + timedelta(seconds=40)
    rounds.listened([listener("b", back, back)], back)
    rounds.done(held, back)
    assert rounds.earliest() == back + rounds.RETRIED
