"""Points have names that people can read, and a process ends where it is told to."""

import os
from typing import Any

import pytest

from tests.crash.conftest import OpenTown
from tests.crash.crew import Point
from tests.crash.points import named
from tests.crash.town import Town

LEASED = {"dispatch.state": "leased", "status": "sending", "attemptedAt": 1}


@pytest.mark.parametrize(
    ("verb", "command", "name"),
    [
        (
            "insert",
            {"insert": "smsmessages", "documents": [{"status": "held", "body": "Hi"}]},
            "insert smsmessages status=held",
        ),
        ("insert", {"insert": "strays", "documents": [{"kind": "status"}]}, "insert strays"),
        (
            "findAndModify",
            {"findAndModify": "smsmessages", "update": {"$set": LEASED, "$inc": {"rev": 1}}},
            "findAndModify smsmessages dispatch.state=leased,status=sending",
        ),
        (
            "update",
            {"update": "smsmessages", "updates": [{"u": {"$unset": {"shadow.triedAt": ""}}}]},
            "update smsmessages -shadow.triedAt",
        ),
        (
            "update",
            {"update": "smsmessages", "updates": [{"u": {"$push": {"notices": {}}}}]},
            "update smsmessages +notices",
        ),
        (
            "findAndModify",
            {"findAndModify": "threads", "update": [{"$set": {"status": {"$ifNull": []}}}]},
            "findAndModify threads status",
        ),
        (
            "update",
            {"update": "smsmessages", "updates": [{"u": [{"$unset": "relay.due_at"}]}]},
            "update smsmessages -relay.due_at",
        ),
        ("delete", {"delete": "agents", "deletes": [{"q": {}}]}, "delete agents"),
        ("commitTransaction", {"commitTransaction": 1}, "commitTransaction"),
        ("find", {"find": "smsmessages"}, None),
    ],
)
def test_a_write_has_a_name(verb: str, command: dict[str, Any], name: str | None) -> None:
    assert named(verb, command) == name


@pytest.mark.parametrize(
    "point",
    [
        Point("web", "before insert smsmessages status=received"),
        Point("web", "after insert smsmessages status=received"),
        Point("worker", "before slack.conversations.create"),
        Point("worker", "after slack.conversations.create"),
    ],
)
@pytest.mark.long
async def test_a_process_ends_at_its_point(here: Town, point: Point) -> None:
    here.crew.aim([point] * 3)
    text = {"from": "+17605551000", "body": "Hello"}
    (await here.http.post("/texts", json=text)).raise_for_status()
    await here.quiet()
    assert here.crew.tally.at_points[point] >= 1
    assert await here.judged() == []


async def test_all_processes_end_with_the_town(open_town: OpenTown) -> None:
    async with open_town() as town:
        pids = town.crew.pids
        assert len(pids) == 5
    assert not [pid for pid in pids if _lives(pid)]
    assert town.crew.tally.own_ends == []


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
