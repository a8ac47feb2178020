"""Leased work: one worker a thread, earliest first, and a crash ends with the lease."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from bson import ObjectId

from domain import outbox
from domain.model import Message, Thread
from domain.outbox import Claim
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    OURS,
    STRANGER,
    due,
    fresh,
    later,
    queued,
    race,
    received,
)

pytestmark = pytest.mark.usefixtures("db")
LEASE = timedelta(seconds=45)


def claim(now: datetime = NOON) -> Claim | None:
    """A worker asks for relay work."""
    return outbox.claim("relay", now, LEASE)


def claimed(now: datetime = NOON) -> Claim:
    """A worker gets relay work."""
    found = claim(now)
    assert found
    return found


def test_where_nothing_is_due_nothing_is_claimed() -> None:
    assert claim() is None
    received(now=later(10))
    assert claim(later(9.999)) is None


def test_what_is_due_is_claimed_by_its_conversation() -> None:
    message = received()
    found = claimed()
    assert (found.slot, found.thread_id, found.until) == (
        "relay",
        message.thread_id,
        NOON + LEASE,
    )


def test_the_earliest_work_is_claimed_first() -> None:
    second = received(now=later(2))
    first = received(sender=STRANGER, now=later(1))
    assert claimed(later(3)).thread_id == first.thread_id
    assert claimed(later(3)).thread_id == second.thread_id
    assert claim(later(3)) is None


def test_two_workers_never_have_the_same_conversation() -> None:
    received()
    claims = race(*[claim] * 6)
    assert [found is not None for found in claims].count(True) == 1


def test_many_workers_share_many_conversations() -> None:
    senders = [f"+1760555{number:04}" for number in range(200, 206)]
    threads = {received(sender=sender).thread_id for sender in senders}
    claims = race(*[claim] * 6)
    assert {found.thread_id for found in claims if found} == threads


def test_relay_and_dispatch_of_a_conversation_do_not_wait_for_each_other() -> None:
    received()
    queued()
    assert claim()
    assert outbox.claim("dispatch", NOON, LEASE)


def test_a_released_conversation_can_be_claimed_again() -> None:
    received()
    outbox.release(claimed())
    assert claim()


def test_a_lease_that_ran_out_is_taken_over() -> None:
    received()
    old = claimed()
    assert claim(later(44.999)) is None
    new = claimed(NOON + LEASE)
    assert new.lease_id != old.lease_id


def test_one_who_lost_the_lease_releases_nothing() -> None:
    received()
    old = claimed()
    claimed(NOON + LEASE)
    outbox.release(old)
    assert claim(NOON + LEASE) is None


def test_one_who_lost_the_lease_cannot_renew_it() -> None:
    received()
    old = claimed()
    new = claimed(NOON + LEASE)
    assert outbox.renew(old, later(50), LEASE) is None
    assert outbox.renew(new, later(50), LEASE)


def test_renewing_makes_the_lease_longer() -> None:
    received()
    renewed = outbox.renew(claimed(), later(30), LEASE)
    assert renewed
    assert renewed.until == later(75)
    assert claim(later(74)) is None
    assert claim(later(75))


def test_a_released_lease_cannot_be_renewed() -> None:
    received()
    found = claimed()
    outbox.release(found)
    assert outbox.renew(found, later(1), LEASE) is None


def test_releasing_twice_is_releasing_once() -> None:
    received()
    found = claimed()
    outbox.release(found)
    claimed()
    outbox.release(found)
    assert claim() is None


def test_racing_for_a_lease_that_ran_out_has_one_winner() -> None:
    received()
    claimed()
    claims = race(*[partial(claim, NOON + LEASE)] * 6)
    assert [found is not None for found in claims].count(True) == 1


@pytest.mark.parametrize(("seconds", "outlasts"), [(29.9, True), (30, True), (30.1, False)])
def test_a_call_must_end_within_the_lease(seconds: float, outlasts: bool) -> None:
    found = Claim("relay", ObjectId(), "x", NOON + LEASE)
    assert found.outlasts(later(seconds), timedelta(seconds=15)) is outlasts


def test_the_earliest_due_time_tells_how_long_to_sleep() -> None:
    assert outbox.earliest("dispatch") is None
    received()
    queued(key="1", send_at=later(hours=2))
    queued(key="2", send_at=later(hours=1))
    assert outbox.earliest("dispatch") == later(hours=1)


def test_what_waits_is_listed_in_thread_order() -> None:
    first, second = received("first"), received("second")
    other = received("other", sender=STRANGER)
    Message.objects(id=first.id).update_one(set__relay__due_at=later(60))
    found = outbox.waiting("relay", first.thread_id)
    assert [message.id for message in found] == [first.id, second.id]
    assert other.id not in [message.id for message in found]


def test_what_is_done_does_not_wait() -> None:
    message = received()
    Message._get_collection().update_one({"_id": message.id}, outbox.closed("relay"))
    assert outbox.waiting("relay", message.thread_id) == []
    assert claim() is None


def test_putting_off_moves_only_what_is_due_sooner() -> None:
    received()
    soon, far = queued(key="1"), queued(key="2", send_at=later(hours=2))
    outbox.put_off("dispatch", [soon, far], later(60))
    assert (due(soon, "dispatch"), due(far, "dispatch")) == (later(60), later(hours=2))


def test_putting_off_opens_nothing_that_is_done() -> None:
    message = received()
    Message._get_collection().update_one({"_id": message.id}, outbox.closed("relay"))
    outbox.put_off("relay", [message], later(60))
    assert due(message, "relay") is None


def test_putting_off_is_no_change_that_a_person_could_see() -> None:
    received()
    message = queued()
    outbox.put_off("dispatch", [message], later(60))
    assert fresh(message).rev == message.rev


def test_a_slot_without_a_time_is_shut() -> None:
    slot = outbox.opened(None)
    assert (slot.state, slot.due_at) == ("done", None)


def test_closing_keeps_the_attempts_for_the_record() -> None:
    message = received()
    Message.objects(id=message.id).update_one(set__relay__attempts=3)
    Message._get_collection().update_one({"_id": message.id}, outbox.closed("relay", "dead"))
    slot = fresh(message).relay
    assert slot
    assert (slot.state, slot.attempts, slot.due_at, slot.lease_id) == ("dead", 3, None, None)


def test_a_lease_is_no_change_that_a_person_could_see() -> None:
    message = received()
    before = Thread.objects.get(id=message.thread_id).rev
    outbox.release(claimed())
    assert Thread.objects.get(id=message.thread_id).rev == before
    assert (message.from_, message.to) == (CUSTOMER, OURS)
