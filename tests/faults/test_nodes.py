"""The database's servers die, or hand over: nothing is lost, doubled, or missed by who follows."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from adapters.mongo.connection import async_client
from adapters.mongo.feed import DatabaseFeed
from tests import local
from tests.crash.crew import ROLES
from tests.crash.siege import one_after_another
from tests.crash.timing import ENOUGH, PATIENCE
from tests.crash.town import Town
from tests.faults.conftest import OpenTown
from tests.faults.ledger import answers
from tests.faults.nodes import Nodes, nodes

CROWD = 3
CALM_SECONDS, AWAY_SECONDS = (1.0, 3.0), (0.5, 2.0)
Blow = Callable[[Nodes, Random], Awaitable[None]]


async def kill(set_of: Nodes, dice: Random) -> None:
    """The primary dies as it stands, and comes back later."""
    node = await set_of.primary()
    node.kill()
    await asyncio.sleep(dice.uniform(*AWAY_SECONDS))
    node.start()
    await set_of.primary()


async def hand_over(set_of: Nodes, _: Random) -> None:
    """The primary steps down, as for an upgrade."""
    await set_of.step_down()
    await set_of.primary()


async def freeze(set_of: Nodes, _: Random) -> None:
    """The primary stands still for longer than the others wait, then believes that it still is."""
    node = await set_of.primary()
    node.kill(signal.SIGSTOP)
    await asyncio.sleep(4)
    node.kill(signal.SIGCONT)
    await set_of.primary()


@asynccontextmanager
async def following(uri: str, database: str) -> AsyncIterator[set[Any]]:
    """Every message that a subscriber sees as it is committed."""
    seen = set[Any]()

    async def follow(feed: DatabaseFeed) -> None:
        async with feed.follow(None) as changes:
            async for change in changes:
                if change.collection == "smsmessages":
                    seen.add(change.id)

    async with async_client(uri) as client:
        feed = DatabaseFeed(client[database])
        async with feed.running():
            task = asyncio.create_task(follow(feed))
            yield seen
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def all_up(here: Town) -> None:
    """Every process says that it lives: one that still starts would have to be started again."""
    async with asyncio.timeout(PATIENCE):
        while await here.database["processes"].count_documents({}) < len(ROLES):
            await asyncio.sleep(0.1)


async def besieged(here: Town, set_of: Nodes, seed: int, blows: list[Blow]) -> None:
    """People text and answer while one blow comes after another."""
    dice = Random(seed)
    await all_up(here)

    async def strike() -> None:
        for blow in blows:
            await asyncio.sleep(dice.uniform(*CALM_SECONDS))
            await blow(set_of, dice)

    shots, numbers = asyncio.create_task(strike()), count()
    async with asyncio.TaskGroup() as crowd:
        for _ in range(CROWD):
            crowd.create_task(one_after_another(here, seed, numbers, shots))
    await shots
    await here.quiet()


async def told(here: Town, status: int) -> None:
    """Wait until the web process says of itself that it is ready, or not."""
    url = f"http://127.0.0.1:{here.crew.ports['w1']}/readyz"
    async with asyncio.timeout(PATIENCE), local.async_client() as http:
        while (await http.get(url)).status_code != status:
            await asyncio.sleep(0.1)


async def missed(here: Town, seen: set[Any]) -> set[Any]:
    """What is in the database and was never told to who follows."""
    made = {one["_id"] async for one in here.database["smsmessages"].find({}, {"_id": 1})}
    async with asyncio.timeout(PATIENCE):
        while made - seen:
            await asyncio.sleep(0.1)
    return made - seen


@pytest.mark.long
@pytest.mark.timeout(ENOUGH)
@pytest.mark.parametrize(
    ("members", "blows"),
    [(1, [kill, kill, kill]), (3, [hand_over, kill, freeze, hand_over, kill])],
)
async def test_whatever_becomes_of_the_primary_nothing_is_lost_or_doubled(
    open_town: OpenTown, tmp_path: Path, seed: int, members: int, blows: list[Blow]
) -> None:
    async with (
        nodes(tmp_path, members) as set_of,
        open_town(set_of.uri, set_of.uri) as here,
        following(set_of.uri, here.database.name) as seen,
    ):
        await besieged(here, set_of, seed, blows)
        assert await here.judged() == [], f"seed {seed}, logs in {here.folder}"
        assert here.crew.tally.own_ends == []
        assert answers(here) <= {200, 204, 503, None}
        assert not await missed(here, seen)


@pytest.mark.long
@pytest.mark.timeout(ENOUGH)
async def test_without_a_database_nothing_is_acknowledged_and_readyz_says_so(
    open_town: OpenTown, tmp_path: Path
) -> None:
    async with nodes(tmp_path, 1) as set_of, open_town(set_of.uri, set_of.uri) as here:
        await told(here, 200)
        set_of.members[0].kill()
        await told(here, 503)
        said = {"from": "+17605551000", "to": "+15555550100", "body": "Is anybody there?"}
        answer = await here.http.post("/texts", json=said)
        assert answer.json()["acknowledged"] is False
        set_of.members[0].start()
        await told(here, 200)
        await here.quiet()
        assert await here.judged() == []
        shown = here.ledger.now().first_shown
        assert "Is anybody there?" in shown
