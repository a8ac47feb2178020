"""Marks, whispers and reasons: what a shown message still needs, each once."""

from datetime import datetime
from typing import Any

import pytest

from domain import outbox
from domain.model import Message
from domain.rules.status import MessageStatus
from domain.services import dispatch, edits, messages, outbound, relay, reports
from domain.services.relay import Mark, Say, Step, Tell
from domain.values import Button, Failed, Place, Postponed, Rejected, Shown, Unclear
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    BAD_NUMBER,
    CHANNEL,
    POLICY,
    TIMING,
    accepted_as,
    answered,
    callback,
    conversation,
    due,
    fresh,
    later,
    leaving,
    received,
    said,
)

pytestmark = pytest.mark.usefixtures("db")
HELD_UNTIL = NOON + POLICY.hold
WAITING, SENT = frozenset({"hourglass_flowing_sand"}), frozenset({"heavy_check_mark"})
DELIVERED, TROUBLE = SENT | {"white_check_mark"}, frozenset({"exclamation"})


@pytest.fixture
def message() -> Message:
    """An agent's answer, held."""
    conversation()
    return answered()


def step_at(now: datetime = NOON) -> Step | None:
    """What a worker does next, if anything is due."""
    claim = outbox.claim("relay", now, TIMING.lease)
    if claim is None:
        return None
    step = relay.next_step(claim, now)
    outbox.release(claim)
    return step


def marking(now: datetime = NOON) -> Mark:
    """The next step, which is to change marks."""
    step = step_at(now)
    assert isinstance(step, Mark)
    return step


def telling(now: datetime = NOON) -> Tell:
    """The next step, which is to whisper."""
    step = step_at(now)
    assert isinstance(step, Tell)
    return step


def explaining(now: datetime = NOON) -> Say:
    """The next step, which is to give a reason."""
    step = step_at(now)
    assert isinstance(step, Say)
    return step


def settle(step: Mark | Tell | Say, outcome: Any, now: datetime = NOON) -> None:
    """What the worker does with an outcome."""
    record: dict[type, Any] = {Mark: relay.marked, Tell: relay.told, Say: relay.said}
    record[type(step)](step, outcome)
    if relay.unsettled(step, outcome):
        relay.rest(step.message_id, outcome, now, TIMING.lease)


def now_is(message: Message, status: str, **fields: object) -> None:
    """The message has come to that state; nothing else of it is known."""
    messages.move({"_id": message.id}, MessageStatus(status), NOON, fields=fields)


def failed(message: Message) -> None:
    """The carrier refused the answer for good."""
    send = leaving(HELD_UNTIL)
    dispatch.record(send, Rejected(21211, BAD_NUMBER), HELD_UNTIL, TIMING)


def test_a_held_answer_is_marked_as_waiting(message: Message) -> None:
    step = marking()
    assert (step.place, step.ts) == (Place(CHANNEL, None), said().ts)
    assert (step.want, step.have, step.passing) == (WAITING, frozenset(), True)


def test_a_mark_that_is_there_is_not_made_again(message: Message) -> None:
    settle(marking(), None)
    assert step_at() is None
    assert (fresh(message).shadow.marks, due(message, "relay")) == ([*WAITING], None)


@pytest.mark.parametrize(
    ("status", "want"),
    [("sent", SENT), ("delivered", DELIVERED), ("refused", TROUBLE), ("failed", TROUBLE)],
)
def test_a_new_state_changes_the_marks(message: Message, status: str, want: frozenset[str]) -> None:
    settle(marking(), None)
    now_is(message, status)
    step = marking()
    assert (step.want, step.have, step.passing) == (want, WAITING, False)


def test_many_changes_are_one_mark(message: Message) -> None:
    dispatch.record(leaving(HELD_UNTIL), accepted_as("SM1"), HELD_UNTIL, TIMING)
    for word in ("sending", "sent", "delivered"):
        reports.receive(callback(word, "SM1"), later(6))
    assert marking(later(6)).want == DELIVERED


