"""A conversation that is nobody's is taken once, however many want it."""

import pytest

from domain.errors import Conflict
from domain.model import Activity, Agent, Author, Thread
from domain.services import agents, threads
from domain.services.desk import claiming
from tests.clock import NOON
from tests.domain.build import AGENT, conversation, later, person, race

pytestmark = pytest.mark.usefixtures("db")


def known(user_id: str, name: str) -> Agent:
    return agents.learn(person(user_id, name=name), NOON)


def claim(thread: Thread, agent: Agent) -> str:
    """Whose it is afterwards, or why it is not theirs."""
    by = Author(kind="agent", key=agent.user_id, name=agent.name)
    try:
        return claiming.claim(thread.id, agent, by, later(5)).assigned_to or ""
    except Conflict as error:
        return error.message


def test_the_first_has_it_and_the_timeline_says_so() -> None:
    thread = conversation()
    assert claim(thread, known(AGENT, "Ann")) == AGENT
    assert "Assigned to Ann." in [one.text for one in Activity.objects]


def test_a_second_click_changes_nothing() -> None:
    thread, ann = conversation(), known(AGENT, "Ann")
    claim(thread, ann)
    before = threads.get(thread.id).rev
    assert claim(thread, ann) == AGENT
    assert threads.get(thread.id).rev == before


def test_the_second_is_told_who_was_faster() -> None:
    thread, ann, bob = conversation(), known(AGENT, "Ann"), known("U2", "Bob")
    claim(thread, ann)
    assert claim(thread, bob) == "Ann has taken this conversation already."


def test_of_two_at_once_one_has_it() -> None:
    thread, ann, bob = conversation(), known(AGENT, "Ann"), known("U2", "Bob")
    told = race(lambda: claim(thread, ann), lambda: claim(thread, bob))
    winner = threads.get(thread.id).assigned_to
    assert [one for one in told if one in (AGENT, "U2")] == [winner]
    assert len([one for one in told if "already" in one]) == 1


def test_one_that_was_closed_is_not_taken() -> None:
    thread, ann = conversation(), known(AGENT, "Ann")
    Thread.objects.update(set__status="closed")
    assert "closed meanwhile" in claim(thread, ann)


def test_somebody_whom_nobody_knows_any_more_is_somebody_else() -> None:
    thread, ann = conversation(), known(AGENT, "Ann")
    Thread.objects.update(set__assigned_to="U9")
    assert claim(thread, ann).startswith("Somebody else")
