"""All lanes of a process, woken by what is committed; many crews do each piece once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from adapters.mongo.clock import DatabaseClock
from adapters.mongo.connection import async_client
from adapters.mongo.feed import DatabaseFeed
from adapters.worker.crew import lanes, working
from adapters.worker.dispatching import Dispatcher
from adapters.worker.lane import LONGEST_SLEEP, TEXTS, Lane, Work
from adapters.worker.relaying import Relayer
from domain import outbox
from domain.errors import FellBehind
from domain.model import Author, Message, Thread
from domain.services import inbound
from domain.services.automation import templates, usage
from domain.services.programs import sending
from domain.values import InboundText
from tests import local
from tests.adapters.worker.fakes import FakeChat, FakeFeed, FakeSms
from tests.anytime import POLICY
from tests.clock import NOON
from tests.domain.build import CUSTOMER, OURS, TIMING, draft, text_in

Raw = dict[str, Any]


@pytest.fixture
def clock(client: MongoClient[Raw], db: Database[Raw]) -> DatabaseClock:
    """The database's own time: here real work falls due."""
    return DatabaseClock(client)


@pytest.fixture
async def feed(mongodb_uri: str, db: Database[Raw]) -> AsyncIterator[DatabaseFeed]:
    """What is committed in this worker's database."""
    async with async_client(mongodb_uri) as other, DatabaseFeed(other[db.name]).running() as feed:
        yield feed


@dataclass
class Counting:
    """A lane's work that only counts how often it was asked for."""

    asked: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def lane(self) -> Lane[Any]:
        """A lane that never finds anything."""
        loop = asyncio.get_running_loop()

        def claim() -> None:
            self.asked += 1
            loop.call_soon_threadsafe(self.news.set)

        return Lane(Work("count", claim, self._nothing, lambda: None, lambda: NOON, heeds=TEXTS))

    async def _nothing(self, claim: Any) -> None:
        raise AssertionError(claim)

    async def until_asked(self, times: int) -> None:
        """Wait until it was asked for so often."""
        async with asyncio.timeout(local.PATIENCE):
            while self.asked < times:
                self.news.clear()
                await self.news.wait()


async def until(holds: Callable[[], bool]) -> None:
    """Wait for a state of the database."""
    async with asyncio.timeout(local.PATIENCE):
        while not await asyncio.to_thread(holds):
            await asyncio.sleep(0.01)


async def test_the_lanes_of_a_crew_are_those_that_it_has_the_means_for(
    clock: DatabaseClock,
) -> None:
    hands = Dispatcher(FakeSms(), None, clock, POLICY, TIMING), Relayer(FakeChat(), clock, TIMING)
    assert len(lanes(clock, TIMING.lease, None, None)) == 4
    assert len(lanes(clock, TIMING.lease, hands[0], None)) == 5
    assert len(lanes(clock, TIMING.lease, *hands)) == 6


async def test_a_crew_counts_how_often_a_template_was_used(clock: DatabaseClock) -> None:
    now, ann = clock.now(), Author(kind="agent", key="U1")
    own = templates.create("Hello", "Hi", True, ann, now).id
    text = {"origin": "x", "direction": "outbound", "status": "sent", "templateId": own}
    ends = {"from": "+17605550100", "to": "+17605550111", "createdAt": now - timedelta(minutes=1)}
    Message._get_collection().insert_one(text | ends | {"effects": outbox.due(now)})
    async with working(lanes(clock, TIMING.lease, None, None), FakeFeed()):
        await until(lambda: templates.get(own).times_used == 1)
    await until(lambda: usage.earliest() is None)


async def test_every_committed_message_wakes_every_lane() -> None:
    feed, counts = FakeFeed(), [Counting(), Counting()]
    async with working([count.lane() for count in counts], feed):
        await asyncio.gather(feed.followed.acquire(), *(count.until_asked(1) for count in counts))
        began = monotonic()
        for turn in range(2, 7):
            feed.say("smsmessages")
            await asyncio.gather(*(count.until_asked(turn) for count in counts))
        assert monotonic() - began < 4 * LONGEST_SLEEP


async def test_a_changed_contact_wakes_nobody() -> None:
    feed, count = FakeFeed(), Counting()
    async with working([count.lane()], feed):
        await asyncio.gather(feed.followed.acquire(), count.until_asked(1))
        began = monotonic()
        feed.say("contacts")
        await count.until_asked(2)
        assert monotonic() - began > LONGEST_SLEEP / 2


