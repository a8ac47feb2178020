"""The tests' own tools keep their promises."""

import asyncio
import socket
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.clock import NOON, FakeClock
from tests.conftest import Serve
from tests.network import NetworkBlocked
from tests.server import free_port
from tests.turns import in_turn, turn


def test_a_connection_beyond_this_machine_is_refused() -> None:
    with socket.socket() as outside, pytest.raises(NetworkBlocked):
        outside.connect(("192.0.2.1", 80))


def test_a_name_of_the_world_is_not_even_looked_up() -> None:
    with pytest.raises(NetworkBlocked):
        socket.getaddrinfo("example.com", 443)


async def test_asynchronous_connections_are_refused_too() -> None:
    with pytest.raises(NetworkBlocked):
        await asyncio.open_connection("192.0.2.1", 80)


async def _hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"hello {request.url.port}")


def test_served_applications_answer_over_real_http(serve: Serve) -> None:
    base_url = serve(Starlette(routes=[Route("/", _hello)]))
    with urllib.request.urlopen(base_url, timeout=60) as reply:
        assert reply.read().decode() == f"hello {base_url.rpartition(':')[2]}"


def test_an_application_that_cannot_start_is_an_error(serve: Serve) -> None:
    @asynccontextmanager
    async def broken(_: Starlette) -> AsyncIterator[None]:
        await asyncio.open_connection("127.0.0.1", free_port())
        yield

    with pytest.raises(RuntimeError, match="did not start"):
        serve(Starlette(lifespan=broken))


def test_the_still_clock_moves_only_when_told() -> None:
    clock = FakeClock()
    assert clock.now() == NOON
    assert clock.advance(5, minutes=1) - NOON == timedelta(seconds=65)
    assert clock.now() == NOON + timedelta(seconds=65)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_finds_an_empty_database(db: Database[dict[str, Any]], turn: str) -> None:
    assert db["contacts"].count_documents({}) == 0
    db["contacts"].insert_one({"phone": "+17605551234", "firstName": turn})


def test_what_starts_many_processes_is_one_workers_and_comes_first() -> None:
    crash, story = "tests/crash/test_kills.py::test_a", "tests/story/test_consent.py::test_b"
    small, large = "tests/bot/test_app.py::test_c", [f"tests/test_app.py::test_{n}" for n in "de"]
    assert turn(crash) == turn(story) != turn(small) != turn(large[0]) == turn(large[1])
    every = [small, *large, crash, story]
    assert sorted(every, key=in_turn(every)) == [crash, story, *large, small]
