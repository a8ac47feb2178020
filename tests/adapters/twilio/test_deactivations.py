"""The day's list of deactivated numbers is read as it comes, from where Twilio's link leads."""

import base64
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import httpx2
import pytest

from adapters.twilio import deactivations, road
from adapters.twilio.deactivations import TwilioDeactivations
from adapters.twilio.gateway import Credentials
from domain.values import Declined, Postponed
from tests.adapters.sandbox.town import ACCOUNT, TOKEN, town
from tests.adapters.twilio.conftest import CREDENTIALS

DAY = date(2026, 3, 3)
STORE = "https://lists.example.com/2026-03-03?signature=1"
US = "Basic " + base64.b64encode(b"SK" + b"b" * 32 + b":key-secret").decode()
Answer = Callable[[httpx2.Request], httpx2.Response]


@dataclass
class World:
    """Twilio and the store that its links lead to: answers by host, and what each was asked."""

    hosts: dict[str, Answer]
    addresses: Sequence[str] = ("93.184.216.34",)
    asked: list[httpx2.Request] = field(default_factory=list)
    taken: list[list[str]] = field(default_factory=list)

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        return self.addresses

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        return self.hosts[request.headers["host"]](request)

    async def take(self, numbers: Sequence[str]) -> None:
        self.taken.append(list(numbers))

    async def read(self, at_once: int = 100) -> Postponed | Declined | None:
        transport, resolve = httpx2.MockTransport(self.answer), self.resolve
        async with TwilioDeactivations(
            CREDENTIALS, at_once=at_once, resolve=resolve, transport=transport
        ) as lists:
            return await lists.read(DAY, self.take)


def leads(to: str = STORE) -> Answer:
    return lambda _: httpx2.Response(307, json={"redirect_to": to})


def says(status: int, **more: object) -> Answer:
    return lambda _: httpx2.Response(status, json=more)


async def parts(content: bytes, size: int, breaks: bool) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]
    if breaks:
        raise httpx2.ReadError("gone")


def gives(content: bytes, size: int = 7, *, breaks: bool = False) -> Answer:
    return lambda _: httpx2.Response(200, content=parts(content, size, breaks))


def world(content: bytes, **how: bool) -> World:
    return World({"messaging.twilio.com": leads(), "lists.example.com": gives(content, **how)})


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in road.PROXIES:
        monkeypatch.delenv(name, raising=False)


async def test_the_list_of_a_day_is_read_over_http() -> None:
    """Row: §8.2"""
    taken: list[str] = []

    async def take(numbers: Sequence[str]) -> None:
        taken.extend(numbers)

    async with town() as here:
        await here.put("/numbers", {"deactivated": {"2026-03-03": ["+17605550123"]}})
        own = Credentials(ACCOUNT, ACCOUNT, TOKEN)
        async with TwilioDeactivations(own, f"{here.url}/twilio") as lists:
            assert await lists.read(DAY, take) is None
            assert isinstance(await lists.read(date(2026, 3, 2), take), Declined)
    assert taken == ["+17605550123"]


async def test_our_credentials_go_to_twilio_alone() -> None:
    here = world(b"+17605550123\n")
    assert await here.read() is None
    told = [one.headers.get("authorization") for one in here.asked]
    assert told == [US, None]
    assert str(here.asked[0].url) == "https://messaging.twilio.com/v1/Deactivations?Date=2026-03-03"
    assert here.asked[1].url.host == "93.184.216.34"


async def test_numbers_are_read_in_the_forms_that_they_come_in() -> None:
    here = world(b"+17605550123\r\n17605550124\n7605550125\n\nphone\n+447700900123\n7605550126")
    await here.read()
    assert here.taken == [[f"+1760555012{last}" for last in range(3, 7)]]


async def test_a_long_list_comes_in_pieces() -> None:
    here = world(b"".join(b"+1760555012%d\n" % last for last in range(5)))
    await here.read(at_once=2)
    assert [len(some) for some in here.taken] == [2, 2, 1]


async def test_a_list_that_breaks_off_is_read_again() -> None:
    assert isinstance(await world(b"+17605550123\n", breaks=True).read(), Postponed)


async def test_a_file_without_lines_is_no_list() -> None:
    assert isinstance(await world(b"x" * 5_000).read(), Postponed)


@pytest.mark.parametrize("link", ["http://lists.example.com/", "https://me:x@lists.example.com/"])
async def test_a_link_that_leads_astray_is_not_followed(link: str) -> None:
    here = World({"messaging.twilio.com": leads(link)})
    assert await here.read() == Postponed(deactivations.ASTRAY)
    assert len(here.asked) == 1


async def test_nothing_of_our_own_network_is_asked() -> None:
    here = World({"messaging.twilio.com": leads()}, addresses=("10.0.0.7",))
    assert await here.read() == Postponed(deactivations.ASTRAY)


async def test_links_in_a_circle_come_to_an_end() -> None:
    here = World({"messaging.twilio.com": leads(), "lists.example.com": leads()})
    assert await here.read() == Postponed(deactivations.LOOP)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (says(200), Postponed(deactivations.NO_LINK)),
        (says(503), Postponed("Twilio answered with HTTP 503.")),
        (says(429), Postponed(deactivations.BUSY, None, busy=True)),
        (says(401, code=20003), Declined("Twilio does not accept our credentials.")),
    ],
)
async def test_what_is_no_list_is_told_apart(answer: Answer, outcome: Postponed | Declined) -> None:
    assert await World({"messaging.twilio.com": answer}).read() == outcome


async def test_a_link_that_has_expired_is_asked_for_again() -> None:
    here = World({"messaging.twilio.com": leads(), "lists.example.com": says(403)})
    assert await here.read() == Postponed("Twilio answered with HTTP 403.")
