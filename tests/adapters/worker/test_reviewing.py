"""What nobody decides in time is an opt-out, once, whoever is killed and however many there are."""

import asyncio

import pytest
from pymongo.client_session import ClientSession

from adapters.worker.crew import lanes
from adapters.worker.reminding import Reminder
from domain.errors import Conflict
from domain.model import Activity, Author, Message, Number, Thread
from domain.services import numbers, threads
from domain.services.consent import STOPPED
from domain.services.desk import expiring, reminding, reviews
from tests import local
from tests.adapters.worker.fakes import FakeChat
from tests.clock import FakeClock
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    TIMING,
    TOKEN,
    conversation,
    fresh,
    later,
    queued,
    race,
    received,
    said_of,
)

DUE = later(days=1)
WORDS = "please leave me alone"


class Killed(BaseException):
    """The process was killed."""


@pytest.fixture
def thread(db: object, clock: FakeClock) -> Thread:
    """A conversation that is held, and nobody looks."""
    made = conversation()
    received(WORDS)
    return threads.get(made.id)


@pytest.fixture
def waiting(thread: Thread) -> Message:
    """A text that waits to leave."""
    return queued()


def actions() -> list[str]:
    return [one.action for one in said_of(CUSTOMER)]


def test_before_its_time_nothing_happens(thread: Thread) -> None:
    assert expiring.earliest() == DUE
    assert expiring.expire(later(hours=23.9)) is None
    assert threads.get(thread.id).held_for_review


def test_then_it_is_an_opt_out_that_says_why(thread: Thread, waiting: Message) -> None:
    """Row: §4.8"""
    assert expiring.expire(DUE)
    event = said_of(CUSTOMER)[-1]
    assert (event.action, event.method, event.note) == ("opt_out", "system", expiring.NOTE)
    assert (fresh(waiting).status, fresh(waiting).error_message) == ("canceled", STOPPED)
    after, number = threads.get(thread.id), numbers.state_of(CUSTOMER)
    assert (after.held_for_review, number.blocked, number.held) == (False, True, False)
    assert Activity.objects.get(kind="revocation").text == reviews.EXPIRED
    assert (expiring.expire(later(days=9)), expiring.earliest()) == (None, None)


def test_a_strangers_number_is_nobodys_any_more(db: object) -> None:
    """Row: §8.3"""
    received("wrong number")
    expiring.expire(DUE)
    number = numbers.state_of(CUSTOMER)
    assert (number.blocked, number.level, number.voided_at) == (True, "none", DUE)


def test_killed_in_the_middle_nothing_is_done_and_the_next_one_does_it(
    thread: Thread, waiting: Message
) -> None:
    def killed(_: ClientSession) -> None:
        raise Killed

    verdict = reviews.Verdict(thread, Author(kind="system"), DUE, reviews.EXPIRED)
    with pytest.raises(Killed):
        reviews.opted_out(verdict, killed)
    assert (actions(), fresh(waiting).status) == (["held"], "queued")
    assert threads.get(thread.id).held_for_review
    assert expiring.expire(DUE)
    assert (actions(), fresh(waiting).status) == (["held", "opt_out"], "canceled")


def test_of_several_workers_one_does_it(thread: Thread) -> None:
    done = race(*[lambda: expiring.expire(DUE) for _ in range(4)])
    assert [bool(one) for one in done].count(True) == 1
    assert actions() == ["held", "opt_out"]
    assert Activity.objects(kind="revocation").count() == 1


def test_whoever_decides_at_the_same_moment_counts_or_comes_too_late(thread: Thread) -> None:
    def decide() -> str:
        try:
            reviews.decide(thread.id, False, None, TOKEN, DUE)
        except Conflict:
            return "late"
        return "released"

    told, expired = race(decide, lambda: "expired" if expiring.expire(DUE) else "late")
    assert {told, expired} in ({"released", "late"}, {"late", "expired"})
    assert numbers.state_of(CUSTOMER).blocked is (told == "late")
    assert len(actions()) == 2


def test_whoever_is_not_held_any_more_is_left_alone(thread: Thread) -> None:
    Number.objects.delete()
    assert expiring.expire(DUE) is None
    assert not Thread.objects.get().held_for_review
    assert actions() == ["held"]


async def test_a_worker_does_it_when_its_time_has_come(thread: Thread, clock: FakeClock) -> None:
    (lane,) = [one for one in lanes(clock, TIMING.lease, None, None) if one.name == expiring.SLOT]
    clock.set(DUE)
    running = asyncio.create_task(lane.run())
    async with asyncio.timeout(local.PATIENCE):
        while not (await asyncio.to_thread(numbers.state_of, CUSTOMER)).blocked:
            await asyncio.sleep(0)
    lane.stop()
    await running


async def tell(clock: FakeClock, chat: FakeChat) -> str:
    """What is posted next."""
    reminder = Reminder(chat, clock, POLICY, TIMING)
    held = await asyncio.to_thread(reminder.claim)
    assert held
    await reminder.carry_out(held)
    return str(chat.told("post")[-1][1].text)


async def test_agents_are_reminded_before_and_told_afterwards(
    thread: Thread, clock: FakeClock, chat: FakeChat
) -> None:
    clock.set(later(hours=22))
    assert await tell(clock, chat) == reminding.UNDECIDED.format(name=CUSTOMER, time="2 hours")
    expiring.expire(DUE)
    clock.set(DUE)
    assert await tell(clock, chat) == reminding.EXPIRED.format(name=CUSTOMER)


async def test_who_has_decided_is_not_reminded(
    thread: Thread, clock: FakeClock, chat: FakeChat
) -> None:
    reviews.decide(thread.id, False, None, TOKEN, later(60))
    clock.set(later(hours=22))
    reminder = Reminder(chat, clock, POLICY, TIMING)
    held = await asyncio.to_thread(reminder.claim)
    assert held
    await reminder.carry_out(held)
    assert chat.told("post") == []
    assert Thread.objects.get().nudges == []
