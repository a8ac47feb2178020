"""The lists of deactivated numbers are read over HTTP, each day once, whatever goes wrong."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from adapters.twilio.deactivations import TwilioDeactivations
from adapters.twilio.gateway import Credentials
from adapters.worker.deactivating import Deactivator
from domain.model import Chore
from domain.ports import Take
from domain.services import consent, numbers
from domain.services.consent import Statement
from domain.services.registry import deactivations
from domain.values import Declined, Postponed
from tests.adapters.sandbox.town import ACCOUNT, TOKEN, Town, town
from tests.clock import NOON, FakeClock
from tests.domain.build import CUSTOMER, TIMING

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def here() -> AsyncIterator[Town]:
    async with town() as place:
        await place.put("/numbers", {"deactivated": {"2026-03-03": [CUSTOMER]}})
        yield place


@pytest.fixture
async def deactivator(here: Town, clock: FakeClock) -> AsyncIterator[Deactivator]:
    """What reads the lists at Twilio's; all days but the last are done."""
    at = NOON - timedelta(days=9)
    said = Statement("opt_in", "form", at, level="written", ip="203.0.113.7")
    consent.record("agreed", CUSTOMER, said, at)
    held = deactivations.claim(clock.now(), TIMING.lease)
    assert held
    deactivations.done(held, date(2026, 3, 2), clock.now())
    own = Credentials(ACCOUNT, ACCOUNT, TOKEN)
    async with TwilioDeactivations(own, f"{here.url}/twilio", seconds=1) as lists:
        yield Deactivator(lists, clock, TIMING)


async def work(deactivator: Deactivator) -> bool:
    claim = deactivator.claim()
    if claim:
        await deactivator.carry_out(claim)
    return claim is not None


async def test_who_gave_their_number_up_agreed_to_nothing(deactivator: Deactivator) -> None:
    """Row: §8.2"""
    assert await work(deactivator)
    assert numbers.state_of(CUSTOMER).level == "none"
    assert Chore.objects.get().done == "2026-03-03"
    assert not await work(deactivator)


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"action": "answer", "status": 429, "headers": {"Retry-After": "30"}}, 30),
        ({"action": "answer", "status": 500}, 2),
        ({"action": "drop_request"}, 2),
        ({"action": "answer", "status": 401, "body": {"code": 20003}}, 3_600),
    ],
)
async def test_after_each_failure_the_same_day_is_read_again(
    here: Town, deactivator: Deactivator, clock: FakeClock, fault: dict[str, Any], seconds: float
) -> None:
    await here.put("/faults", [{"method": "twilio.deactivations", "times": 1, **fault}])
    assert await work(deactivator)
    assert numbers.state_of(CUSTOMER).level == "written"
    assert not await work(deactivator)
    clock.advance(seconds)
    assert await work(deactivator)
    assert numbers.state_of(CUSTOMER).level == "none"


class Theft:
    """Implements domain.ports.Deactivations: another worker has taken over while it was read."""

    async def read(self, day: date, take: Take) -> Postponed | Declined | None:
        Chore.objects.update(set__work__lease_id="another")
        await take([CUSTOMER])
        raise AssertionError("it went on")


async def test_who_lost_the_lease_stops(db: Database[Any], clock: FakeClock) -> None:
    deactivator = Deactivator(Theft(), clock, TIMING)
    assert await work(deactivator)
    assert Chore.objects.get().done is None


async def test_when_all_is_read_it_rests_until_the_next_day(
    deactivator: Deactivator, clock: FakeClock
) -> None:
    await work(deactivator)
    Chore.objects.update(set__work__due_at=clock.now())
    assert await work(deactivator)
    assert deactivations.earliest() == NOON.replace(day=5, hour=6)
