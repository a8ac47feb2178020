"""A held conversation waits for a person: an opt-out at once, or on it goes; decided once."""

from functools import partial

import pytest

from domain.errors import Conflict, DomainError, InvalidInput
from domain.model import Activity, Author, ConsentEvent, Number, Thread
from domain.services import numbers, outbound, threads
from domain.services.desk import reviews
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    TOKEN,
    conversation,
    due,
    fresh,
    later,
    queued,
    race,
)

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def thread() -> Thread:
    """A conversation that is held for a decision."""
    made = conversation()
    Thread.objects.update(set__held_for_review=True)
    return made


def decided(
    thread: Thread, *, opt_out: bool, note: str | None = None, author: Author = TOKEN
) -> Thread:
    return reviews.decide(str(thread.id), opt_out, note, author, later(60), "10.0.0.9")


def test_an_opt_out_is_in_the_ledger_with_its_note_and_in_force(thread: Thread) -> None:
    after = decided(thread, opt_out=True, note=" Asked to be left alone. ")
    event = ConsentEvent.objects.get()
    assert (event.action, event.method, event.phone) == ("opt_out", "api", CUSTOMER)
    assert (event.note, event.recorded_from_ip) == ("Asked to be left alone.", "10.0.0.9")
    assert (event.at, event.recorded_by.name) == (later(60), "CRM")
    assert numbers.state_of(CUSTOMER).blocked
    assert (after.held_for_review, after.rev) == (False, thread.rev + 1)


def test_what_waits_is_called_back(thread: Thread) -> None:
    waiting = queued(at=later(1))
    decided(thread, opt_out=True)
    assert fresh(waiting).status == "canceled"


def test_an_agents_decision_says_so() -> None:
    thread = conversation()
    Thread.objects.update(set__held_for_review=True)
    decided(thread, opt_out=True, author=Author(kind="agent", key="U1"))
    assert ConsentEvent.objects.get().method == "agent"


def test_otherwise_it_goes_on_and_nothing_is_said_of_consent(thread: Thread) -> None:
    Number.objects(phone=CUSTOMER).update_one(set__held=True, upsert=True)
    after = decided(thread, opt_out=False)
    assert (after.held_for_review, after.rev) == (False, thread.rev + 1)
    assert (ConsentEvent.objects.count(), numbers.state_of(CUSTOMER).blocked) == (0, False)
    assert not numbers.state_of(CUSTOMER).held


def test_texts_that_waited_for_the_decision_are_due_at_their_own_time(thread: Thread) -> None:
    waiting = queued(at=later(1))
    far = {"dispatch.due_at": later(days=1), "dispatch.ready_at": later(1)}
    type(waiting)._get_collection().update_one({"_id": waiting.id}, {"$set": far})
    decided(thread, opt_out=False)
    assert (fresh(waiting).status, due(waiting, "dispatch")) == ("queued", later(1))


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
    assert (ConsentEvent.objects.count(), Activity.objects.count()) == (0, 0)
    assert not numbers.state_of(CUSTOMER).blocked
    assert fresh(waiting).status == "queued"


def test_of_decisions_at_once_one_counts_and_nothing_is_left_of_the_others(
    thread: Thread,
) -> None:
    def one(*, opt_out: bool) -> str:
        try:
            decided(thread, opt_out=opt_out)
        except DomainError as error:
            return error.code
        return "opt_out" if opt_out else "on"

    told = race(*[partial(one, opt_out=place % 2 == 0) for place in range(6)])
    (winner,) = [answer for answer in told if answer != "CONFLICT"]
    assert numbers.state_of(CUSTOMER).blocked is (winner == "opt_out")
    assert ConsentEvent.objects.count() == (1 if winner == "opt_out" else 0)
    assert Activity.objects(kind="revocation").count() == 1


def test_it_may_be_held_and_decided_again(thread: Thread) -> None:
    decided(thread, opt_out=False)
    Thread.objects.update(set__held_for_review=True)
    decided(thread, opt_out=True)
    assert numbers.state_of(CUSTOMER).blocked


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
