"""Workers die during campaigns: nobody is texted twice, or missed, or after a STOP."""

from random import Random
from typing import Any

import pytest

from tests.crash.crew import Point
from tests.crash.crowd import Crowd
from tests.crash.timing import ENOUGH
from tests.crash.town import DROPS, FAULTS, Town

SHORT, SHORT_POINTS = 3, 2
LONG = 60
PASSED = (
    "insert recipients",
    "update campaigns cursor,run.due_at,run.lease_until",
    "update campaigns frozen,run.due_at,run.lease_until",
    "update campaigns run.due_at,run.lease_until",
    "update recipients code,reason,state",
    "insert smsmessages status=queued",
    "update smsmessages effects.state=done",
    "findAndModify paces due",
    "findAndModify smsmessages dispatch.state=leased,status=sending",
    "findAndModify smsmessages dispatch.state=done,status=queued",
    "twilio.messages.create",
)
"""What some worker does in every campaign: its list, its texts, and how each leaves."""
POINTS = [Point("worker", f"{when} {what}") for what in PASSED for when in ("before", "after")]


async def _besieged(town: Town, crowd: Crowd, seed: int, kills: int, aimed: list[Point]) -> str:
    """One campaign after another, each with a STOP, until so many workers have died."""
    dice = Random(seed)
    await crowd.gather()
    await town.faults(*FAULTS, *DROPS)
    town.crew.aim(aimed)
    while town.crew.missing or town.crew.tally.kills < kills:
        made = await crowd.start()
        await crowd.stop()
        if not town.crew.missing:
            town.crew.kill_one(dice)
        await crowd.over(made)
    await town.faults()
    await town.quiet()
    assert set(town.crew.tally.at_points) == set(aimed)
    return f"seed {seed}, {town.crew.tally.figures()}, journal and logs in {town.folder}"


@pytest.mark.timeout(ENOUGH)
async def test_whoever_dies_during_a_campaign_nobody_is_texted_twice_or_missed(
    here: Town, db: Any, seed: int
) -> None:
    crowd = Crowd(here, agreed=8)
    aimed = Random(seed).sample(POINTS, SHORT_POINTS)
    done = await _besieged(here, crowd, seed, SHORT, aimed)
    assert await crowd.judged() == [], done
    assert here.crew.tally.kills >= SHORT


@pytest.mark.long
async def test_at_every_point_of_a_campaign_somebody_dies(
    here: Town, db: Any, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    crowd = Crowd(here, agreed=100)
    done = await _besieged(here, crowd, seed, LONG, POINTS)
    with capsys.disabled():
        print(f"\n{here.crew.tally.figures()}, {len(crowd.campaigns)} campaigns")  # noqa: T201
    assert await crowd.judged() == [], done
