"""Agents are reminded of who waits, once for each wait; and told what woke up."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from domain.model import Message, Thread
from domain.services import agents, consent, messages, summaries, threads
from domain.services.consent import Statement
from domain.services.desk import conversations, nudges, reminding, waking
from domain.services.desk.nudges import Held
from domain.services.desk.reminding import Call, spell
from domain.values import Place, Route, Workspace
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    CHANNEL,
    CUSTOMER,
    POLICY,
    TIMING,
    TOKEN,
    answered,
    conversation,
    later,
    person,
    race,
    received,
)

pytestmark = pytest.mark.usefixtures("db")
HOUR = replace(POLICY, remind_after=timedelta(hours=1))
OVERDUE = later(hours=1)
OFFICE = Workspace("C0INBOX", agents=("S0AGENTS",))


@pytest.fixture
def thread() -> Thread:
    """A customer has written at noon, and nobody has answered."""
    made = conversation()
    summaries.refresh(made.id)
    return threads.get(made.id)


def claimed(now: datetime = OVERDUE, policy: Any = HOUR) -> Held | None:
    return reminding.claim(now, TIMING.lease, policy)


def call(now: datetime = OVERDUE) -> Call | None:
    """What is to be posted now, if anything is."""
    held = claimed(now)
    return reminding.wanted(held, OFFICE, now, HOUR) if held else None


def done(now: datetime = OVERDUE) -> None:
    """The next line is posted."""
    held = claimed(now)
    assert held
    nudges.settled(held)


def put(thread: Thread, status: str, now: datetime, until: datetime | None = None) -> None:
    conversations.set_status(thread.id, status, until, TOKEN, now)


def test_nobody_is_reminded_before_the_time(thread: Thread) -> None:
    assert claimed(later(minutes=59)) is None
    assert reminding.earliest(HOUR) == OVERDUE


def test_a_wait_is_reminded_of_in_its_place(thread: Thread) -> None:
    told = call()
    assert told
    assert told.place == Place(CHANNEL, None, "sms-x")
    assert told.post.text == f"{CUSTOMER} has been waiting for an answer for 1 hour."
    assert told.post.mentions == ("S0AGENTS",)
    assert told.since is None


def test_once_for_each_wait(thread: Thread) -> None:
    done()
    received("Hello?", later(hours=2))
    summaries.refresh(thread.id)
    assert claimed(later(hours=9)) is None
    assert reminding.earliest(HOUR) is None


def test_a_new_wait_after_an_answer_is_reminded_of_again(thread: Thread) -> None:
    done()
    answered(at=later(hours=2))
    summaries.refresh(thread.id)
    received("And the garden?", later(hours=3))
    summaries.refresh(thread.id)
    assert claimed(later(hours=3, minutes=59)) is None
    assert call(later(hours=4))


def test_an_answer_cancels_it(thread: Thread) -> None:
    answered(at=later(minutes=30))
    summaries.refresh(thread.id)
    assert claimed() is None
    assert threads.get(thread.id).waiting is None


def test_reading_cancels_it(thread: Thread) -> None:
    conversations.mark_read(thread.id, str(Message.objects.get().id))
    assert claimed() is None


def test_an_answer_that_is_called_back_lets_them_wait_on(thread: Thread) -> None:
    answer = answered(at=later(minutes=30))
    summaries.refresh(thread.id)
    messages.cancel_for(CUSTOMER, later(minutes=30), "Not yet.")
    assert Message.objects.get(id=answer.id).effects.due_at
    summaries.refresh(thread.id)
    told = call()
    assert told
    assert threads.get(thread.id).unread_count == 1


def test_what_was_reminded_of_is_not_again_when_an_answer_is_called_back(thread: Thread) -> None:
    done()
    answered(at=later(hours=2))
    summaries.refresh(thread.id)
    messages.cancel_for(CUSTOMER, later(hours=2), "Not yet.")
    summaries.refresh(thread.id)
    assert claimed(later(hours=9)) is None


def test_an_answer_just_before_it_is_posted_takes_it_back(thread: Thread) -> None:
    held = claimed()
    assert held
    answered(at=OVERDUE)
    summaries.refresh(thread.id)
    assert reminding.wanted(held, OFFICE, OVERDUE, HOUR) is None


@pytest.mark.parametrize("status", ["closed", "snoozed"])
def test_never_while_it_rests(thread: Thread, status: str) -> None:
    put(thread, status, later(60), later(hours=9) if status == "snoozed" else None)
    assert claimed(later(hours=2)) is None
    assert reminding.earliest(HOUR) is None


def test_what_was_closed_is_settled_even_when_it_opens(thread: Thread) -> None:
    put(thread, "closed", later(60))
    received("Hello again", later(hours=48))
    summaries.refresh(thread.id)
    assert claimed(later(hours=48, minutes=59)) is None
    told = call(later(hours=49))
    assert told
    assert "for 1 hour." in told.post.text


def test_after_a_rest_the_time_runs_anew(thread: Thread) -> None:
    put(thread, "snoozed", later(60), later(hours=5))
    waking.wake(later(hours=5))
    done(later(hours=5))
    assert claimed(later(hours=5, minutes=59)) is None
    told = call(later(hours=6))
    assert told
    assert "for 6 hours." in told.post.text


def test_somebody_who_opted_out_waits_for_nothing(thread: Thread) -> None:
    said = Statement("opt_out", "keyword", NOON, level="none", message_sid="SM1")
    consent.record("twilio:SM1", CUSTOMER, said, NOON)
    assert call() is None


def test_without_a_time_nobody_is_reminded(thread: Thread) -> None:
    assert claimed(later(hours=99), POLICY) is None
    assert reminding.earliest(POLICY) is None


def test_its_own_agent_is_mentioned(thread: Thread) -> None:
    conversations.assign(thread.id, AGENT, TOKEN, later(60))
    told = call()
    assert told
    assert told.post.mentions == (AGENT,)


def test_who_left_is_not_mentioned(thread: Thread) -> None:
    conversations.assign(thread.id, AGENT, TOKEN, later(60))
    agents.learn(person(deleted=True), later(61))
    told = call()
    assert told
    assert told.post.mentions == ("S0AGENTS",)


def test_a_conversation_without_a_place_is_told_of_in_its_inbox(thread: Thread) -> None:
    Thread._get_collection().update_one({}, {"$set": {"channel": {"step": "wanted"}}})
    held = claimed()
    assert held
    routes = (Route(thread.sender, "C0SALES", ("U7", "U8")),)
    told = reminding.wanted(held, replace(OFFICE, routes=routes), OVERDUE, HOUR)
    assert told
    assert (told.place, told.post.mentions) == (Place("C0SALES"), ("U7", "U8"))


def test_several_workers_make_one_reminder(thread: Thread) -> None:
    found = race(*[claimed] * 6)
    assert sum(one is not None for one in found) == 1
    assert len(threads.get(thread.id).nudges) == 1


def test_a_worker_that_died_leaves_it_to_another(thread: Thread) -> None:
    first = claimed()
    assert first
    assert nudges.tried(first, Place(CHANNEL), OVERDUE)
    assert claimed(OVERDUE + TIMING.lease / 2) is None
    again = claimed(OVERDUE + TIMING.lease)
    assert again
    assert again.nudge.key == first.nudge.key
    told = reminding.wanted(again, OFFICE, OVERDUE + TIMING.lease, HOUR)
    assert told
    assert told.since == OVERDUE
    assert not nudges.tried(first, Place(CHANNEL), OVERDUE)


def test_what_wakes_up_is_told_once(thread: Thread) -> None:
    put(thread, "snoozed", later(60), later(hours=5))
    race(*[partial(waking.wake, later(hours=5))] * 4)
    held = claimed(later(hours=5))
    assert held
    told = reminding.wanted(held, OFFICE, later(hours=5), HOUR)
    assert told
    assert told.post.text == reminding.AWAKE.format(name=CUSTOMER)
    nudges.settled(held)
    assert claimed(later(hours=5)) is None


def test_what_rests_again_is_told_nothing(thread: Thread) -> None:
    put(thread, "snoozed", later(60), later(hours=5))
    waking.wake(later(hours=5))
    put(thread, "snoozed", later(hours=5), later(hours=9))
    assert call(later(hours=5, seconds=1)) is None


def test_a_conversation_that_is_no_more_owes_nothing(thread: Thread) -> None:
    held = claimed()
    assert held
    Thread._get_collection().delete_many({})
    assert reminding.wanted(held, OFFICE, OVERDUE, HOUR) is None


def test_few_lines_are_kept_where_no_chat_takes_them(thread: Thread) -> None:
    for hour in range(1, 9):
        put(thread, "snoozed", later(hours=hour), later(hours=hour, minutes=30))
        waking.wake(later(hours=hour, minutes=30))
    assert len(threads.get(thread.id).nudges) == nudges.MOST


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (5, "1 minute"),
        (119, "1 minute"),
        (7_200, "2 hours"),
        (90_000, "1 day"),
        (172_800, "2 days"),
    ],
)
def test_times_are_said_as_people_do(seconds: int, said: str) -> None:
    assert spell(timedelta(seconds=seconds)) == said


def test_nobody_sees_a_wait_or_a_reminder_change(thread: Thread) -> None:
    before = threads.get(thread.id).rev
    done()
    assert threads.get(thread.id).rev == before


def test_indexes_find_what_is_due(thread: Thread, db: Database[dict[str, Any]]) -> None:
    claimed()
    waits = {"waiting.open": True, "status": "open", "waiting.countedFrom": {"$lte": OVERDUE}}
    for match, order, name in (
        (waits, "waiting.countedFrom", "waiting"),
        ({"nudges.dueAt": {"$lte": OVERDUE}}, "nudges.dueAt", "nudges"),
    ):
        plan = str(db["threads"].find(match).sort(order, 1).limit(1).explain()["queryPlanner"])
        assert f"'indexName': '{name}'" in plan
        assert "'stage': 'SORT'" not in plan.partition("rejectedPlans")[0]
