"""The machine below the database: its disk is full, its clock is set, its network stands still."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.crash.timing import ENOUGH, PATIENCE
from tests.crash.town import NUMBER, Town
from tests.crash.work import Conversation, Habits
from tests.faults.conftest import OpenTown
from tests.faults.ledger import answers
from tests.faults.nodes import nodes
from tests.faults.tap import tapped
from tests.faults.test_nodes import all_up, told

STEADY = Habits(edits=0, deletes=0, stops=0, hurries=0)
SIZE = 500 * 1024 * 1024
CHUNK = 1024 * 1024
CUSTOMER = "+17605551900"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, that is soon full."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk: the full disk is NOT tested here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take all that is left, except nothing."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(CHUNK)):
                pass
        except OSError:
            return ballast
    return ballast


async def write(here: Town, body: str) -> bool:
    """A customer texts; whether it was acknowledged at the first try."""
    said = {"from": CUSTOMER, "to": NUMBER, "body": body}
    answer = await here.http.post("/texts", json=said)
    answer.raise_for_status()
    return bool(answer.json()["acknowledged"])


@pytest.mark.long
@pytest.mark.timeout(ENOUGH)
async def test_on_a_full_disk_nothing_is_acknowledged_that_is_not_kept(
    open_town: OpenTown, small_disk: Path
) -> None:
    async with nodes(small_disk, 1) as set_of, open_town(set_of.uri, set_of.uri) as here:
        await all_up(here)
        (node,) = set_of.members
        ballast = fill(small_disk)
        number = 0
        async with asyncio.timeout(PATIENCE):
            while await write(here, f"text {(number := number + 1)}"):
                fill(small_disk)
        ballast.unlink()
        if node.ended:  # the server gives up rather than forget
            node.start()
        await told(here, 200)
        await here.quiet()
        assert await here.judged() == []
        assert {f"text {one + 1}" for one in range(number)} <= {*here.ledger.now().first_shown}
        assert answers(here) <= {200, 204, 503, None}


@pytest.mark.long
@pytest.mark.timeout(ENOUGH)
async def test_while_the_databases_clock_is_wrong_nothing_leaves_and_nothing_is_lost(
    open_town: OpenTown, mongodb_uri: str
) -> None:
    async with tapped(mongodb_uri) as (tap, through), open_town(through, mongodb_uri) as here:
        await all_up(here)
        talk = Conversation(here, 0, 1, STEADY)
        await talk.text()
        await talk.answer()
        await here.quiet()
        carried = len(here.ledger.now().carried)
        tap.skew = timedelta(hours=7)
        await jumped(here)
        await talk.text()
        await talk.answer()
        await shown(here, "c0 text 2")
        assert len(here.ledger.now().carried) == carried
        tap.skew = timedelta(0)
        await here.quiet()
        assert len(here.ledger.now().carried) == carried + 1
        assert await here.judged() == []


@pytest.mark.long
@pytest.mark.timeout(ENOUGH)
async def test_when_the_line_to_the_database_stands_still_all_goes_on_afterwards(
    open_town: OpenTown, mongodb_uri: str
) -> None:
    async with tapped(mongodb_uri) as (tap, through), open_town(through, mongodb_uri) as here:
        await all_up(here)
        tap.delay = 0.05
        assert await write(here, "slow, but well")
        tap.flowing.clear()
        await told(here, 503)
        waiting = asyncio.create_task(write(here, "is anybody there?"))
        await told(here, 503)
        assert not waiting.done()  # nobody says yes meanwhile
        tap.flowing.set()
        tap.delay = 0.0
        await waiting
        await told(here, 200)
        await here.quiet()
        assert await here.judged() == []
        assert {"slow, but well", "is anybody there?"} <= {*here.ledger.now().first_shown}


async def jumped(here: Town) -> None:
    """Every worker has noticed, which takes it half a minute."""
    async with asyncio.timeout(PATIENCE):
        for name in ("k1", "k2", "k3"):
            while "clock.jumped" not in (here.folder / f"{name}.log").read_text():
                await asyncio.sleep(0.2)


async def shown(here: Town, body: str) -> Any:
    """Wait until Slack shows it."""
    return await here.ledger.until(
        lambda history: history.first_shown.get(body), PATIENCE, f"{body!r} in Slack"
    )
