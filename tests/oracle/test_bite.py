"""The oracle sees what is wrong: a product that is told other rules does not pass."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from domain.policy import Policy
from domain.rules.hours.loading import read
from tests import local
from tests.anytime import RULES
from tests.graph.desk import POLICY
from tests.oracle.deeds import Agrees, Deed, Passes, Wants, Writes
from tests.oracle.life import play
from tests.oracle.people import PEOPLE
from tests.oracle.stage import Stage

RHODE_ISLAND = next(one for one in PEOPLE if one.states == ("RI",))
SUNDAY = datetime(2026, 3, 8, 17, 0, tzinfo=UTC)
OFFER: list[Deed] = [Agrees(RHODE_ISLAND, "written"), Wants(RHODE_ISLAND, "marketing"), Passes(1)]
LATE: list[Deed] = [Writes(RHODE_ISLAND), Passes(120), Wants(RHODE_ISLAND, "conversation")]
ALWAYS = replace(POLICY, consent=replace(POLICY.consent, rules=read(RULES)))
BRIEFLY = replace(POLICY, reply_window=timedelta(hours=1))


@pytest.mark.parametrize(
    ("policy", "happens"),
    [pytest.param(ALWAYS, OFFER, id="too much"), pytest.param(BRIEFLY, LATE, id="too little")],
)
def test_other_rules_are_found_out(
    db: Database[dict[str, Any]], runner: asyncio.Runner, policy: Policy, happens: list[Deed]
) -> None:
    with (
        local.client() as http,
        Stage.standing(db, http, runner, policy) as stage,
        pytest.raises(AssertionError),
    ):
        play(stage, SUNDAY, happens)


@pytest.mark.parametrize("happens", [OFFER, LATE], ids=["an offer", "an answer"])
def test_the_product_as_it_ships_is_not(stage: Stage, happens: list[Deed]) -> None:
    play(stage, SUNDAY, happens)
