"""While a campaign's calls hang at a slow carrier, what an agent writes leaves all the same."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from adapters.worker.crew import CALLS, lanes
from adapters.worker.dispatching import Dispatcher
from domain.services import dispatch
from domain.values import OutgoingText, SmsOutcome
from tests import local
from tests.adapters.worker.fakes import FakeSms
from tests.clock import FakeClock
from tests.domain.audience import frozen, people
from tests.domain.build import CUSTOMER, POLICY, TIMING, answered, conversation, later

pytestmark = pytest.mark.usefixtures("db")


@dataclass
class Slow(FakeSms):
    """A carrier that answers nothing of a campaign before it is told to."""

    open: int = 0
    full: asyncio.Event = field(default_factory=asyncio.Event)
    carried: asyncio.Event = field(default_factory=asyncio.Event)
    end: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, text: OutgoingText) -> SmsOutcome:
        if text.to == CUSTOMER:
            self.carried.set()
            return await super().send(text)
        self.open += 1
        if self.open == CALLS - 1:
            self.full.set()
        await self.end.wait()
        return await super().send(text)


async def test_an_answer_leaves_while_every_campaign_call_hangs() -> None:
    people(2 * CALLS)
    frozen()
    conversation()
    sms, clock = Slow(), FakeClock()
    clock.set(later(5))
    hand = Dispatcher(sms, None, clock, POLICY, TIMING)
    crew = lanes(clock, timedelta(seconds=30), hand, None)
    (lane,) = [one for one in crew if one.name == dispatch.SLOT]
    task = asyncio.create_task(lane.run())
    try:
        async with asyncio.timeout(local.PATIENCE):
            await sms.full.wait()
            answered("On my way", later(1))
            clock.set(later(10))
            lane.wake()
            await sms.carried.wait()
        assert sms.open == CALLS - 1  # none of them has ended, and no other has begun
        assert [one.body for one in sms.sent] == ["On my way"]
    finally:
        sms.end.set()
        lane.stop()
        await asyncio.wait_for(task, local.PATIENCE)
