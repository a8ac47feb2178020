"""Conversations: one per pair, positions that only grow, a summary that converges."""

from datetime import timedelta
from functools import partial

import pytest

from domain.errors import NotFound
from domain.model import Contact, Message, Thread
from domain.services import outbound, summaries, threads
from tests.clock import NOON
from tests.domain.build import (
    CHANNEL,
    CUSTOMER,
    OURS,
    POLICY,
    STRANGER,
    TIMING,
    answered,
    conversation,
    later,
    queued,
    race,
    received,
    said,
)

pytestmark = pytest.mark.usefixtures("db")


def advanced(seconds: float = 0) -> Thread:
    """The next position of the customer's conversation."""
    return threads.advance(OURS, CUSTOMER, later(seconds), contact_id=None)


def summary(thread_id: object) -> Thread:
    """The conversation, summed up anew."""
    thread = threads.get(thread_id)
    summaries.refresh(thread.id)
    return threads.get(thread.id)


def test_a_new_conversation_starts_open_and_unplaced() -> None:
    thread = advanced()
    assert (thread.status, thread.unread_count, thread.reply_mode) == ("open", 0, "send")
    assert (thread.channel.step, thread.channel.tries) == ("wanted", 0)
    assert (thread.created_at, thread.rev, thread.known) == (NOON, 1, True)


def test_a_conversation_is_found_by_its_pair() -> None:
    assert advanced().id == advanced(60).id
    other = threads.advance(OURS, STRANGER, NOON, contact_id=None)
    assert other.id != advanced().id


def test_what_a_conversation_started_with_is_not_reset() -> None:
    thread = advanced()
    Thread.objects(id=thread.id).update_one(set__status="closed", set__unread_count=3)
    again = advanced(60)
    assert (again.status, again.unread_count, again.created_at) == ("closed", 3, NOON)


def test_a_conversation_is_with_whoever_has_the_number_now() -> None:
    contact_id = received().contact_id
    threads.advance(OURS, CUSTOMER, NOON, contact_id=None)
    assert Thread.objects.get().contact_id == contact_id
    other = Thread.objects.get().id
    threads.advance(OURS, CUSTOMER, NOON, contact_id=other)
    assert Thread.objects.get().contact_id == other


def test_our_own_number_is_kept_when_nobody_names_it() -> None:
    received()
    thread = advanced()
    assert thread.own_number == OURS


def test_positions_are_the_microsecond_or_one_more_than_the_last() -> None:
    first, second, third = advanced(), advanced(), advanced(1)
    assert first.position == threads.micros(NOON)
    assert second.position == first.position + 1
    assert third.position == threads.micros(later(1))


def test_racing_for_a_conversation_makes_one_with_distinct_positions() -> None:
    made = race(*[partial(threads.advance, OURS, CUSTOMER, NOON, contact_id=None)] * 8)
    assert Thread.objects.count() == 1
    assert len({thread.position for thread in made}) == 8


def test_positions_fit_the_database_for_ages() -> None:
    assert threads.micros(NOON + timedelta(days=365 * 1000)) < 2**63


@pytest.mark.parametrize("thread_id", ["", "nonsense", "6560a1b2c3d4e5f60718293a", None])
def test_what_does_not_exist_is_not_found(thread_id: object) -> None:
    with pytest.raises(NotFound):
        threads.get(thread_id)


def test_a_conversation_is_found_by_its_id_as_text() -> None:
    thread = advanced()
    assert threads.get(str(thread.id)).id == thread.id


def test_a_conversation_is_found_by_its_channel_not_by_a_thread_in_it() -> None:
    thread = conversation()
    found = threads.in_channel(CHANNEL, None)
    assert found
    assert found.id == thread.id
    assert threads.in_channel(CHANNEL, "5.5") is None


def test_the_summary_names_the_last_text() -> None:
    received()
    last = received("Bye", now=later(60))
    thread = summary(last.thread_id)
    assert (thread.last_message_id, thread.last_message_at) == (last.id, later(60))


def test_a_summary_that_says_the_same_is_no_change() -> None:
    thread = summary(received().thread_id)
    assert summary(thread.id).rev == thread.rev


def test_a_summary_that_differs_counts_once() -> None:
    thread = summary(received().thread_id)
    received(now=later(1))
    assert summary(thread.id).rev == thread.rev + 1


def test_texts_are_unread_until_somebody_answers() -> None:
    thread = conversation()
    for seconds in (1, 2, 3):
        received(now=later(seconds))
    assert summary(thread.id).unread_count == 4
    answered(at=later(4))
    assert summary(thread.id).unread_count == 0
    received(now=later(5))
    assert summary(thread.id).unread_count == 1


def test_a_refused_answer_is_no_answer() -> None:
    thread = conversation()
    answered("")
    assert summary(thread.id).unread_count == 1


def test_a_programs_answer_counts() -> None:
    message = received()
    queued(at=later(1))
    assert summary(message.thread_id).unread_count == 0


def test_an_automatic_answer_does_not_count() -> None:
    message = received()
    text = queued(at=later(1))
    Message.objects(id=text.id).update_one(set__sent_by__kind="system")
    assert summary(message.thread_id).unread_count == 1


def test_what_was_read_is_not_unread() -> None:
    message = received()
    Thread.objects.update(set__read_up_to=message.position)
    received(now=later(1))
    assert summary(message.thread_id).unread_count == 1


@pytest.mark.parametrize("status", ["closed", "snoozed"])
def test_a_new_text_reopens_a_conversation(status: str) -> None:
    thread = summary(received().thread_id)
    Thread.objects.update(set__status=status)
    received(now=later(60))
    assert summary(thread.id).status == "open"


def test_a_text_that_was_answered_before_the_summary_reopens_too() -> None:
    thread = summary(conversation().id)
    Thread.objects.update(set__status="closed")
    received(now=later(60))
    answered(at=later(61))
    assert summary(thread.id).status == "open"


def test_an_old_text_does_not_reopen_what_was_closed_after_it() -> None:
    thread = summary(received().thread_id)
    Thread.objects.update(set__status="closed")
    assert summary(thread.id).status == "closed"


def test_our_own_text_does_not_reopen() -> None:
    thread = summary(conversation().id)
    Thread.objects.update(set__status="closed")
    answered(at=later(60))
    assert summary(thread.id).status == "closed"


def test_the_contact_knows_when_they_were_last_in_touch() -> None:
    message = received(now=later(60))
    summary(message.thread_id)
    contact = Contact.objects.get()
    assert (contact.last_contact_date, contact.last_contact_method) == (later(60), "sms")


def test_a_later_contact_by_other_means_is_not_overwritten() -> None:
    message = received()
    Contact.objects.update(set__last_contact_date=later(hours=1), set__last_contact_method="phone")
    summary(message.thread_id)
    assert Contact.objects.get().last_contact_method == "phone"


def test_summaries_at_once_with_new_texts_end_up_right() -> None:
    thread = conversation()
    outbound.answer(said("first"), NOON, POLICY, TIMING)

    def text(number: int) -> None:
        message = received(f"text {number}", now=later(number + 1))
        summaries.refresh(message.thread_id)

    race(*[partial(text, number) for number in range(6)])
    found = threads.get(thread.id)
    newest = Message.objects.order_by("-created_at").first()
    assert (found.last_message_id, found.unread_count) == (newest.id, 6)


def test_a_conversation_without_texts_has_nothing_to_sum_up() -> None:
    thread = advanced()
    assert summary(thread.id).rev == thread.rev
