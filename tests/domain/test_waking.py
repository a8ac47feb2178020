"""Snoozed conversations wake up by themselves: once, at their time, whoever is there to do it."""

from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from domain.model import Activity, Thread
from domain.services import summaries, threads
from domain.services.desk import conversations, waking
from tests.clock import NOON
from tests.domain.build import TOKEN, conversation, later, race, received

pytestmark = pytest.mark.usefixtures("db")
TONIGHT = later(hours=8)


def snoozed(until_hours: float = 8, sender: str = "+17605550111") -> Thread:
    """A conversation that is snoozed for so long."""
    thread_id = received(sender=sender).thread_id
    summaries.refresh(thread_id)
    return conversations.set_status(thread_id, "snoozed", later(hours=until_hours), TOKEN, NOON)


def test_nothing_wakes_before_its_time() -> None:
    thread = snoozed()
    assert waking.wake(later(hours=8, seconds=-1)) is None
    assert threads.get(thread.id).status == "snoozed"
    assert waking.earliest() == TONIGHT


def test_it_opens_at_its_time_and_the_timeline_says_so() -> None:
    thread = snoozed()
    woken = waking.wake(TONIGHT)
    assert woken
    assert (woken.id, woken.status, woken.snoozed_until) == (thread.id, "open", None)
    assert woken.rev == thread.rev + 1
    line = Activity.objects.order_by("-at").first()
    assert (line.kind, line.author.kind, line.at) == ("thread_status", "system", TONIGHT)
    assert (waking.wake(TONIGHT), waking.earliest()) == (None, None)


def test_the_earliest_wakes_first() -> None:
    late, early = snoozed(3), snoozed(2, sender="+17605550133")
    woken = [waking.wake(later(hours=4)), waking.wake(later(hours=4))]
    assert [one and one.id for one in woken] == [early.id, late.id]


def test_several_workers_wake_it_once() -> None:
    thread = snoozed()
    woken = race(*[partial(waking.wake, TONIGHT)] * 6)
    assert sum(one is not None for one in woken) == 1
    assert threads.get(thread.id).rev == thread.rev + 1
    assert Activity.objects(author__kind="system").count() == 1


def test_what_was_put_off_again_meanwhile_sleeps_on() -> None:
    thread = snoozed()
    conversations.set_status(thread.id, "snoozed", later(hours=9), TOKEN, later(hours=7))
    assert waking.wake(TONIGHT) is None
    assert waking.earliest() == later(hours=9)


@pytest.mark.parametrize("status", ["open", "closed"])
def test_what_was_opened_or_closed_meanwhile_is_left_alone(status: str) -> None:
    thread = snoozed()
    conversations.set_status(thread.id, status, None, TOKEN, later(60))
    assert (waking.wake(TONIGHT), waking.earliest()) == (None, None)
    assert threads.get(thread.id).status == status


def test_one_index_finds_the_next(db: Database[dict[str, Any]]) -> None:
    conversation()
    snoozed(sender="+17605550133")
    for when in ({"$lte": TONIGHT}, {"$exists": True}):
        found = db["threads"].find({"snoozedUntil": when}).sort("snoozedUntil", 1).limit(1)
        plan = str(found.explain()["queryPlanner"]["winningPlan"])
        assert "'indexName': 'snoozed'" in plan
        assert "'stage': 'SORT'" not in plan
