"""A campaign in the making, disturbed at every moment: no text after a STOP, none twice."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from domain.services import consent
from tests.domain.audience import phone

ROOT = Path(__file__).parents[2]
ALL = [
    pytest.param((), id="writes"),
    pytest.param(("all",), id="all", marks=[pytest.mark.long, pytest.mark.timeout(300)]),
]
OPTED_OUT = "This person has opted out of texts."


def runs(what: str, uri: str, database: str, more: tuple[str, ...]) -> list[dict[str, Any]]:
    """What came of a run for each moment, in a process of its own."""
    script = [sys.executable, "-m", "tests.domain.moments", uri, database, what, *more]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("more", ALL)
def test_after_a_stop_was_answered_no_call_to_that_number_begins(
    mongodb_uri: str, spare_database: str, more: tuple[str, ...]
) -> None:
    """Row: §10.1"""
    found = runs("stop", mongodb_uri, spare_database, more)
    assert [one["at"] for one in found if one["late"] or one["others"] != 1] == []
    assert all(one["blocked"] and one["campaign"] == "done" for one in found)
    spared = [one for one in found if not one["calls"]]
    assert {status for one in spared for status in one["status"]} == {"refused", "canceled"}
    assert {why for one in spared for why in one["why"]} == {OPTED_OUT, consent.STOPPED}
    places = {one["at"] for one in spared}
    assert {"insert recipients", "insert smsmessages", "findAndModify smsmessages"} <= places
    assert any(one["calls"] for one in found), "the last moments are too late to stop it"


@pytest.mark.parametrize("more", ALL)
def test_killed_at_any_moment_each_of_them_gets_one_text(
    mongodb_uri: str, spare_database: str, more: tuple[str, ...]
) -> None:
    found = runs("kill", mongodb_uri, spare_database, more)
    assert {"insert recipients", "insert smsmessages", "update recipients", "update campaigns"} <= {
        one["at"] for one in found
    }
    everybody = [phone(0), phone(1)]
    lost = [one for one in found if (one["calls"], one["texts"]) != (everybody, 2)]
    assert lost == []
    assert {one["campaign"] for one in found} == {"done"}
