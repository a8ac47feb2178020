"""STOP and its kin: in force before anything else, also for what is already waiting to leave."""

from functools import partial

import pytest

from domain.model import ConsentEvent, Contact, Message
from domain.rules.consent.keywords import Keyword
from domain.services import consent, dispatch, inbound, numbers, outbound, unclear
from domain.services.consent import Statement
from domain.services.dispatch import Look
from domain.values import Unclear
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    STRANGER,
    TIMING,
    answered,
    conversation,
    due,
    fresh,
    handed_over,
    later,
    leased,
    leaving,
    queued,
    race,
    received,
    said,
    statuses,
    text_in,
)
from tests.ledger import only

pytestmark = pytest.mark.usefixtures("db")


def blocked(phone: str = CUSTOMER) -> bool:
    """Whether that number has opted out."""
    return numbers.state_of(phone).blocked


@pytest.mark.parametrize("body", ["STOP", "stop.", "  Unsubscribe ", "Arrêt", "opt-out"])
def test_stop_blocks_the_number(body: str) -> None:
    received(body)
    assert blocked()
    event = only()
    assert (event.action, event.method, event.phone) == ("opt_out", "keyword", CUSTOMER)


def test_the_event_names_the_text_that_it_came_with() -> None:
    received("STOP", sid="SM1")
    event = only()
    assert (event.origin, event.message_sid, event.at) == ("twilio:SM1", "SM1", NOON)


def test_stop_is_kept_as_a_text_too() -> None:
    message = received("STOP")
    assert (message.body, message.status) == ("STOP", "received")
    assert due(message, "relay") == NOON


def test_stop_blocks_nobody_else() -> None:
    received("STOP")
    assert not blocked(STRANGER)


@pytest.mark.parametrize("body", ["Please stop by tomorrow", "HELP", "YES", "Hello", ""])
def test_other_texts_are_no_consent_events(body: str) -> None:
    received(body)
    assert not blocked()
    assert ConsentEvent.objects.count() == 0


def test_the_carriers_own_reading_suffices() -> None:
    received("basta", opt_out_type="STOP")
    assert blocked()
    assert only().method == "twilio"


@pytest.mark.parametrize("body", ["YES", "help", "START"])
def test_a_stop_that_only_the_carrier_read_wins_over_our_reading(body: str) -> None:
    received(body, opt_out_type="STOP")
    assert blocked()


def test_the_carriers_help_is_no_consent_event() -> None:
    received("ayuda", opt_out_type="HELP")
    assert ConsentEvent.objects.count() == 0


@pytest.mark.parametrize("body", ["START", "unstop", "Yes"])
def test_start_lifts_the_block(body: str) -> None:
    received("STOP")
    received(body, now=later(60))
    assert not blocked()
    assert [event.action for event in ConsentEvent.objects.order_by("recorded_at")] == [
        "opt_out",
        "opt_in",
    ]


def test_the_carriers_start_lifts_the_block() -> None:
    received("STOP")
    received("hola", opt_out_type="START", now=later(60))
    assert not blocked()


def test_yes_of_somebody_who_has_not_left_is_an_ordinary_text() -> None:
    message = received("Yes")
    assert ConsentEvent.objects.count() == 0
    assert message.body == "Yes"


@pytest.mark.parametrize("method", ["phone", "agent", "api", "import", "system"])
def test_yes_lifts_no_block_that_others_recorded(method: str) -> None:
    """Row: §1.2"""
    no = Statement("opt_out", method, NOON, level="none")
    consent.record("no", CUSTOMER, no, NOON)
    received("STOP", later(5))
    received("Yes", later(60))
    assert blocked()
    received("START", later(90))
    assert not blocked()


def test_yes_lifts_what_the_carrier_refused() -> None:
    no = Statement("opt_out", "twilio", NOON, level="none")
    consent.record("no", CUSTOMER, no, NOON)
    received("Yes", later(60))
    assert not blocked()


@pytest.mark.parametrize("body", ["STOP", "please stop texting me"])
def test_the_carriers_start_is_none_beside_words_that_say_otherwise(body: str) -> None:
    received(body, opt_out_type="START")
    number = numbers.state_of(CUSTOMER)
    assert (number.blocked, number.held) == (body == "STOP", body != "STOP")
    assert number.level == "none"


@pytest.mark.parametrize("kind", ["YES", "join", "resubscribe"])
def test_what_else_the_carrier_calls_a_text_counts_for_nothing(kind: str) -> None:
    received("STOP")
    received("Hello", later(5), opt_out_type=kind)
    assert blocked()


def test_help_of_somebody_who_has_left_leaves_them_blocked() -> None:
    received("STOP")
    received("HELP", now=later(60))
    assert blocked()


def test_stop_twice_is_two_events_and_one_block() -> None:
    received("STOP")
    received("STOP", now=later(60))
    assert blocked()
    assert ConsentEvent.objects.count() == 2


def test_the_same_stop_in_eight_processes_at_once_is_one_event() -> None:
    race(*[partial(inbound.receive, text_in("STOP", sid="SM1"), NOON, POLICY)] * 8)
    assert ConsentEvent.objects.count() == 1
    assert Message.objects.count() == 1
    assert blocked()


