"""How long customers waited is kept with the text that their wait began with."""

from datetime import datetime
from functools import partial

import pytest

from domain.model import Activity, Author, Message, Thread
from domain.services import agents, messages, threads, upkeep
from domain.services.desk import conversations, responses
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    CUSTOMER,
    TIMING,
    TOKEN,
    answered,
    conversation,
    later,
    person,
    queued,
    race,
    received,
)

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def thread() -> Thread:
    """A customer wrote at noon; all that follows from it is done."""
    made = conversation()
    kept_up(NOON)
    return threads.get(made.id)


def kept_up(now: datetime) -> None:
    """Whatever follows is carried out."""
    while message := upkeep.claim(now, TIMING.lease):
        upkeep.carry_out(message)


def waits() -> list[tuple[str, int | None]]:
    """The customer's texts with how long each that began a wait was unanswered."""
    found = Message.objects(direction="inbound").order_by("position")
    return [(one.body, one.response_seconds) for one in found]


def test_the_first_answer_ends_the_wait(thread: Thread) -> None:
    received("Anybody?", later(60))
    answered(at=later(90))
    answered("More", at=later(500))
    kept_up(later(500))
    assert waits() == [("Hello", 90), ("Anybody?", None)]
    first = Message.objects(body="Hello").get()
    assert (first.answered_at, first.answered_by.key) == (later(90), AGENT)


def test_each_wait_has_its_own(thread: Thread) -> None:
    answered(at=later(90))
    received("And the garden?", later(600))
    answered("Large", at=later(700))
    kept_up(later(700))
    assert waits() == [("Hello", 90), ("And the garden?", 100)]


def test_a_program_answers_too_but_takes_nothing(thread: Thread) -> None:
    queued("Your keys are ready", later(30), purpose="conversation")
    kept_up(later(30))
    assert waits() == [("Hello", 30)]
    assert Message.objects(body="Hello").get().answered_by.kind == "token"
    assert threads.get(thread.id).assigned_to is None


@pytest.mark.parametrize("purpose", ["auto_reply", "help", "informational", "marketing"])
def test_other_texts_answer_nobody(thread: Thread, purpose: str) -> None:
    answer = answered(at=later(30))
    Message._get_collection().update_one({"_id": answer.id}, {"$set": {"purpose": purpose}})
    kept_up(later(30))
    assert waits() == [("Hello", None)]
    assert threads.get(thread.id).assigned_to is None


def test_an_answer_that_was_called_back_answered_nobody(thread: Thread) -> None:
    answered(at=later(30))
    kept_up(later(30))
    messages.cancel_for(CUSTOMER, later(31), "Not yet.")
    kept_up(later(31))
    assert waits() == [("Hello", None)]
    answered("Now", at=later(200))
    kept_up(later(200))
    assert waits() == [("Hello", 200)]


def test_two_waits_become_one_when_the_answer_between_is_called_back(thread: Thread) -> None:
    between = answered(at=later(30))
    received("Hm?", later(60))
    answered("Later", at=later(100))
    kept_up(later(100))
    assert waits() == [("Hello", 30), ("Hm?", 40)]
    messages.change({"_id": between.id}, later(101), fields={"status": "canceled"})
    kept_up(later(101))
    assert waits() == [("Hello", 100), ("Hm?", None)]


def test_made_again_in_any_order_it_is_the_same(thread: Thread) -> None:
    answered(at=later(90))
    received("And?", later(100))
    answered("Yes", at=later(130))
    answers = list(Message.objects(direction="outbound"))
    race(*[partial(responses.record, one) for one in [*answers, *reversed(answers)]])
    assert waits() == [("Hello", 90), ("And?", 30)]


def test_nobody_sees_it_change(thread: Thread) -> None:
    before = Message.objects(body="Hello").get().rev
    answered(at=later(90))
    kept_up(later(90))
    assert Message.objects(body="Hello").get().rev == before


def test_who_answers_first_takes_the_conversation(thread: Thread) -> None:
    answered(at=later(90))
    kept_up(later(90))
    assert threads.get(thread.id).assigned_to == AGENT
    line = Activity.objects.get()
    assert line.text == "Assigned to Ann Agent, who answered first."
    assert (line.kind, line.author.key, line.at) == ("thread_assigned", AGENT, later(90))


def test_a_conversation_that_somebody_has_stays_theirs(thread: Thread) -> None:
    agents.learn(person("U2", name="Bo"), NOON)
    conversations.assign(thread.id, "U2", TOKEN, later(1))
    answered(at=later(90))
    kept_up(later(90))
    assert threads.get(thread.id).assigned_to == "U2"
    assert Activity.objects.count() == 1


def test_of_two_who_answer_at_once_one_has_it(thread: Thread) -> None:
    names = [f"U{number}" for number in range(3, 7)]
    for name in names:
        agents.learn(person(name), NOON)
    race(*[partial(conversations.answered_first, thread.id, name, later(9)) for name in names])
    assert threads.get(thread.id).assigned_to in names
    assert Activity.objects.count() == 1


def test_a_refused_answer_takes_nothing(thread: Thread) -> None:
    agents.learn(person("U9", guest=True), NOON)
    assert answered(at=later(90), user_id="U9").status == "refused"
    kept_up(later(90))
    assert threads.get(thread.id).assigned_to is None
    assert waits() == [("Hello", None)]


def test_somebody_nobody_knows_yet_takes_it_once_they_are_known(thread: Thread) -> None:
    answer = answered(at=later(90), user_id="U9")
    kept_up(later(90))
    assert threads.get(thread.id).assigned_to is None
    agents.learn(person("U9"), later(95))
    kept_up(later(90) + TIMING.lease)
    assert threads.get(thread.id).assigned_to == "U9"
    assert Message.objects.get(id=answer.id).effects.state == "done"


def test_somebody_whom_nobody_ever_knows_is_not_waited_for_without_end(thread: Thread) -> None:
    answer = answered(at=later(90), user_id="U9")
    for turn in range(upkeep.MOST_LOOKS + 1):
        kept_up(later(90) + turn * TIMING.lease)
    assert Message.objects.get(id=answer.id).effects.state == "done"
    assert threads.get(thread.id).assigned_to is None


def test_a_text_called_back_while_it_is_worked_on_is_looked_at_again(thread: Thread) -> None:
    answered(at=later(30))
    claimed = upkeep.claim(later(30), TIMING.lease)
    assert claimed
    messages.cancel_for(CUSTOMER, later(31), "Not yet.")
    upkeep.carry_out(claimed)
    kept_up(later(31))
    assert waits() == [("Hello", None)]


def test_a_program_that_assigns_is_no_answer(thread: Thread) -> None:
    conversations.assign(thread.id, AGENT, Author(kind="token", key="t"), later(5))
    kept_up(later(5))
    assert waits() == [("Hello", None)]
