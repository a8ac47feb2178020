"""Twilio is asked about a text over real HTTP, and its answer is told as data."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from pymongo.database import Database
from starlette.applications import Starlette

from adapters.sandbox import SandboxConfig, Speed, standalone
from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials, Gateway
from domain.errors import Unavailable
from domain.model import Message
from domain.values import Accepted, CarriedText, OutgoingText, Postponed
from graph.problems import described
from tests import local
from tests.clock import NOON, FakeClock
from tests.graph.conftest import Api, mounted
from tests.graph.desk import OURS, Program, answered, conversation, person, program, text
from tests.server import free_port, serving

REFRESH = """mutation($id: ID!) { refreshMessage(id: $id) { __typename
  ... on Message { id status price priceUnit segments errorCode errorMessage errorHelp
    statusHistory { status } }
  ... on Problem { code message help retryAt conflictId } } }"""
ACCOUNT, TOKEN = "AC" + "1" * 32, "sandbox-token"
UNREACHABLE = "+15005530003"


@dataclass
class Twilio:
    """A stand-in Twilio that loses every callback, and a program beside it."""

    sandbox: str
    me: Program

    def sent(self, to: str = "+17605551234") -> Message:
        """A text that Twilio has, of whose fate nobody has told us."""
        outcome = asyncio.run(self._hand_over(to))
        assert isinstance(outcome, Accepted)
        thread = conversation(person(to))
        return answered(thread, twilio_sid=outcome.sid, status="queued", rank=20, segments=1)

    def known(self, message: Message) -> CarriedText:
        """The text as Twilio has it."""
        sid = message.twilio_sid or ""
        found = asyncio.run(self._asked(lambda gateway: gateway.fetch(sid)))
        assert isinstance(found, CarriedText)
        return found

    async def _hand_over(self, to: str) -> object:
        text = OutgoingText("m-1", to, "Hello", OURS, None)
        return await self._asked(lambda gateway: gateway.send(text))

    async def _asked(self, ask: Callable[[Gateway], Awaitable[object]]) -> object:
        async with HttpClient(f"{self.sandbox}/twilio", local.PATIENCE, local.PATIENCE) as http:
            return await ask(Gateway(Credentials(ACCOUNT, ACCOUNT, TOKEN), self.sandbox, http))

    def refreshed(self, message: Message, until: str) -> dict[str, Any]:
        """The answer once Twilio has come so far."""
        for _ in range(100):
            found: dict[str, Any] = self.me.do(REFRESH, id=str(message.id))
            if found.get("status", until) == until:
                return found
        raise AssertionError(found)

    def order(self, **rule: Any) -> None:
        """What is to go wrong when Twilio is asked."""
        rules = [{"method": "twilio.messages.fetch", "times": 1, **rule}]
        httpx2.put(f"{self.sandbox}/faults", json=rules).raise_for_status()


@pytest.fixture(scope="module")
def standing_twilio(indexes: None, shared_clock: FakeClock) -> Iterator[tuple[str, str]]:
    """Where the stand-in is, and the API over a gateway to it; started once."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    speed = Speed(step=0.01, loss=1.0)
    config = SandboxConfig(nowhere, nowhere, ACCOUNT, TOKEN, (OURS,), speed=speed)
    with serving(standalone(config)) as base:
        http = HttpClient(f"{base}/sandbox/twilio", connect_seconds=2, read_seconds=2)
        gateway = Gateway(Credentials(ACCOUNT, ACCOUNT, TOKEN), nowhere, http)

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            async with http:
                yield

        routes = mounted("/graphql", clock=shared_clock, sms=gateway)
        with serving(Starlette(routes=routes, lifespan=lifespan)) as url:
            yield f"{base}/sandbox", f"{url}/graphql"


@pytest.fixture
def twilio(
    db: Database[dict[str, Any]], clock: FakeClock, standing_twilio: tuple[str, str]
) -> Twilio:
    """The stand-in and a program, over a clean database."""
    sandbox, url = standing_twilio
    return Twilio(sandbox, program(url, "read", "write"))


@dataclass(frozen=True)
class Told:
    """A carrier that has one answer."""

    outcome: object

    async def fetch(self, sid: str) -> object:
        assert sid == "SM1"
        return self.outcome


