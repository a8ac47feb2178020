"""A write is done and its answer is lost, or it never arrives: asked again, all is well."""

from collections import Counter
from itertools import count
from random import Random

import pytest

from tests.crash.timing import ENOUGH
from tests.crash.town import Town
from tests.crash.work import Habits, wave
from tests.faults.conftest import OpenTown
from tests.faults.ledger import answers
from tests.faults.tap import Tap, tapped

CALM, CROWD, MOST_WAVES = 3, 3, 10
AT_ONCE = 8
SAMPLE = 24
CORE = (
    "insert smsmessages",
    "findAndModify smsmessages dispatch.state=leased,relay.state=due,status=sending",
    "findAndModify smsmessages dispatch.state=done,relay.state=due,status=queued",
    "update smsmessages shadow.channelId,shadow.triedAt",
)
"""Without these it would not be the two journeys."""


def _drawn(points: list[str], seed: int) -> list[str]:
    """Those of the two journeys, and some of the others."""
    core = [point for point in points if any(core in point for core in CORE)]
    others = [point for point in points if point not in core]
    return [*core, *Random(seed).sample(others, SAMPLE)]


async def _all_lost(here: Town, tap: Tap, points: list[str]) -> int:
    """People text and answer until each of these was lost, a few at a time; waves that it took."""
    numbers, waiting = count(2 * CALM, CROWD), list(points)
    for waves in range(1, MOST_WAVES + 1):
        for point in waiting[:AT_ONCE]:
            tap.lose[point] = 1
        first = next(numbers)
        await wave(here, range(first, first + CROWD), waves, Habits(stops=0.5))
        await here.quiet()
        open_still = [point for point in waiting if not tap.lost[point]]
        waiting = open_still[AT_ONCE:] + open_still[:AT_ONCE]
        if not waiting:
            return waves
    return MOST_WAVES


async def _passed(here: Town, tap: Tap) -> list[str]:
    """What is written in every quiet wave, whatever else is done at the start."""
    await wave(here, range(CALM), 1, Habits())
    await here.quiet()
    before = Counter(tap.seen)
    await wave(here, range(CALM, 2 * CALM), 1, Habits())
    await here.quiet()
    often = sorted(name for name, times in (tap.seen - before).items() if times >= CALM)
    return [f"{when} {name}" for name in often for when in ("before", "after")]


def _core(points: list[str]) -> set[str]:
    return {core for core in CORE if any(core in point for point in points)}


@pytest.mark.long
@pytest.mark.timeout(ENOUGH)
async def test_every_write_whose_answer_is_lost_is_asked_again_and_done_once(
    open_town: OpenTown, mongodb_uri: str, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    async with tapped(mongodb_uri) as (tap, through), open_town(through, mongodb_uri) as here:
        points = await _passed(here, tap)
        assert _core(points) == set(CORE), "\n".join(points)
        waves = await _all_lost(here, tap, _drawn(points, seed))
        with capsys.disabled():
            print(f"\n{tap.lost.total()} writes of {len(tap.lost)} kinds, {waves} waves")  # noqa: T201
        assert _core([*tap.lost]) == set(CORE), f"seed {seed}"
        assert await here.judged() == [], f"seed {seed}"
        assert here.crew.tally.own_ends == []
        assert answers(here) <= {200, 204, 503, None}