def test_what_was_called_back_loses_its_mark(message: Message) -> None:
    settle(marking(), None)
    outbound.cancel(message.id, later(1))
    step = marking(later(1))
    assert (step.want, step.have) == (frozenset(), WAITING)


def test_a_passing_mark_is_skipped_when_the_chat_allows_few(message: Message) -> None:
    settle(marking(), Postponed("paced", 20))
    assert (due(message, "relay"), fresh(message).shadow.marks) == (None, [])
    now_is(message, "sent")
    assert marking().want == SENT


def test_a_final_mark_always_comes(message: Message) -> None:
    now_is(message, "delivered")
    settle(marking(), Postponed("paced", 20))
    assert (step_at(later(19)), due(message, "relay")) == (None, later(20))
    assert marking(later(20)).want == DELIVERED


def test_a_passing_mark_is_not_skipped_when_the_state_has_moved_on(message: Message) -> None:
    step = marking()
    now_is(message, "sent")
    settle(step, Postponed("paced", 20))
    assert due(message, "relay") == later(20)
    assert marking(later(20)).want == SENT


def test_an_unclear_mark_is_made_again(message: Message) -> None:
    settle(marking(), Unclear("timeout"))
    assert due(message, "relay") == NOON + TIMING.lease
    assert marking(NOON + TIMING.lease).want == WAITING


def test_a_message_that_was_deleted_in_the_chat_is_given_up(message: Message) -> None:
    settle(marking(), Failed("message_not_found"))
    assert step_at() is None
    assert due(message, "relay") is None


def test_a_customers_text_gets_no_mark() -> None:
    conversation()
    text = received(now=later(1))
    settle(explaining(later(1)), Shown("2.0"))
    assert step_at(later(1)) is None
    assert due(text, "relay") is None


def test_a_programs_text_is_marked_where_it_is_shown() -> None:
    conversation()
    message = answered("by a form", ts=None)
    settle(explaining(), Shown("2.0"))
    assert (marking().ts, fresh(message).shadow.ts) == ("2.0", "2.0")


def test_a_refusal_is_whispered_to_its_author_and_marked() -> None:
    conversation()
    message = answered("")
    step = telling()
    assert (step.notice.user_id, step.place) == (AGENT, Place(CHANNEL, None))
    assert step.notice.text == "Not sent. There is no text to send."
    settle(step, Shown("3.0"))
    assert marking().want == TROUBLE
    assert fresh(message).shadow.failure_ts is None


def test_a_refusal_is_not_explained_a_second_time_below_it() -> None:
    conversation()
    answered("")
    settle(telling(), Shown("3.0"))
    settle(marking(), None)
    assert step_at() is None


def test_a_whisper_that_was_shown_is_not_repeated() -> None:
    conversation()
    answered("")
    settle(telling(), Shown("3.0"))
    assert isinstance(step_at(), Mark)


def test_a_whisper_that_surely_was_not_made_is_made_later() -> None:
    conversation()
    answered("")
    settle(telling(), Postponed("ratelimited", 10))
    assert step_at(later(9)) is None
    assert telling(later(10)).notice.key == "refused"


def test_every_notice_is_told_in_its_order() -> None:
    conversation()
    message = answered("")
    for number in (1, 2):
        edited = said("again" * number, edited_ts=f"{later(number).timestamp():.6f}")
        edits.edit(edited, later(number), POLICY, TIMING)
    keys = []
    for _ in range(3):
        step = telling(later(3))
        keys.append(step.notice.key)
        settle(step, Shown("3.0"))
    assert keys == [notice.key for notice in fresh(message).notices]


def test_a_late_answer_offers_both_ways() -> None:
    conversation()
    message = outbound.answer(said(), later(120), POLICY, TIMING)
    assert message
    step = telling(later(120))
    assert relay.buttons(step) == (
        Button("Send anyway", "release", str(message.id)),
        Button("Don't send", "call_back", str(message.id)),
    )


def test_an_ordinary_notice_offers_none() -> None:
    conversation()
    answered("")
    assert relay.buttons(telling()) == ()


