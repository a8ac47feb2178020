"""Twilio's records are looked through over HTTP: what was missed comes once, whatever happens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pymongo.database import Database

from adapters import checks
from adapters.twilio.archive import TwilioArchive
from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials, Gateway
from adapters.worker.reconciling import Reconciler
from domain.model import Bulletin, Chore, Find, Message
from domain.policy import Timing
from domain.rules.recovery import Cadence
from domain.services import inbound, messages, numbers
from domain.services.people import contacts, erasure
from domain.services.programs import sending
from domain.services.recovery import carrier
from domain.services.registry import chores
from tests import local
from tests.adapters.sandbox.phone import create
from tests.adapters.sandbox.town import ACCOUNT, FAST, NUMBER, TOKEN, Town, town
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER, POLICY, STRANGER, draft, received, text_in

pytestmark = pytest.mark.usefixtures("db")
CADENCE = Cadence()
TIMING = Timing()
ENDLESS = {"messages": [], "next_page_uri": "/2010-04-01/Accounts/AC1/Messages.json?PageSize=9"}
LATER = CADENCE.every + CADENCE.grace


@dataclass
class Office:
    """One installation's hands at Twilio's; `hands` are of as many workers."""

    here: Town
    clock: FakeClock
    hands: list[Reconciler]

    async def look(self, hand: int = 0, **later: float) -> None:
        """The next look, all its turns; time goes by in between."""
        self.clock.advance(**(later or {"seconds": LATER.total_seconds()}))
        while claim := await asyncio.to_thread(self.hands[hand].claim):
            await self.hands[hand].carry_out(claim)
            if _over():
                return
            self.clock.advance(seconds=1)

    async def step(self, claim: Chore, hand: int = 0) -> bool:
        """One step of a look; whoever made it may be killed after it."""
        own = self.hands[hand]
        step = own._next(claim)
        assert step
        return await own._do(claim, step)

    async def missed(self, body: str = "Hello?", sender: str = CUSTOMER, **more: Any) -> str:
        """A customer texts, and no webhook reaches us; the text's sid."""
        return str((await self.here.text(sender, body, **more))["sid"])


def _over() -> bool:
    chore = Chore.objects.get(name=chores.RECORDS)
    return chore.look is not None and chore.look.since is None


def bodies() -> list[str]:
    """The customers' texts as they came."""
    found = Message.objects(direction="inbound").order_by("position", "id")
    return [one.body for one in found]


@asynccontextmanager
async def office(
    here: Town, size: int = 200, ahead: timedelta = timedelta(0)
) -> AsyncIterator[Office]:
    """A first look has been had, at nothing."""
    clock = FakeClock(datetime.now(UTC) + ahead)
    own = Credentials(ACCOUNT, ACCOUNT, TOKEN)
    async with HttpClient(f"{here.url}/twilio", local.PATIENCE, local.PATIENCE) as http:
        gateway = Gateway(own, "https://texts.example.com", http)
        archive = TwilioArchive(own, http, f"{here.url}/twilio", size)
        parts = (gateway, archive, clock, replace(POLICY, numbers=(NUMBER,), secret="s" * 32))
        place = Office(here, clock, [Reconciler(*parts, TIMING) for _ in range(2)])
        await place.look(seconds=0)
        yield place


@pytest.fixture
async def here() -> AsyncIterator[Town]:
    async with town() as place:
        yield place


@pytest.fixture
async def us(here: Town) -> AsyncIterator[Office]:
    async with office(here) as place:
        yield place


