"""A piece of work that is a document of its own is one worker's at a time, and never forgotten."""

from datetime import timedelta

import pytest

from domain import outbox
from domain.leased import Leased
from domain.model import Digest, Slot
from tests.clock import NOON
from tests.domain.build import later

LEASE = timedelta(seconds=45)
WORK = Leased(Digest)
pytestmark = pytest.mark.usefixtures("db")


def made(monday: str, minutes: int = 0) -> Digest:
    found = Digest(monday=monday, work=Slot(**outbox.due(later(minutes=minutes))))
    found.save()
    return found


def test_what_is_due_first_is_claimed_first_and_by_one() -> None:
    second, first = made("2026-03-09", 1), made("2026-03-02")
    held = WORK.claim(later(minutes=2), LEASE)
    assert held
    assert held.thread_id == first.id
    other = WORK.claim(later(minutes=2), LEASE)
    assert other
    assert other.thread_id == second.id
    assert WORK.claim(later(minutes=2), LEASE) is None
    assert WORK.own(held).monday == "2026-03-02"


def test_nothing_is_claimed_before_its_time() -> None:
    made("2026-03-02", 5)
    assert WORK.claim(NOON, LEASE) is None
    assert WORK.earliest() == later(minutes=5)


def test_a_lease_that_ran_out_is_taken_over_and_its_former_holder_writes_nothing() -> None:
    made("2026-03-02")
    lost = WORK.claim(NOON, LEASE)
    assert lost
    held = WORK.claim(NOON + LEASE, LEASE)
    assert held
    assert held.thread_id == lost.thread_id
    assert WORK.renew(lost, NOON + LEASE, LEASE) is None
    assert not WORK.write(lost, {"channelId": "C1"}, refused=1)
    assert (WORK.own(held).channel_id, WORK.own(held).refused) == (None, 0)


def test_a_lease_may_be_held_for_longer() -> None:
    made("2026-03-02")
    held = WORK.claim(NOON, LEASE)
    assert held
    kept = WORK.renew(held, NOON + LEASE, LEASE)
    assert kept
    assert kept.until == NOON + 2 * LEASE
    assert WORK.claim(NOON + LEASE, LEASE) is None


def test_fields_are_set_removed_and_counted_in_one_step() -> None:
    made("2026-03-02")
    held = WORK.claim(NOON, LEASE)
    assert held
    assert WORK.write(held, {"channelId": "C1", "fileId": "F1"}, refused=1)
    assert WORK.write(held, {}, "fileId", refused=1)
    own = WORK.own(held)
    assert (own.channel_id, own.file_id, own.refused) == ("C1", None, 2)


def test_what_is_done_is_done_whoever_holds_it_and_never_due_again() -> None:
    made("2026-03-02")
    lost = WORK.claim(NOON, LEASE)
    assert lost
    assert WORK.claim(NOON + LEASE, LEASE)
    WORK.close(lost, ts="1.2")
    own = WORK.own(lost)
    assert own.work
    assert (own.ts, own.work.state) == ("1.2", "done")
    assert WORK.earliest() is None
