"""Processes are stopped and replaced one by one under load: nobody outside notices."""

import asyncio
from itertools import count

import pytest

from tests.crash.conftest import OpenTown
from tests.crash.crew import ROLES
from tests.crash.followers import audience
from tests.crash.siege import one_after_another
from tests.crash.timing import ENOUGH, LATE_SECONDS, PATIENCE
from tests.crash.town import Town

SHORT, LONG = 1, 6
SHORT_CROWD, LONG_CROWD = 1, 6


async def _replaced(town: Town, name: str) -> None:
    """That process ends in order, and the one after it serves."""
    await town.crew.stop(name)
    pid = town.crew.pid(name)
    async with asyncio.timeout(PATIENCE):
        while not await town.database["processes"].find_one({"pid": pid}):
            await asyncio.sleep(0.05)
        while ROLES[name] == "web" and not town.serving(name):
            await asyncio.sleep(0.05)


async def _rolled(town: Town, rounds: int) -> None:
    for _ in range(rounds):
        for name in ROLES:
            await _replaced(town, name)


async def _under_load(town: Town, seed: int, rounds: int, crowd: int) -> None:
    """People text and are answered from before the first restart until after the last."""
    numbers, rolling = count(), asyncio.create_task(_rolled(town, rounds))
    async with asyncio.TaskGroup() as group:
        for _ in range(crowd):
            group.create_task(one_after_another(town, seed, numbers, rolling))
    await rolling
    await town.quiet()


async def _judged(open_town: OpenTown, uri: str, seed: int, rounds: int, crowd: int) -> Town:
    async with open_town(balanced=True) as town:
        async with audience(town, uri) as hearing:
            await _under_load(town, seed, rounds, crowd)
            await hearing.caught_up()
        assert await town.judged() == [], f"seed {seed}, logs in {town.folder}"
        assert hearing.judged() == []
        assert len(hearing.truth) > len(ROLES)
    # No request was refused, and none half-way, unless the balancer itself slept: what was cut
    # then has been told again, or the judge would have spoken.
    assert town.gate.cut == [] or town.lag.longest > LATE_SECONDS, town.lag.longest
    assert town.crew.tally.stops == dict.fromkeys(ROLES, rounds)
    assert town.crew.tally.own_ends == []  # each ended with 0
    return town


@pytest.mark.timeout(ENOUGH)
async def test_each_process_is_replaced_under_load_and_nobody_notices(
    open_town: OpenTown, mongodb_uri: str, seed: int
) -> None:
    await _judged(open_town, mongodb_uri, seed, SHORT, SHORT_CROWD)


@pytest.mark.long
async def test_every_process_is_replaced_many_times_under_load(
    open_town: OpenTown, mongodb_uri: str, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    town = await _judged(open_town, mongodb_uri, seed, LONG, LONG_CROWD)
    balancer = town.gate.balancer
    assert balancer
    assert {state for _, state in balancer.seen} >= {"ready", "leaving"}
    tally = town.crew.tally
    with capsys.disabled():
        figures = f"{tally.stops.total()} restarts, the slowest stop {tally.slowest_stop:.1f} s"
        print(f"\n{figures}, {len(town.gate.cut)} requests cut")  # noqa: T201
