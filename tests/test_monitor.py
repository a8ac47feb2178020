"""What a process tells of itself: parts that hang, lack or lag, by their names."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from time import monotonic
from typing import Any

import httpx2
import pytest
from pymongo import MongoClient

from adapters.startup import StartupError
from adapters.twilio.gateway import STATUS_PATH
from adapters.twilio.routes import INBOUND_PATH
from adapters.worker.lane import Lane, Work
from app import House, chat, monitor, web
from app.crew import worker
from domain.model import Chore
from domain.services.operation import processes
from domain.services.recovery import restored
from tests import local
from tests.clock import NOON
from tests.server import free_port
from tests.test_app import SLACK, TWILIO, house_of, loaded


async def nothing(_: object) -> None:
    """It is done."""


def lane(name: str) -> Lane[Any]:
    """One that has just looked for work."""
    return Lane(Work(name, lambda: None, nothing, lambda: None, lambda: NOON))


@pytest.fixture
async def house(client: MongoClient[Any], mongodb_uri: str, db: object) -> AsyncIterator[House]:
    made = house_of(client, mongodb_uri, loaded(**TWILIO, **SLACK, health_port=free_port()))
    async with made.async_client:
        yield made


async def asked(house: House, path: str, **parts: bool) -> httpx2.Response:
    """What it answers on a port of its own."""
    async with (
        monitor.monitored(house, feed=False, **parts),
        local.async_client(base_url=f"http://127.0.0.1:{house.settings.health_port}") as http,
    ):
        return await http.get(path)


async def test_a_worker_is_ready_while_its_lanes_look_for_work(house: House) -> None:
    house.crew.extend([lane("dispatch"), lane("relay")])
    ready = await asked(house, "/readyz", work=True)
    assert (ready.status_code, ready.json()["checks"]["lanes"]) == (200, "ok")


async def test_a_lane_that_hangs_is_named(house: House) -> None:
    house.crew.extend([lane("dispatch"), lane("relay")])
    house.crew[1]._looked -= monitor.STUCK_SECONDS + 1
    ready = await asked(house, "/readyz", work=True)
    assert (ready.status_code, ready.json()["checks"]["lanes"]) == (503, "stuck: relay")
    assert (await asked(house, "/healthz", work=True)).status_code == 200


async def test_a_bot_without_its_connection_is_not_ready(house: House) -> None:
    ready = await asked(house, "/readyz", line=True)
    assert (ready.status_code, ready.json()["checks"]["line"]) == (503, "not connected")


async def test_without_a_worker_the_others_serve_and_say_so(house: House) -> None:
    lacking = await asked(house, "/readyz")
    assert (lacking.status_code, lacking.json()["status"]) == (200, "degraded")
    assert lacking.json()["checks"]["workers"] == "none is running"
    now = house.clock.now()
    processes.beat("worker", "w", now - processes.SILENT - timedelta(seconds=1))
    assert (await asked(house, "/readyz")).json()["checks"]["workers"] == "none is running"
    processes.beat("worker", "w", now)
    ready = await asked(house, "/readyz")
    assert (ready.json()["status"], ready.json()["checks"]["workers"]) == ("ready", "ok")


async def test_a_process_that_leaves_takes_nothing_more(house: House) -> None:
    house.leaving.set()
    ready = await asked(house, "/readyz")
    assert (ready.status_code, ready.json()["status"]) == (503, "leaving")


async def test_an_index_that_is_missing_is_noticed_at_the_start_only(house: House) -> None:
    own = Chore._get_collection()
    kept = own.index_information()["name"]
    own.drop_index("name")
    try:
        ready = await asked(house, "/readyz")
        state = ready.json()["checks"]["indexes"]
        assert (ready.status_code, state) == (503, "missing: run `threadline indexes`")
    finally:
        own.create_index(kept["key"], name="name", unique=True)
    check = monitor.readiness(house, feed=False)["indexes"]
    await check()
    own.drop_index("name")
    try:
        await check()
    finally:
        own.create_index(kept["key"], name="name", unique=True)


async def test_a_worker_tells_how_long_ago_each_lane_looked(house: House) -> None:
    house.crew.append(lane("dispatch"))
    page = (await asked(house, "/metrics", work=True)).text
    assert 'threadline_lane_silent_seconds{lane="dispatch"} ' in page
    assert 'threadline_lane_oldest_due_seconds{lane="dispatch"} 0.0' in page
    assert "threadline_database_up 1.0" in page


async def test_without_a_port_nobody_is_listened_to(client: Any, mongodb_uri: str) -> None:
    house = house_of(client, mongodb_uri, loaded())
    async with house.async_client, monitor.monitored(house):
        assert house.telemetry.registry.get_sample_value("threadline_database_up") is None


async def test_under_a_backup_that_is_put_back_nothing_is_ready_or_taken_in(house: House) -> None:
    restored.begin("abc", NOON)
    ready = await asked(house, "/readyz")
    told = ready.json()["checks"]["restoration"]
    assert (ready.status_code, told) == (503, "a backup is being restored: stop this process")
    inside = httpx2.ASGITransport(app=web(house))
    async with httpx2.AsyncClient(transport=inside, base_url="http://texts.example.com") as http:
        for path in (INBOUND_PATH, STATUS_PATH, "/slack/events", "/graphql"):
            answer = await http.post(path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30"), path
        assert (await http.get("/healthz")).status_code == 200


async def test_a_bot_ends_when_a_backup_is_put_back_under_it(
    client: MongoClient[Any], mongodb_uri: str, db: object
) -> None:
    told = loaded(**SLACK, slack_app_token="xapp-1")
    house = house_of(client, mongodb_uri, told)
    restored.begin("abc", NOON)
    async with house.async_client, asyncio.timeout(local.PATIENCE):
        with pytest.raises(StartupError, match="A backup is being restored"):
            await chat.listen(house, asyncio.Event())


async def test_a_worker_rests_when_a_backup_is_put_back_under_it(house: House) -> None:
    async with worker(house):
        assert house.crew
        assert not any(one.rests() for one in house.crew)
        restored.begin("abc", NOON)
        house.barrier.steady = lambda: monotonic() + restored.EVERY  # so long is it not asked
        assert all(one.rests() for one in house.crew)
