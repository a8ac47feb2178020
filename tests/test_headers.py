"""What every answer tells browsers, whichever route it comes from."""

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from pymongo import MongoClient
from starlette.routing import Route
from starlette.testclient import TestClient

import app
from adapters.web.headers import Headers
from tests import local
from tests.server import serving
from tests.test_app import CONSENT, TWILIO, house_of, loaded, site

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "strict-transport-security": "max-age=31536000",
}
NOTHING = "default-src 'none'"
KEPT = {"private"}
"""What a browser alone may keep for a while: files at signed addresses."""


@pytest.fixture(scope="module")
def house(client: MongoClient[Any], mongodb_uri: str) -> app.House:
    """With everything that has a route: Twilio, Slack by installation, the API's explorer."""
    settings = loaded(**TWILIO, **CONSENT, graphiql=True, mongodb_uri="mongodb://127.0.0.1/x")
    return house_of(client, mongodb_uri, settings)


@pytest.fixture(scope="module")
def http(house: app.House) -> Iterator[httpx2.Client]:
    with serving(site(house)) as base, local.client(base_url=base) as http:
        yield http


def routes(client: MongoClient[Any], uri: str) -> list[Route]:
    """All of them, as the web process has them."""
    settings = loaded(**TWILIO, **CONSENT, graphiql=True, mongodb_uri="mongodb://127.0.0.1/x")
    return [
        one for one in app.web(house_of(client, uri, settings)).routes if isinstance(one, Route)
    ]


def test_every_route_says_the_same_to_browsers(
    http: httpx2.Client, client: MongoClient[Any], mongodb_uri: str
) -> None:
    found = routes(client, mongodb_uri)
    assert len(found) >= 9
    paths = [re.sub(r"\{[^}]*\}", "x", one.path) for one in found]
    for path in [*paths, "/nothing/here"]:
        for verb in ("GET", "POST", "OPTIONS"):
            reply = http.request(verb, path, headers={"accept": "text/html"})
            told = {name: reply.headers.get(name) for name in EVERYWHERE}
            assert told == EVERYWHERE, (verb, path)
            assert NOTHING in reply.headers["content-security-policy"], (verb, path)
            assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
            assert "camera=()" in reply.headers["permissions-policy"]
            assert reply.headers["cache-control"] in {"no-store", *KEPT}, (verb, path)
            cookies = {one.partition("=")[0] for one in reply.headers.get_list("set-cookie")}
            assert cookies <= ({"slack-app-oauth-state"} if "/slack/" in path else set())


def test_the_one_cookie_is_slack_s_state_and_no_script_reads_it(http: httpx2.Client) -> None:
    cookie = http.get("/slack/install").headers["set-cookie"]
    assert {"Secure", "HttpOnly"} <= {part.strip() for part in cookie.split(";")}


def test_pages_may_do_what_they_need_and_nothing_else(http: httpx2.Client) -> None:
    page = http.get("/graphql", headers={"accept": "text/html"})
    policy = page.headers["content-security-policy"]
    assert "script-src 'sha256-" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("address", "told"), [("https://a.example", True), ("http://a.example", False)]
)
def test_https_is_asked_for_only_where_there_is_https(address: str, told: bool) -> None:
    async def nothing(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})

    reply = TestClient(Headers(nothing, address)).get("/")
    assert ("strict-transport-security" in reply.headers) is told
