"""Agents as the workspace describes them: who may send, and how long what we know counts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.model import Agent, Author
from domain.services import agents, gate
from domain.services.agents import ASK_AGAIN, FRESH, GRACE, PATIENCE
from tests.clock import NOON
from tests.domain.build import AGENT, later, person

pytestmark = pytest.mark.usefixtures("db")
STALE = NOON + FRESH
ME = Author(kind="agent", key=AGENT)


def test_nobody_is_known_before_they_are_looked_up() -> None:
    assert agents.known(AGENT) is None
    assert agents.trusted(AGENT, NOON) is None


def test_what_was_learned_is_known() -> None:
    learned = agents.learn(person(), NOON)
    assert agents.known(AGENT) == learned
    assert (learned.name, learned.email, learned.role) == ("Ann Agent", "ann@example.com", "agent")
    assert (learned.team_id, learned.fetched_at, learned.may_send) == ("T1", NOON, True)


def test_what_is_learned_later_replaces_it() -> None:
    agents.learn(person(), NOON)
    learned = agents.learn(replace(person(), name="Ann Other", role="admin"), later(60))
    assert (learned.name, learned.role, learned.fetched_at) == ("Ann Other", "admin", later(60))
    assert (Agent.objects.count(), learned.rev) == (1, 2)


def test_an_answer_that_was_asked_for_earlier_changes_nothing() -> None:
    agents.learn(replace(person(), role="none"), later(60))
    learned = agents.learn(person(), NOON)
    assert (learned.role, learned.fetched_at) == ("none", later(60))


@pytest.mark.parametrize("unknown", [{"email": None}, {"email": ""}])
def test_what_is_not_told_does_not_wipe_what_is_known(unknown: dict[str, Any]) -> None:
    agents.learn(person(), NOON)
    learned = agents.learn(replace(person(), name="", **unknown), NOON)
    assert (learned.name, learned.email) == ("Ann Agent", "ann@example.com")


@pytest.mark.parametrize(
    ("flag", "word"),
    [("guest", "Guests"), ("bot", "Bots"), ("foreign", "another organisation")],
)
def test_guests_bots_and_foreigners_are_told_so(flag: str, word: str) -> None:
    flags: dict[str, Any] = {flag: True}
    agents.learn(person(**flags), NOON)
    bar = gate.bar(ME)
    assert bar
    assert word in bar.message


def test_those_who_left_and_those_who_are_no_agents_are_told_so() -> None:
    left = agents.learn(person(deleted=True), NOON).bar
    outside = agents.learn(person(role="none"), later(1)).bar
    assert left
    assert outside
    assert "deactivated" in left.message
    assert outside.help == "Ask an admin to add you to the agents."


@pytest.mark.parametrize(("role", "admin"), [("agent", False), ("admin", True)])
def test_agents_and_admins_may_send(role: str, admin: bool) -> None:
    learned = agents.learn(person(role=role), NOON)
    assert (learned.may_send, learned.is_admin) == (True, admin)
    assert gate.bar(ME) is None


def test_an_admin_who_became_a_guest_is_none() -> None:
    assert not agents.learn(person(role="admin", guest=True), NOON).is_admin


def test_somebody_whom_nobody_looked_up_passes_until_they_are() -> None:
    assert gate.bar(Author(kind="agent", key="U9")) is None
    assert gate.bar(None) is None
    assert gate.bar(Author(kind="token", key=AGENT)) is None


def test_what_is_known_counts_for_a_day() -> None:
    agents.learn(person(), NOON)
    assert agents.trusted(AGENT, STALE - timedelta(seconds=1))
    assert agents.trusted(AGENT, STALE) is None
    agents.learn(person(), STALE)
    assert agents.trusted(AGENT, STALE)


def test_somebody_who_changed_is_asked_about_at_once_but_still_known() -> None:
    agents.learn(person(), NOON)
    agents.doubt([AGENT, "U9"], later(60))
    assert agents.trusted(AGENT, later(60)) is None
    assert agents.known(AGENT)
    agents.learn(person(), later(61))
    assert agents.trusted(AGENT, later(61))


def test_a_change_during_the_asking_is_asked_about_again() -> None:
    agents.learn(person(), NOON)
    agents.doubt([AGENT], later(2))
    agents.learn(person(), later(1))
    assert agents.trusted(AGENT, later(3)) is None


def test_a_change_of_the_groups_puts_everybody_in_doubt() -> None:
    for user in (AGENT, "U2"):
        agents.learn(person(user), NOON)
    agents.doubt_all(later(1))
    assert [agents.trusted(user, later(1)) for user in (AGENT, "U2")] == [None, None]


def test_while_the_chat_is_away_agents_go_on_for_another_day() -> None:
    agents.learn(person(), NOON)
    assert agents.excuse(AGENT, STALE)
    assert agents.trusted(AGENT, STALE + ASK_AGAIN - timedelta(seconds=1))
    assert agents.trusted(AGENT, STALE + ASK_AGAIN) is None
    assert agents.excuse(AGENT, STALE + GRACE - timedelta(seconds=1))
    assert agents.trusted(AGENT, STALE + GRACE) is None
    assert agents.excuse(AGENT, STALE + GRACE) is None


def test_while_the_chat_is_away_strangers_wait() -> None:
    assert agents.excuse("U9", NOON) is None
    assert Agent.objects.count() == 0


def test_a_change_just_told_of_is_asked_about_for_a_minute_first() -> None:
    agents.learn(person(), NOON)
    agents.excuse(AGENT, STALE)
    agents.doubt([AGENT], STALE)
    assert agents.trusted(AGENT, STALE) is None
    assert agents.excuse(AGENT, STALE) is None
    assert agents.excuse(AGENT, STALE + PATIENCE)


def test_once_the_chat_is_back_what_it_says_counts() -> None:
    agents.learn(person(), NOON)
    agents.excuse(AGENT, STALE)
    learned = agents.learn(person(role="none"), STALE + timedelta(seconds=1))
    assert (learned.excused_until, learned.may_send) == (None, False)


def test_one_who_is_no_agent_stays_none_while_the_chat_is_away() -> None:
    agents.learn(person(role="none"), NOON)
    excused = agents.excuse(AGENT, STALE)
    assert excused
    assert not excused.may_send
