"""What came with a text is fetched from Twilio, and our credentials go nowhere else."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.twilio import media, road
from adapters.twilio.gateway import Credentials
from adapters.twilio.media import TwilioMedia
from adapters.twilio.road import MOST_HOPS
from adapters.web.hosts import is_public, resolved
from domain.values import Content, Postponed, Unavailable
from tests.adapters.twilio.conftest import (
    CREDENTIALS,
    Behaviour,
    Carrier,
    answers,
    drips,
    hangs_up,
    resets,
    says_nothing,
    stops_short,
)

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50
MOST = 1_000
PATH = f"/2010-04-01/Accounts/AC{'a' * 32}/Messages/MM{'b' * 32}/Media/ME{'c' * 32}"
REAL = f"https://api.twilio.com{PATH}"
CDN = "https://mms.twiliocdn.example.com/x?token=1"
PUBLIC = "93.184.216.34"
US = "Basic " + base64.b64encode(b"SK" + b"b" * 32 + b":key-secret").decode()

Answer = Callable[[httpx2.Request], httpx2.Response]


@dataclass
class World:
    """Twilio and the rest of the internet: answers by host, and what each was asked."""

    hosts: dict[str, Answer]
    addresses: dict[str, Sequence[str]] = field(default_factory=dict)
    asked: list[httpx2.Request] = field(default_factory=list)

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        return self.addresses.get(host, [PUBLIC])

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        return self.hosts[request.headers["host"]](request)

    @property
    def names(self) -> list[str]:
        """Who was asked, and whether we said who we are."""
        known = [request.headers.get("authorization") == US for request in self.asked]
        hosts = [request.headers["host"] for request in self.asked]
        return [
            f"{host} {'known' if us else ''}".strip() for host, us in zip(hosts, known, strict=True)
        ]

    async def fetch(self, address: str = REAL) -> Content | Unavailable | Postponed:
        transport = httpx2.MockTransport(self.answer)
        async with TwilioMedia(CREDENTIALS, resolve=self.resolve, transport=transport) as found:
            return await found.fetch(address, MOST)


def leads(to: str, status: int = 307) -> Answer:
    return lambda _: httpx2.Response(status, headers={"location": to})


async def parts(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 20):
        yield content[start : start + 20]


def gives(content: bytes = PNG, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx2.Response(200, content=parts(content), headers=named)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in road.PROXIES:
        monkeypatch.delenv(name, raising=False)


async def test_a_picture_comes_by_way_of_the_content_network_which_does_not_learn_who_we_are() -> (
    None
):
    cdn = gives(content_type="image/png", content_disposition='inline; filename="roof.png"')
    world = World({"api.twilio.com": leads(CDN), "mms.twiliocdn.example.com": cdn})
    assert await world.fetch() == Content(PNG, "roof.png", "image/png")
    assert world.names == ["api.twilio.com known", "mms.twiliocdn.example.com"]


async def test_the_very_address_that_was_judged_is_asked_under_its_own_name() -> None:
    world = World({"api.twilio.com": leads(CDN), "mms.twiliocdn.example.com": gives()})
    await world.fetch()
    last = world.asked[-1]
    assert (last.url.host, last.extensions["sni_hostname"]) == (PUBLIC, "mms.twiliocdn.example.com")
    assert last.url.raw_path == b"/x?token=1"


async def test_an_address_of_the_new_kind_is_asked_too() -> None:
    six = "2606:2800:220:1:248:1893:25c8:1946"
    world = World(
        {"api.twilio.com": leads(CDN), "mms.twiliocdn.example.com": gives()},
        {"mms.twiliocdn.example.com": [six]},
    )
    assert isinstance(await world.fetch(), Content)
    assert world.asked[-1].url.host == six


@pytest.mark.parametrize("host", ["api.dublin.ie1.twilio.com", "api.ie1.twilio.com"])
async def test_other_regions_are_twilio_too(host: str) -> None:
    world = World({host: gives()})
    assert isinstance(await world.fetch(f"https://{host}{PATH}"), Content)
    assert world.names == [f"{host} known"]


@pytest.mark.parametrize(
    "address",
    [
        f"https://evil.example.com{PATH}",
        f"https://api.twilio.com.evil.example.com{PATH}",
        f"https://api.twilio.com@evil.example.com{PATH}",
        f"https://evil.example.com/?https://api.twilio.com{PATH}",
        f"https://api.evil-twilio.com{PATH}",
        f"https://api.a.b.c.twilio.com{PATH}",
        f"http://api.twilio.com{PATH}",
        f"https://api.twilio.com:8443{PATH}",
        f"https://api.twilio.com{PATH}/../../../../Messages.json",
        f"https://api.twilio.com{PATH}?x=1",
        f"https://api.twilio.com{PATH}\n",
        "https://api.twilio.com/2010-04-01/Accounts.json",
        f"{REAL} https://evil.example.com",
        "file:///etc/passwd",
        "",
    ],
)
async def test_what_only_claims_to_be_twilios_is_not_asked(address: str) -> None:
    world = World({})
    assert await world.fetch(address) == Unavailable(media.FOREIGN)
    assert world.asked == []


@pytest.mark.parametrize(
    "there",
    [
        "http://mms.twiliocdn.example.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://user:secret@mms.twiliocdn.example.com/x",
        "ftp://mms.twiliocdn.example.com/x",
        "file:///etc/passwd",
        "https://[broken/x",
        "https://mms.twiliocdn.example.com:99999/x",
        "https:///x",
        "//inside.example.com/x",
    ],
)
async def test_a_redirect_leads_to_public_https_or_nowhere(there: str) -> None:
    world = World({"api.twilio.com": leads(there)}, {"inside.example.com": ["10.0.0.7"]})

    async def as_they_are(host: str, port: int) -> Sequence[str]:
        return world.addresses.get(host) or [host]

    world.resolve = as_they_are  # type: ignore[method-assign]
    assert await world.fetch() == Unavailable(media.ASTRAY)
    assert world.names == ["api.twilio.com known"]


@pytest.mark.parametrize("found", [[], ["10.1.2.3"], [PUBLIC, "192.168.0.1"], ["::ffff:127.0.0.1"]])
async def test_a_name_that_means_one_of_our_own_machines_is_not_asked(found: list[str]) -> None:
    world = World({"api.twilio.com": leads(CDN)}, {"mms.twiliocdn.example.com": found})
    assert await world.fetch() == Unavailable(media.ASTRAY)


async def test_a_proxy_decides_itself_what_it_reaches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    hosts = {"api.twilio.com": leads(CDN), "mms.twiliocdn.example.com": gives()}
    world = World(hosts, {"mms.twiliocdn.example.com": []})
    assert isinstance(await world.fetch(), Content)
    assert world.asked[-1].url.host == "mms.twiliocdn.example.com"
    assert "authorization" not in world.asked[-1].headers


async def test_redirects_without_end_are_given_up() -> None:
    world = World({"api.twilio.com": leads(CDN), "mms.twiliocdn.example.com": leads("/again")})
    assert await world.fetch() == Postponed(media.LOOP)
    assert len(world.asked) == MOST_HOPS


async def test_what_is_open_to_all_is_fetched_without_a_key() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        known = "authorization" in request.headers
        return httpx2.Response(401) if known else gives()(request)

    world = World({"api.twilio.com": answer})
    assert isinstance(await world.fetch(), Content)
    assert world.names == ["api.twilio.com known", "api.twilio.com"]


async def test_a_wrong_key_is_said() -> None:
    world = World({"api.twilio.com": lambda _: httpx2.Response(401)})
    assert await world.fetch() == Postponed(media.UNKNOWN_US)


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "0064:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "::a9fe:a9fe",
        "::ffff:0:a9fe:a9fe",
        "2001:0:a9fe:a9fe::1",
        "2002:a00:1::",
        "fec0::1",
        "5f00::1",
        "3fff::1",
        "192.88.99.1",
        "0177.0.0.1",
        "2130706433",
        "localhost",
        "",
    ],
)
def test_private_addresses_are_known_in_every_spelling(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses())
def test_what_is_public_is_global(address: object) -> None:
    if is_public(str(address)):
        assert getattr(address, "is_global", False)


def test_public_ones_are_known() -> None:
    assert is_public(PUBLIC)
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")


async def test_names_are_looked_up_here() -> None:
    assert set(await resolved("localhost", 443)) <= {"127.0.0.1", "::1"}
    assert await resolved("\udcff", 443) == ()


# Over real sockets, against a base address that stands for Twilio.


@asynccontextmanager
async def at(carrier: Carrier, *behaviours: Behaviour) -> AsyncIterator[TwilioMedia]:
    """Twilio is there, and answers so."""
    carrier.behaviours = list(behaviours)
    secret = Credentials("AC" + "a" * 32, "SK" + "b" * 32, "key-secret")
    async with TwilioMedia(secret, carrier.url, seconds=1.0) as found:
        yield found


async def outcome(carrier: Carrier, *behaviours: Behaviour) -> Content | Unavailable | Postponed:
    async with at(carrier, *behaviours) as found:
        return await found.fetch(carrier.url + PATH, MOST)


async def test_a_base_address_stands_for_twilio_and_twilio_is_not_asked(carrier: Carrier) -> None:
    kind = {"Content_Type": "image/png; charset=binary"}
    assert await outcome(carrier, answers(200, PNG, **kind)) == Content(PNG, "", "image/png")
    assert carrier.calls[0].headers["authorization"] == US
    async with at(carrier, answers(200, PNG)) as found:
        assert await found.fetch(REAL, MOST) == Unavailable(media.FOREIGN)
        assert await found.fetch(carrier.url + "/other" + PATH, MOST) == Unavailable(media.FOREIGN)


async def test_a_redirect_within_the_base_is_followed_without_our_name(carrier: Carrier) -> None:
    there = answers(307, b"", Location=f"{carrier.url}/content/1")
    assert isinstance(await outcome(carrier, there, answers(200, PNG)), Content)
    assert [call.path for call in carrier.calls] == [PATH, "/content/1"]
    assert "authorization" not in carrier.calls[1].headers


@pytest.mark.parametrize(
    "there",
    ["http://127.0.0.1:9/x", "http://169.254.169.254/latest", "https://127.0.0.1/x", "//[::1]/x"],
)
async def test_a_base_on_this_machine_opens_no_other_door(carrier: Carrier, there: str) -> None:
    assert await outcome(carrier, answers(302, b"", Location=there)) == Unavailable(media.ASTRAY)
    assert len(carrier.calls) == 1


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (404, Postponed(media.MISSING)),
        (410, Unavailable(media.DELETED)),
        (429, Postponed(media.BUSY)),
        (500, Postponed(media.REFUSED.format(status=500))),
        (204, Postponed(media.REFUSED.format(status=204))),
    ],
)
async def test_each_answer_is_judged(
    carrier: Carrier, status: int, told: Postponed | Unavailable
) -> None:
    assert await outcome(carrier, answers(status, b"")) == told


async def test_twilio_is_asked_again_when_it_says(carrier: Carrier) -> None:
    busy = answers(429, b"", Retry_After="17")
    assert await outcome(carrier, busy) == Postponed(media.BUSY, 17.0)


@pytest.mark.parametrize("behaviour", [resets, hangs_up, says_nothing, stops_short, drips])
async def test_what_breaks_or_never_ends_is_tried_again(
    carrier: Carrier, behaviour: Behaviour
) -> None:
    told = await outcome(carrier, behaviour)
    assert told in (
        Postponed(media.UNREACHABLE),
        Postponed(media.REFUSED.format(status=201)),
    )


async def floods(writer: asyncio.StreamWriter) -> None:
    """A body without a length and without an end."""
    writer.write(b"HTTP/1.1 200 X\r\nContent-Type: image/png\r\nConnection: close\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x" * 500)
        await writer.drain()


async def test_a_body_without_end_is_cut_off(carrier: Carrier) -> None:
    assert await outcome(carrier, floods) == Unavailable(media.TOO_LARGE.format(most=MOST))


async def test_what_says_that_it_is_too_large_is_not_read(carrier: Carrier) -> None:
    large = answers(200, b"x" * (MOST + 1))
    assert await outcome(carrier, large) == Unavailable(media.TOO_LARGE.format(most=MOST))
    assert isinstance(await outcome(carrier, answers(200, b"x" * MOST)), Content)


async def test_a_file_is_not_unpacked_on_the_way(carrier: Carrier) -> None:
    await outcome(carrier, answers(200, PNG))
    assert carrier.calls[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"<!doctype html><title>Sign in", "image/png"), (PNG, "text/html; charset=utf-8")],
)
async def test_a_page_is_not_taken_for_the_file(
    carrier: Carrier, content: bytes, kind: str
) -> None:
    assert await outcome(carrier, answers(200, content, Content_Type=kind)) == Postponed(
        media.NO_FILE
    )


async def test_an_empty_file_is_none(carrier: Carrier) -> None:
    assert await outcome(carrier, answers(200, b"")) == Postponed(media.EMPTY)
