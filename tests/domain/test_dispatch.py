"""What leaves next: in thread order, asked again at the gate, and never from two places at once."""

from datetime import datetime

import pytest

from domain import outbox
from domain.model import Message
from domain.policy import Policy
from domain.rules.gate import Facts, Purpose, decide
from domain.services import agents, consent, dispatch, messages, outbound, reports, unclear
from domain.services.consent import Statement
from domain.services.dispatch import Identify, Look, Send, Step
from domain.services.programs import sending
from domain.values import Postponed, Unclear
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    CUSTOMER,
    OURS,
    POLICY,
    SERVICE,
    STRANGER,
    THROUGH_SERVICE,
    TIMING,
    accepted_as,
    answered,
    callback,
    conversation,
    draft,
    due,
    fresh,
    later,
    leased,
    leaving,
    new_sid,
    person,
    queued,
    race,
    received,
    said,
    statuses,
)

pytestmark = pytest.mark.usefixtures("db")
HELD_UNTIL = NOON + POLICY.hold
LEASE_ENDS = NOON + TIMING.lease


def step_at(now: datetime, policy: Policy = POLICY) -> Step | None:
    """What a worker that looks at this moment does next in the one thread, if anything is due."""
    claim = outbox.claim("dispatch", now, TIMING.lease)
    if claim is None:
        return None
    step = dispatch.next_step(claim, now, policy, TIMING)
    outbox.release(claim)
    return step


def leaves(now: datetime) -> str | None:
    """The body of the text that leaves at this moment, accepted at once."""
    step = step_at(now)
    if not isinstance(step, Send):
        return None
    dispatch.record(step, accepted_as(new_sid()), now, TIMING)
    return step.text.body


def test_a_held_answer_leaves_when_its_hold_ends_and_not_before() -> None:
    conversation()
    answered("On my way")
    assert leaves(later(4.999)) is None
    assert leaves(HELD_UNTIL) == "On my way"
    assert leaves(later(60)) is None


def test_what_leaves_says_to_whom_from_where_and_which() -> None:
    conversation()
    message = answered("On my way")
    text = leaving(HELD_UNTIL).text
    assert (text.to, text.from_phone, text.service_sid) == (CUSTOMER, OURS, None)
    assert (text.message_id, text.body) == (str(message.id), "On my way")


def test_what_leaves_through_the_service_stays_on_the_customers_number() -> None:
    received(service_sid=SERVICE, policy=THROUGH_SERVICE)
    sending.send(draft(), NOON, THROUGH_SERVICE)
    text = leaving(policy=THROUGH_SERVICE).text
    assert (text.service_sid, text.from_phone) == (SERVICE, OURS)


def test_the_attempt_is_written_before_the_call() -> None:
    conversation()
    message = answered()
    leaving(HELD_UNTIL)
    found = fresh(message)
    assert found.dispatch
    assert (found.status, found.dispatch.state, found.attempted_at) == (
        "sending",
        "leased",
        HELD_UNTIL,
    )
    assert found.dispatch.lease_until == HELD_UNTIL + TIMING.lease
    assert statuses(message) == ["held", "sending"]


def test_two_workers_never_begin_the_same_text() -> None:
    received()
    message = queued()
    claim = leased("dispatch", NOON)
    steps = race(*[lambda: dispatch.next_step(claim, NOON, POLICY, TIMING)] * 4)
    assert [isinstance(step, Send) for step in steps].count(True) == 1
    assert statuses(message) == ["queued", "sending"]


def test_answers_leave_in_the_order_in_which_they_were_written() -> None:
    conversation()
    for second, body in enumerate(["one", "two", "three"]):
        answered(body, later(second))
    assert [leaves(later(30)) for _ in range(4)] == ["one", "two", "three", None]


def test_a_text_waits_for_an_earlier_one_that_is_held() -> None:
    conversation()
    answered("first")
    second = queued("second", later(1))
    assert leaves(later(1)) is None
    assert due(second, "dispatch") == HELD_UNTIL
    assert [leaves(HELD_UNTIL), leaves(HELD_UNTIL)] == ["first", "second"]


def test_a_text_waits_for_an_earlier_one_that_is_tried_again() -> None:
    received()
    queued("first", key="1")
    queued("second", key="2")
    dispatch.record(leaving(), Postponed("429", 30), NOON, TIMING)
    assert leaves(later(29)) is None
    assert [leaves(later(31)), leaves(later(31))] == ["first", "second"]


