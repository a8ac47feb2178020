"""A notice that may not have been heard is posted below its message; a question always is."""

from datetime import datetime

import pytest

from domain import outbox
from domain.model import Message, Thread
from domain.services import outbound, relay
from domain.services.channels import OpenChannel
from domain.services.relay import Mark, Say, Step, Tell, asides
from domain.values import Button, Failed, Place, Postponed, Shown, Unclear
from tests.domain.build import (
    CHANNEL,
    POLICY,
    TIMING,
    answered,
    conversation,
    due,
    fresh,
    later,
    person,
    said,
)

pytestmark = pytest.mark.usefixtures("db")
LATER = later(120)
DOUBTS = [Unclear("timeout"), Failed("user_not_in_channel"), None]


def step_at(now: datetime = LATER) -> Step | None:
    """What a worker does next, if anything is due."""
    claim = outbox.claim("relay", now, TIMING.lease)
    if claim is None:
        return None
    step = relay.next_step(claim, now)
    outbox.release(claim)
    return step


def telling(now: datetime = LATER) -> Tell:
    step = step_at(now)
    assert isinstance(step, Tell)
    return step


def saying(now: datetime = LATER) -> Say:
    step = step_at(now)
    assert isinstance(step, Say)
    return step


def settle(step: Tell | Say, outcome: object, now: datetime = LATER) -> None:
    """What the worker does with an outcome; without one its process died."""
    assert outcome is None or isinstance(outcome, Shown | Failed | Postponed | Unclear)
    if outcome is None:
        return
    if isinstance(step, Tell):
        relay.told(step, outcome)
    else:
        relay.said(step, outcome)
    if relay.unsettled(step, outcome):
        relay.rest(step.message_id, outcome, now, TIMING.lease)


@pytest.fixture
def late(db: object) -> Message:
    """An answer that waits for a click."""
    conversation()
    made = outbound.answer(said(), LATER, POLICY, TIMING)
    assert made
    return made


@pytest.fixture
def refused(db: object) -> Message:
    """An answer that was not sent: its author is to be told, and cannot choose."""
    conversation()
    return answered("")


@pytest.mark.parametrize("outcome", DOUBTS)
def test_a_question_that_may_not_have_been_heard_is_posted_below_its_message(
    late: Message, outcome: object
) -> None:
    settle(telling(), outcome)
    step = saying()
    assert (step.place, step.since) == (Place(CHANNEL, late.shadow.ts), None)
    assert step.post.key == f"{late.id}:notice:late"
    assert step.post.text == f"For {person().name}: {late.notices[0].text}"
    assert (step.post.mentions, step.post.author) == ((), None)
    assert step.post.buttons == (
        Button("Send anyway", "release", str(late.id)),
        Button("Don't send", "call_back", str(late.id)),
    )


def test_a_question_that_was_heard_is_not_posted(late: Message) -> None:
    settle(telling(), Shown("3.0"))
    assert isinstance(step_at(), Mark)


def test_a_question_that_was_put_off_is_whispered_again(late: Message) -> None:
    settle(telling(), Postponed("ratelimited", 10))
    assert telling(later(130)).notice.key == "late"


def test_what_was_tried_in_former_times_counts_as_heard(late: Message) -> None:
    Message._get_collection().update_one({"_id": late.id}, {"$set": {"notices.0.tried": True}})
    assert isinstance(step_at(), Mark)


def test_it_is_posted_once(late: Message) -> None:
    settle(telling(), Failed("user_not_in_channel"))
    settle(saying(), Shown("4.0"))
    assert isinstance(step_at(), Mark)
    assert fresh(late).notices[0].post.ts == "4.0"  # type: ignore[union-attr]


@pytest.mark.parametrize("outcome", [Unclear("timeout"), None])
def test_a_post_of_which_nobody_is_sure_is_looked_for(late: Message, outcome: object) -> None:
    settle(telling(), Unclear("timeout"))
    settle(saying(), outcome)
    again = saying(later(400))
    assert (again.since, again.place) == (LATER, Place(CHANNEL, late.shadow.ts))


