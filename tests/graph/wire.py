"""A client of graphql-transport-ws, to the letter of the protocol."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests import local
from tests.graph.desk import Program

PROTOCOL = Subprotocol("graphql-transport-ws")
PATIENCE = local.PATIENCE


@dataclass
class Line:
    """One connection; `subscribe` starts an operation under an id of its own."""

    socket: ClientConnection
    started: int = 0
    inboxes: dict[str, asyncio.Queue[dict[str, Any]]] = field(default_factory=dict)

    async def send(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def receive(self) -> dict[str, Any]:
        """The next message, which must be a text frame."""
        async with asyncio.timeout(PATIENCE):
            frame = await self.socket.recv()
        assert isinstance(frame, str)
        return dict(json.loads(frame))

    async def subscribe(self, query: str, **variables: Any) -> "Stream":
        self.started += 1
        own = str(self.started)
        payload = {"query": query, "variables": variables}
        await self.send(id=own, type="subscribe", payload=payload)
        return Stream(self, own)

    async def closed(self) -> int | None:
        """The code with which the server closes."""
        async with asyncio.timeout(PATIENCE):
            await self.socket.wait_closed()
        return self.socket.close_code


@dataclass
class Stream:
    """One operation's messages, when it is the only one of its connection."""

    line: Line
    id: str

    async def next(self) -> dict[str, Any]:
        """The payload of the next result."""
        message = await self.line.receive()
        assert (message["id"], message["type"]) == (self.id, "next"), message
        return dict(message["payload"])

    async def event(self) -> dict[str, Any]:
        """The next event that is not a checkpoint."""
        while True:
            payload = await self.next()
            assert "errors" not in payload, payload["errors"]
            (found,) = payload["data"].values()
            if found["change"] != "CHECKPOINT":
                return dict(found)

    async def ended(self) -> str:
        """The code with which it ends: an error as the last result, then complete."""
        while "errors" not in (payload := await self.next()):
            pass
        assert await self.line.receive() == {"id": self.id, "type": "complete"}
        return str(payload["errors"][0]["extensions"]["code"])

    async def stop(self) -> None:
        await self.line.send(id=self.id, type="complete")


def socket_url(me: Program) -> str:
    return me.url.replace("http://", "ws://")


@asynccontextmanager
async def opened(me: Program, **options: Any) -> AsyncIterator[Line]:
    """A connection that has not introduced itself yet."""
    async with connect(socket_url(me), subprotocols=[PROTOCOL], **options) as socket:
        assert socket.subprotocol == PROTOCOL
        yield Line(socket)


@asynccontextmanager
async def connected(me: Program, **options: Any) -> AsyncIterator[Line]:
    """A connection whose token was accepted."""
    async with opened(me, **options) as line:
        await line.send(type="connection_init", payload={"authorization": f"Bearer {me.secret}"})
        assert await line.receive() == {"type": "connection_ack"}
        yield line


async def cursor(me: Program) -> str:
    """The present moment of the feed, so that nothing falls between it and a subscription."""
    found = await asyncio.to_thread(me.ask, "{ cursor }")
    return str(found["cursor"])
