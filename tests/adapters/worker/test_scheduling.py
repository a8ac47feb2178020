"""Scheduled texts leave by real workers to a real carrier: each once, in order, after restarts."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

from adapters.sandbox import Speed
from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials, Gateway
from adapters.worker.crew import lanes, working
from adapters.worker.dispatching import Dispatcher
from domain.model import Message, Number
from domain.ports import Sms
from domain.services.programs import sending
from tests import local
from tests.adapters.sandbox import town as towns
from tests.adapters.sandbox.town import Town, town
from tests.adapters.worker.fakes import FakeFeed
from tests.anytime import POLICY
from tests.clock import NOON, FakeClock
from tests.domain.build import TIMING, draft, later

WORKERS = 2
PEOPLE, EACH = 3, 4
MUTE = Speed(step=0.01, loss=1.0)
TEN = later(hours=2)
PATIENCE = 60


def phone(place: int) -> str:
    return f"+1760555{4000 + place}"


def scheduled() -> dict[str, list[str]]:
    """Texts of several people for the same second, all mixed; what each is to get, in order."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for place in range(PEOPLE):
        Number(phone=phone(place), level="express", consent_at=NOON).save()
    for turn in range(EACH):
        for place in range(PEOPLE):
            body = f"number {turn}"
            sending.send(draft(body, phone=phone(place), send_at=TEN), NOON, POLICY)
            wanted[phone(place)].append(body)
    return wanted


@asynccontextmanager
async def carrier() -> AsyncIterator[tuple[Town, Sms]]:
    """The sandbox's Twilio, which reports nothing, and our way to it."""
    async with (
        town(MUTE) as at,
        HttpClient(f"{at.url}/twilio", local.PATIENCE, local.PATIENCE) as line,
    ):
        credentials = Credentials(towns.ACCOUNT, towns.ACCOUNT, towns.TOKEN)
        yield at, Gateway(credentials, at.config.product_url, line)


@asynccontextmanager
async def crews(clock: FakeClock, sms: Sms) -> AsyncIterator[None]:
    """Several processes' worth of workers, which end as abruptly as a task can."""
    async with AsyncExitStack() as stack:
        for _ in range(WORKERS):
            hand = Dispatcher(sms, None, clock, POLICY, TIMING)
            crew = lanes(clock, TIMING.lease, hand, None)
            await stack.enter_async_context(working(crew, FakeFeed(), timedelta(0)))
        yield


async def carried(at: Town, count: int) -> dict[str, list[str]]:
    """What the carrier was given for whom, once there are so many."""
    async with asyncio.timeout(PATIENCE):
        while len(calls := await at.calls("twilio.messages.create")) < count:
            await asyncio.sleep(0.05)
    found: dict[str, list[str]] = defaultdict(list)
    for call in calls:
        found[call["args"]["to"]].append(call["args"]["body"])
    return found


async def settled() -> None:
    """Wait until none is on its way any more."""
    async with asyncio.timeout(PATIENCE):
        while await asyncio.to_thread(_waiting):
            await asyncio.sleep(0.05)


def _waiting() -> int:
    open_ = {"status": {"$in": ["scheduled", "queued", "sending"]}, "twilioMessageSid": None}
    return int(Message._get_collection().count_documents(open_))


async def test_what_is_due_in_the_same_second_leaves_once_and_in_the_order_of_each_thread(
    db: Any, clock: FakeClock
) -> None:
    wanted = scheduled()
    async with carrier() as (at, sms):
        async with crews(clock, sms):
            clock.set(TEN)
            await settled()
        assert await carried(at, PEOPLE * EACH) == wanted


async def test_it_leaves_once_though_no_worker_lived_at_its_time(db: Any, clock: FakeClock) -> None:
    wanted = scheduled()
    async with carrier() as (at, sms):
        async with crews(clock, sms):
            clock.set(TEN - timedelta(seconds=1))
        assert await carried(at, 0) == {}
        clock.set(TEN + timedelta(minutes=5))
        async with crews(clock, sms):
            await settled()
        async with crews(clock, sms):
            clock.advance(hours=1)
        assert await carried(at, PEOPLE * EACH) == wanted


async def test_the_gate_is_asked_again_when_it_leaves(db: Any, clock: FakeClock) -> None:
    scheduled()
    Number.objects(phone__ne=phone(0)).update(set__blocked=True)
    async with carrier() as (at, sms):
        async with crews(clock, sms):
            clock.set(TEN)
            await settled()
        assert list(await carried(at, 0)) == [phone(0)]
