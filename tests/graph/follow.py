"""Following over either transport, with the same words: WebSocket and Server-Sent Events."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import httpx2

from tests import local
from tests.graph.desk import Program
from tests.graph.wire import PATIENCE, connected

TRANSPORTS = ("ws", "sse")
Event = dict[str, Any]


class Following(Protocol):
    """A subscription that is under way."""

    async def next(self) -> Event:
        """The payload of the next result."""

    async def event(self) -> Event:
        """The next event that is not a checkpoint."""

    async def ended(self) -> str:
        """The code with which it ends: an error as the last result, then complete."""


@dataclass
class Sent:
    """A subscription over Server-Sent Events; `parts` are pairs of an event's name and data."""

    parts: AsyncGenerator[tuple[str, str]]

    async def part(self) -> tuple[str, str]:
        async with asyncio.timeout(PATIENCE):
            return await anext(self.parts)

    async def next(self) -> Event:
        name, data = await self.part()
        assert name == "next", (name, data)
        return dict(json.loads(data))

    async def event(self) -> Event:
        while True:
            payload = await self.next()
            assert "errors" not in payload, payload["errors"]
            (found,) = payload["data"].values()
            if found["change"] != "CHECKPOINT":
                return dict(found)

    async def ended(self) -> str:
        while "errors" not in (payload := await self.next()):
            pass
        assert await self.part() == ("complete", "")
        assert [part async for part in self.parts] == []
        return str(payload["errors"][0]["extensions"]["code"])


@asynccontextmanager
async def following(
    transport: str, me: Program, query: str, **variables: Any
) -> AsyncIterator[Following]:
    """A subscription on a connection of its own, which ends with the block."""
    if transport == "ws":
        async with connected(me, close_timeout=0.5) as line:
            yield await line.subscribe(query, **variables)
    else:
        async with listening(me, query, **variables) as sent:
            yield sent


@asynccontextmanager
async def listening(me: Program, query: str, **variables: Any) -> AsyncIterator[Sent]:
    """A subscription over Server-Sent Events."""
    body = {"query": query, "variables": variables}
    headers = me.headers | {"accept": "text/event-stream"}
    async with (
        local.async_client(timeout=PATIENCE) as client,
        client.stream("POST", me.url, json=body, headers=headers) as reply,
        aclosing(_parts(reply)) as parts,
    ):
        assert reply.headers["content-type"].startswith("text/event-stream"), reply.status_code
        yield Sent(parts)


async def _parts(reply: httpx2.Response) -> AsyncGenerator[tuple[str, str]]:
    name = ""
    async for line in reply.aiter_lines():
        kind, _, value = line.partition(": ")
        if kind == "event":
            name = value
        elif kind in ("data", "data:"):
            yield name, value


async def gathered(stream: Following, count: int) -> list[Event]:
    """The next so many events."""
    return [await stream.event() for _ in range(count)]