def asked(api: Api, outcome: object) -> dict[str, Any]:
    """The Problem when the carrier has that answer."""
    made = answered(conversation(person()), status="queued", twilio_sid="SM1")
    found = program(api(sms=Told(outcome)), "write").do(REFRESH, id=str(made.id))
    assert Message.objects.get(id=made.id).rev == 1
    return dict(found)


def test_what_no_callback_told_is_found_out(twilio: Twilio) -> None:
    message = twilio.sent()
    found = twilio.refreshed(message, "DELIVERED")
    assert (found["price"], found["priceUnit"], found["segments"]) == ("0.00790", "USD", 1)
    stored = Message.objects.get(id=message.id)
    told = twilio.known(message).updated_at
    assert (stored.status, stored.delivered_at) == ("delivered", told)


def test_a_failure_that_no_callback_told_comes_with_its_reason(twilio: Twilio) -> None:
    message = twilio.sent(UNREACHABLE)
    found = twilio.refreshed(message, "UNDELIVERED")
    assert found["errorCode"] == 30003
    assert found["errorMessage"]
    assert found["errorHelp"]


def test_a_delivered_text_is_not_set_back(twilio: Twilio) -> None:
    message = twilio.sent()
    twilio.refreshed(message, "DELIVERED")
    again = twilio.refreshed(message, "DELIVERED")
    assert again == twilio.refreshed(message, "DELIVERED")
    assert Message.objects.get(id=message.id).status == "delivered"


def test_twilio_out_of_order_is_an_upstream_error_with_a_time(twilio: Twilio) -> None:
    message = twilio.sent()
    twilio.order(action="answer", status=503)
    problem = twilio.me.do(REFRESH, id=str(message.id))
    assert (problem["code"], problem["retryAt"]) == ("UPSTREAM_ERROR", "2026-03-04T20:00:30.000Z")


def test_twilio_asking_to_slow_down_is_rate_limited_with_its_time(twilio: Twilio) -> None:
    message = twilio.sent()
    twilio.order(action="answer", status=429, headers={"retry-after": "9"})
    problem = twilio.me.do(REFRESH, id=str(message.id))
    assert (problem["code"], problem["retryAt"]) == ("RATE_LIMITED", "2026-03-04T20:00:09.000Z")


def test_a_text_that_twilio_does_not_know_is_told_as_such(twilio: Twilio) -> None:
    made = answered(conversation(person()), status="queued", twilio_sid="SM" + "0" * 32)
    problem = twilio.me.do(REFRESH, id=str(made.id))
    assert problem["code"] == "UPSTREAM_ERROR"
    assert "no text under this id" in problem["message"]


@pytest.mark.parametrize(
    ("outcome", "code", "retry_at"),
    [
        (Postponed("Twilio could not be reached"), "UPSTREAM_ERROR", "2026-03-04T20:00:30.000Z"),
        (Postponed("busy", busy=True), "RATE_LIMITED", "2026-03-04T20:00:05.000Z"),
        (None, "UPSTREAM_ERROR", None),
    ],
)
def test_no_answer_changes_nothing(
    api: Api, outcome: object, code: str, retry_at: str | None
) -> None:
    problem = asked(api, outcome)
    assert (problem["code"], problem["retryAt"]) == (code, retry_at)


def test_the_time_to_ask_again_is_told_in_errors_too() -> None:
    error = Unavailable("Later.", code="RATE_LIMITED", retry_at=NOON)
    told = {"code": "RATE_LIMITED", "retryAt": "2026-03-04T20:00:00.000Z"}
    assert described(error) == told


def test_without_twilio_there_is_nobody_to_ask(me: Program) -> None:
    made = answered(conversation(person()), status="queued", twilio_sid="SM1")
    assert me.do(REFRESH, id=str(made.id))["code"] == "NOT_CONFIGURED"


def test_what_twilio_does_not_have_is_a_conflict(me: Program) -> None:
    thread = conversation(person())
    for made in (
        text(thread),
        answered(thread, status="queued"),
        answered(thread, status="unknown"),
    ):
        problem = me.do(REFRESH, id=str(made.id))
        assert problem["code"] == "CONFLICT"
        assert problem["message"]


@pytest.mark.parametrize("wrong", ["nonsense", "0" * 24, "x\0"])
def test_a_text_that_does_not_exist_is_not_found(me: Program, wrong: str) -> None:
    assert me.do(REFRESH, id=wrong)["code"] == "NOT_FOUND"
