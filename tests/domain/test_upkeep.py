"""What follows from a text is done once it is committed, whoever crashes."""

from datetime import timedelta

import pytest

from domain.model import Message
from domain.services import threads, upkeep
from tests.clock import NOON
from tests.domain.build import due, fresh, later, race, received

pytestmark = pytest.mark.usefixtures("db")
LEASE = timedelta(seconds=45)


def test_a_new_text_is_due_at_once() -> None:
    message = received()
    found = upkeep.claim(NOON, LEASE)
    assert found
    assert (found.id, due(message, "effects")) == (message.id, NOON + LEASE)
    assert upkeep.claim(NOON, LEASE) is None


def test_carrying_out_sums_up_the_conversation_and_closes_the_work() -> None:
    message = received()
    found = upkeep.claim(NOON, LEASE)
    assert found
    upkeep.carry_out(found)
    assert threads.get(message.thread_id).last_message_id == message.id
    assert due(message, "effects") is None


def test_the_earliest_text_is_first() -> None:
    second, first = received(now=later(2)), received(now=later(1))
    found = [upkeep.claim(later(3), LEASE), upkeep.claim(later(3), LEASE)]
    assert [message and message.id for message in found] == [first.id, second.id]


def test_two_workers_never_take_the_same_text() -> None:
    received()
    found = race(*[lambda: upkeep.claim(NOON, LEASE)] * 6)
    assert [message is not None for message in found].count(True) == 1


def test_after_a_crash_it_is_done_again() -> None:
    message = received()
    upkeep.claim(NOON, LEASE)
    again = upkeep.claim(NOON + LEASE, LEASE)
    assert again
    upkeep.carry_out(again)
    assert threads.get(message.thread_id).unread_count == 1


def test_one_who_lost_the_lease_does_not_close_the_work() -> None:
    message = received()
    slow = upkeep.claim(NOON, LEASE)
    assert slow
    upkeep.claim(NOON + LEASE, LEASE)
    upkeep.carry_out(slow)
    assert due(message, "effects") == NOON + 2 * LEASE


def test_what_is_carried_out_twice_is_the_same() -> None:
    message = received()
    found = upkeep.claim(NOON, LEASE)
    assert found
    upkeep.carry_out(found)
    before = threads.get(message.thread_id).rev
    upkeep.carry_out(found)
    assert threads.get(message.thread_id).rev == before


def test_the_work_is_no_change_of_the_text_that_a_person_could_see() -> None:
    message = received()
    found = upkeep.claim(NOON, LEASE)
    assert found
    upkeep.carry_out(found)
    assert fresh(message).rev == message.rev


def test_a_text_without_a_conversation_is_closed_all_the_same() -> None:
    message = received()
    Message.objects(id=message.id).update_one(unset__thread_id=True)
    found = upkeep.claim(NOON, LEASE)
    assert found
    upkeep.carry_out(found)
    assert due(message, "effects") is None
