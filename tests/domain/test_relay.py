"""The chat is made to show the texts: once, in order, and found again after a crash."""

from datetime import datetime

import pytest

from domain import outbox
from domain.model import Agent, Contact, Message, Thread
from domain.services import channels, outbound, relay
from domain.services.channels import OpenChannel
from domain.services.relay import Reword, Say, Step, steps
from domain.values import Failed, Place, Postponed, Shown, Unclear
from tests.clock import NOON
from tests.domain.build import (
    CHANNEL,
    CUSTOMER,
    STRANGER,
    TIMING,
    TOKEN,
    answered,
    conversation,
    due,
    fresh,
    later,
    leased,
    person,
    queued,
    received,
)

pytestmark = pytest.mark.usefixtures("db")
NO_ANSWER = (Postponed("ratelimited", 30), Unclear("timeout"), Failed("msg_too_long"))


def step_at(now: datetime = NOON) -> Step | None:
    """What a worker does next, if anything is due."""
    claim = outbox.claim("relay", now, TIMING.lease)
    if claim is None:
        return None
    step = relay.next_step(claim, now)
    outbox.release(claim)
    return step


def saying(now: datetime = NOON) -> Say:
    """The next step, which is to show a post."""
    step = step_at(now)
    assert isinstance(step, Say)
    return step


def settle(step: Say, outcome: Shown | Failed | Postponed | Unclear, now: datetime = NOON) -> None:
    """What the worker does with an outcome."""
    relay.said(step, outcome)
    if relay.unsettled(step, outcome):
        relay.rest(step.message_id, outcome, now, TIMING.lease)


def shown(now: datetime = NOON, ts: str = "9.9") -> str:
    """The next post is shown; its text."""
    step = saying(now)
    settle(step, Shown(ts))
    return step.post.text


def test_a_customers_text_is_shown_under_their_name() -> None:
    conversation()
    Contact.objects.update(set__first_name="Jane", set__last_name="Doe")
    message = received("Is it free?", now=later(1))
    step = saying(later(1))
    assert (step.place, step.since, step.part) == (Place(CHANNEL, None, "sms-x"), None, "text")
    assert (step.post.text, step.post.author) == ("Is it free?", "Jane Doe")
    assert (step.post.key, step.post.from_customer) == (str(message.id), True)


def test_a_text_for_a_number_that_is_not_ours_is_shown_with_a_note() -> None:
    message = received(recipient="+17605550199")
    Thread.objects.update(set__channel__step="ready", set__channel__channel_id="C5")
    post = saying().post
    assert message.unplaced
    assert post.note == "This text came for a number that is not set up here."


def test_an_ordinary_text_has_no_note() -> None:
    conversation()
    received(now=later(1))
    assert saying(later(1)).post.note is None


def test_a_programs_text_is_shown_under_its_name() -> None:
    conversation()
    queued("Your keys are ready", later(1), author=TOKEN)
    post = saying(later(1)).post
    assert (post.text, post.author) == ("Your keys are ready", "CRM (API)")
    assert not post.from_customer


def test_an_agents_text_from_a_form_is_shown_under_their_name() -> None:
    conversation()
    answered("From the form", ts=None)
    assert saying().post.author == person().name


def test_a_text_of_nobody_has_no_author() -> None:
    conversation()
    message = queued("From nobody", later(1))
    Message.objects(id=message.id).update_one(unset__sent_by=True)
    assert saying(later(1)).post.author is None


def test_an_agents_own_message_is_not_shown_again() -> None:
    conversation()
    answered()
    assert not isinstance(step_at(), Say)


def test_what_is_shown_knows_where() -> None:
    conversation()
    message = received(now=later(1))
    shown(later(1), "8.5")
    shadow = fresh(message).shadow
    assert (shadow.channel_id, shadow.thread_ts, shadow.ts) == (CHANNEL, None, "8.5")
    assert shadow.tried_at is None
    assert step_at(later(1)) is None
    assert due(message, "relay") is None


def test_texts_are_shown_in_thread_order() -> None:
    conversation()
    for number in range(4):
        received(f"text {number}", now=later(4 - number))
    assert [shown(later(10)) for _ in range(4)] == [f"text {number}" for number in range(4)]


def test_the_try_is_written_down_before_it_is_made() -> None:
    conversation()
    message = received(now=later(1))
    saying(later(1))
    assert fresh(message).shadow.tried_at == later(1)


def test_after_a_crash_the_post_is_looked_for_first() -> None:
    conversation()
    received(now=later(1))
    saying(later(1))
    assert saying(later(60)).since == later(1)


def test_an_unclear_post_rests_for_a_lease_and_is_looked_for_first() -> None:
    conversation()
    message = received(now=later(1))
    settle(saying(later(1)), Unclear("timeout"), later(1))
    assert due(message, "relay") == later(1) + TIMING.lease
    assert saying(later(1) + TIMING.lease).since == later(1)


def test_a_post_that_was_put_off_is_simply_tried_again_when_the_chat_said() -> None:
    conversation()
    message = received(now=later(1))
    settle(saying(later(1)), Postponed("ratelimited", 30), later(1))
    assert (due(message, "relay"), step_at(later(30))) == (later(31), None)
    assert saying(later(31)).since is None


def test_a_post_that_was_refused_is_tried_again_a_little_later() -> None:
    conversation()
    message = received(now=later(1))
    settle(saying(later(1)), Failed("msg_too_long"), later(1))
    again = due(message, "relay")
    assert again
    assert later(1.4) < again < later(2.1)
    assert saying(later(3)).since is None