def test_a_text_waits_for_an_earlier_one_whose_outcome_is_unclear() -> None:
    received()
    first = queued("first", key="1")
    queued("second", key="2")
    dispatch.record(leaving(), Unclear("timeout"), NOON, TIMING)
    assert leaves(later(44)) is None
    assert step_at(LEASE_ENDS) == Look(str(first.id), CUSTOMER)


def test_a_text_waits_for_an_earlier_one_that_is_just_being_handed_over() -> None:
    received()
    queued("first", key="1")
    queued("second", key="2")
    claim = leased("dispatch", NOON)
    assert isinstance(dispatch.next_step(claim, NOON, POLICY, TIMING), Send)
    assert dispatch.next_step(claim, later(1), POLICY, TIMING) is None


def test_a_text_does_not_wait_for_a_schedule() -> None:
    received()
    queued("tomorrow", send_at=later(hours=20))
    queued("now")
    assert leaves(NOON) == "now"
    assert leaves(later(hours=20)) == "tomorrow"


def test_a_schedule_does_not_wait_for_an_earlier_text_that_is_put_off() -> None:
    conversation()
    answered("held")
    scheduled, second = queued("scheduled", send_at=later(3)), queued("second", later(1))
    assert leaves(later(1)) is None
    assert (due(second, "dispatch"), due(scheduled, "dispatch")) == (HELD_UNTIL, later(3))
    assert [leaves(later(6)) for _ in range(3)] == ["held", "scheduled", "second"]


def test_a_schedule_whose_time_has_come_waits_for_an_unclear_text_without_being_claimed() -> None:
    received()
    first, scheduled = queued("first"), queued("scheduled", send_at=later(3))
    dispatch.record(leaving(), Unclear("timeout"), NOON, TIMING)
    look = Look(str(first.id), CUSTOMER)
    assert step_at(LEASE_ENDS) == look
    unclear.resolve(look, [], LEASE_ENDS, TIMING)
    assert step_at(LEASE_ENDS) is None
    assert due(scheduled, "dispatch") == due(first, "dispatch")
    assert outbox.claim("dispatch", LEASE_ENDS, TIMING.lease) is None


def test_a_text_does_not_wait_for_one_that_waits_for_a_click() -> None:
    conversation()
    outbound.answer(said("late"), later(120), POLICY, TIMING)
    queued("second", later(121))
    assert leaves(later(121)) == "second"


def test_a_text_does_not_wait_for_one_that_a_person_must_decide() -> None:
    received()
    first = queued("first", key="1")
    queued("second", key="2")
    Message.objects(id=first.id).update_one(set__status="unknown", set__dispatch__state="dead")
    Message.objects(id=first.id).update_one(unset__dispatch__due_at=True)
    assert leaves(NOON) == "second"


def test_a_text_does_not_wait_for_one_that_was_called_back_or_refused() -> None:
    conversation()
    outbound.cancel(answered("gone", later(0)).id, later(0))
    answered("", later(1))
    answered("third", later(2))
    assert leaves(later(10)) == "third"


def test_conversations_do_not_wait_for_one_another() -> None:
    received()
    received(sender=STRANGER)
    queued("first", key="1")
    queued("other", key="2", phone=STRANGER)
    dispatch.record(leaving(), Postponed("429", 30), NOON, TIMING)
    assert leaves(NOON) == "other"


def test_the_gate_is_asked_again_when_a_text_leaves() -> None:
    received()
    message = queued(send_at=later(hours=30))
    assert step_at(later(hours=30)) is None
    found = fresh(message)
    assert (found.status, found.twilio_sid) == ("refused", None)
    assert found.decision
    assert (found.decision.code, found.decision.at) == ("OPT_IN_REQUIRED", later(hours=30))
    assert statuses(message) == ["scheduled", "refused"]


def test_a_schedule_leaves_when_the_gate_still_says_yes() -> None:
    received()
    consent.record("form:1", CUSTOMER, Statement("opt_in", "form", NOON), NOON)
    queued("tomorrow", send_at=later(hours=30))
    assert leaves(later(hours=30)) == "tomorrow"


def test_stop_between_the_hold_and_leaving_is_honoured() -> None:
    conversation()
    message = answered()
    consent.record("x:1", CUSTOMER, Statement("opt_out", "agent", NOON, level="none"), later(1))
    assert step_at(HELD_UNTIL) is None
    assert fresh(message).status == "refused"


