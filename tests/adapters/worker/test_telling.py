"""The carrier's own list follows our ledger, whatever it answers, whoever dies."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from pymongo.database import Database

from adapters.mongo.pace import COLLECTION, DatabasePace
from adapters.twilio.client import HttpClient
from adapters.twilio.consents import TwilioConsents
from adapters.twilio.gateway import Credentials
from adapters.worker.telling import DECLINED_FOR, PACED, RATE, Teller
from domain.model import Chore, Number
from domain.policy import Policy
from domain.services import consent, inbound
from domain.services.consent import Statement
from domain.services.recovery import restored
from domain.services.recovery.restored import Barrier
from domain.services.registry import chores, telling
from domain.values import Declined, Listing, Postponed
from domain.values.registry import MOST_LISTINGS
from tests import local
from tests.adapters.sandbox.phone import create, refusal
from tests.adapters.sandbox.town import ACCOUNT, TOKEN, Town, town
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER, OURS, POLICY, TIMING, text_in

Told = Mapping[str, str | None] | Postponed | Declined


@dataclass
class FakeConsents:
    """Implements domain.ports.Consents: takes every line unless outcomes are waiting."""

    outcomes: list[Postponed | Declined] = field(default_factory=list)
    told: list[Sequence[Listing]] = field(default_factory=list)

    async def tell(self, listings: Sequence[Listing]) -> Told:
        self.told.append(listings)
        return self.outcomes.pop(0) if self.outcomes else {one.key: None for one in listings}


@pytest.fixture
def pace(db: Database[Any]) -> DatabasePace:
    return DatabasePace(db[COLLECTION])


@pytest.fixture
def consents() -> FakeConsents:
    return FakeConsents()


@pytest.fixture
def teller(pace: DatabasePace, consents: FakeConsents, clock: FakeClock) -> Teller:
    return Teller(consents, clock, pace, POLICY, TIMING)


@pytest.fixture
async def here() -> AsyncIterator[Town]:
    async with town() as place:
        yield place


def says(action: str, clock: FakeClock, phone: str = CUSTOMER, **how: Any) -> None:
    said = Statement(action, "agent", clock.now(), ip="203.0.113.7", **how)
    consent.record(f"{action}/{phone}/{clock.now()}", phone, said, clock.now())


async def work(teller: Teller) -> bool:
    claim = teller.claim()
    if claim:
        await teller.carry_out(claim)
    return claim is not None


async def test_twilio_blocks_and_lets_go_as_our_ledger_does(
    here: Town, pace: DatabasePace, clock: FakeClock
) -> None:
    """Row: §6"""
    async with HttpClient(f"{here.url}/twilio", local.PATIENCE, local.PATIENCE) as http:
        consents = TwilioConsents(Credentials(ACCOUNT, ACCOUNT, TOKEN), http)
        teller = Teller(consents, clock, pace, POLICY, TIMING)
        says("opt_out", clock, level="none")
        assert await work(teller)
        assert (await refusal(here, CUSTOMER)).code == 21610
        clock.advance(60)
        says("opt_in", clock)
        assert await work(teller)
        assert (await create(here, CUSTOMER)).status == "queued"
    assert telling.earliest() is None


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"action": "answer", "status": 429, "headers": {"Retry-After": "30"}}, 31),
        ({"action": "answer", "status": 500}, 5),
        ({"action": "drop_reply"}, 5),
        ({"action": "answer", "status": 401, "body": {"code": 20003}}, 16 * 60),
    ],
)
async def test_after_each_failure_it_is_told_again(
    here: Town, pace: DatabasePace, clock: FakeClock, fault: dict[str, Any], seconds: float
) -> None:
    await here.put("/faults", [{"method": "twilio.consents.bulk", "times": 1, **fault}])
    async with HttpClient(f"{here.url}/twilio", local.PATIENCE, local.PATIENCE) as http:
        consents = TwilioConsents(Credentials(ACCOUNT, ACCOUNT, TOKEN), http)
        teller = Teller(consents, clock, pace, POLICY, TIMING)
        says("opt_out", clock, level="none")
        assert await work(teller)
        assert not await work(teller)
        clock.advance(seconds)
        assert await work(teller)
    assert (await here.get("/numbers"))["blocked"] == {OURS: [CUSTOMER]}
    assert telling.earliest() is None


async def test_a_lease_that_ran_out_is_told_again(
    teller: Teller, consents: FakeConsents, clock: FakeClock
) -> None:
    says("opt_out", clock, level="none")
    assert teller.claim()
    clock.advance(TIMING.lease.total_seconds() + 1)
    assert await work(teller)
    assert len(consents.told) == 1


async def test_before_it_is_known_who_left_nobody_is_told_to_be_back(
    pace: DatabasePace, consents: FakeConsents, clock: FakeClock
) -> None:
    """A STOP since the backup is found before an opt-in of before it is told."""
    barrier = Barrier()
    teller = Teller(consents, clock, pace, POLICY, TIMING, lambda: not barrier.holds())
    says("opt_out", clock, level="none")
    clock.advance(1)
    says("opt_in", clock)
    restored.end(clock.now(), clock.now())
    assert not await work(teller)
    stop = text_in("STOP", sent_at=clock.now())
    inbound.heed(stop, clock.now(), POLICY)
    assert restored.read(clock.now())
    clock.advance(telling.SETTLING.total_seconds())
    assert await work(teller)
    assert [[one.blocked for one in lines] for lines in consents.told] == [[True]]


async def test_what_nobody_lets_us_do_is_seen_until_it_works(
    teller: Teller, consents: FakeConsents, clock: FakeClock
) -> None:
    consents.outcomes = [Declined("HTTP 403")]
    says("opt_out", clock, level="none")
    says("opt_out", clock, "+17605550122", level="none")
    await work(teller)
    assert chores.found([chores.CONSENTS])[chores.CONSENTS].trouble == "HTTP 403"
    assert teller.earliest() == clock.now() + DECLINED_FOR
    clock.advance(DECLINED_FOR.total_seconds())
    await work(teller)
    assert Chore.objects.get().trouble is None
    assert telling.earliest() is None


async def test_many_are_told_in_few_requests(
    pace: DatabasePace, consents: FakeConsents, clock: FakeClock
) -> None:
    teller = Teller(consents, clock, pace, Policy(numbers=(OURS, "+17605550199")), TIMING)
    for last in range(10, 40):
        says("opt_out", clock, f"+176055501{last}", level="none")
    while await work(teller):
        continue
    sizes = [len(lines) for lines in consents.told]
    assert (sum(sizes), max(sizes) <= MOST_LISTINGS, len(sizes)) == (60, True, 3)


async def test_more_senders_than_one_request_takes_are_told_of_in_several(
    pace: DatabasePace, consents: FakeConsents, clock: FakeClock
) -> None:
    senders = tuple(f"+176055502{last}" for last in range(10, 40))
    says("opt_out", clock, level="none")
    assert await work(Teller(consents, clock, pace, Policy(numbers=senders), TIMING))
    assert [len(lines) for lines in consents.told] == [25, 5]


async def test_all_processes_together_keep_twilios_rate(
    teller: Teller, consents: FakeConsents, pace: DatabasePace, clock: FakeClock
) -> None:
    while not pace.take("carrier/consents", RATE, clock.now()):
        continue
    says("opt_out", clock, level="none")
    await work(teller)
    assert consents.told == []
    assert Number.objects.get().tell.last_error == PACED
    clock.advance(5)
    await work(teller)
    assert len(consents.told) == 1
