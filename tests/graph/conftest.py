"""The API on a real server over the real database, with a feed that runs beside it."""

from collections.abc import AsyncIterator, Callable
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
from tests.clock import FakeClock
from tests.conftest import Serve
from tests.graph.desk import POLICY, Program, program

Api = Callable[..., str]
QUICK = Pulse(checkpoint=timedelta(seconds=60), recheck=timedelta(seconds=60))


def application(uri: str, clock: FakeClock, **options: Any) -> Starlette:
    """`/graphql` as the web process mounts it; `options` go to `graph.asgi.create`."""
    client = async_client(uri)
    feed = DatabaseFeed(client[get_db().name], checkpoint_seconds=0.1)
    given = {"policy": POLICY, "graphiql": True, "pulse": QUICK} | options
    endpoint = asgi.create(clock=clock, feed=feed, **given)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with feed.running():
            yield
        await client.close()

    routes = [Route("/graphql", endpoint), WebSocketRoute("/graphql", endpoint)]
    return Starlette(routes=routes, lifespan=lifespan)


@pytest.fixture
def api(mongodb_uri: str, db: Database[dict[str, Any]], clock: FakeClock, serve: Serve) -> Api:
    """`api()` runs the endpoint and gives its address; options as `graph.asgi.create` has them."""
    return lambda **options: f"{serve(application(mongodb_uri, clock, **options))}/graphql"


@pytest.fixture
def url(api: Api) -> str:
    """The address of an endpoint as in development."""
    return api()


@pytest.fixture
def me(url: str) -> Program:
    """A program that may read and write."""
    return program(url, "read", "write")
