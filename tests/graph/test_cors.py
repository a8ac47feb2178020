"""Pages of other origins: which may ask, which may connect, and what their browsers are told."""

from contextlib import suppress

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.graph.conftest import CRM
from tests.graph.desk import Program, http, program
from tests.graph.wire import PROTOCOL, socket_url

STRANGE = [
    "https://evil.example",
    "http://crm.example.com",
    "https://crm.example.com:8443",
    "https://crm.example.com.evil.example",
    "https://sub.crm.example.com",
    "null",
    "",
]
VIEWER = {"query": "{ viewer { name } }"}


@pytest.fixture
def listed(url: str) -> Program:
    """A program at an endpoint that knows one origin."""
    return program(url.replace("/graphql", "/listed"), "read")


def preflight(me: Program, origin: str) -> dict[str, str]:
    """What a browser is told before it sends a request with a token."""
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type",
    }
    return dict(http().options(me.url, headers=headers).headers)


def allowed(headers: dict[str, str]) -> list[str]:
    return [value for name, value in headers.items() if name == "access-control-allow-origin"]


def test_a_listed_page_may_ask(listed: Program) -> None:
    told = preflight(listed, CRM)
    assert told["access-control-allow-origin"] == CRM
    assert "POST" in told["access-control-allow-methods"]
    assert "authorization" in told["access-control-allow-headers"].lower()
    reply = http().post(listed.url, json=VIEWER, headers=listed.headers | {"origin": CRM})
    assert (allowed(dict(reply.headers)), reply.status_code) == ([CRM], 200)
    assert "Origin" in reply.headers["vary"]


def test_a_refusal_can_be_read_by_a_listed_page_too(listed: Program) -> None:
    reply = http().post(listed.url, json=VIEWER, headers={"origin": CRM})
    assert (reply.status_code, allowed(dict(reply.headers))) == (401, [CRM])


def test_events_can_be_read_by_a_listed_page_too(listed: Program) -> None:
    headers = listed.headers | {"origin": CRM, "accept": "text/event-stream"}
    reply = http().post(listed.url, json=VIEWER, headers=headers)
    assert (reply.headers["content-type"], allowed(dict(reply.headers))) == (
        "text/event-stream",
        [CRM],
    )


@pytest.mark.parametrize("origin", STRANGE)
def test_a_page_that_is_not_listed_may_not(listed: Program, origin: str) -> None:
    assert allowed(preflight(listed, origin)) == []
    reply = http().post(listed.url, json=VIEWER, headers=listed.headers | {"origin": origin})
    assert allowed(dict(reply.headers)) == []


def test_cookies_are_never_asked_for(listed: Program) -> None:
    assert "access-control-allow-credentials" not in preflight(listed, CRM)


def test_without_the_setting_no_page_may(me: Program) -> None:
    reply = http().post(me.url, json=VIEWER, headers=me.headers | {"origin": CRM})
    named = [name for name in reply.headers if name.startswith("access-control")]
    assert named == []
    assert allowed(preflight(me, CRM)) == []


async def opens(me: Program, origin: str | None) -> bool:
    """Whether a WebSocket may be opened from a page of that origin; a 403 otherwise."""
    headers = {} if origin is None else {"origin": origin}
    opening = connect(socket_url(me), subprotocols=[PROTOCOL], additional_headers=headers)
    with suppress(InvalidStatus):
        async with opening as socket:
            return socket.subprotocol == PROTOCOL
    return False


@pytest.mark.parametrize("origin", STRANGE)
async def test_a_page_that_is_not_listed_opens_no_socket(listed: Program, origin: str) -> None:
    assert not await opens(listed, origin)


async def test_listed_pages_our_own_and_programs_open_sockets(listed: Program) -> None:
    own = listed.url.removesuffix("/listed")
    assert [await opens(listed, origin) for origin in (CRM, own, None)] == [True, True, True]


async def test_without_the_setting_only_our_own_page_opens_sockets(me: Program) -> None:
    own = me.url.removesuffix("/graphql")
    assert [await opens(me, origin) for origin in (own, None, CRM)] == [True, True, False]
