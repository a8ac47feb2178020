"""What came of a call: accepted, refused for good, surely not yet, or nobody knows."""

from dataclasses import replace

import pytest

from domain import outbox
from domain.model import Message
from domain.outbox import backoff
from domain.services import dispatch, numbers, reports
from domain.services.dispatch import Look
from domain.values import Accepted, Postponed, Rejected, Unclear
from tests.clock import NOON
from tests.domain.build import (
    BAD_NUMBER,
    CUSTOMER,
    POLICY,
    STOP_ADVICE,
    TIMING,
    accepted_as,
    callback,
    due,
    fresh,
    later,
    leased,
    leaving,
    queued,
    received,
    statuses,
)
from tests.ledger import only

pytestmark = pytest.mark.usefixtures("db")
LEASE_ENDS = NOON + TIMING.lease


def outcome(result: Accepted | Rejected | Postponed | Unclear) -> Message:
    """A program's text was handed over at noon, and this came of it."""
    received()
    message = queued()
    dispatch.record(leaving(), result, NOON, TIMING)
    return fresh(message)


def test_what_was_accepted_is_known_by_its_sid_and_done() -> None:
    message = outcome(accepted_as("SM1"))
    assert (message.twilio_sid, message.status, message.rank) == ("SM1", "queued", 10)
    assert (due(message, "dispatch"), due(message, "relay")) == (None, NOON)
    assert statuses(message) == ["queued", "sending", "queued"]


def test_the_carriers_own_word_is_in_the_history() -> None:
    message = outcome(accepted_as("SM1", "sending"))
    assert [line.word for line in message.history] == [None, None, "sending"]


def test_an_acceptance_after_the_first_callback_takes_nothing_back() -> None:
    received()
    message = queued()
    send = leaving()
    reports.receive(callback("delivered", "SM1", message.id), later(1))
    dispatch.record(send, accepted_as("SM1"), later(2), TIMING)
    found = fresh(message)
    assert (found.status, found.delivered_at) == ("delivered", later(1))
    assert [line.word for line in found.history] == [None, None, "delivered", "accepted"]


def test_what_was_refused_for_good_fails_with_a_reason() -> None:
    message = outcome(Rejected(21211, BAD_NUMBER))
    assert (message.status, message.error_code) == ("failed", 21211)
    assert (message.error_message, message.error_help) == (BAD_NUMBER.sentence, BAD_NUMBER.help)
    assert message.dispatch
    assert (message.dispatch.state, due(message, "dispatch")) == ("dead", None)


def test_a_refusal_without_a_code_keeps_none() -> None:
    message = outcome(Rejected(None, BAD_NUMBER))
    assert "errorCode" not in message.to_mongo()


def test_a_refusal_that_means_stop_is_an_opt_out() -> None:
    message = outcome(Rejected(21610, STOP_ADVICE))
    assert (message.status, numbers.state_of(CUSTOMER).blocked) == ("failed", True)
    event = only()
    assert (event.action, event.method, event.origin) == (
        "opt_out",
        "twilio",
        f"refused:{message.id}",
    )


def test_a_refusal_that_means_stop_calls_back_what_is_waiting() -> None:
    received()
    queued("first", key="1")
    second = queued("second", key="2")
    dispatch.record(leaving(), Rejected(21610, STOP_ADVICE), NOON, TIMING)
    assert fresh(second).status == "canceled"


def test_any_other_refusal_is_no_opt_out() -> None:
    outcome(Rejected(21211, BAD_NUMBER))
    assert not numbers.state_of(CUSTOMER).blocked


def test_what_was_put_off_is_tried_again_when_the_carrier_said() -> None:
    message = outcome(Postponed("429", 30))
    assert (message.status, due(message, "dispatch")) == ("queued", later(30))
    assert message.dispatch
    assert (message.dispatch.last_error, message.dispatch.attempts) == ("429", 1)


def test_what_was_put_off_without_a_time_is_tried_again_soon() -> None:
    message = outcome(Postponed("connection refused"))
    again = due(message, "dispatch")
    assert again
    assert later(0.4) <= again <= later(1)


