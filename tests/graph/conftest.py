"""The API on a real server over the real database, with a feed that runs beside it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from mongoengine.connection import get_db
from pymongo.database import Database
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route, WebSocketRoute

from adapters.mongo.connection import async_client
from adapters.mongo.feed import DatabaseFeed
from adapters.mongo.files import DatabaseFiles
from adapters.web import files as downloads
from adapters.web.files import SignedLinks
from graph import asgi
from graph.context import Pulse
from tests.clock import NOON, FakeClock
from tests.conftest import Serve
from tests.graph.desk import POLICY, PUBLIC, SECRET, Program, http, program
from tests.server import serving

Api = Callable[..., str]
LINKS = SignedLinks(PUBLIC, SECRET)
CRM = "https://crm.example.com"
STILL = Pulse(checkpoint=timedelta(seconds=60), recheck=timedelta(seconds=60))
BRISK = Pulse(
    checkpoint=timedelta(milliseconds=200),
    recheck=timedelta(milliseconds=200),
    introduction=timedelta(milliseconds=500),
)


def mounted(path: str, **options: Any) -> list[BaseRoute]:
    """The endpoint as the web process mounts it; `options` as `graph.asgi.create` has them."""
    usual: dict[str, Any] = {"policy": POLICY, "graphiql": True, "pulse": STILL, "feed": None}
    usual |= {"files": DatabaseFiles(get_db()), "links": LINKS}
    given: dict[str, Any] = usual | options
    endpoint = asgi.create(**given)
    return [Route(path, endpoint), WebSocketRoute(path, endpoint)]


def application(uri: str, clock: FakeClock) -> Starlette:
    """`/graphql` with a feed; `/brisk` looks at everything five times a second, `/listed` is for
    the pages of another origin too.
    """
    client = async_client(uri)
    feed = DatabaseFeed(client[get_db().name], checkpoint_seconds=0.1)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client, feed.running():
            yield

    still = mounted("/graphql", clock=clock, feed=feed)
    brisk = mounted("/brisk", clock=clock, feed=feed, pulse=BRISK)
    listed = mounted("/listed", clock=clock, feed=feed, origins=(CRM,))
    fetched = downloads.routes(DatabaseFiles(get_db()), LINKS, clock)
    return Starlette(routes=[*still, *brisk, *listed, *fetched], lifespan=lifespan)


@pytest.fixture(scope="session", autouse=True)
def connections() -> Iterator[None]:
    """The client's connections end with the tests; it is made before any threads race to it."""
    client = http()
    yield
    client.close()


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
    with serving(application(mongodb_uri, shared_clock)) as base:
        yield f"{base}/graphql"


@pytest.fixture
def url(standing: str, db: Database[dict[str, Any]], clock: FakeClock) -> str:
    """The address of the standing endpoint, over a clean database."""
    return standing


@pytest.fixture
def brisk(url: str) -> str:
    """The address of the standing endpoint whose subscriptions look at everything often."""
    return url.replace("/graphql", "/brisk")


@pytest.fixture
def api(db: Database[dict[str, Any]], clock: FakeClock, serve: Serve) -> Api:
    """`api()` runs an endpoint of its own, without a feed, with the options that it is given."""

    def run(**options: Any) -> str:
        routes = mounted("/graphql", **{"clock": clock, **options})
        return serve(Starlette(routes=routes)) + "/graphql"

    return run


@pytest.fixture
def me(url: str) -> Program:
    """A program that may read and write."""
    return program(url, "read", "write")