async def test_a_text_that_no_webhook_brought_is_taken_in_once(us: Office) -> None:
    sid = await us.missed("Are you there?")
    for _ in range(3):
        await us.look()
    (text,) = Message.objects
    assert (text.origin, text.body, text.from_) == (f"twilio:{sid}", "Are you there?", CUSTOMER)
    assert text.recovered_at == text.created_at
    assert abs(text.written_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert text.relay.state == "due"


async def test_missed_texts_come_in_the_order_in_which_they_were_sent(here: Town) -> None:
    async with office(here, size=2) as us:
        for number in range(5):
            await us.missed(f"text {number}")
        await us.look()
    assert bodies() == [f"text {number}" for number in range(5)]


async def test_what_is_fresh_may_still_be_on_its_way(us: Office) -> None:
    await us.missed()
    Chore.objects.update(set__work__due_at=us.clock.now())
    await us.look(seconds=1)
    assert bodies() == []
    await us.look()
    assert bodies() == ["Hello?"]


async def test_texts_of_before_we_began_are_not_ours(here: Town) -> None:
    await here.text(CUSTOMER, "To whoever was here before")
    async with office(here, ahead=timedelta(seconds=1)) as us:  # records are told by the second
        await us.look()
        assert bodies() == []


async def test_texts_to_numbers_of_other_programs_are_left_alone(us: Office) -> None:
    await us.missed(to="+17605550101")
    await us.look()
    assert bodies() == []
    assert Find.objects.count() == 0


async def test_a_number_of_the_service_is_ours(us: Office) -> None:
    """The records of some accounts do not name it."""
    service, number = "MG" + "2" * 32, "+17605550101"
    policy = replace(POLICY, numbers=(), service_sid=service)
    now = us.clock.now()
    first = text_in("first", recipient=number, service_sid=service)
    known = messages.get(inbound.receive(first, now, policy).message_id)
    us.hands[0].policy = policy
    await us.missed("second", to=number)
    await us.look()
    assert {one.thread_id for one in Message.objects} == {known.thread_id}
    assert bodies() == ["first", "second"]


async def test_pictures_come_with_it(us: Office) -> None:
    picture = {"name": "key.png", "content": "iVBORw0KGgo=", "contentType": "image/png"}
    await us.missed("", media=[picture])
    await us.look()
    (text,) = Message.objects
    assert [(one.content_type, one.place) for one in text.wanted] == [("image/png", 0)]
    assert text.wanted[0].source == (await us.here.texts())[0]["mediaUrls"][0]
    assert text.fetch.state == "due"


async def test_a_stop_is_in_force_before_the_list_is_at_its_end(us: Office) -> None:
    await us.missed("STOP")
    fault = {"method": "twilio.messages.list", "action": "answer", "status": 503, "after": 1}
    await us.here.put("/faults", [fault])
    us.clock.advance(seconds=LATER.total_seconds())
    claim = us.hands[0].claim()
    assert claim
    await us.hands[0].carry_out(claim)
    assert numbers.state_of(CUSTOMER).blocked


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"action": "answer", "status": 429, "headers": {"Retry-After": "30"}}, 30),
        ({"action": "answer", "status": 500}, 2),
        ({"action": "drop_request"}, 2),
        ({"action": "answer", "status": 401, "body": {"code": 20003}}, 3_600),
        ({"action": "answer", "status": 200, "body": {"messages": "none"}}, 2),
        ({"action": "answer", "status": 200, "body": ENDLESS}, 2),
    ],
)
async def test_after_each_failure_the_same_page_is_read_again(
    us: Office, fault: dict[str, Any], seconds: float
) -> None:
    await us.missed()
    await us.here.put("/faults", [{"method": "twilio.messages.list", "times": 1, **fault}])
    us.clock.advance(seconds=LATER.total_seconds())
    claim = us.hands[0].claim()
    assert claim
    await us.hands[0].carry_out(claim)
    assert bodies() == []
    assert us.hands[0].claim() is None
    await us.look(seconds=seconds)
    assert bodies() == ["Hello?"]


