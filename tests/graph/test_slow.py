"""Who reads too slowly, not at all, or leaves: memory stays bounded and nothing is lost to them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from bson import ObjectId
from mongoengine.connection import get_db
from pymongo.database import Database
from starlette.applications import Starlette

from adapters import startup
from adapters.mongo.connection import async_client
from adapters.mongo.feed import DatabaseFeed
from domain.model import Thread
from tests import local
from tests.clock import NOON, FakeClock
from tests.graph.conftest import BRISK, mounted
from tests.graph.desk import Program, conversation, person, program
from tests.graph.follow import TRANSPORTS, Following, following
from tests.graph.test_subscriptions import TEXTS
from tests.server import serving

ROOM = 40  # changes that the server keeps for one follower
MANY = 100
LENGTH = 60_000  # of a text: so many of them are more than the system itself holds for a connection
UNREAD_SECONDS = 1.0

pytestmark = pytest.mark.parametrize("transport", TRANSPORTS)


@pytest.fixture
def feed(mongodb_uri: str) -> DatabaseFeed:
    """A feed that keeps little for each follower; it runs in the server's thread."""
    database = async_client(mongodb_uri)[get_db().name]
    return DatabaseFeed(database, buffer=ROOM, checkpoint_seconds=0.1)


@pytest.fixture
def me(feed: DatabaseFeed, clock: FakeClock, db: Database[dict[str, Any]]) -> Iterator[Program]:
    """A program at a server with that feed, listening as the web process does."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with feed._database.client, feed.running():
            yield

    routes = mounted("/graphql", clock=clock, feed=feed, pulse=BRISK)
    listener = startup.listener("127.0.0.1", 0, UNREAD_SECONDS)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
    app = Starlette(routes=routes, lifespan=lifespan)
    with serving(app, listener=listener, ws_per_message_deflate=False) as base:
        yield program(f"{base}/graphql", "read")


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something that happens in the server."""
    async with asyncio.timeout(local.PATIENCE):
        while not holds():
            await asyncio.sleep(0.01)


def flood(thread: Thread) -> None:
    """Long texts, numbered, more than anybody holds who does not read."""
    long = "x" * LENGTH
    rows = [
        {
            "_id": ObjectId(),
            "rev": 1,
            "origin": f"flood:{number}",
            "direction": "inbound",
            "status": "received",
            "from": thread.phone,
            "to": thread.sender,
            "threadId": thread.id,
            "body": f"{number} {long}",
            "createdAt": NOON,
        }
        for number in range(MANY)
    ]
    get_db()["smsmessages"].insert_many(rows)


def number(event: dict[str, Any]) -> int:
    """Which text of the flood it tells of."""
    return int(event["message"]["body"].partition(" ")[0])


async def rest(stream: Following, seen: list[dict[str, Any]]) -> None:
    """Note all events until it ends, however it ends."""
    while True:
        seen.append(await stream.event())


async def test_who_leaves_is_not_kept(feed: DatabaseFeed, me: Program, transport: str) -> None:
    async with following(transport, me, TEXTS) as stream:
        await stream.next()
        assert len(feed._followers) == 1
    await until(lambda: not feed._followers)


async def test_who_does_not_read_for_a_while_is_cut_off_with_a_cursor(
    feed: DatabaseFeed, me: Program, transport: str
) -> None:
    thread, seen = conversation(person()), list[dict[str, Any]]()
    async with following(transport, me, TEXTS) as stream:
        await stream.next()
        (follower,) = feed._followers
        await asyncio.to_thread(flood, thread)
        await until(lambda: follower._ended is not None)
        assert len(follower._buffer) <= ROOM
        with pytest.raises(AssertionError, match="RATE_LIMITED"):
            await rest(stream, seen)
    async with following(transport, me, TEXTS, after=seen[-1]["cursor"]) as stream:
        seen.append(await stream.event())
    assert [number(event) for event in seen] == list(range(len(seen)))
    assert ROOM < len(seen) < MANY


async def test_who_never_reads_is_hung_up_on(
    feed: DatabaseFeed, me: Program, transport: str
) -> None:
    thread = conversation(person())
    async with following(transport, me, TEXTS) as stream:
        await stream.next()
        await asyncio.to_thread(flood, thread)
        await until(lambda: not feed._followers)
