"""Programs that follow every text; whenever they are cut off they resume with their last cursor."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx2
from websockets.exceptions import WebSocketException

from adapters.mongo.connection import async_client
from adapters.mongo.feed import DatabaseFeed
from domain.ports import Change
from tests.crash.timing import PATIENCE
from tests.crash.town import Town
from tests.graph.desk import Program
from tests.graph.follow import TRANSPORTS, following

SECRET = "tl_" + "f" * 40
NOBODY = "+17605559999"
QUERY = """subscription($after: Cursor, $phone: Phone) {
  messages(after: $after, phone: $phone) { cursor change id } }"""
CUT = (WebSocketException, httpx2.TransportError, StopAsyncIteration, OSError)
PAUSE = 0.05


@dataclass
class Follower:
    """One subscription, resumed again and again; of texts with `phone` if there is one."""

    me: Program
    transport: str
    phone: str | None = None
    after: str | None = None
    told: list[tuple[str, str]] = field(default_factory=list)
    cuts: int = 0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            given = {"after": self.after, "phone": self.phone}
            with suppress(*CUT):
                async with following(self.transport, self.me, QUERY, **given) as stream:
                    while True:
                        self._take(await stream.next())
            self.cuts += 1
            await asyncio.sleep(PAUSE)

    def _take(self, payload: dict[str, Any]) -> None:
        assert "errors" not in payload, payload["errors"]
        event = payload["data"]["messages"]
        self.after = event["cursor"]
        if event["change"] != "CHECKPOINT":
            self.told.append((event["cursor"], event["id"]))


@dataclass
class Audience:
    """Followers of all texts and of none, by each transport, and one who is never cut off."""

    followers: list[Follower]
    truth: list[tuple[str, str]]

    async def caught_up(self) -> None:
        """Wait until all have heard what there is to hear."""
        async with asyncio.timeout(PATIENCE):
            while any(len(one.told) < len(self.truth) for one in self._hearing):
                await asyncio.sleep(PAUSE)

    def judged(self) -> list[str]:
        """What is wrong, one sentence each."""
        return [
            *(
                f"{one.transport}: heard {_differs(one.told, self.truth)}"
                for one in self._hearing
                if one.told != self.truth
            ),
            *(
                f"{one.transport}: heard of another"
                for one in self.followers
                if one.phone and one.told
            ),
            *(f"{one.transport}: was never cut off" for one in self.followers if not one.cuts),
        ]

    @property
    def _hearing(self) -> list[Follower]:
        return [one for one in self.followers if one.phone is None]


def _differs(told: list[tuple[str, str]], truth: list[tuple[str, str]]) -> str:
    twice = len(told) - len({*told})
    return f"{len({*truth} - {*told})} too few, {twice} twice, {len({*told} - {*truth})} unknown"


@asynccontextmanager
async def audience(town: Town, uri: str) -> AsyncIterator[Audience]:
    """All have their first cursor; nothing has been said yet."""
    await _token(town)
    me, truth = Program(f"{town.door}/graphql", SECRET), list[tuple[str, str]]()
    kinds = [(transport, phone) for transport in TRANSPORTS for phone in (None, NOBODY)]
    found = Audience([Follower(me, *kind) for kind in kinds], truth)
    async with (
        async_client(uri) as client,
        DatabaseFeed(client[town.database.name]).running() as feed,
        feed.follow(None) as changes,
    ):
        await anext(changes)  # joined
        tasks = [asyncio.create_task(one.run()) for one in found.followers]
        tasks.append(asyncio.create_task(_listen(changes, truth)))
        try:
            await _begun(found.followers)
            yield found
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert [one for one in ended if not isinstance(one, asyncio.CancelledError)] == []


async def _listen(changes: AsyncIterator[Change], truth: list[tuple[str, str]]) -> None:
    async for change in changes:
        own = change.collection == "smsmessages"
        truth += [(change.cursor, str(change.id))] if own else []


async def _begun(followers: list[Follower]) -> None:
    """Without a single event everybody has a cursor to come back with."""
    async with asyncio.timeout(PATIENCE):
        while not all(one.after for one in followers):
            await asyncio.sleep(PAUSE)


async def _token(town: Town) -> None:
    digest = hashlib.sha256(SECRET.encode()).hexdigest()
    token = {"name": "Wall", "scopes": ["read"], "createdAt": datetime.now(UTC)}
    await town.database["tokens"].insert_one(token | {"digest": digest, "rev": 1})