def test_a_post_that_was_put_off_waits_and_is_simply_made(late: Message) -> None:
    settle(telling(), Unclear("timeout"))
    settle(saying(), Postponed("ratelimited", 10))
    assert (step_at(later(129)), due(late, "relay")) == (None, later(130))
    assert saying(later(130)).since is None


def test_a_question_that_was_decided_meanwhile_is_not_posted(late: Message) -> None:
    settle(telling(), Unclear("timeout"))
    outbound.release(late.id, LATER)
    assert isinstance(step_at(), Mark)


def test_a_question_that_is_refused_below_its_message_is_asked_in_the_place(late: Message) -> None:
    settle(telling(), Failed("user_not_in_channel"))
    settle(saying(), Failed("cannot_reply_to_message"))
    step = saying(later(130))
    assert (step.place.channel_id, step.place.thread_ts, step.since) == (CHANNEL, None, None)


def test_a_question_whose_place_is_gone_is_asked_in_the_next_one(late: Message) -> None:
    settle(telling(), Failed("channel_not_found", gone=True))
    settle(saying(), Failed("channel_not_found", gone=True))
    step = step_at(later(130))
    assert isinstance(step, OpenChannel)
    assert asides.adrift(fresh(late))
    relay.rest_thread(late.thread_id, Unclear("timeout"), later(130), TIMING.lease)
    assert due(late, "relay") == later(130) + TIMING.lease
    Thread.objects.update(set__channel__step="ready", set__channel__channel_id="C9")
    assert saying(later(400)).place.channel_id == "C9"


def test_a_question_is_asked_in_the_inbox_and_at_last_without_buttons(late: Message) -> None:
    settle(telling(), Failed("user_not_in_channel"))
    now = LATER
    for _ in range(4):
        settle(saying(now), Failed("restricted_action"), now)
        now = due(late, "relay") or now
    assert fresh_thread(late).channel.step == "anchoring"
    Thread.objects.update(set__channel__step="ready", set__channel__channel_id="C0INBOX")
    Thread.objects.update(set__channel__thread_ts="5.5")
    for _ in range(3):
        step = saying(now)
        assert (step.place.thread_ts, step.post.plain) == ("5.5", False)
        settle(step, Failed("invalid_blocks"), now)
        now = due(late, "relay") or now
    assert saying(now).post.plain


def fresh_thread(message: Message) -> Thread:
    found: Thread = Thread.objects(id=message.thread_id).get()
    return found


@pytest.mark.parametrize("outcome", [Unclear("timeout"), None])
def test_a_notice_without_choices_is_whispered_twice_and_then_posted(
    refused: Message, outcome: object
) -> None:
    for now in (LATER, later(400)):
        settle(telling(now), outcome, now)
    step = saying(later(800))
    assert (step.post.key, step.post.buttons) == (f"{refused.id}:notice:refused", ())


def test_a_notice_without_choices_that_was_refused_is_posted(refused: Message) -> None:
    settle(telling(), Failed("user_not_in_channel"))
    assert saying().post.text.endswith("There is no text to send.")


def test_a_notice_without_choices_is_given_up_in_the_end(refused: Message) -> None:
    settle(telling(), Failed("user_not_in_channel"))
    Message._get_collection().update_one({"_id": refused.id}, {"$set": {"notices.0.refused": 6}})
    settle(saying(), Failed("restricted_action"))
    assert isinstance(step_at(later(400)), Mark | OpenChannel)


def test_what_is_no_notice_any_more_is_not_written_down(late: Message) -> None:
    settle(telling(), Unclear("timeout"))
    step = saying()
    Message._get_collection().update_one({"_id": late.id}, {"$set": {"notices": []}})
    settle(step, Failed("restricted_action"))
    assert fresh(late).notices == []
