"""Agents as the workspace describes them; who may send."""

from dataclasses import replace

import pytest

from domain.model import Agent, Author
from domain.services import agents, gate
from tests.clock import NOON
from tests.domain.build import AGENT, later, person

pytestmark = pytest.mark.usefixtures("db")


def test_nobody_is_known_before_they_are_looked_up() -> None:
    assert agents.known(AGENT) is None


def test_what_was_learned_is_known() -> None:
    learned = agents.learn(person(), NOON)
    assert agents.known(AGENT) == learned
    assert (learned.name, learned.email, learned.role) == ("Ann Agent", "ann@example.com", "agent")
    assert (learned.team_id, learned.fetched_at, learned.may_send) == ("T1", NOON, True)


def test_what_is_learned_later_replaces_it_and_keeps_the_role() -> None:
    agents.learn(person(), NOON)
    Agent.objects.update(set__role="admin")
    learned = agents.learn(replace(person(), name="Ann Other"), later(60))
    assert (learned.name, learned.role, learned.fetched_at) == ("Ann Other", "admin", later(60))
    assert Agent.objects.count() == 1


def test_an_unknown_email_does_not_wipe_a_known_one() -> None:
    agents.learn(person(), NOON)
    assert agents.learn(replace(person(), email=None), NOON).email == "ann@example.com"


def test_somebody_who_changed_is_looked_up_again() -> None:
    agents.learn(person(), NOON)
    agents.forget(AGENT)
    assert agents.known(AGENT) is None
    agents.forget(AGENT)


@pytest.mark.parametrize("flag", ["guest", "bot", "foreign", "deleted"])
def test_only_full_present_members_may_send(flag: str) -> None:
    Agent(user_id=AGENT, fetched_at=NOON, **{flag: True}).save()
    assert not gate.may_send(Author(kind="agent", key=AGENT))


def test_somebody_whom_nobody_looked_up_passes_until_they_are() -> None:
    assert gate.may_send(Author(kind="agent", key="U9"))
    assert gate.may_send(None)