def test_what_was_put_off_leaves_at_its_second_try() -> None:
    message = outcome(Postponed("429", 30))
    dispatch.record(leaving(later(30)), accepted_as("SM1"), later(30), TIMING)
    found = fresh(message)
    assert found.dispatch
    assert (found.twilio_sid, found.dispatch.attempts) == ("SM1", 2)
    assert statuses(message) == ["queued", "sending", "queued", "sending", "queued"]


def test_after_a_day_of_trying_it_is_given_up_with_a_reason() -> None:
    message = outcome(Postponed("429", 30))
    moment = later(hours=24)  # the last moment of the reply window
    dispatch.record(leaving(moment), Postponed("429", 30), moment, TIMING)
    assert fresh(message).status == "queued"
    after = later(hours=24, seconds=31)
    received(now=later(hours=24))
    dispatch.record(leaving(after), Postponed("429", 30), after, TIMING)
    found = fresh(message)
    assert (found.status, found.error_message) == ("failed", dispatch.GAVE_UP)
    assert due(message, "dispatch") is None


def test_the_day_of_a_schedule_begins_when_it_was_to_leave() -> None:
    received()
    message = queued(send_at=later(hours=21))
    received(now=later(hours=40))
    moment = later(hours=44)
    dispatch.record(leaving(moment), Postponed("429", 30), moment, TIMING)
    assert fresh(message).status == "queued"


def test_an_unclear_call_is_looked_for_when_it_can_no_longer_be_under_way() -> None:
    message = outcome(Unclear("timeout"))
    assert (message.status, due(message, "dispatch")) == ("unknown", LEASE_ENDS)
    assert message.dispatch
    assert message.dispatch.last_error == "timeout"
    claim = leased("dispatch", LEASE_ENDS)
    assert dispatch.next_step(claim, LEASE_ENDS, POLICY, TIMING) == Look(str(message.id), CUSTOMER)


def test_an_unclear_call_is_not_yet_an_error() -> None:
    message = outcome(Unclear("timeout"))
    assert (message.error_code, message.error_message) == (None, None)


@pytest.mark.parametrize(
    "result", [Rejected(21211, BAD_NUMBER), Postponed("429", 30), Unclear("timeout")]
)
def test_nothing_is_taken_back_once_the_sid_is_known(
    result: Rejected | Postponed | Unclear,
) -> None:
    received()
    message = queued()
    send = leaving()
    reports.receive(callback("sent", "SM1", message.id), later(1))
    dispatch.record(send, result, later(2), TIMING)
    assert (fresh(message).status, due(message, "dispatch")) == ("sent", None)


@pytest.mark.parametrize("result", [Rejected(21211, BAD_NUMBER), Postponed("429", 30)])
def test_a_stale_outcome_does_not_disturb_another_workers_attempt(
    result: Rejected | Postponed,
) -> None:
    message = outcome(Postponed("429", 30))
    stale = replace(leaving(later(30)), lease_id="some earlier lease")
    dispatch.record(stale, result, later(31), TIMING)
    assert fresh(message).status == "sending"


def test_an_acceptance_is_believed_whoever_holds_the_lease() -> None:
    message = outcome(Postponed("429", 30))
    stale = replace(leaving(later(30)), lease_id="some earlier lease")
    dispatch.record(stale, accepted_as("SM1"), later(31), TIMING)
    assert fresh(message).twilio_sid == "SM1"


def test_the_pause_between_tries_doubles_up_to_a_minute() -> None:
    for attempts, longest in [(0, 1), (1, 1), (2, 2), (3, 4), (7, 60), (50, 60), (2000, 60)]:
        pause = backoff(attempts).total_seconds()
        assert longest / 2 <= pause <= longest


def test_the_pause_is_never_shorter_than_the_carrier_asked() -> None:
    assert backoff(1, 30).total_seconds() == 30
    assert backoff(7, 0.1).total_seconds() >= 30


def test_texts_that_were_put_off_leave_in_their_order() -> None:
    received()
    for number in range(3):
        queued(f"text {number}", key=str(number))
    dispatch.record(leaving(), Postponed("429", 30), NOON, TIMING)
    assert outbox.earliest("dispatch") == NOON
    bodies = []
    for seconds in (31, 32, 33):
        send = leaving(later(seconds))
        dispatch.record(send, accepted_as(f"SM{seconds}"), later(seconds), TIMING)
        bodies.append(send.text.body)
    assert bodies == ["text 0", "text 1", "text 2"]
