"""What an earlier text's end means for those that waited for it, and what it leaves behind."""

import pytest

from domain import outbox
from domain.model import Contact, Message
from domain.services import consent, dispatch, outbound, relay, reports
from domain.services.consent import Statement
from domain.services.relay import Say, steps
from domain.values import Failed, Unclear
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    TIMING,
    answered,
    callback,
    conversation,
    due,
    fresh,
    later,
    leased,
    leaving,
    new_sid,
    queued,
    received,
)

pytestmark = pytest.mark.usefixtures("db")


def look_at_queue(seconds: float = 0) -> None:
    """A worker looks at the thread and finds that it must wait."""
    claim = leased("dispatch", later(seconds))
    assert dispatch.next_step(claim, later(seconds), POLICY, TIMING) is None
    outbox.release(claim)


def unclear_then(body: str) -> tuple[Message, Message]:
    """A text whose outcome is unclear, and one behind it that was put off for its sake."""
    conversation()
    first = queued("first")
    dispatch.record(leaving(), Unclear("timeout"), NOON, TIMING)
    second = queued(body)
    look_at_queue()
    assert due(second, "dispatch") == due(first, "dispatch")
    return first, second


def test_a_callback_that_settles_the_first_lets_the_second_leave_at_once() -> None:
    first, second = unclear_then("second")
    reports.receive(callback("delivered", new_sid(), first.id), later(1))
    assert due(second, "dispatch") == NOON
    assert leaving(later(1)).text.body == "second"


def test_a_held_answer_that_waited_keeps_its_own_hold() -> None:
    first, _ = unclear_then("second")
    held = answered("third", later(1))
    Message.objects(id=held.id).update(inc__position=10**9)
    own_time = due(held, "dispatch")
    queued("fourth", later(1))
    look_at_queue(1)
    assert due(held, "dispatch") != own_time
    reports.receive(callback("delivered", new_sid(), first.id), later(2))
    assert due(held, "dispatch") == own_time


def test_an_attempt_under_way_is_not_made_due_by_anothers_end() -> None:
    first, second = unclear_then("second")
    reports.receive(callback("sent", new_sid(), first.id), later(1))
    leaving(later(1))
    outbox.resume("dispatch", second.thread_id)
    assert due(second, "dispatch") == later(1) + TIMING.lease


def test_an_answer_that_is_called_back_lets_those_behind_it_go() -> None:
    conversation()
    held = answered("wait")
    behind = queued("now", later(1))
    look_at_queue(1)
    outbound.cancel(held.id, later(2))
    assert due(behind, "dispatch") == later(1)


def test_the_gates_last_no_and_its_whisper_are_one_change() -> None:
    conversation()
    answered("Hi")
    consent.record("x", CUSTOMER, Statement("opt_out", "agent", NOON, level="none"), NOON)
    before = Message.objects(direction="outbound").get().rev
    look_at_queue(10)
    refused = Message.objects(direction="outbound").get()
    assert (refused.status, [n.key for n in refused.notices]) == ("refused", ["refused"])
    assert refused.rev == before + 1


def test_what_failed_after_it_was_unclear_is_explained_anew() -> None:
    conversation()
    message = queued("Hello")
    Message.objects(id=message.id).update(set__shadow__failure_ts="5.5")
    reports.receive(callback("failed", new_sid(), message.id, error_code=30008), later(1))
    assert fresh(message).shadow.failure_ts is None


def test_a_channel_that_takes_no_posts_is_left_for_the_inbox() -> None:
    thread = conversation()
    received(now=later(1))
    Message.objects.update(set__relay__attempts=steps.MOST_REFUSALS)
    claim = leased("relay", later(2))
    step = relay.next_step(claim, later(2))
    assert isinstance(step, Say)
    relay.said(step, Failed("restricted_action"))
    assert thread.reload().channel.step == "anchoring"


def test_a_refusal_or_two_do_not_move_a_conversation() -> None:
    thread = conversation()
    received(now=later(1))
    step = relay.next_step(leased("relay", later(2)), later(2))
    assert isinstance(step, Say)
    relay.said(step, Failed("restricted_action"))
    assert thread.reload().channel.step == "ready"


def test_start_restores_what_was_disclosed_before() -> None:
    received("Hello")
    form = Statement("opt_in", "form", NOON, wording="I agree to receive texts.")
    consent.record("form", CUSTOMER, form, NOON)
    received("STOP", later(1))
    assert not Contact.objects.get().consent.tcpa
    received("START", later(2))
    assert Contact.objects.get().consent.tcpa