async def test_a_page_that_is_not_there_any_more_begins_the_list_anew(here: Town) -> None:
    async with office(here, size=1) as us:
        for number in range(3):
            await us.missed(f"text {number}")
        us.clock.advance(seconds=LATER.total_seconds())
        claim = us.hands[0].claim()
        assert claim
        assert await us.step(claim)
        Chore.objects.update(__raw__={"$set": {"look.place": "1:PAnone"}})
        await us.look(seconds=60)
    assert bodies() == ["text 0", "text 1", "text 2"]
    assert Chore.objects.get(name=chores.RECORDS).trouble is None


async def test_a_webhook_that_comes_afterwards_brings_the_same_text(us: Office) -> None:
    sid = await us.missed()
    await us.look()
    receipt = inbound.receive(text_in("Hello?", sid, recipient=NUMBER), us.clock.now(), POLICY)
    assert not receipt.first_time
    assert bodies() == ["Hello?"]


async def test_a_webhook_at_the_same_moment_brings_the_same_text(us: Office) -> None:
    """Row: whoever is first; here the webhook comes between finding and taking in."""
    sid = await us.missed()
    hand = us.hands[0]
    us.clock.advance(seconds=LATER.total_seconds())
    claim = hand.claim()
    assert claim
    assert await us.step(claim)
    assert Find.objects.count() == 1
    inbound.receive(text_in("Hello?", sid, recipient=NUMBER), us.clock.now(), POLICY)
    await us.look(seconds=60)
    (text,) = Message.objects
    assert text.recovered_at is None
    assert Bulletin.objects.count() == 0


async def test_two_workers_at_once_bring_it_once(us: Office) -> None:
    for number in range(4):
        await us.missed(f"text {number}")
    us.clock.advance(seconds=LATER.total_seconds())
    first = us.hands[0].claim()
    assert first
    us.clock.advance(seconds=TIMING.lease.total_seconds())  # asleep for longer than its lease
    second = us.hands[1].claim()
    assert second
    await asyncio.gather(us.hands[0].carry_out(first), us.hands[1].carry_out(second))
    assert bodies() == [f"text {number}" for number in range(4)]


@pytest.mark.parametrize("steps", [1, 2, 3])
async def test_who_is_killed_is_succeeded_by_another(us: Office, steps: int) -> None:
    for number in range(2):
        await us.missed(f"text {number}")
    us.clock.advance(seconds=LATER.total_seconds())
    hand = us.hands[0]
    claim = hand.claim()
    assert claim
    for _ in range(steps):
        await us.step(claim)
    await us.look(1, seconds=TIMING.lease.total_seconds())
    assert bodies() == ["text 0", "text 1"]
    assert Bulletin.objects.count() == 1


async def test_statuses_prices_and_segments_are_mended(us: Office) -> None:
    message = await _sent(us)
    assert (message.status, message.price) == ("queued", None)
    await us.here.until("/texts", lambda told: told["texts"][-1]["status"] == "delivered")
    await us.look()
    found = messages.get(message.id)
    assert (found.status, found.segments) == ("delivered", 1)
    assert Decimal(str(found.price)) == Decimal("0.00790")
    assert found.delivered_at is not None
    rev = found.rev
    await us.look()
    assert messages.get(message.id).rev == rev


async def test_an_error_is_mended_with_what_to_do(us: Office) -> None:
    message = await _sent(us, "+15005530005")
    await us.here.until("/texts", lambda told: told["texts"][-1]["status"] == "undelivered")
    await us.look()
    found = messages.get(message.id)
    assert (found.status, found.error_code) == ("undelivered", 30005)
    assert found.error_help


async def test_what_is_still_queued_there_is_asked_for_by_itself() -> None:
    async with town(replace(FAST, step=60)) as here, office(here) as us:
        message = await _sent(us)
        await us.look(minutes=20)
        assert [one["args"]["sid"] for one in await here.calls("twilio.messages.fetch")] == [
            message.twilio_sid
        ]


