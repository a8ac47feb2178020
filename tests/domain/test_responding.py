"""A customer's text gets one automatic answer at most, and never one that it should not get."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from domain.model import Message, Thread
from domain.policy import AutomationPolicy, ConsentPolicy
from domain.rules.status import MessageStatus
from domain.services import consent, dispatch, summaries, threads
from domain.services.automation import arbiter, replies, responding
from domain.services.automation.arbiter import Heard
from domain.services.automation.hours import Opening
from domain.services.consent import Statement
from domain.services.desk import responses
from domain.services.dispatch.steps import Send
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    OURS,
    POLICY,
    TIMING,
    accepted_as,
    answered,
    conversation,
    customer,
    fresh,
    later,
    leased,
    new_sid,
    race,
    received,
)
from tests.domain.replies import CONTAINS, WEEKDAYS, outgoing, respond, rule, shut

pytestmark = pytest.mark.usefixtures("db")
OWN_HELP = replace(POLICY, consent=ConsentPolicy(confirms="threadline"))


def leaves(message: Message) -> bool:
    """Whether that text is the next to be handed to the carrier."""
    step = dispatch.next_step(leased("dispatch", NOON), NOON, POLICY, TIMING)
    if not isinstance(step, Send):
        return False
    dispatch.record(step, accepted_as(new_sid()), NOON, TIMING)
    return step.text.message_id == str(message.id)


def reason(body: str, now: datetime = NOON) -> str:
    """Why what would answer such a text does, or why nobody does."""
    thread = threads.get(received("Hello").thread_id)
    return arbiter.decide(Heard(thread, body, now), now, POLICY).reason


def test_a_rule_answers_with_the_words_for_that_person() -> None:
    kept = rule("hours")
    contact = customer()
    contact.first_name = "Jane"
    contact.save()
    made = respond("HOURS?", sid="SM1")
    assert made is not None
    assert made.body == "Hi Jane, we open at nine."
    assert (made.origin, made.purpose, made.rule_id) == ("auto:twilio:SM1", "auto_reply", kept.id)
    assert made.sent_by is not None
    assert (made.sent_by.kind, made.sent_by.key) == ("system", f"rule:{kept.id}")
    assert made.sent_by.name == "hours (automatic)"
    assert leaves(made)


def test_what_no_rule_knows_gets_no_answer() -> None:
    rule("hours")
    assert respond("Where are you?") is None
    assert outgoing() == []


def test_a_rule_that_is_switched_off_rests() -> None:
    kept = rule("hours")
    replies.switch(kept.id, False, NOON)
    assert respond("hours") is None


def test_an_answer_is_made_once_however_often_and_however_many_try() -> None:
    rule("hours")
    text = received("hours")
    race(*[partial(responding.answer, text, NOON, POLICY)] * 4)
    replies.remove(replies.listed()[0].id)
    responding.answer(text, later(60), POLICY)
    assert len(outgoing()) == 1


def test_of_texts_that_come_at_once_one_gets_the_away_message() -> None:
    shut()
    texts = [received(f"Hello {n}") for n in range(4)]
    made = race(*[partial(responding.answer, one, NOON, POLICY) for one in texts])
    assert [one is not None for one in made].count(True) == 1
    assert len(outgoing()) == 1


def test_the_away_message_comes_once_in_its_window() -> None:
    shut(intervals=WEEKDAYS)
    friday_night = later(hours=54)
    made = respond("Hello", friday_night)
    assert made is not None
    assert made.body == "We are closed and back Monday at 9:00 AM."
    assert made.sent_by is not None
    assert made.sent_by.key == "away"
    assert made.rule_id is None
    assert respond("Anybody?", friday_night + timedelta(hours=11)) is None
    assert respond("Hello again", friday_night + timedelta(hours=12, seconds=1)) is not None


def test_while_the_business_is_open_there_is_no_away_message() -> None:
    shut(intervals=[Opening(day, "00:00", "24:00") for day in range(1, 8)])
    assert respond("Hello") is None


def test_a_rule_of_other_hours_leaves_it_to_the_away_message() -> None:
    shut()
    rule("hours", during_hours=True)
    night = rule("tour", during_hours=False)
    made = respond("hours")
    assert made is not None
    assert made.rule_id is None
    other = respond("tour", later(60))
    assert other is not None
    assert other.rule_id == night.id


def test_somebody_who_is_there_makes_the_away_message_needless() -> None:
    shut()
    conversation()
    answered("One moment please")
    assert respond("Fine", later(minutes=9)) is None
    assert respond("Still there?", later(minutes=11)) is not None


@pytest.mark.parametrize("body", ["STOP", "yes", "Start", "HELP", "JOIN", "arrêt", "opt out"])
def test_words_of_consent_are_never_answered_by_a_rule(body: str) -> None:
    shut()
    rule("arr", match=CONTAINS)
    text = received(body, sender="+15145550123")
    assert responding.respond(text, NOON, POLICY) is None


@pytest.mark.parametrize("body", ["please stop texting me", "wrong number, price is fine"])
def test_what_may_mean_stop_is_never_answered(body: str) -> None:
    shut()
    rule("price", "texting me", match=CONTAINS)
    assert respond(body) is None
    assert threads.get(received("hm").thread_id).held_for_review


def test_while_they_are_held_nobody_answers_by_itself() -> None:
    rule("price")
    respond("please stop texting me")
    assert respond("price", later(60)) is None


def test_another_number_of_somebody_who_is_held_gets_none_either() -> None:
    rule("price")
    text = received("price")
    Thread.objects(id=text.thread_id).update_one(set__held_for_review=True)
    assert responding.answer(text, NOON, POLICY) is None


def test_who_has_left_gets_none() -> None:
    rule("price")
    consent.record("x", CUSTOMER, Statement("opt_out", "agent", NOON, level="none"), NOON)
    assert respond("price") is None


def test_who_leaves_before_it_left_gets_none() -> None:
    rule("price")
    made = respond("price")
    assert made is not None
    received("STOP", later(1))
    assert fresh(made).status == MessageStatus.CANCELED


def test_what_is_held_after_it_was_decided_waits_and_is_then_too_late() -> None:
    rule("price")
    made = respond("price")
    received("leave me alone", later(1))
    assert made is not None
    assert not leaves(made)
    assert made.expires_at == later(minutes=10)


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": "72345"},
        {"sender": "ACME"},
        {"sender": "whatsapp:+17605550111"},
        {"recipient": "+17605550199"},
        {"sender": OURS},
    ],
)
def test_machines_strangers_and_ourselves_get_none(changes: dict[str, Any]) -> None:
    shut()
    rule("hours")
    assert respond("hours", **changes) is None


def test_an_old_text_gets_none() -> None:
    rule("hours")
    text = received("hours")
    assert responding.answer(text, later(minutes=10, seconds=1), POLICY) is None
    assert responding.answer(text, later(minutes=10), POLICY) is not None


def test_a_number_gets_so_many_an_hour_from_all_rules() -> None:
    few = replace(POLICY, automation=AutomationPolicy(replies_per_hour=2))
    for word in ("one", "two", "three"):
        rule(word)
    made = [respond(word, later(n), few) for n, word in enumerate(("one", "two", "three"))]
    assert [one is not None for one in made] == [True, True, False]
    assert respond("three", later(minutes=61), few) is not None


def test_a_machine_with_ever_new_words_gets_none_until_somebody_has_written() -> None:
    rule("hours", match=CONTAINS)
    made = [respond(f"{n} hours {n}", later(minutes=21 * n)) for n in range(20)]
    assert sum(one is not None for one in made) == 3 * POLICY.automation.replies_per_hour
    thread = Message.objects(direction="inbound").first().thread_id
    evening = later(minutes=21 * 20)
    asked = arbiter.tried(threads.get(thread), "your hours", evening, evening, POLICY)
    assert (asked.body, "nobody wrote in between" in asked.reason) == (None, True)
    conversation()
    answered(at=evening)
    asked = arbiter.tried(threads.get(thread), "your hours", evening, evening, POLICY)
    assert asked.body is not None


def test_the_same_words_get_no_second_answer_of_the_same_rule() -> None:
    rule("hours", match=CONTAINS)
    assert respond("hours") is not None
    assert respond("Hours!", later(60)) is None
    assert respond("your hours please", later(61)) is not None
    assert respond("hours", later(minutes=11)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "We open at nine on all hours",
        "Liked “We open at nine on all hours”",
        "WE OPEN at nine, on all hours.",
    ],
)
def test_our_own_words_are_not_answered(text: str) -> None:
    rule("hours", match=CONTAINS, body="We open at nine on all hours")
    assert respond("hours") is not None
    assert respond(text, later(1)) is None


def test_an_echo_that_answers_everything_is_answered_few_times() -> None:
    rule("ok", match=CONTAINS, body="ok")
    rule("hi", match=CONTAINS, body="hi ok then")
    shut()
    made = [respond(f"{n} hi ok {n}", later(n)) for n in range(40)]
    assert sum(one is not None for one in made) == POLICY.automation.replies_per_hour


def test_a_rule_may_answer_info_where_help_is_ours_and_help_stays() -> None:
    rule("info", policy=OWN_HELP, body="We sell houses.")
    made = respond("INFO", policy=OWN_HELP, sid="SM1")
    assert made is not None
    assert (made.body, made.origin) == ("We sell houses.", "auto:twilio:SM1")
    helped = respond("HELP", later(1), OWN_HELP)
    assert helped is not None
    assert helped.purpose == "help"
    assert len(outgoing()) == 2


def test_info_without_a_rule_gets_help_and_no_second_answer_from_a_later_rule() -> None:
    shut()
    text = received("INFO", policy=OWN_HELP)
    made = responding.answer(text, NOON, OWN_HELP)
    assert made is not None
    assert made.purpose == "help"
    rule("info", policy=OWN_HELP)
    responding.answer(text, later(1), OWN_HELP)
    assert len(outgoing()) == 1


def test_info_that_twilio_answers_is_left_to_it() -> None:
    rule("info", policy=OWN_HELP)
    assert respond("INFO") is None


def test_it_is_nobodys_answer() -> None:
    rule("hours")
    text = received("hours")
    made = responding.answer(text, NOON, POLICY)
    assert made is not None
    assert not responses.is_answer(made)
    summaries.refresh(text.thread_id)
    assert threads.get(text.thread_id).unread_count == 1
    assert fresh(text).answered_at is None


def test_where_every_text_says_how_to_leave_so_does_this_one() -> None:
    rule("hours")
    every = replace(POLICY, consent=ConsentPolicy(opt_out_line="every"))
    made = respond("hours", policy=every)
    assert made is not None
    assert made.body == "Hi there, we open at nine.\nReply STOP to opt out."


def test_at_night_it_leaves_at_once() -> None:
    rule("hours")
    made = respond("hours", later(hours=14))
    assert made is not None
    assert made.status == MessageStatus.QUEUED


def test_whatever_somebody_is_called_a_text_is_never_too_long() -> None:
    rule("hours", body=f"{{nickname|you}}{'x' * 900}")
    contact = customer()
    contact.custom_fields = {"nickname": "y" * 900}
    contact.save()
    assert respond("hours") is None


def test_the_reason_is_told_whoever_answers_or_does_not() -> None:
    shut(away=None)
    rule("price", match=CONTAINS)
    rule("tour", during_hours=True)
    assert reason("the price?") == "The rule “price” answers: the text contains “price”."
    assert reason("tour").startswith("The rule “tour” has these words but rests")
    assert reason("Hello") == arbiter.SILENT
    assert reason("stop") == arbiter.KEYWORD
    assert reason("remove me") == arbiter.PHRASE
    shut()
    assert reason("Hello") == arbiter.AWAY_ANSWERS
    assert respond("Hello") is not None
    assert reason("Hello again") == (
        "The away message was sent already, on Wed, Mar 4, 2026, 3:00 PM EST; "
        "one is good for 12 hours."
    )
    assert respond("price") is not None
    assert reason("Price").startswith("The same rule answered the same words less than 10 minutes")
    shut(intervals=[Opening(day, "00:00", "24:00") for day in range(1, 8)])
    assert reason("Hello") == arbiter.OPEN
