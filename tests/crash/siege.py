"""A whole siege: a quiet run that names the points, then kills while people go on texting."""

import asyncio
from collections.abc import Iterator
from itertools import count
from random import Random

from tests.crash.crew import Point
from tests.crash.town import DROPS, FAULTS, Town
from tests.crash.work import Conversation, Habits, wave

CALM = 3  # conversations of the quiet run
CROWD = 6  # conversations at a time under fire
PAUSES = (0.1, 0.6)  # seconds between two kills at random


async def calm(town: Town, seed: int, least: int = 1) -> list[Point]:
    """Nobody is killed; returns every point that was passed, once or twice at `least`."""
    await town.faults(*FAULTS)
    await wave(town, range(CALM), seed)
    await town.quiet()
    return town.crew.recorded(least)


async def fire(
    town: Town, seed: int, points: list[Point], kills: int, at_once: int = CROWD
) -> None:
    """End processes at these points, then at random until there were so many kills in all.

    People text and answer all the while, every kind of call loses answers, and at the end all
    that was begun is brought to its end in peace.
    """
    await town.faults(*FAULTS, *DROPS)
    numbers = count(CALM)
    shots = asyncio.create_task(_shots(town, Random(seed), points, kills))
    async with asyncio.TaskGroup() as crowd:
        for _ in range(at_once):
            crowd.create_task(one_after_another(town, seed, numbers, shots))
    await shots
    await town.faults()
    await town.quiet()


async def one_after_another(
    town: Town, seed: int, numbers: Iterator[int], until: asyncio.Task[None]
) -> None:
    """Conversations without end, until that is over; each begins with an agent who is new."""
    while not until.done():
        await town.forget_agents()
        await Conversation(town, next(numbers), seed, Habits()).lived()


async def _shots(town: Town, dice: Random, points: list[Point], kills: int) -> None:
    town.crew.aim(points)
    while town.crew.missing or town.crew.tally.kills < kills:
        await asyncio.sleep(dice.uniform(*PAUSES))
        if not town.crew.missing:
            town.crew.kill_one(dice)
