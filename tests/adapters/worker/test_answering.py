"""After a STOP nothing leaves but one confirmation, whoever owns it: seen at the phone itself."""

import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx2
import pytest

from adapters.sandbox import SandboxConfig, Speed, standalone
from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials, Gateway
from adapters.twilio.routes import Webhooks
from adapters.worker.answering import Answerer
from adapters.worker.dispatching import Dispatcher
from domain.model import Message
from domain.policy import ConsentPolicy, Policy
from domain.rules.status import MessageStatus
from domain.services import numbers, upkeep
from domain.services.automation import answers
from tests import local
from tests.adapters.twilio.hooks import ACCOUNT, SECRETS, TOKEN, application
from tests.adapters.worker.hands import work
from tests.clock import FakeClock
from tests.domain.build import CUSTOMER, OURS, TIMING, answered, conversation, fresh, later, queued
from tests.server import free_port, serving

pytestmark = pytest.mark.usefixtures("db")


def owned_by(owner: str) -> Policy:
    """The settings of an installation whose opt-outs are confirmed by that owner."""
    return Policy(numbers=(OURS,), consent=ConsentPolicy(confirms=owner))


@dataclass
class Town:
    """The product's hands, with the sandbox's Twilio and its phones."""

    http: httpx2.AsyncClient
    clock: FakeClock
    policy: Policy
    dispatcher: Dispatcher

    async def text(self, body: str, to: str = OURS) -> None:
        """The customer texts us, and Twilio brings it."""
        answer = await self.http.post("/texts", json={"from": CUSTOMER, "to": to, "body": body})
        assert answer.is_success, answer.text

    async def work(self) -> None:
        """Everything that is due now is done."""
        answerer = Answerer(self.clock, self.policy, TIMING)
        while True:
            text = upkeep.claim(self.clock.now(), TIMING.lease)
            if text:
                upkeep.carry_out(text, answerer.answer)
            if not await work(self.dispatcher) and not text:
                return

    async def at_the_phone(self) -> list[str]:
        """What reached the phone, from us or from Twilio itself."""
        texts = (await self.http.get("/texts")).json()["texts"]
        return [one["body"] for one in texts if one["to"] == CUSTOMER]


@asynccontextmanager
async def town(owner: str, patience: float = 15.0) -> AsyncIterator[Town]:
    """A web process, the sandbox, and a worker's hands, for one owner of confirmations.

    `patience` is how many seconds Twilio waits for an answer of ours; it asks once.
    """
    clock, policy = FakeClock(), owned_by(owner)
    with ExitStack() as stack:
        door = socket.create_server(("127.0.0.1", free_port()))
        own = f"http://127.0.0.1:{door.getsockname()[1]}"
        hooks = Webhooks(own, SECRETS, clock, policy, 0.01)
        stack.enter_context(serving(application(hooks), listener=door))
        speed = Speed(step=0.001, loss=1.0, timeout=patience, retries=())
        twilio = owner == "twilio"
        config = SandboxConfig(own, own, ACCOUNT, TOKEN, (OURS,), speed=speed, handles_stop=twilio)
        base = f"{stack.enter_context(serving(standalone(config)))}/sandbox"
        async with (
            HttpClient(f"{base}/twilio", local.PATIENCE, local.PATIENCE) as line,
            local.async_client(base_url=base) as outside,
        ):
            gateway = Gateway(Credentials(ACCOUNT, ACCOUNT, TOKEN), own, line)
            yield Town(outside, clock, policy, Dispatcher(gateway, None, clock, policy, TIMING))


def full_of_texts() -> list[Message]:
    """An answer that is held, a batch that is due, and a text for tomorrow."""
    conversation()
    batch = [queued(f"Offer {n}") for n in range(3)]
    return [answered("Shall I call?"), *batch, queued("See you", send_at=later(hours=20))]


@pytest.mark.parametrize(
    ("owner", "word", "by_us"),
    [
        ("twilio", "STOP", False),
        ("twilio", "opt out", True),
        ("threadline", "STOP", True),
        pytest.param("threadline", "opt out", True, marks=pytest.mark.long),
    ],
)
async def test_after_a_stop_one_confirmation_arrives_and_nothing_else(
    owner: str, word: str, by_us: bool
) -> None:
    """Row: §10.1 Row: §1.4 Row: §5.1 Row: §5.2 Row: §5.3"""
    async with town(owner) as here:
        waiting = full_of_texts()
        await here.text(word)
        await here.work()
        here.clock.advance(hours=21)
        await here.work()
        told = await here.at_the_phone()
    assert len(told) == 1
    assert ("You will get no more texts" in told[0]) is by_us
    assert {fresh(one).status for one in waiting} == {MessageStatus.CANCELED}


@pytest.mark.long
@pytest.mark.parametrize("owner", ["twilio", "threadline"])
async def test_who_changes_their_mind_is_told_once_each_time(owner: str) -> None:
    """Row: §10.3 Row: §4.3 Row: §5.4"""
    async with town(owner) as here:
        for word in ("STOP", "STOP", "START", "HELP", "HELP", "STOP"):
            await here.text(word)
            await here.work()
            here.clock.advance(minutes=1)
        told = await here.at_the_phone()
    helped = 1 if owner == "threadline" else 2
    assert len(told) == 3 + helped
    assert numbers.state_of(CUSTOMER).blocked


async def test_who_is_killed_after_the_answer_was_made_repeats_nothing() -> None:
    """Row: §1.4"""
    async with town("threadline") as here:
        await here.text("STOP")
        dead = upkeep.claim(here.clock.now(), TIMING.lease)
        assert dead is not None
        answers.give(dead, here.clock.now(), here.policy)
        await here.work()
        here.clock.advance(TIMING.lease.total_seconds())
        await here.work()
        assert len(await here.at_the_phone()) == 1


async def test_a_block_that_only_twilio_knows_empties_all_queues() -> None:
    """Row: §10.3"""
    async with town("twilio", patience=0.2) as here:
        waiting = full_of_texts()
        lost = [{"method": "deliver.text", "action": "lose"}]
        await here.http.put("/faults", json={"rules": lost})
        await here.text("STOP")
        assert not numbers.state_of(CUSTOMER).blocked
        await here.work()
        here.clock.advance(hours=21)
        await here.work()
        assert len(await here.at_the_phone()) == 1
    assert numbers.state_of(CUSTOMER).blocked
    ends = [fresh(one) for one in waiting]
    assert [one.error_code for one in ends].count(21610) == 1
    assert {one.status for one in ends} == {MessageStatus.FAILED, MessageStatus.CANCELED}
    assert all("opted out" in str(one.error_message) for one in ends)
