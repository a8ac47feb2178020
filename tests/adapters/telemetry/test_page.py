"""`/metrics` is read by whoever may, and by nobody else."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from adapters.telemetry import Instruments
from adapters.telemetry.page import FORWARDED, route
from adapters.web.errors import HANDLERS

TOKEN = "a-token-of-some-length"


def client(token: str = "", address: str = "127.0.0.1", host: str = "127.0.0.1:8000") -> TestClient:
    made = Instruments("test")
    made.count("feed_resumed")
    inner = Starlette(routes=[route(made.registry, token)], exception_handlers=HANDLERS)
    return TestClient(inner, base_url=f"http://{host}", client=(address, 50_000))


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1"])
def test_a_scraper_on_this_machine_needs_no_token(address: str) -> None:
    answer = client(address=address).get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "threadline_feed_resumed_total 1.0" in answer.text


@pytest.mark.parametrize("address", ["10.0.0.7", "203.0.113.9", "2001:db8::1", "testclient"])
def test_without_a_token_nobody_else_is_answered(address: str) -> None:
    answer = client(address=address).get("/metrics")
    assert answer.status_code == 403
    assert "threadline_" not in answer.text
    assert "METRICS_TOKEN" in answer.text


@pytest.mark.parametrize("header", FORWARDED)
def test_who_comes_through_a_proxy_is_not_on_this_machine(header: str) -> None:
    assert client().get("/metrics", headers={header: "203.0.113.9"}).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9090", "127.0.0.1:80", "[::1]:8000"])
def test_it_is_called_by_a_name_of_this_machine(host: str) -> None:
    assert client(host=host).get("/metrics").status_code == 200


@pytest.mark.parametrize(
    "host", ["texts.example.com", "localhost.example.com", "127.0.0.1.example.com", "x@localhost"]
)
def test_whoever_calls_it_by_another_name_is_not_near(host: str) -> None:
    """A proxy that adds no header passes the name on; a browser tells the name of the page."""
    headers = {"Host": host}
    assert client().get("/metrics", headers=headers).status_code == 403
    headers["Authorization"] = f"Bearer {TOKEN}"
    assert client(TOKEN).get("/metrics", headers=headers).status_code == 200


def test_with_a_token_it_is_all_that_counts() -> None:
    there = client(TOKEN, "203.0.113.9")
    assert there.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    for wrong in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Basic {TOKEN}"}):
        answer = there.get("/metrics", headers=wrong)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert client(TOKEN).get("/metrics").status_code == 401
