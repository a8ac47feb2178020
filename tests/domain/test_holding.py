"""A text that may mean stop holds its number before anybody can see it, whatever is killed."""

from datetime import UTC, datetime

import pytest

from domain.model import Message, Number, Thread
from domain.services import consent, inbound, numbers, threads
from domain.services.consent import Statement
from domain.services.desk import expiring, holding, reviews
from domain.services.people import merging
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    OURS,
    POLICY,
    STRANGER,
    TOKEN,
    conversation,
    later,
    new_sid,
    race,
    received,
    said_of,
    text_in,
)

pytestmark = pytest.mark.usefixtures("db")
MONDAY = datetime(2026, 3, 9, 20, tzinfo=UTC)
WORDS = "please leave me alone"


def held() -> list[bool]:
    return [one.held_for_review for one in Thread.objects.order_by("id")]


def actions() -> list[str]:
    return [one.action for one in said_of(CUSTOMER)]


def test_number_ledger_and_conversation_are_held_together() -> None:
    """Row: §4.8"""
    message = received(WORDS)
    thread, number = Thread.objects.get(), Number.objects.get()
    assert (number.held, number.held_at, number.blocked) == (True, NOON, False)
    assert (thread.held_for_review, thread.review.words) == (True, WORDS)
    assert (thread.review.key, thread.review.phone) == (message.origin, CUSTOMER)
    (event,) = said_of(CUSTOMER)
    assert (event.action, event.method, event.message_sid) == (
        "held",
        "keyword",
        message.twilio_sid,
    )


@pytest.mark.parametrize("body", ["STOP", "Hello", "the end", "HELP"])
def test_what_is_clear_holds_nobody(body: str) -> None:
    received(body)
    assert held() == [False]
    assert "held" not in actions()


def test_a_first_text_holds_as_well() -> None:
    assert not Thread.objects
    received("wrong number")
    thread = Thread.objects.get()
    assert (thread.held_for_review, thread.review.stranger) == (True, True)


def test_it_is_to_be_decided_by_the_next_working_day() -> None:
    friday = datetime(2026, 3, 6, 21, tzinfo=UTC)
    received(WORDS, now=friday)
    assert Thread.objects.get().review.due_at == MONDAY  # summer time begins in between


def test_more_of_the_same_keeps_the_first_deadline() -> None:
    received(WORDS)
    newest = received("STOP TEXTING ME", now=later(hours=1))
    review = Thread.objects.get().review
    assert (review.key, review.words) == (newest.origin, "STOP TEXTING ME")
    assert (review.due_at, numbers.state_of(CUSTOMER).held_at) == (later(days=1), NOON)
    assert said_of(CUSTOMER)[-1].message_sid == newest.twilio_sid
    assert actions() == ["held", "held"]


def test_whose_number_it_is_hangs_on_all_that_they_wrote() -> None:
    """Row: §8.3"""
    received("wrong number")
    received("wrong number!", now=later(5))
    assert Thread.objects.get().review.stranger
    received(WORDS, now=later(10))
    received("wrong number!!", now=later(15))
    assert not Thread.objects.get().review.stranger


def asked() -> dict[str, str | None]:
    """About whose text each number's conversation asks."""
    open_ = Thread.objects(held_for_review=True)
    return {one.phone: one.review.phone for one in open_}


@pytest.fixture
def both() -> Thread:
    """Somebody who writes with two numbers; the conversation of the first."""
    mine = [received(sender=phone).contact_id for phone in (CUSTOMER, STRANGER)]
    merging.merge(mine[0], mine[1], TOKEN, NOON)
    return threads.get(Thread.objects.get(phone=CUSTOMER).id)


def test_what_each_number_wrote_is_decided_for_itself(both: Thread) -> None:
    """Row: §4.8"""
    received(WORDS)
    assert asked() == {CUSTOMER: CUSTOMER, STRANGER: CUSTOMER}
    received(WORDS, sender=STRANGER, now=later(20))
    assert asked() == {CUSTOMER: CUSTOMER, STRANGER: STRANGER}
    reviews.decide(both.id, False, None, TOKEN, later(30))
    assert asked() == {STRANGER: STRANGER}
    assert (numbers.state_of(CUSTOMER).held, numbers.judged(CUSTOMER, "").held) == (False, True)
    assert expiring.expire(later(days=1, seconds=20))
    assert numbers.state_of(STRANGER).blocked


def test_a_stranger_is_asked_about_alone(both: Thread) -> None:
    """Row: §8.3"""
    received("wrong number")
    assert asked() == {CUSTOMER: CUSTOMER}
    received(WORDS, sender=STRANGER, now=later(10))
    reviews.decide(both.id, True, None, TOKEN, later(20))
    received("START", now=later(30))
    assert asked() == {STRANGER: STRANGER}
    assert numbers.judged(STRANGER, "").held


def test_who_has_left_with_another_number_is_held_nevertheless(both: Thread) -> None:
    """Their START with that one says nothing of this one."""
    received("STOP")
    received(WORDS, sender=STRANGER, now=later(10))
    received("START", now=later(20))
    assert numbers.state_of(STRANGER).held
    assert asked()[STRANGER] == STRANGER