def test_why_a_text_is_not_shown_yet_is_on_record() -> None:
    conversation()
    message = received(now=later(1))
    settle(saying(later(1)), Failed("msg_too_long"), later(1))
    slot = fresh(message).relay
    assert slot
    assert (slot.last_error, slot.attempts) == ("msg_too_long", 1)


@pytest.mark.parametrize("outcome", NO_ANSWER)
def test_a_text_that_cannot_be_shown_yet_keeps_those_behind_it_waiting(
    outcome: Failed | Postponed | Unclear,
) -> None:
    conversation()
    received("first", now=later(1))
    second = received("second", now=later(2))
    settle(saying(later(2)), outcome, later(2))
    assert step_at(later(2)) is None
    waits_until = due(second, "relay")
    assert waits_until
    assert waits_until > later(2)
    assert [shown(later(60)), shown(later(60))] == ["first", "second"]


def test_a_text_that_cannot_be_shown_keeps_no_marks_waiting() -> None:
    conversation()
    received("first", now=later(1))
    settle(saying(later(1)), Postponed("ratelimited", 30), later(1))
    answered("second", later(2))
    assert isinstance(step_at(later(2)), relay.Mark)


def test_conversations_do_not_wait_for_one_another() -> None:
    conversation()
    received("first", now=later(1))
    settle(saying(later(1)), Postponed("ratelimited", 30), later(1))
    received("other", now=later(2), sender=STRANGER)
    assert isinstance(step_at(later(2)), OpenChannel)


def test_a_place_that_is_gone_leads_to_a_new_one() -> None:
    conversation()
    received(now=later(1))
    settle(saying(later(1)), Failed("channel_not_found", gone=True), later(1))
    step = step_at(later(5))
    assert isinstance(step, OpenChannel)
    assert not step.adopt


def test_what_was_shown_in_the_old_place_stays_there() -> None:
    thread = conversation()
    old = Message.objects.get()
    channels.lost(thread.id, Place(CHANNEL))
    assert fresh(old).shadow.channel_id == CHANNEL
    assert (step_at(later(5)), due(old, "relay")) == (None, None)


def test_the_marks_of_an_old_message_go_where_it_is() -> None:
    thread = conversation()
    answered()
    Thread.objects(id=thread.id).update_one(set__channel__channel_id="C7")
    step = step_at()
    assert isinstance(step, relay.Mark)
    assert step.place.channel_id == CHANNEL


def test_a_conversation_in_the_inbox_is_shown_in_its_thread() -> None:
    conversation()
    Thread.objects.update(set__channel__thread_ts="5.5")
    message = received(now=later(1))
    step = saying(later(1))
    assert step.place == Place(CHANNEL, "5.5", "sms-x")
    settle(step, Shown("6.6"))
    assert fresh(message).shadow.thread_ts == "5.5"


def test_what_was_called_back_before_it_was_shown_never_is() -> None:
    conversation()
    message = queued("never mind", send_at=later(60))
    outbound.cancel(message.id, later(1))
    assert step_at(later(1)) is None
    assert (fresh(message).shadow.ts, due(message, "relay")) == (None, None)


def test_a_change_while_a_text_is_shown_is_not_lost() -> None:
    conversation()
    message = queued("Your keys are ready", later(1))
    step = saying(later(1))
    outbound.cancel(message.id, later(2))
    settle(step, Shown("9.9"))
    assert due(message, "relay") == later(2)
    changed = step_at(later(2))
    assert isinstance(changed, Reword)
    relay.reworded(changed, None)
    assert step_at(later(2)) is None  # nothing to mark, and now it is up to date
    assert due(message, "relay") is None


def test_what_changed_since_it_was_read_stays_open() -> None:
    conversation()
    message = received(now=later(1))
    shown(later(1))
    stale = fresh(message).rev
    Message.objects(id=message.id).update_one(inc__rev=1)
    steps.finish(message.id, stale)
    assert due(message, "relay") == later(1)


def test_a_pause_ends_with_the_work() -> None:
    conversation()
    message = received(now=later(1))
    settle(saying(later(1)), Postponed("ratelimited", 3), later(1))
    shown(later(4))
    step_at(later(4))
    slot = fresh(message).relay
    assert slot
    assert (slot.state, slot.attempts) == ("done", 0)


def test_resting_does_not_open_what_is_done() -> None:
    conversation()
    message = Message.objects.get()
    relay.rest(message.id, Postponed("ratelimited", 3), NOON, TIMING.lease)
    assert due(message, "relay") is None


def test_the_first_text_of_a_conversation_waits_for_its_place() -> None:
    first = received("first")
    received("second", now=later(1))
    assert isinstance(step_at(later(1)), OpenChannel)
    assert fresh(first).shadow.tried_at is None
    Thread.objects.update(set__channel__step="ready", set__channel__channel_id="C5")
    assert [shown(later(2)), shown(later(2))] == ["first", "second"]


def test_two_workers_do_not_show_the_same_conversation() -> None:
    conversation()
    received(now=later(1))
    leased("relay", later(1))
    assert outbox.claim("relay", later(1), TIMING.lease) is None


def test_the_name_of_the_customer_is_that_of_now() -> None:
    conversation()
    received(now=later(1))
    assert saying(later(1)).post.author == CUSTOMER
    Contact.objects.update(set__first_name="Jane")
    assert saying(later(1)).post.author == "Jane"


def test_an_agent_who_was_not_looked_up_yet_has_the_name_of_their_answer() -> None:
    conversation()
    answered("From the form", ts=None)
    Agent.objects.delete()
    assert saying().post.author is None


def test_what_was_looked_for_and_found_is_shown_once() -> None:
    conversation()
    message = received(now=later(1))
    saying(later(1))
    settle(saying(later(50)), Shown("7.7"))
    assert (fresh(message).shadow.ts, step_at(later(50))) == ("7.7", None)
