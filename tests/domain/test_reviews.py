"""A held conversation waits for a person: an opt-out at once, or on it goes; decided once."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from domain.errors import Conflict, DomainError, InvalidInput
from domain.model import Activity, Author, Contact, Message, Number, Thread
from domain.services import consent, numbers, outbound, threads
from domain.services.automation import answers
from domain.services.consent import STOPPED, Statement
from domain.services.desk import reviews
from domain.services.people import erasure, merging, profiles
from domain.services.people.profiles import Profile
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    STRANGER,
    TOKEN,
    answered,
    conversation,
    due,
    fresh,
    later,
    queued,
    race,
    received,
    said_of,
)

pytestmark = pytest.mark.usefixtures("db")
WORDS = "please leave me alone"


@pytest.fixture
def thread() -> Thread:
    """A conversation that is held for a decision."""
    made = conversation()
    received(WORDS, now=later(1))
    return threads.get(made.id)


def decided(
    thread: Thread, *, opt_out: bool, note: str | None = None, author: Author = TOKEN
) -> Thread:
    return reviews.decide(str(thread.id), opt_out, note, author, later(60), "10.0.0.9")


def actions(phone: str = CUSTOMER) -> list[str]:
    return [one.action for one in said_of(phone)]


def test_an_opt_out_is_in_the_ledger_with_its_note_and_in_force(thread: Thread) -> None:
    """Row: §4.8"""
    after = decided(thread, opt_out=True, note=" Asked to be left alone. ")
    held, event = said_of(CUSTOMER)
    assert (held.action, event.action, event.method) == ("held", "opt_out", "api")
    assert (event.note, event.recorded_from_ip) == ("Asked to be left alone.", "10.0.0.9")
    assert (event.at, event.recorded_by.name) == (later(60), "CRM")
    number = numbers.state_of(CUSTOMER)
    assert (number.blocked, number.held) == (True, False)
    assert (after.held_for_review, after.rev) == (False, thread.rev + 1)
    assert after.review
    assert after.review.by
    assert (after.review.outcome, after.review.by.name) == ("opt_out", "CRM")


def test_what_waits_is_called_back_and_says_why(thread: Thread) -> None:
    """Row: §1.3"""
    waiting = queued(at=later(1))
    decided(thread, opt_out=True)
    assert (fresh(waiting).status, fresh(waiting).error_message) == ("canceled", STOPPED)


def test_an_agents_decision_says_so(thread: Thread) -> None:
    decided(thread, opt_out=True, author=Author(kind="agent", key="U1"))
    assert said_of(CUSTOMER)[-1].method == "agent"


def test_otherwise_it_goes_on_and_the_ledger_says_who_said_so(thread: Thread) -> None:
    after = decided(thread, opt_out=False, note="They meant the bill.")
    assert (after.held_for_review, after.rev) == (False, thread.rev + 1)
    number = numbers.state_of(CUSTOMER)
    assert (number.blocked, number.held) == (False, False)
    event = said_of(CUSTOMER)[-1]
    assert (event.action, event.note, event.recorded_by.name) == (
        "released",
        "They meant the bill.",
        "CRM",
    )


@pytest.mark.parametrize(
    ("opt_out", "words"), [(True, reviews.OPTED_OUT), (False, reviews.GOES_ON)]
)
def test_the_decision_is_in_the_timeline(thread: Thread, opt_out: bool, words: str) -> None:
    decided(thread, opt_out=opt_out, note="Read twice.")
    line = Activity.objects.get(kind="revocation")
    assert (line.text, line.author.name) == (f"{words} Read twice.", "CRM")
    assert (line.contact_id, line.at) == (thread.contact_id, later(60))


@pytest.mark.parametrize("opt_out", [True, False])
def test_what_is_not_held_is_not_decided(opt_out: bool) -> None:
    thread = conversation()
    waiting = queued(at=later(1))
    with pytest.raises(Conflict):
        decided(thread, opt_out=opt_out)
    assert (actions(), Activity.objects.count()) == ([], 0)
    assert not numbers.state_of(CUSTOMER).blocked
    assert fresh(waiting).status == "queued"


def tried(call: Callable[[], object], told: str) -> str:
    try:
        call()
    except DomainError as error:
        return error.code
    return told


def test_of_decisions_at_once_one_counts_and_nothing_is_left_of_the_others(
    thread: Thread,
) -> None:
    def one(*, opt_out: bool) -> str:
        done = partial(decided, thread, opt_out=opt_out)
        return tried(done, "opt_out" if opt_out else "released")

    told = race(*[partial(one, opt_out=place % 2 == 0) for place in range(6)])
    (winner,) = [answer for answer in told if answer != "CONFLICT"]
    assert numbers.state_of(CUSTOMER).blocked is (winner == "opt_out")
    assert actions() == ["held", winner]
    assert Activity.objects(kind="revocation").count() == 1


def test_a_stop_at_the_same_moment_is_never_lost(thread: Thread) -> None:
    def stop() -> str:
        received("STOP", now=later(60))
        return "stopped"

    told = race(stop, lambda: tried(partial(decided, thread, opt_out=False), "released"))
    number, after = numbers.state_of(CUSTOMER), threads.get(thread.id)
    assert (number.blocked, number.held, after.held_for_review) == (True, False, False)
    assert ("released" in actions()) is ("released" in told)


def test_the_answer_to_an_earlier_question_decides_nothing(thread: Thread) -> None:
    assert thread.review
    first = thread.review.key
    decided(thread, opt_out=False)
    received(WORDS, now=later(90))
    with pytest.raises(Conflict):
        reviews.decide(thread.id, False, None, TOKEN, later(99), key=first)
    assert threads.get(thread.id).held_for_review
    decided(thread, opt_out=True)
    assert numbers.state_of(CUSTOMER).blocked


def test_who_has_read_the_first_text_alone_decides_nothing(thread: Thread) -> None:
    """Row: §4.8"""
    assert thread.review
    received("take me off your list", now=later(20))
    with pytest.raises(Conflict, match="written more"):
        reviews.decide(thread.id, False, None, TOKEN, later(21), key=thread.review.key)
    assert numbers.state_of(CUSTOMER).held


def test_a_note_has_its_limit(thread: Thread) -> None:
    with pytest.raises(InvalidInput) as refused:
        decided(thread, opt_out=True, note="x" * 2_001)
    assert refused.value.fields[0].field == "note"
    assert threads.get(thread.id).held_for_review
    assert decided(thread, opt_out=True, note="x" * 2_000).rev == thread.rev + 1


def test_other_texts_of_the_day_are_not_touched(thread: Thread) -> None:
    waiting = queued(at=NOON)
    decided(thread, opt_out=False)
    assert outbound.cancel(waiting.id, later(61)).status == "canceled"


@pytest.fixture
def two(thread: Thread) -> Thread:
    """The same person has another number and conversation."""
    other = received("Hi", sender=STRANGER)
    merging.merge(thread.contact_id, other.contact_id, TOKEN, NOON)
    return threads.get(thread.id)


def test_an_opt_out_is_in_force_for_all_numbers_of_the_person(two: Thread) -> None:
    decided(two, opt_out=True)
    assert [one.blocked for one in Number.objects(phone__in=[CUSTOMER, STRANGER])] == [True, True]
    assert actions(STRANGER) == ["opt_out"]


def test_a_stranger_says_no_for_their_own_number_alone(two: Thread) -> None:
    """Row: §8.3"""
    decided(two, opt_out=False)
    received("Wrong number, sorry", now=later(70))
    reviews.decide(two.id, True, None, TOKEN, later(80))
    number = numbers.state_of(CUSTOMER)
    assert (number.blocked, number.level, number.voided_at) == (True, "none", later(80))
    assert actions()[-2:] == ["opt_out", "voided"]
    assert actions(STRANGER) == []


def test_it_is_decided_in_any_conversation_of_the_person(two: Thread) -> None:
    decided(two, opt_out=False)
    received(WORDS, now=later(70))
    other = Thread.objects.get(phone=STRANGER)
    assert other.held_for_review
    reviews.decide(other.id, False, None, TOKEN, later(80))
    assert not Thread.objects(held_for_review=True)
    assert actions(STRANGER) == []


def test_what_was_put_off_for_it_is_due_at_once_when_it_goes_on(thread: Thread) -> None:
    """Row: §4.8"""
    yes = Statement("opt_in", "form", NOON, level="written", wording="Yes.")
    consent.record("yes", CUSTOMER, yes, NOON)
    waiting = queued(at=later(2), purpose="marketing")
    assert (waiting.status, waiting.send_at) == ("scheduled", later(1, days=1))
    assert waiting.decision
    assert waiting.decision.reasons == ["held"]
    decided(thread, opt_out=False)
    assert due(waiting, "dispatch") == later(60)


def test_an_answer_by_hand_leaves_meanwhile(thread: Thread) -> None:
    """Row: §4.8"""
    said = answered(at=later(30))
    assert said.status == "held"
    assert said.decision
    assert said.decision.allowed


def confirmation(thread: Thread) -> Message | None:
    """What we owe for their text, as the worker makes it."""
    assert thread.review
    text = Message.objects.get(origin=thread.review.key)
    return answers.give(text, later(61), POLICY)


def test_an_opt_out_that_is_decided_at_once_is_confirmed_once(thread: Thread) -> None:
    """Row: §1.4"""
    decided(thread, opt_out=True)
    sent, again = confirmation(thread), confirmation(thread)
    assert sent
    assert sent.decision
    assert again == sent
    assert (sent.purpose, sent.status) == ("optout_confirmation", "queued")
    assert sent.decision.allowed


def test_one_that_is_decided_late_or_not_at_all_is_not(thread: Thread) -> None:
    """Row: §1.4"""
    reviews.decide(thread.id, True, None, TOKEN, later(302))
    assert confirmation(thread) is None


def test_what_was_no_opt_out_is_not_confirmed(thread: Thread) -> None:
    decided(thread, opt_out=False)
    assert confirmation(thread) is None


def test_a_strangers_no_is_not_the_persons_once_the_number_is_taken_off(two: Thread) -> None:
    """Row: §8.3"""
    decided(two, opt_out=False)
    received("Wrong number, sorry", now=later(70))
    reviews.decide(two.id, True, None, TOKEN, later(80))
    person = Contact.objects.get(phones=CUSTOMER)
    profiles.change(person.id, Profile(remove_phones=(CUSTOMER,)), later(90), POLICY)
    assert not numbers.judged(STRANGER, "").blocked
    assert numbers.judged(CUSTOMER, "").blocked


def test_whoever_is_forgotten_meanwhile_is_not_written_down_again(thread: Thread) -> None:
    policy = replace(POLICY, secret="s" * 32)
    erasure.erase(thread.contact_id, later(50), policy, None)
    with pytest.raises(DomainError):
        decided(thread, opt_out=True)
    assert not Number.objects(phone=CUSTOMER)
    assert not Contact.objects
    assert not Message.objects


def test_an_open_question_of_who_is_forgotten_stays_a_no(thread: Thread) -> None:
    policy = replace(POLICY, secret="s" * 32)
    erasure.erase(thread.contact_id, later(50), policy, None)
    assert numbers.judged(CUSTOMER, policy.secret).blocked
    assert not Thread.objects
