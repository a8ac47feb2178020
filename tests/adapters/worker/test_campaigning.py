"""Workers carry out campaigns: each text once, and none after a STOP was answered."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from mongoengine.connection import get_db
from pymongo import MongoClient
from starlette.applications import Starlette

from adapters.mongo.clock import DatabaseClock
from adapters.mongo.pace import COLLECTION, DatabasePace
from adapters.sandbox import SandboxConfig, Speed
from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials, Gateway
from adapters.twilio.routes import INBOUND_PATH, Webhooks
from adapters.twilio.signature import Secrets
from adapters.worker.campaigning import Campaigner
from adapters.worker.crew import lanes, working
from adapters.worker.dispatching import Dispatcher
from domain.model import Campaign, Message, Number, Recipient
from domain.ports import Clock, Sms
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.showing import counting
from tests import local
from tests.adapters.sandbox import town as towns
from tests.adapters.sandbox.town import Town, town
from tests.adapters.twilio import hooks
from tests.adapters.worker.fakes import FakeFeed, FakeSms
from tests.anytime import POLICY
from tests.domain.audience import FAST, people, phone, started
from tests.domain.build import TIMING

WORKERS = 2
FIRST = 50
USER = (towns.ACCOUNT, towns.ACCOUNT)
MUTE = Speed(step=0.01, loss=1.0)
KINDS = ("unlisted", "listed", "made", "leaving")
RARITY = (1, 1, 3, 6)


@asynccontextmanager
async def crews(clock: Clock, sms: Sms) -> AsyncIterator[None]:
    """Several processes' worth of work on campaigns and on their texts."""
    async with AsyncExitStack() as stack:
        for _ in range(WORKERS):
            hand = Dispatcher(sms, None, clock, POLICY, TIMING)
            campaigner = Campaigner(DatabasePace(get_db()[COLLECTION]), clock, POLICY)
            crew = [*lanes(clock, TIMING.lease, hand, None), campaigner.lane()]
            await stack.enter_async_context(working(crew, FakeFeed()))
        yield


async def over(made: Campaign, seconds: float) -> Campaign:
    """The campaign once it is done."""
    async with asyncio.timeout(seconds):
        while (found := await asyncio.to_thread(drafting.get, made.id)).status != "done":
            await asyncio.sleep(0.05)
    return found


async def test_several_workers_text_everybody_once(
    client: MongoClient[dict[str, Any]], db: Any
) -> None:
    clock, sms = DatabaseClock(client), FakeSms()
    people(10)
    async with crews(clock, sms):
        made = [started(clock.now(), name=name, purpose="informational") for name in ("A", "B")]
        for one in made:
            await over(one, 40)
    assert Counter(text.to for text in sms.sent) == {phone(place): 2 for place in range(10)}


@dataclass
class Siege:
    """People who say STOP while a campaign runs, each in another state of their text."""

    at: Town
    http: httpx2.AsyncClient
    chance: Random = field(default_factory=lambda: Random(7))
    answered: dict[str, float] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)

    async def stop(self, number: str, kind: str) -> None:
        """One of them says it; when that was answered is noted."""
        fields = hooks.text("STOP", From=number, AccountSid=towns.ACCOUNT, To=towns.NUMBER)
        url = self.at.config.product_url + INBOUND_PATH
        signed = hooks.signature(url, fields, towns.TOKEN)
        headers = {"X-Twilio-Signature": signed, "Content-Type": hooks.FORM}
        answer = await self.http.post(url, content=urlencode(fields), headers=headers)
        assert answer.status_code == 200
        self.answered[number] = time.time()
        self.kinds[kind] += 1

    async def go_on(self) -> None:
        """Again and again somebody, of each kind, all along the campaign."""
        while True:
            made = await asyncio.to_thread(Message.objects(direction="outbound").count)
            if len(self.answered) > FIRST + made // 20:
                await asyncio.sleep(0.05)
                continue
            kind = self.chance.choices(KINDS, RARITY)[0]
            if one := await asyncio.to_thread(self._one, kind):
                await self.stop(one, kind)

    def _one(self, kind: str) -> str | None:
        gone = list(self.answered)
        if kind == "unlisted":
            return None if Recipient.objects.count() else phone(self.chance.randrange(1_000))
        if kind == "listed":
            found = Recipient.objects(state="waiting", phone__nin=gone).limit(50)
            numbers = [str(one.phone) for one in found]
        else:
            status = "queued" if kind == "made" else "sending"
            texts = Message.objects(status=status, twilio_sid=None, to__nin=gone).limit(20)
            numbers = [str(one.to) for one in texts]
        return self.chance.choice(numbers) if numbers else None


def front(clock: Clock) -> towns.Front:
    """Our webhooks in the product's place."""

    def made(config: SandboxConfig, _: towns.Product) -> Starlette:
        secrets = Secrets({towns.ACCOUNT: (towns.TOKEN,)})
        return hooks.application(Webhooks(config.product_url, secrets, clock, POLICY))

    return made


@pytest.mark.long
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("count", [10_000])
async def test_a_stop_during_a_running_campaign_stops_that_numbers_text(
    client: MongoClient[dict[str, Any]], db: Any, count: int
) -> None:
    """Row: §10.1"""
    clock = DatabaseClock(client)
    people(count)
    async with (
        town(MUTE, front=front(clock)) as at,
        local.async_client() as http,
        HttpClient(f"{at.url}/twilio", local.PATIENCE, local.PATIENCE) as line,
    ):
        siege, credentials = Siege(at, http), Credentials(*USER, towns.TOKEN)
        gateway = Gateway(credentials, at.config.product_url, line)
        made = started(clock.now(), per_minute=FAST)
        for _ in range(5):
            await siege.stop(phone(siege.chance.randrange(count)), "unlisted")
        async with crews(clock, gateway):
            saying = asyncio.create_task(siege.go_on())
            await over(made, 2_400)
            saying.cancel()
            await asyncio.gather(saying, return_exceptions=True)
        calls = defaultdict(list)
        for line_ in await at.calls("twilio.messages.create"):
            calls[line_["args"]["to"]].append(line_["at"])
    late = [one for one, at_ in siege.answered.items() if calls[one] and max(calls[one]) > at_]
    assert late == []
    assert min(siege.kinds[kind] for kind in KINDS) >= 5, siege.kinds
    assert all(Number.objects(phone=one).get().blocked for one in siege.answered)
    everybody = {phone(place) for place in range(count)}
    assert {one for one in everybody - siege.answered.keys() if len(calls[one]) != 1} == set()
    assert max(map(len, calls.values())) == 1
    counts = counting.counted([made.to_mongo().to_dict()])[made.id]
    assert (counts.audience, counts.excluded) == (
        count,
        count - len([*filter(None, calls.values())]),
    )
