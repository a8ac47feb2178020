"""Processes are killed at named points and at random; nothing is lost, doubled or out of order."""

from random import Random

import pytest

from tests.crash.siege import CROWD, calm, fire
from tests.crash.timing import ENOUGH
from tests.crash.town import Town

SHORT, SHORT_POINTS, SHORT_CROWD = 6, 4, 2
LONG = 240


async def _besieged(
    town: Town, seed: int, kills: int, most_points: int | None, crowd: int = CROWD
) -> str:
    """What was done, for a failure's message: now it is for the judge to speak."""
    # A few points must come again soon: what only a rare race passes has its turn in the long form.
    points = await calm(town, seed, least=2 if most_points else 1)
    aimed = Random(seed).sample(points, min(most_points or len(points), len(points)))
    await fire(town, seed, aimed, kills, crowd)
    assert set(town.crew.tally.at_points) == set(aimed)
    return f"seed {seed}, {town.crew.tally.figures()}, journal and logs in {town.folder}"


@pytest.mark.timeout(ENOUGH)
async def test_a_few_kills_lose_nothing_double_nothing_and_keep_the_order(
    here: Town, seed: int
) -> None:
    done = await _besieged(here, seed, SHORT, SHORT_POINTS, SHORT_CROWD)
    assert await here.judged() == [], done
    assert here.crew.tally.kills >= SHORT
    assert here.crew.tally.own_ends == [], done


@pytest.mark.long
async def test_hundreds_of_kills_at_every_named_point_and_at_random(
    here: Town, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    done = await _besieged(here, seed, LONG, None)
    with capsys.disabled():
        print(f"\n{here.crew.tally.figures()}")  # noqa: T201 - the figures are asked for
    assert await here.judged() == [], done
    assert here.crew.tally.kills >= LONG
    assert here.crew.calls == here.ledger.now().dropped
    assert here.crew.tally.own_ends == [], done
