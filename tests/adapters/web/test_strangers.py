"""Who knocks in vain too often waits; who is signed or has a token never does."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from adapters.web.strangers import Strangers, site
from domain.allowance import Allowance

STRANGER, OTHER = "93.184.216.34", "93.184.216.35"
MOST = 3


def status(request: Request) -> Response:
    """Whatever the request says: its status and how often it got here."""
    request.app.state.reached += 1
    return PlainTextResponse("", int(request.headers.get("x-status", "200")))


def browser(address: str = STRANGER, app: Starlette | None = None) -> TestClient:
    """Somebody at that address of the world."""
    return TestClient(app or house(), client=(address, 40_000))


def house(*proxies: str) -> Starlette:
    """A web process with limits; it believes those proxies."""
    strangers = Middleware(
        Strangers, allowance=Allowance(MOST), guessed=("/l/",), visited=("/install",)
    )
    trusting = Middleware(ProxyHeadersMiddleware, trusted_hosts=list(proxies))
    routes = [Route(path, status) for path in ("/graphql", "/webhook", "/l/{code}", "/install")]
    made = Starlette(routes=routes, middleware=[trusting, strangers])
    made.state.reached = 0
    return made


def codes(client: TestClient, path: str, said: int, times: int = MOST + 2) -> list[int]:
    return [client.get(path, headers={"x-status": str(said)}).status_code for _ in range(times)]


@pytest.mark.parametrize(("path", "said"), [("/graphql", 401), ("/webhook", 403)])
def test_what_fails_too_often_is_told_to_wait(path: str, said: int) -> None:
    client = browser()
    assert codes(client, path, said) == [said] * MOST + [429] * 2
    reply = client.get(path, headers={"x-status": str(said)})
    assert 1 <= int(reply.headers["retry-after"]) <= 60
    assert reply.json()["error"]["code"] == "RATE_LIMITED"


def test_what_is_signed_passes_however_much_failed_from_there() -> None:
    client = browser()
    codes(client, "/webhook", 403)
    assert codes(client, "/webhook", 200) == [200] * (MOST + 2)


def test_nothing_that_succeeds_is_counted() -> None:
    client = browser()
    codes(client, "/webhook", 200, 50)
    codes(client, "/graphql", 404, 50)
    assert codes(client, "/graphql", 401, 1) == [401]


def test_who_tries_links_out_is_not_looked_at_any_more() -> None:
    app = house()
    client = browser(app=app)
    assert codes(client, "/l/x", 404) == [404] * MOST + [429] * 2
    assert codes(client, "/l/x", 302, 1) == [429]
    assert app.state.reached == MOST


def test_each_visit_counts_where_one_is_stored() -> None:
    assert codes(browser(), "/install", 200) == [200] * MOST + [429] * 2


def test_another_address_is_not_concerned() -> None:
    app = house()
    codes(browser(app=app), "/l/x", 404)
    assert codes(browser(OTHER, app), "/l/x", 302, 1) == [302]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.9", "::1", "testclient"])
def test_an_address_of_a_private_network_is_a_proxy_s_and_not_limited(address: str) -> None:
    assert codes(browser(address), "/l/x", 404) == [404] * (MOST + 2)


def test_one_site_of_ipv6_is_one_and_mapped_addresses_are_what_they_map() -> None:
    near, same, far = (f"2606:2800:{end}" for end in ("220:1::1", "220:1:ffff::9", "221:1::1"))
    sites = [site({"client": (one, 1)}) for one in (near, same, far)]
    assert sites[0] == sites[1] != sites[2]
    assert site({"client": ("::ffff:10.0.0.1", 1)}) is None


def forwarded(app: Starlette, said: str, times: int = MOST + 1) -> list[int]:
    client = browser("10.0.0.1", app)
    sent = {"x-status": "404", "x-forwarded-for": said}
    return [client.get("/l/x", headers=sent).status_code for _ in range(times)]


def test_behind_our_proxy_the_one_before_it_counts_whatever_he_claims() -> None:
    app = house("10.0.0.1")
    for number in range(MOST):
        forwarded(app, f"8.8.8.{number}, {STRANGER}", 1)
    assert forwarded(app, f"8.8.4.4, {STRANGER}", 1) == [429]
    assert forwarded(app, OTHER, 1) == [404]


def test_behind_two_of_our_proxies_the_one_before_both_counts() -> None:
    app = house("10.0.0.1", "10.0.0.2")
    assert forwarded(app, f"8.8.8.8, {STRANGER}, 10.0.0.2") == [404] * MOST + [429]


def test_whom_we_do_not_trust_cannot_speak_for_others() -> None:
    app = house()
    client = browser(app=app)
    sent = [{"x-status": "404", "x-forwarded-for": f"8.8.8.{number}"} for number in range(MOST + 1)]
    assert [client.get("/l/x", headers=one).status_code for one in sent] == [404] * MOST + [429]
