"""Workers die during campaigns: nobody is texted twice, or missed, or after a STOP."""

from random import Random
from typing import Any

import pytest

from tests.crash.crew import Point
from tests.crash.crowd import Crowd
from tests.crash.timing import ENOUGH
from tests.crash.town import DROPS, FAULTS, Town

SHORT, SHORT_POINTS = 6, 4
LONG = 60
OURS = ("campaigns", "recipients", "paces", "smsmessages", "twilio.messages.create")


async def _besieged(town: Town, crowd: Crowd, seed: int, kills: int, most: int | None) -> None:
    """A quiet campaign names the points; others follow until so many workers have died."""
    dice = Random(seed)
    await crowd.gather()
    await crowd.over(await crowd.start())
    points = [point for point in town.crew.recorded() if _is_ours(point)]
    await town.faults(*FAULTS, *DROPS)
    aimed = dice.sample(points, min(most or len(points), len(points)))
    town.crew.aim(aimed)
    while town.crew.missing or town.crew.tally.kills < kills:
        made = await crowd.start()
        await crowd.stop()
        if not town.crew.missing:
            town.crew.kill_one(dice)
        await crowd.over(made)
    await town.faults()
    await town.quiet()


def _is_ours(point: Point) -> bool:
    """What a worker passes in every campaign."""
    return point.role == "worker" and any(name in point.name for name in OURS)


@pytest.mark.timeout(ENOUGH)
async def test_whoever_dies_during_a_campaign_nobody_is_texted_twice_or_missed(
    here: Town, db: Any, seed: int
) -> None:
    crowd = Crowd(here, agreed=16)
    await _besieged(here, crowd, seed, SHORT, SHORT_POINTS)
    assert await crowd.judged() == [], f"seed {seed}, {here.crew.tally.figures()}, {here.folder}"
    assert here.crew.tally.kills >= SHORT


@pytest.mark.long
async def test_at_every_point_of_a_campaign_somebody_dies(
    here: Town, db: Any, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    crowd = Crowd(here, agreed=120)
    await _besieged(here, crowd, seed, LONG, None)
    with capsys.disabled():
        print(f"\n{here.crew.tally.figures()}, {len(crowd.campaigns)} campaigns")  # noqa: T201
    assert await crowd.judged() == [], f"seed {seed}, {here.crew.tally.figures()}, {here.folder}"
