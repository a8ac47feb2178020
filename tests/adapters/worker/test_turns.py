"""What nobody waits for leaves at its sender's pace; conversation does not wait for it."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from mongoengine.connection import get_db

from adapters.mongo.pace import COLLECTION, DatabasePace
from adapters.worker.dispatching import Dispatcher
from domain.model import Message, Thread
from domain.policy import AutomationPolicy, Policy
from domain.services.campaigns.sending import steering
from domain.services.dispatch import lines
from domain.values import OutgoingText
from tests.adapters.worker.fakes import FakeSms
from tests.clock import FakeClock
from tests.domain.audience import frozen, people, phone
from tests.domain.build import OURS, POLICY, TIMING, answered, conversation, later, queued

ONE = replace(POLICY, automation=AutomationPolicy(texts_per_second=1))
FIVE = replace(POLICY, automation=AutomationPolicy(texts_per_second=5))
OTHER = "+17605550199"
TICK = timedelta(seconds=0.05)


@dataclass
class Day:
    """Workers on a clock of the test's own: when what left, and how often texts were claimed."""

    policy: Policy
    clock: FakeClock = field(default_factory=FakeClock)
    sms: FakeSms = field(default_factory=FakeSms)
    left: list[tuple[datetime, OutgoingText]] = field(default_factory=list)
    claims: int = 0

    def hand(self) -> Dispatcher:
        """One worker's."""
        pace = DatabasePace(get_db()[COLLECTION])
        return Dispatcher(self.sms, None, self.clock, self.policy, TIMING, pace=pace)

    async def until(self, end: datetime) -> None:
        """Two workers claim whatever they can, all along."""
        hands = [self.hand(), self.hand()]
        while self.clock.now() < end:
            claims = [hand.claim() for hand in hands]
            for hand, claim in zip(hands, claims, strict=True):
                if claim:
                    self.claims += 1
                    await hand.carry_out(claim)
            self._note()
            if not any(claims):
                now, due = self.clock.now(), hands[0].earliest() or end
                self.clock.set(min(due, end) if due > now else now + TICK)

    def _note(self) -> None:
        self.left += [(self.clock.now(), one) for one in self.sms.sent[len(self.left) :]]

    @property
    def times(self) -> list[datetime]:
        """When each left."""
        return [at for at, _ in self.left]

    @property
    def bodies(self) -> list[str]:
        """What left, in that order."""
        return [one.body for _, one in self.left]


@pytest.fixture(autouse=True)
def kept(db: Any) -> Any:
    return db


def scheduled(count: int, to: int = 1) -> None:
    """So many texts for the same second, to so many numbers in turn."""
    people(to)
    for place in range(count):
        queued(f"Text {place}", phone=phone(place % to), send_at=later(2))


async def test_what_is_due_in_one_second_leaves_one_by_one_in_order_and_is_claimed_twice() -> None:
    scheduled(16, to=4)
    day = Day(ONE)
    await day.until(later(30))
    assert len(day.left) == 16
    steps = [two - one for one, two in pairwise(day.times)]
    assert all(timedelta(seconds=0.9) < step < timedelta(seconds=1.2) for step in steps)
    for number in range(4):
        own = [one.body for _, one in day.left if one.to == phone(number)]
        assert own == [f"Text {place}" for place in range(number, 16, 4)]
    assert day.claims <= 2 * 16 + 2


async def test_a_second_holds_no_more_than_the_pace_and_nothing_is_left_over() -> None:
    people(24)
    frozen()
    day = Day(FIVE)
    await day.until(later(12))
    assert len(day.left) == 24
    for first in day.times:
        within = sum(first <= at < first + timedelta(seconds=2) for at in day.times)
        assert within <= 2 * 5 + 5
    assert day.times[-1] - day.times[0] < timedelta(seconds=5)


async def test_conversation_does_not_wait_and_lines_yield_to_it() -> None:
    conversation()
    scheduled(8, to=8)
    day = Day(ONE)
    await day.until(later(3))
    for place in range(4):
        queued(f"Answer {place}", later(3))
    await day.until(later(3.2))
    answers = [(at, one.body) for at, one in day.left if one.body.startswith("Answer")]
    assert answers == [(later(3), f"Answer {place}") for place in range(4)]
    await day.until(later(20))
    assert len(day.left) == 12
    crowd = [at for at, one in day.left if one.body.startswith("Text")]
    assert crowd[-1] >= later(2 + 7 + 4 - 1)  # the four used up their share


async def test_a_scheduled_text_in_the_way_does_not_hold_up_its_own_conversation() -> None:
    conversation()
    scheduled(5)
    queued("Later", send_at=later(2))
    answered("On my way", later(0.5))
    day = Day(ONE)
    await day.until(later(6))
    at = next(at for at, one in day.left if one.body == "On my way")
    assert at - later(5.5) < 2 * TICK


async def test_two_senders_do_not_wait_for_each_other() -> None:
    both = replace(ONE, numbers=(OURS, OTHER))
    conversation()
    scheduled(4)
    Thread.objects(phone=phone(0)).update(set__sender=OTHER)
    Message.objects(to=phone(0)).update(set__dispatch__line=OTHER)
    queued("Ours", send_at=later(2))
    day = Day(both)
    await day.until(later(2.2))
    assert sorted(day.bodies) == ["Ours", "Text 0"]


async def test_no_pace_is_no_limit() -> None:
    scheduled(10, to=5)
    day = Day(POLICY)
    await day.until(later(2.2))
    assert len(day.left) == 10


async def test_a_pause_costs_a_moment_of_the_pace_at_most() -> None:
    people(12)
    made = frozen()
    day = Day(ONE)
    await day.until(later(3))
    steering.pause(made.id)
    gone = len(day.left)
    await day.until(later(40))
    assert len(day.left) <= gone + 1
    people(1, 50)
    queued("Scheduled", later(40), phone=phone(50), send_at=later(41))
    await day.until(later(43))
    assert "Scheduled" in day.bodies
    steering.resume(made.id, day.clock.now())
    await day.until(later(58))
    assert Counter(one.to for _, one in day.left) == Counter([*map(phone, range(12)), phone(50)])


async def test_a_line_whose_sender_is_gone_is_dissolved() -> None:
    conversation()
    queued("Text", send_at=later(2))
    Message.objects.update(set__dispatch__line="+17605550198")
    day = Day(ONE)
    await day.until(later(3))
    assert day.claims == 0
    await asyncio.to_thread(lines.dissolve, ONE)
    await day.until(later(4))
    assert day.bodies == ["Text"]