class StopMeanwhile(Policy):
    """The customer's STOP is written just after the number was read for the first time."""

    def knows(self, sender: str) -> bool:
        """As always; and by now the customer has left."""
        said = Statement("opt_out", "keyword", NOON, level="none")
        consent.record("twilio:SMstop", CUSTOMER, said, NOON)
        return super().knows(sender)


def test_stop_between_the_gate_and_the_attempt_is_seen_before_the_call() -> None:
    received()
    message = queued()
    assert step_at(NOON, StopMeanwhile(numbers=(OURS,))) is None
    assert statuses(message) == ["queued", "sending", "refused"]


def test_an_agent_is_told_why_nothing_left() -> None:
    conversation()
    message = answered()
    consent.record("x:1", CUSTOMER, Statement("opt_out", "agent", NOON, level="none"), later(1))
    step_at(HELD_UNTIL)
    notice = fresh(message).notices[0]
    assert (notice.key, notice.user_id) == ("refused", AGENT)
    assert notice.text.startswith("Not sent. This person has opted out of texts.")
    assert due(message, "relay") == HELD_UNTIL


def test_a_program_is_not_whispered_to() -> None:
    received()
    message = queued(send_at=later(hours=30))
    step_at(later(hours=30))
    assert fresh(message).notices == []


def test_a_refusal_that_comes_too_late_does_not_bring_back_what_was_called_back() -> None:
    conversation()
    stale = answered()
    outbound.cancel(stale.id, later(1))
    no = decide(Facts(NOON, Purpose.CONVERSATION, blocked=True))
    dispatch.refuse(stale, no, later(2))
    assert (fresh(stale).status, fresh(stale).notices) == ("canceled", [])


def test_texts_behind_a_refused_one_leave() -> None:
    conversation()
    agents.learn(person("U2"), NOON)
    answered("by a guest", later(0), user_id="U2")
    answered("by one of us", later(1))
    agents.learn(person("U2", guest=True), later(2))
    assert leaves(later(10)) == "by one of us"


def test_an_unknown_author_is_looked_up_first() -> None:
    conversation()
    message = answered(user_id="U9")
    assert step_at(HELD_UNTIL) == Identify(str(message.id), "U9", OURS, None)
    agents.learn(person("U9"), HELD_UNTIL)
    assert leaves(HELD_UNTIL) == "Hi there"


def test_an_unknown_author_who_is_a_guest_sends_nothing() -> None:
    conversation()
    message = answered(user_id="U9")
    agents.learn(person("U9", guest=True), HELD_UNTIL)
    assert step_at(HELD_UNTIL) is None
    assert fresh(message).status == "refused"


def test_a_crash_after_the_attempt_makes_the_text_unclear_when_the_lease_ends() -> None:
    received()
    message = queued()
    leaving()
    assert step_at(later(44)) is None
    assert step_at(LEASE_ENDS) == Look(str(message.id), CUSTOMER)
    assert statuses(message) == ["queued", "sending", "unknown"]


def test_after_a_crash_nothing_is_sent_before_somebody_has_looked() -> None:
    received()
    queued("first", key="1")
    queued("second", key="2")
    leaving()
    for minutes in (1, 2, 60):
        assert isinstance(step_at(later(minutes=minutes)), Look)


def test_a_callback_while_the_lease_runs_settles_it_without_a_look() -> None:
    received()
    message = queued()
    leaving()
    reports.receive(callback("sent", "SM1", message.id), later(3))
    assert step_at(LEASE_ENDS) is None
    assert (fresh(message).status, fresh(message).twilio_sid) == ("sent", "SM1")


def test_a_worker_whose_lease_ran_out_still_writes_down_what_it_learned() -> None:
    received()
    message = queued()
    slow = leaving()
    assert isinstance(step_at(LEASE_ENDS), Look)
    dispatch.record(slow, accepted_as("SM1"), later(50), TIMING)
    assert (fresh(message).twilio_sid, due(message, "dispatch")) == ("SM1", None)


def test_a_text_called_back_while_a_worker_looks_does_not_leave() -> None:
    conversation()
    message = answered()
    claim = leased("dispatch", HELD_UNTIL)
    messages.cancel_for(CUSTOMER, HELD_UNTIL, consent.STOPPED)
    assert dispatch.next_step(claim, HELD_UNTIL, POLICY, TIMING) is None
    assert fresh(message).status == "canceled"


def test_nothing_leaves_from_a_number_that_was_taken_away() -> None:
    received()
    message = queued()
    assert step_at(NOON, Policy(numbers=("+17605550199",))) is None
    assert fresh(message).error_message == "This number is not set up as a sender of ours."
