"""Keywords are answered: by us or by Twilio, never by both, once, and in time."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from domain.model import Message
from domain.policy import ConsentPolicy, Policy
from domain.rules.consent.answers import Answer
from domain.rules.status import MessageStatus
from domain.services import consent, dispatch, inbound, numbers, threads, upkeep
from domain.services.automation import answers
from domain.services.consent import Statement
from domain.services.dispatch.steps import Send
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    OURS,
    STRANGER,
    TIMING,
    accepted_as,
    answered,
    conversation,
    fresh,
    later,
    leased,
    new_sid,
    queued,
    race,
    received,
    text_in,
)

pytestmark = pytest.mark.usefixtures("db")
TWILIO = Policy(
    numbers=(OURS,),
    business_name="Acme Realty",
    consent=ConsentPolicy(support_contact="help@acme.example"),
)
OWN = replace(TWILIO, consent=replace(TWILIO.consent, confirms="threadline"))
MONTREAL = "+15145550123"
CONFIRMED = (
    "Acme Realty: You will get no more texts. Reply START to get them again. "
    "Questions: help@acme.example"
)


def given(body: str, now: datetime = NOON, policy: Policy = OWN, **changes: Any) -> Message | None:
    """A customer's text is taken in, and answered if we owe an answer."""
    text = received(body, now, policy=policy, **changes)
    return answers.give(text, now, policy)


def leave(now: datetime, policy: Policy = OWN) -> str | None:
    """The next text of the conversation leaves: its words; None when none may."""
    step = dispatch.next_step(leased("dispatch", now), now, policy, TIMING)
    if not isinstance(step, Send):
        return None
    dispatch.record(step, accepted_as(new_sid()), now, TIMING)
    return step.text.body


def nothing_waits(now: datetime) -> bool:
    """Whether no text is due by then."""
    return not Message.objects(__raw__={"dispatch.due_at": {"$lte": now}})


def test_a_stop_is_confirmed_with_brand_way_back_and_contact() -> None:
    """Row: §1.4 Row: §5.3"""
    made = given("STOP", sid="SM1")
    assert made is not None
    assert (made.body, made.origin, made.purpose) == (CONFIRMED, "stop:SM1", "optout_confirmation")
    assert made.expires_at == later(minutes=5)
    assert leave(NOON) == CONFIRMED
    assert numbers.state_of(CUSTOMER).blocked


@pytest.mark.parametrize("body", ["STOP", "unsubscribe", "ARRET", "HELP", "Info", "START", "YES"])
def test_what_twilio_answers_we_do_not(body: str) -> None:
    """Row: §5.1 Row: §5.4"""
    assert given(body, policy=TWILIO) is None


@pytest.mark.parametrize("body", ["opt out", "STOP.", "please stop", "Arrêt"])
def test_what_twilio_does_not_know_we_confirm(body: str) -> None:
    """Row: §5.2"""
    made = given(body, policy=TWILIO, sender=MONTREAL)
    assert made is not None
    assert leave(NOON, TWILIO) == made.body


def test_whatever_twilio_marks_it_answers() -> None:
    """Row: §5.1 Row: §4.10"""
    assert given("Adieu", policy=TWILIO, opt_out_type="STOP") is None
    assert numbers.state_of(CUSTOMER).blocked
    assert given("opt out", policy=TWILIO, opt_out_type="STOP", sender=STRANGER) is None


def test_a_word_that_only_twilio_marks_is_confirmed_by_us_where_we_own_it() -> None:
    """Row: §5.3"""
    assert given("Adieu", opt_out_type="STOP") is not None


def test_an_answer_is_made_once_however_often_that_is_tried() -> None:
    """Row: §1.4"""
    text = received("STOP", policy=OWN)
    race(*[partial(answers.give, text, NOON, OWN)] * 6)
    answers.give(text, later(3), OWN)
    assert Message.objects(direction="outbound").count() == 1


def test_a_text_that_is_delivered_again_neither_loses_nor_doubles_its_answer() -> None:
    text = text_in("STOP", sid="SM1")
    made = given("STOP", sid="SM1")
    inbound.receive(text, later(1), OWN)
    assert made is not None
    assert fresh(made).status == MessageStatus.QUEUED
    assert leave(later(2)) == CONFIRMED


def test_who_has_left_is_not_told_twice() -> None:
    """Row: §1.4"""
    assert given("STOP")
    leave(NOON)
    assert given("STOP", later(60)) is None
    assert given("opt out", later(61)) is None
    assert nothing_waits(later(62))


