"""How long a lane that has found nothing rests."""

import asyncio
from datetime import datetime, timedelta

import pytest

from adapters.worker.lane import (
    ANOTHERS,
    LONGEST_SLEEP,
    SHORTEST_SLEEP,
    Lane,
    Work,
    pause,
)
from tests import local
from tests.clock import NOON


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_with_nothing_to_do_it_looks_again_after_the_longest_rest() -> None:
    assert pause(None, NOON, NOON) == LONGEST_SLEEP


@pytest.mark.parametrize(("ahead", "rest"), [(0.3, 0.3), (60, LONGEST_SLEEP), (0.001, 0.005)])
def test_it_rests_until_the_next_piece_falls_due(ahead: float, rest: float) -> None:
    assert pause(after(ahead), NOON, NOON) == pytest.approx(rest)


def test_what_was_due_and_not_to_be_had_is_anothers() -> None:
    assert pause(NOON, asked=NOON, now=after(0.1)) == ANOTHERS


def test_what_fell_due_after_we_asked_is_taken_at_once() -> None:
    assert pause(after(0.002), asked=NOON, now=after(0.003)) == SHORTEST_SLEEP


async def test_a_lane_outlives_a_clock_that_cannot_be_read() -> None:
    readings = [ConnectionError("away")]
    taken = asyncio.Event()

    def now() -> datetime:
        if readings:
            raise readings.pop()
        taken.set()
        return NOON

    async def carry_out(_: str) -> None: ...

    lane = Lane(Work("test", lambda: None, carry_out, lambda: None, now))
    task = asyncio.create_task(lane.run())
    await asyncio.wait_for(taken.wait(), local.PATIENCE)
    lane.stop()
    await asyncio.wait_for(task, local.PATIENCE)