@pytest.mark.parametrize(("word", "phone"), [("START", CUSTOMER), ("STOP", STRANGER)])
def test_a_word_that_is_delivered_again_settles_nothing_later(
    both: Thread, word: str, phone: str
) -> None:
    sid = new_sid()
    received(word, sender=phone, sid=sid)
    received(WORDS, now=later(10))
    received(word, sender=phone, sid=sid, now=later(20))
    assert numbers.state_of(CUSTOMER).held
    assert actions() == (["opt_in", "held"] if word == "START" else ["held"])


def test_all_conversations_of_the_person_wait() -> None:
    mine = [received(sender=phone).contact_id for phone in (CUSTOMER, STRANGER)]
    received(recipient="+17605550199", now=later(1))
    received("Hi", sender="+17605550133")
    merging.merge(mine[0], mine[1], TOKEN, NOON)
    received(WORDS, sender=STRANGER, now=later(2))
    assert held() == [True, True, True, False]
    assert [one.phone for one in Number.objects(held=True)] == [STRANGER]


def test_a_text_that_is_delivered_again_holds_once() -> None:
    sid = new_sid()
    received(WORDS, sid=sid)
    reviews.decide(Thread.objects.get().id, False, None, TOKEN, later(9))
    received(WORDS, sid=sid, now=later(20))
    assert held() == [False]
    assert actions() == ["held", "released"]


def test_two_at_once_hold_once() -> None:
    conversation()
    race(*[lambda: received(WORDS, sid=new_sid()) for _ in range(4)])
    assert (actions(), held()) == (["held"] * 4, [True])
    assert numbers.state_of(CUSTOMER).held_at == NOON


def test_a_crash_before_the_text_is_stored_keeps_the_hold() -> None:
    """The webhook was not answered, so the text comes again."""
    conversation()
    sid = new_sid()
    holding.hold(f"twilio:{sid}", sid, CUSTOMER, WORDS, NOON, POLICY)
    assert (held(), Message.objects(twilio_sid=sid).count()) == ([True], 0)
    received(WORDS, sid=sid, now=later(30))
    assert (held(), Message.objects(twilio_sid=sid).count(), actions()) == ([True], 1, ["held"])
    assert Thread.objects.get().review.said_at == NOON


def test_without_a_conversation_nothing_is_held() -> None:
    holding.hold("twilio:SM1", "SM1", CUSTOMER, WORDS, NOON, POLICY)
    assert (actions(), numbers.state_of(CUSTOMER).held) == ([], False)


def test_who_has_opted_out_is_not_asked_about() -> None:
    received("STOP")
    received(WORDS, now=later(1))
    assert (held(), actions()) == ([False], ["opt_out", "held"])
    number = numbers.state_of(CUSTOMER)
    assert (number.blocked, number.blocked_at, number.held) == (True, later(1), False)


def test_a_stop_meanwhile_settles_it() -> None:
    received(WORDS)
    received("STOP", now=later(30))
    thread, number = Thread.objects.get(), numbers.state_of(CUSTOMER)
    assert (thread.held_for_review, thread.review.outcome) == (False, "opt_out")
    assert (thread.review.method, thread.review.decided_at) == ("keyword", later(30))
    assert (number.blocked, number.held) == (True, False)


def test_a_stop_with_another_number_settles_it_as_well() -> None:
    mine = [received(sender=phone).contact_id for phone in (CUSTOMER, STRANGER)]
    merging.merge(mine[0], mine[1], TOKEN, NOON)
    received(WORDS)
    received("STOP", sender=STRANGER, now=later(30))
    assert (held(), actions()) == ([False, False], ["held", "opt_out"])
    assert not Number.objects(held=True)


def test_a_start_meanwhile_settles_it_the_other_way() -> None:
    received(WORDS)
    received("START", now=later(30))
    thread = Thread.objects.get()
    assert (thread.held_for_review, thread.review.outcome) == (False, "released")
    assert actions() == ["held", "opt_in", "released"]
    assert not numbers.state_of(CUSTOMER).held


def test_yes_settles_nothing() -> None:
    received(WORDS)
    received("YES", now=later(30))
    assert held() == [True]


def test_what_an_agent_records_settles_it() -> None:
    received(WORDS)
    said = Statement("opt_out", "agent", later(5), level="none", recorded_by=TOKEN)
    consent.record("x", CUSTOMER, said, later(5))
    assert (held(), Thread.objects.get().review.by.name) == ([False], "CRM")


def test_a_no_to_the_programme_alone_settles_nothing() -> None:
    received(WORDS)
    consent.record("x", CUSTOMER, Statement("opt_out", "api", NOON, scope="program"), later(5))
    assert held() == [True]


def test_several_texts_of_one_delivery_are_each_looked_at() -> None:
    texts = [text_in("Hello"), text_in(WORDS, sender=STRANGER), text_in("STOP", recipient=OURS)]
    inbound.receive_all(texts, NOON, POLICY)
    assert {one.phone: one.held_for_review for one in Thread.objects} == {
        CUSTOMER: False,
        STRANGER: True,
    }