def test_who_left_by_another_way_and_texts_stop_gets_no_text() -> None:
    said = Statement("opt_out", "agent", NOON, level="none")
    consent.record("agent:1", CUSTOMER, said, NOON)
    assert given("STOP", later(60)) is None


def test_who_comes_back_and_leaves_again_is_told_again() -> None:
    """Row: §10.3"""
    assert given("STOP")
    leave(NOON)
    back = given("START", later(60))
    assert back is not None
    assert leave(later(60)) == back.body
    assert "You get texts again" in back.body
    assert given("STOP", later(120))
    assert leave(later(120)) == CONFIRMED


def test_a_second_confirmation_never_leaves() -> None:
    """Row: §1.4"""
    made = given("STOP", sid="SM1")
    assert made
    leave(NOON)
    received("STOP", later(1), sid="SM2", policy=OWN)
    twin = answers.composed(
        threads.get(made.thread_id), Answer.STOP, "stop:SM2", "x", later(1), OWN
    )
    assert twin.status == MessageStatus.REFUSED


def test_a_confirmation_that_is_late_never_leaves() -> None:
    """Row: §1.4"""
    made = given("STOP")
    assert leave(later(minutes=5, seconds=1)) is None
    assert made
    assert fresh(made).status == MessageStatus.REFUSED


def test_who_came_back_before_it_left_is_not_told_that_they_left() -> None:
    made = given("STOP")
    given("START", later(1))
    assert "You get texts again" in str(leave(later(2)))
    assert made
    assert fresh(made).status == MessageStatus.REFUSED


@pytest.mark.parametrize("sender", ["72345", "ACME", "whatsapp:+17605550111"])
def test_machines_get_no_answer(sender: str) -> None:
    assert given("HELP", sender=sender) is None


def test_what_came_to_a_number_that_is_not_ours_gets_no_answer() -> None:
    assert given("HELP", recipient="+17605550199") is None


def test_help_names_the_brand_and_a_contact() -> None:
    """Row: §1.12 Row: §5.4"""
    made = given("HELP")
    assert made is not None
    assert made.purpose == "help"
    assert "Acme Realty" in made.body
    assert "help@acme.example" in made.body
    assert leave(NOON) == made.body


def test_without_a_contact_help_says_that_a_person_reads() -> None:
    """Row: §1.12"""
    silent = replace(OWN, consent=replace(OWN.consent, support_contact=None))
    made = given("HELP", policy=silent)
    assert made is not None
    assert "A person reads what you reply" in made.body


def test_who_has_left_is_helped_all_the_same() -> None:
    """Row: §1.12"""
    given("STOP")
    leave(NOON)
    made = given("HELP", later(60))
    assert made is not None
    assert "Reply START" in made.body
    assert leave(later(60)) == made.body


def test_two_machines_do_not_converse() -> None:
    assert given("HELP")
    assert given("HELP", later(60)) is None
    assert given("INFO", later(minutes=9)) is None
    assert given("HELP", later(minutes=11))


def test_a_french_word_is_answered_in_french() -> None:
    """Row: §1.13"""
    stop, aid = given("Arrêt", sender=MONTREAL), given("AIDE", later(1), sender=MONTREAL)
    assert stop is not None
    assert aid is not None
    assert "Vous ne recevrez plus" in stop.body
    assert "Pour de l'aide" in aid.body


def test_an_answer_is_nobodys_reply() -> None:
    """The conversation still waits for an agent: we answered, nobody of ours did."""
    text = received("HELP", policy=OWN)
    upkeep.carry_out(text, lambda one: answers.give(one, NOON, OWN))
    thread = threads.get(text.thread_id)
    assert thread.unread_count == 1


def test_what_waits_to_leave_is_called_back_and_the_confirmation_is_not() -> None:
    """Row: §10.1 Row: §1.3"""
    conversation()
    held, due = answered("Shall I call?"), queued()
    planned = queued("Tomorrow", send_at=later(hours=20))
    assert given("STOP", later(1))
    for one in (held, due, planned):
        assert fresh(one).status == MessageStatus.CANCELED
        assert "opted out" in str(fresh(one).error_message)
    assert leave(later(2)) == CONFIRMED
    assert nothing_waits(later(hours=21))


def test_a_new_person_who_texts_start_reads_what_they_will_get() -> None:
    """Row: §1.11"""
    made = given("START")
    assert made is not None
    assert "recurring" in made.body
    assert given("START", later(minutes=20)) is None


def test_at_night_a_keyword_is_answered_at_once() -> None:
    """Row: §1.1"""
    night = later(hours=14)
    made = given("START", night)
    assert made is not None
    assert leave(night) == made.body
