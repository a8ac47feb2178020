"""The judge bites: with one rule of the product broken it speaks, and without it is silent."""

import asyncio
import signal
from typing import Any

import pytest

from tests.crash.conftest import OpenTown
from tests.crash.crew import Point
from tests.crash.timing import ENOUGH, PATIENCE
from tests.crash.town import Town
from tests.crash.work import Habits, wave

PLAIN = Habits(edits=0, deletes=0, stops=0, hurries=0)


def _dropped(method: str, each: str, times: int = 1) -> dict[str, Any]:
    """The first such calls of each are carried out, and their answers lost."""
    return {"method": method, "action": "drop_reply", "per": each, "times": times}


SLEEPS = [
    Point("worker", name, signal.SIGSTOP)
    for name in (
        "after findAndModify smsmessages dispatch.state=leased,relay.state=due,status=sending",
        "after update smsmessages shadow.triedAt",
        "after update threads channel.step=naming",
    )
]
MANY = 10  # waves of people: what depends on a race may need several
# Else a report may clear the doubt before anybody acts on it.
LATE_REPORTS = {"method": "deliver.callback", "action": "delay", "seconds": 2}
TROUBLES: dict[str, tuple[list[dict[str, Any]], list[Point]]] = {
    "lease": ([], []),
    "origin": ([], [Point("web", "after insert smsmessages status=held")] * 2),
    "doubt": ([_dropped("twilio.messages.create", "to"), LATE_REPORTS], []),
    "watch": ([], SLEEPS),
    # The first post of a channel is the conversation's card, a text comes second.
    "look": ([_dropped("slack.chat.postMessage", "channel", 3)], []),
}


async def _troubled(town: Town, trouble: str) -> None:
    """That trouble from now on; some processes are on their way to their points."""
    faults, points = TROUBLES[trouble]
    await town.faults(*faults)
    town.crew.aim(points)


async def _people(town: Town, trouble: str, waves: int) -> None:
    # One at a time, so that a process falls asleep over nothing but what it was told to.
    crowd = 1 if trouble == "watch" else 2
    for number in range(waves):
        await wave(town, range(number * crowd, (number + 1) * crowd), 1, PLAIN)


def _twice(complaints: list[str]) -> list[str]:
    return [complaint for complaint in complaints if complaint.startswith("twice:")]


async def _found_out(open_town: OpenTown, broken: str) -> list[str]:
    """What the judge says as soon as it can; people may be stuck in a broken town."""
    async with open_town(broken=broken) as town:
        await _troubled(town, broken)
        people = asyncio.create_task(_people(town, broken, MANY))
        async with asyncio.timeout(PATIENCE):
            while not (found := _twice(await town.judged())):
                await asyncio.sleep(0.2)
        people.cancel()
        await asyncio.gather(people, return_exceptions=True)
    return found


@pytest.mark.timeout(ENOUGH)
@pytest.mark.parametrize("broken", ["doubt"])
async def test_a_broken_rule_is_found_out(open_town: OpenTown, broken: str) -> None:
    assert await _found_out(open_town, broken)


@pytest.mark.long
@pytest.mark.parametrize("broken", ["lease", "origin", "look", "watch"])
async def test_other_broken_rules_are_found_out_too(open_town: OpenTown, broken: str) -> None:
    assert await _found_out(open_town, broken)


@pytest.mark.long
@pytest.mark.parametrize("trouble", sorted(TROUBLES))
async def test_the_same_trouble_does_no_harm_when_nothing_is_broken(
    here: Town, trouble: str
) -> None:
    await _troubled(here, trouble)
    await _people(here, trouble, 1)
    await here.quiet()
    assert await here.judged() == []