async def test_when_the_feed_cuts_the_crew_off_it_follows_again() -> None:
    feed, count = FakeFeed(), Counting()
    async with working([count.lane()], feed):
        await asyncio.gather(feed.followed.acquire(), count.until_asked(1))
        feed.say(FellBehind("too slow"))
        await asyncio.wait_for(feed.followed.acquire(), local.PATIENCE)
        began = monotonic()
        for turn in range(2, 6):
            feed.say("smsmessages")
            await count.until_asked(turn)
        assert monotonic() - began < 3 * LONGEST_SLEEP


async def test_what_takes_longer_than_the_grace_period_is_cut_short() -> None:
    begun = asyncio.Event()

    async def endless(claim: str) -> None:
        begun.set()
        await asyncio.Event().wait()

    def claim() -> str | None:
        return pieces.pop() if pieces else None

    pieces = ["one"]
    work = Work("slow", claim, endless, lambda: None, lambda: NOON)
    began = monotonic()
    async with working([Lane(work)], FakeFeed(), grace=timedelta(seconds=0.1)):
        await begun.wait()
    assert monotonic() - began < local.PATIENCE


@dataclass
class Station:
    """One process's crew, with a carrier and a chat that remember what they were given."""

    clock: DatabaseClock
    feed: DatabaseFeed
    sms: FakeSms
    chat: FakeChat

    def working(self) -> Any:
        """Its lanes, running inside the block."""
        dispatcher = Dispatcher(self.sms, self.chat, self.clock, POLICY, TIMING)
        relayer = Relayer(self.chat, self.clock, TIMING)
        return working(lanes(self.clock, TIMING.lease, dispatcher, relayer), self.feed)

    def receive(self, text: InboundText) -> str:
        """A customer's text, taken in."""
        return inbound.receive(text, self.clock.now(), POLICY).message_id


@pytest.fixture
def station(clock: DatabaseClock, feed: DatabaseFeed) -> Station:
    return Station(clock, feed, FakeSms(), FakeChat())


def nothing_open() -> bool:
    """Whether all slots of all messages are shut."""
    slots = ("dispatch", "relay", "effects")
    some = {"$or": [{f"{slot}.due_at": {"$exists": True}} for slot in slots]}
    return Message._get_collection().find_one(some) is None


async def test_a_text_that_comes_in_is_shown_and_summed_up(station: Station) -> None:
    async with station.working():
        await asyncio.to_thread(station.receive, text_in("Hello"))
        await until(nothing_open)
    thread = Thread.objects(phone=CUSTOMER).get()
    assert (thread.unread_count, len(station.chat.told("post"))) == (1, 1)


async def test_a_held_text_leaves_when_its_time_comes(station: Station) -> None:
    now = station.clock.now()
    async with station.working():
        await asyncio.to_thread(station.receive, text_in("Hello"))
        later = draft("Soon", send_at=now + timedelta(seconds=0.7))
        await asyncio.to_thread(sending.send, later, now, POLICY)
        await until(lambda: bool(station.sms.sent))
        assert station.clock.now() >= now + timedelta(seconds=0.7)


async def test_a_snoozed_conversation_opens_when_its_time_comes(station: Station) -> None:
    now = station.clock.now()
    await asyncio.to_thread(station.receive, text_in("Hello"))
    soon, asleep = now + timedelta(seconds=0.7), Thread.objects(phone=CUSTOMER)
    asleep.update(set__status="snoozed", set__snoozed_until=soon)
    Message.objects.update(set__effects__state="done", unset__effects__due_at=True)
    async with station.working():
        await until(lambda: bool(asleep.get().status == "open"))
        assert station.clock.now() >= soon


async def test_many_crews_carry_out_each_piece_once(station: Station) -> None:
    def write() -> None:
        for number in range(100, 115):
            phone = f"+17605550{number}"
            station.receive(text_in("Hello", sender=phone))
            for body in ("one", "two"):
                sending.send(draft(body, phone=phone), station.clock.now(), POLICY)

    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(station.working())
        await asyncio.to_thread(write)
        await until(nothing_open)
    sent = Counter((text.to, text.body) for text in station.sms.sent)
    shown = Counter(post.key for _, post in station.chat.told("post"))
    assert (len(sent), set(sent.values())) == (30, {1})
    assert (len(shown), set(shown.values())) == (45, {1})
    assert {text.from_phone for text in station.sms.sent} == {OURS}