def test_a_stop_that_is_delivered_again_after_a_start_does_not_block_again() -> None:
    received("STOP", sid="SM1")
    received("START", now=later(60))
    received("STOP", sid="SM1", now=later(90))
    assert not blocked()


def test_a_stop_that_is_delivered_again_after_a_start_calls_nothing_back() -> None:
    received("STOP", sid="SM1")
    received("START", now=later(60))
    text = queued(at=later(70))
    received("STOP", sid="SM1", now=later(90))
    assert fresh(text).status == "queued"


def test_an_old_yes_that_is_delivered_again_does_not_lift_a_later_block() -> None:
    received("Yes", sid="SM1")
    received("STOP", now=later(5))
    received("Yes", sid="SM1", now=later(15))
    assert blocked()


def test_stop_cancels_what_is_held() -> None:
    conversation()
    held = answered()
    received("STOP", now=later(1))
    assert fresh(held).status == "canceled"
    assert statuses(held) == ["held", "canceled"]


def test_stop_cancels_an_answer_that_waits_for_a_click() -> None:
    conversation()
    waiting = outbound.answer(said(at=NOON), later(minutes=5), POLICY, TIMING)
    assert waiting
    assert (waiting.status, due(waiting, "dispatch")) == ("held", None)
    received("STOP", now=later(minutes=6))
    assert fresh(waiting).status == "canceled"


def test_stop_cancels_what_is_queued_and_scheduled() -> None:
    received()
    texts = [queued(key="now"), queued(key="then", send_at=later(hours=3))]
    received("STOP", now=later(1))
    assert [fresh(text).status for text in texts] == ["canceled", "canceled"]
    assert [due(text, "dispatch") for text in texts] == [None, None]


def test_what_stop_cancels_says_why_and_asks_to_be_shown() -> None:
    received()
    text = queued()
    received("STOP", now=later(1))
    found = fresh(text)
    assert found.error_message == "The customer opted out before it left."
    assert due(found, "relay") == later(1)
    assert found.rev > text.rev


def test_stop_cancels_nothing_of_other_customers() -> None:
    received(sender=STRANGER)
    text = queued(phone=STRANGER)
    received("STOP", now=later(1))
    assert fresh(text).status == "queued"


def test_stop_leaves_alone_what_the_carrier_has() -> None:
    received()
    text = handed_over()
    received("STOP", now=later(1))
    assert (fresh(text).status, fresh(text).error_message) == ("queued", None)


def test_stop_reaches_texts_from_all_our_numbers() -> None:
    received()
    text = queued()
    received("STOP", recipient="+17605550199", now=later(1))
    assert fresh(text).status == "canceled"


def test_stop_says_that_a_call_is_under_way_and_leaves_it_alone() -> None:
    received()
    text = queued()
    leaving()
    receipt = inbound.receive(text_in("STOP"), later(1), POLICY)
    assert receipt.calls_under_way
    assert fresh(text).status == "sending"


def test_the_same_stop_delivered_again_still_says_that_a_call_is_under_way() -> None:
    received()
    queued()
    leaving()
    inbound.receive(text_in("STOP", sid="SM1"), later(1), POLICY)
    assert inbound.receive(text_in("STOP", sid="SM1"), later(2), POLICY).calls_under_way


def test_no_call_is_under_way_once_its_lease_has_ended() -> None:
    received()
    queued()
    leaving()
    after = NOON + TIMING.lease
    assert not inbound.receive(text_in("STOP"), after, POLICY).calls_under_way


def test_no_call_is_under_way_when_its_outcome_is_known() -> None:
    received()
    queued()
    dispatch.record(leaving(), Unclear("timeout"), NOON, TIMING)
    assert not inbound.receive(text_in("STOP"), later(1), POLICY).calls_under_way


def test_an_ordinary_text_waits_for_no_call() -> None:
    received()
    queued()
    leaving()
    assert not inbound.receive(text_in("Hello?"), later(1), POLICY).calls_under_way


def test_an_unclear_text_is_not_sent_again_after_stop() -> None:
    received()
    text = queued()
    dispatch.record(leaving(), Unclear("timeout"), NOON, TIMING)
    received("STOP", now=later(1))
    for minutes in (1, 3, 8):
        look = Look(str(text.id), CUSTOMER)
        unclear.resolve(look, [], later(minutes=minutes), TIMING)
    moment = later(minutes=9)
    assert dispatch.next_step(leased("dispatch", moment), moment, POLICY, TIMING) is None
    assert fresh(text).status == "refused"


def test_a_crash_after_the_block_is_made_good_by_the_next_delivery() -> None:
    received()
    text, stop = queued(), text_in("STOP", sid="SM1")
    consent.from_keyword(Keyword.STOP, CUSTOMER, "SM1", "keyword", NOON)
    assert (blocked(), fresh(text).status) == (True, "queued")
    inbound.receive(stop, later(15), POLICY)
    assert fresh(text).status == "canceled"
    assert ConsentEvent.objects.count() == 1


def test_the_contact_shows_what_the_number_says() -> None:
    received()
    received("START", now=later(1))
    assert Contact.objects.get().preferences.sms_opt_in
    received("STOP", now=later(2))
    assert not Contact.objects.get().preferences.sms_opt_in
