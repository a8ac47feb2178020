"""The worker counts days until all are counted, and again as time goes by."""

import asyncio
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from adapters.worker.figuring import LEASE, Figurer
from domain.model import Chore, RollupDay
from domain.rules.analytics import days
from domain.services.figures import counting
from tests.clock import NOON, FakeClock
from tests.domain.build import POLICY
from tests.domain.figuring import past

pytestmark = pytest.mark.usefixtures("db")
WEEK = timedelta(days=7)
THERE = ZoneInfo(POLICY.consent.zone)


async def turn(hand: Figurer) -> bool:
    """Whether there was anything to do."""
    held = await asyncio.to_thread(hand.claim)
    if held:
        await hand.carry_out(held)
    return held is not None


async def test_days_are_counted_one_after_the_other_then_it_rests(clock: FakeClock) -> None:
    past(Random(1), NOON - WEEK, WEEK, 30)
    hand, turns = Figurer(clock, POLICY), 0
    while await turn(hand):
        turns += 1
        assert RollupDay.objects.count() == turns <= 8
    assert RollupDay.objects.count() == 8
    assert counting.earliest() == NOON + timedelta(minutes=5)


async def test_an_empty_house_is_looked_at_now_and_then(clock: FakeClock) -> None:
    assert await turn(Figurer(clock, POLICY))
    assert not await turn(Figurer(clock, POLICY))
    assert counting.earliest() == NOON + counting.IDLE


async def test_who_is_killed_while_counting_is_followed_by_another(clock: FakeClock) -> None:
    past(Random(1), NOON - WEEK, WEEK, 30)
    assert Figurer(clock, POLICY).claim()  # and is never heard of again
    assert not await turn(Figurer(clock, POLICY))
    clock.advance(seconds=LEASE.total_seconds())
    assert await turn(Figurer(clock, POLICY))
    assert RollupDay.objects.get().day == str(days.of(clock.now(), THERE))


async def test_who_lost_the_chore_counts_without_harm(clock: FakeClock) -> None:
    past(Random(1), NOON - WEEK, WEEK, 30)
    hand = Figurer(clock, POLICY)
    held = hand.claim()
    assert held
    Chore.objects.update(set__work__lease_id="another")
    await hand.carry_out(held)
    assert RollupDay.objects.count() == 1
    assert counting.earliest() == NOON + LEASE
