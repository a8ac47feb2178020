"""Health and readiness over HTTP."""

import asyncio

from starlette.applications import Starlette
from starlette.testclient import TestClient

from adapters.web.health import Broken, Check, Degraded, routes


def client(**checks: Check) -> TestClient:
    return TestClient(Starlette(routes=routes(checks)))


async def fine() -> None:
    """It answers."""


async def broken() -> None:
    raise ConnectionError("mongodb://jane:s3cret@10.0.0.1 is away")


async def silent() -> None:
    await asyncio.Event().wait()


def test_a_running_process_is_healthy_whatever_else_is_broken() -> None:
    reply = client(mongodb=broken).get("/healthz")
    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})


def test_it_is_ready_when_every_part_answers() -> None:
    reply = client(mongodb=fine, feed=fine).get("/readyz")
    assert reply.status_code == 200
    assert reply.json() == {"status": "ready", "checks": {"mongodb": "ok", "feed": "ok"}}


def test_a_broken_part_is_named_without_its_addresses() -> None:
    reply = client(mongodb=broken, feed=fine).get("/readyz")
    assert reply.status_code == 503
    assert reply.json()["checks"] == {"mongodb": "failed (ConnectionError)", "feed": "ok"}
    assert "s3cret" not in reply.text


def test_a_part_that_says_nothing_is_not_waited_for_for_ever() -> None:
    reply = client(mongodb=silent).get("/readyz")
    assert (reply.status_code, reply.json()["checks"]) == (503, {"mongodb": "no answer"})


async def unset() -> None:
    raise Degraded("not configured")


async def behind() -> None:
    raise Broken("behind")


def test_what_is_only_missing_degrades_a_process_that_does_the_rest() -> None:
    reply = client(mongodb=fine, slack=unset).get("/readyz")
    assert (reply.status_code, reply.json()["status"]) == (200, "degraded")
    assert reply.json()["checks"]["slack"] == "not configured"


def test_what_is_broken_outweighs_what_is_missing() -> None:
    reply = client(feed=behind, slack=unset).get("/readyz")
    assert (reply.status_code, reply.json()["status"]) == (503, "not ready")
    assert reply.json()["checks"] == {"feed": "behind", "slack": "not configured"}