async def test_what_another_program_sent_is_counted_and_not_made_ours(us: Office) -> None:
    await create(us.here, CUSTOMER, "From elsewhere")
    await us.here.until("/texts", lambda told: told["texts"][-1]["status"] == "delivered")
    await us.look()
    assert Message.objects.count() == 0
    assert Chore.objects.get(name=chores.RECORDS).look.foreign_before == 1


async def test_what_an_unclear_call_may_have_made_is_not_strange(us: Office) -> None:
    message = await _sent(us)
    gone = {"$unset": {"twilioMessageSid": ""}, "$set": {"status": "unknown"}}
    Message._get_collection().update_one({"_id": message.id}, gone)
    await us.here.until("/texts", lambda told: told["texts"][-1]["status"] == "delivered")
    await us.look()
    assert Chore.objects.get(name=chores.RECORDS).look.foreign_before == 0
    assert messages.get(message.id).status == "unknown"


async def test_who_was_forgotten_does_not_come_back(us: Office) -> None:
    await us.missed("Forget me", STRANGER)
    await us.look()
    person = contacts.by_phone(STRANGER)
    assert person
    erasure.erase(person.id, us.clock.now(), us.hands[0].policy, None)
    await us.look()
    assert contacts.by_phone(STRANGER) is None
    assert Message.objects.count() == 0


async def test_a_text_that_cannot_be_taken_in_is_laid_aside(db: Database[Any], us: Office) -> None:
    sid = await us.missed()
    us.clock.advance(seconds=LATER.total_seconds())
    hand = us.hands[0]
    claim = hand.claim()
    assert claim
    await us.step(claim)
    Find.objects.update(set__tries=10)
    await us.look(seconds=60)
    assert bodies() == []
    assert db["strays"].find_one({"origin": f"records:{sid}"})


async def _sent(us: Office, to: str = CUSTOMER) -> Message:
    """A text of ours that Twilio has; none of its reports came."""
    body, now = "Your keys are ready", us.clock.now()
    received(now=now, sender=to, recipient=NUMBER, policy=us.hands[0].policy)
    message = sending.send(draft(body, phone=to, confirmed=True), now, us.hands[0].policy)
    sid = (await create(us.here, to, body)).sid
    known = {"twilioMessageSid": sid, "status": "queued", "rank": 20, "attemptedAt": now}
    shut = {"$unset": {"dispatch.due_at": ""}}
    Message._get_collection().update_one({"_id": message.id}, {"$set": known} | shut)
    return messages.get(message.id)


def seconds_left(clock: FakeClock) -> int:
    """Until the next look; the database keeps milliseconds."""
    due = carrier.earliest()
    assert due
    return round((due - clock.now()).total_seconds())


async def test_after_a_refusal_it_is_soon_tried_again_and_at_once_by_who_starts(
    us: Office,
) -> None:
    good = us.hands[0].archive
    http = HttpClient(f"{us.here.url}/twilio", local.PATIENCE, local.PATIENCE)
    async with http:
        wrong = Credentials(ACCOUNT, ACCOUNT, "0" * 32)
        us.hands[0].archive = TwilioArchive(wrong, http, f"{us.here.url}/twilio")
        await us.look()
        for minutes in (2, 5, 15, 60, 60):
            us.clock.advance(hours=1)
            claim = us.hands[0].claim()
            assert claim
            await us.hands[0].carry_out(claim)
            assert seconds_left(us.clock) == minutes * 60
    told = checks.records(us.clock.now())
    assert (told.status, "this text" in told.message) == ("failed", False)
    sid = await us.missed("Lost meanwhile")
    starting = replace(us.hands[0], archive=good)
    us.clock.advance(seconds=5)
    assert starting.claim() is None  # who starts again and again asks once a minute
    assert seconds_left(us.clock) == 55
    us.clock.advance(minutes=5)
    us.hands = [replace(us.hands[0], archive=good)]
    await us.look(seconds=0)
    assert Message.objects(origin=f"twilio:{sid}").count() == 1
    assert checks.records(us.clock.now()).status == "ok"
