"""Texts that come too late for the day: seen at the phone, through the real gateway."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

import httpx2
import pytest

from adapters.sandbox import SandboxConfig, Speed, standalone
from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials, Gateway
from adapters.worker.dispatching import Dispatcher
from domain.services import dispatch, inbound
from tests import local
from tests.adapters.twilio.hooks import ACCOUNT, TOKEN
from tests.adapters.worker.hands import work
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER, OURS, POLICY, TIMING, fresh, later, queued, text_in
from tests.domain.nights import MORNING, agreed, jane
from tests.server import serving

pytestmark = pytest.mark.usefixtures("db")
EVENING = later(hours=7, minutes=59)
"""19:59 in Los Angeles, where advertising ends at eight."""
NINE = MORNING + timedelta(hours=1)
SILENT = Speed(step=0.001, loss=1.0, retries=())


@dataclass
class Carrier:
    """A worker's hands, and the phones of a stand-in Twilio."""

    http: httpx2.AsyncClient
    clock: FakeClock
    dispatcher: Dispatcher

    def another(self) -> Dispatcher:
        """The worker is started again."""
        return Dispatcher(self.dispatcher.sms, None, self.clock, POLICY, TIMING)

    async def at_the_phone(self) -> list[str]:
        texts = (await self.http.get("/texts")).json()["texts"]
        return [one["body"] for one in texts if one["to"] == CUSTOMER]


@pytest.fixture
async def carrier(clock: FakeClock) -> AsyncIterator[Carrier]:
    with ExitStack() as stack:
        ours = "http://127.0.0.1:9"
        config = SandboxConfig(ours, ours, ACCOUNT, TOKEN, (OURS,), speed=SILENT)
        own = f"{stack.enter_context(serving(standalone(config)))}/sandbox"
        async with (
            HttpClient(f"{own}/twilio", local.PATIENCE, local.PATIENCE) as calls,
            local.async_client(base_url=own) as http,
        ):
            sms = Gateway(Credentials(ACCOUNT, ACCOUNT, TOKEN), ours, calls)
            yield Carrier(http, clock, Dispatcher(sms, None, clock, POLICY, TIMING))


async def test_made_before_eight_and_late_by_two_minutes_it_leaves_once_the_next_morning(
    carrier: Carrier, clock: FakeClock
) -> None:
    """Row: §10.2"""
    jane()
    agreed("written")
    clock.set(EVENING)
    made = queued("New listing", EVENING, purpose="marketing")
    clock.advance(minutes=2)
    assert await work(carrier.dispatcher)
    assert (fresh(made).status, fresh(made).send_at) == ("scheduled", NINE)
    clock.set(NINE - timedelta(seconds=1))
    assert not await work(carrier.dispatcher)
    assert await carrier.at_the_phone() == []
    clock.set(NINE)
    restarted = carrier.another()
    assert await work(restarted)
    assert not await work(restarted)
    assert await carrier.at_the_phone() == [made.body]
    assert [one.allowed for one in fresh(made).decisions] == [True, False, True]


async def test_a_stop_before_the_morning_comes_first(carrier: Carrier, clock: FakeClock) -> None:
    """Row: §1.3"""
    jane()
    agreed("written")
    clock.set(EVENING)
    made = queued("New listing", EVENING, purpose="marketing")
    clock.advance(minutes=2)
    await work(carrier.dispatcher)
    inbound.receive(text_in("STOP"), clock.now(), POLICY)
    clock.set(NINE)
    assert not await work(carrier.dispatcher)
    assert (fresh(made).status, await carrier.at_the_phone()) == ("canceled", [])


async def test_a_worker_that_dies_while_it_puts_a_text_off_sends_nothing_and_loses_nothing(
    carrier: Carrier, clock: FakeClock
) -> None:
    """Its attempt is on record, the call was never made: it is looked for, then asked about."""
    jane()
    agreed("written")
    clock.set(EVENING)
    made = queued("New listing", EVENING, purpose="marketing")
    dead = carrier.dispatcher.claim()
    assert dead
    assert isinstance(dispatch.next_step(dead, EVENING, POLICY, TIMING), dispatch.Send)
    for _ in range(12):
        clock.advance(minutes=2)
        await work(carrier.another())
    assert (fresh(made).status, fresh(made).send_at) == ("scheduled", NINE)
    clock.set(NINE)
    assert await work(carrier.another())
    assert await carrier.at_the_phone() == [made.body]