def test_a_failure_is_explained_below_the_message(message: Message) -> None:
    failed(message)
    step = explaining(HELD_UNTIL)
    assert step.place == Place(CHANNEL, message.shadow.ts)
    assert step.post.key == f"{message.id}:failure"
    assert step.post.text == f"{BAD_NUMBER.sentence} {BAD_NUMBER.help}"
    assert (step.post.author, step.since, step.part) == (None, None, "failure")


def test_a_failure_is_explained_once_then_marked(message: Message) -> None:
    failed(message)
    settle(explaining(HELD_UNTIL), Shown("4.0"))
    settle(marking(HELD_UNTIL), None)
    assert step_at(HELD_UNTIL) is None
    assert (fresh(message).shadow.failure_ts, fresh(message).shadow.ts) == (
        "4.0",
        message.shadow.ts,
    )


def test_a_failure_that_is_reported_twice_is_explained_once(message: Message) -> None:
    dispatch.record(leaving(HELD_UNTIL), accepted_as("SM1"), HELD_UNTIL, TIMING)
    told = callback("failed", "SM1", error_code=30003, advice=BAD_NUMBER)
    reports.receive(told, later(6))
    settle(explaining(later(6)), Shown("4.0"))
    reports.receive(callback("undelivered", "SM1", error_code=30003, advice=BAD_NUMBER), later(7))
    assert marking(later(7)).want == TROUBLE


def test_after_a_crash_the_explanation_is_looked_for_first(message: Message) -> None:
    failed(message)
    explaining(HELD_UNTIL)
    assert explaining(later(60)).since == HELD_UNTIL


def test_an_unclear_explanation_is_looked_for_first(message: Message) -> None:
    failed(message)
    settle(explaining(HELD_UNTIL), Unclear("timeout"), HELD_UNTIL)
    assert explaining(HELD_UNTIL + TIMING.lease).since == HELD_UNTIL


def test_an_explanation_that_was_put_off_comes_later(message: Message) -> None:
    failed(message)
    settle(explaining(HELD_UNTIL), Postponed("ratelimited", 10), HELD_UNTIL)
    assert step_at(later(14)) is None
    assert explaining(later(15)).since is None


def test_an_explanation_that_is_refused_is_given_up(message: Message) -> None:
    failed(message)
    settle(explaining(HELD_UNTIL), Failed("thread_locked"), HELD_UNTIL)
    assert marking(HELD_UNTIL).want == TROUBLE


def test_in_the_inbox_a_failure_is_explained_in_the_conversations_thread(message: Message) -> None:
    Message.objects(id=message.id).update_one(set__shadow__thread_ts="5.5")
    failed(message)
    assert explaining(HELD_UNTIL).place == Place(CHANNEL, "5.5")


def test_what_stop_called_back_is_explained(message: Message) -> None:
    received("STOP", now=later(1))
    step = explaining(later(1))
    while step.part == "text":
        settle(step, Shown("2.0"))
        step = explaining(later(1))
    assert step.post.text == "The customer opted out before it left."
    settle(step, Shown("4.0"))
    assert marking(later(1)).want == TROUBLE


def test_what_a_person_must_decide_is_explained(message: Message) -> None:
    now_is(message, "unknown", errorMessage="It is not known.", errorHelp="Look.")
    assert explaining().post.text == "It is not known. Look."


@pytest.mark.parametrize("status", ["sent", "delivered"])
def test_an_old_error_is_not_explained_once_it_arrived(message: Message, status: str) -> None:
    now_is(message, status, errorMessage="Old trouble.")
    assert isinstance(step_at(), Mark)


def test_a_failure_without_a_reason_is_only_marked(message: Message) -> None:
    now_is(message, "failed")
    assert marking().want == TROUBLE


def test_a_refusal_from_a_form_is_whispered_where_the_conversation_lives() -> None:
    conversation()
    message = answered("", ts=None)
    step = telling()
    assert step.place.channel_id == CHANNEL
    settle(step, Shown("3.0"))
    assert step_at() is None
    assert (fresh(message).shadow.ts, due(message, "relay")) == (None, None)
