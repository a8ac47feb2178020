"""The API on a real server over the real database, with a feed that runs beside it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from mongoengine.connection import get_db
from pymongo.database import Database
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from adapters.mongo.connection import async_client
from adapters.mongo.feed import DatabaseFeed
from graph import asgi
from graph.context import Pulse
from tests.clock import NOON, FakeClock
from tests.conftest import Serve
from tests.graph.desk import POLICY, Program, http, program
from tests.server import serving

Api = Callable[..., str]
QUICK = Pulse(checkpoint=timedelta(seconds=60), recheck=timedelta(seconds=60))


def application(uri: str, **options: Any) -> Starlette:
    """`/graphql` as the web process mounts it; `options` go to `graph.asgi.create`."""
    client = async_client(uri)
    feed = DatabaseFeed(client[get_db().name], checkpoint_seconds=0.1)
    usual = {"policy": POLICY, "graphiql": True, "pulse": QUICK}
    given: dict[str, Any] = usual | options
    endpoint = asgi.create(feed=feed, **given)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with feed.running():
            yield
        await client.close()

    routes = [Route("/graphql", endpoint), WebSocketRoute("/graphql", endpoint)]
    return Starlette(routes=routes, lifespan=lifespan)


@pytest.fixture(scope="session", autouse=True)
def connections() -> Iterator[None]:
    """The client's connections end with the tests."""
    yield
    http().close()


@pytest.fixture(scope="session")
def shared_clock() -> FakeClock:
    """The clock of the endpoint that all tests share."""
    return FakeClock()


@pytest.fixture
def clock(shared_clock: FakeClock) -> FakeClock:
    """Noon again, until the test moves it."""
    shared_clock.set(NOON)
    return shared_clock


@pytest.fixture(scope="session")
def indexes(request: pytest.FixtureRequest) -> None:
    """The database as it is set up for all tests."""
    request.getfixturevalue("client")


@pytest.fixture(scope="session")
def standing(indexes: None, mongodb_uri: str, shared_clock: FakeClock) -> Iterator[str]:
    """An endpoint as in development, started once."""
    with serving(application(mongodb_uri, clock=shared_clock)) as base:
        yield f"{base}/graphql"


@pytest.fixture
def url(standing: str, db: Database[dict[str, Any]], clock: FakeClock) -> str:
    """The address of the standing endpoint, over a clean database."""
    return standing


@pytest.fixture
def api(mongodb_uri: str, db: Database[dict[str, Any]], clock: FakeClock, serve: Serve) -> Api:
    """`api()` runs an endpoint of its own; options as `graph.asgi.create` has them."""

    def run(**options: Any) -> str:
        given = {"clock": clock} | options
        return serve(application(mongodb_uri, **given)) + "/graphql"

    return run


@pytest.fixture
def me(url: str) -> Program:
    """A program that may read and write."""
    return program(url, "read", "write")
