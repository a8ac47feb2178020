"""A Twilio that can misbehave in every way that a network can, over real sockets."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from pymongo.database import Database

from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials, Gateway
from adapters.twilio.routes import Webhooks
from tests import local
from tests.adapters.twilio.hooks import PUBLIC, SECRETS, Twilio, application
from tests.clock import FakeClock
from tests.domain.build import POLICY
from tests.server import serving

ACCOUNT = "AC" + "a" * 32
CREDENTIALS = Credentials(ACCOUNT, "SK" + "b" * 32, "key-secret")
PUBLIC_URL = "https://texts.example.com"

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Call:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    fields: dict[str, list[str]]


@dataclass
class Carrier:
    """Answers each request with the next behaviour, the last one for ever."""

    behaviours: list[Behaviour] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: read whole requests, behave, until either side has had enough."""
        try:
            while call := await _read(reader):
                self.calls.append(call)
                turn = min(len(self.calls), len(self.behaviours)) - 1
                await self.behaviours[turn](writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Call | None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    request, *lines = head.strip().split("\r\n")
    method, target, _ = request.split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Call(method, parts.path, parse_qs(parts.query), headers, parse_qs(body.decode()))


def answers(status: int, content: Any, **headers: str) -> Behaviour:
    """A complete answer; content that is not bytes is sent as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()

    async def behave(writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return behave


async def resets(writer: asyncio.StreamWriter) -> None:
    """Break the connection after the request was read."""
    writer.transport.abort()


async def hangs_up(writer: asyncio.StreamWriter) -> None:
    """Close politely without a word."""
    writer.close()


async def says_nothing(writer: asyncio.StreamWriter) -> None:
    """Keep the connection and never answer."""
    await asyncio.Event().wait()


async def stops_short(writer: asyncio.StreamWriter) -> None:
    """Promise more than is sent."""
    writer.write(b'HTTP/1.1 201 X\r\nContent-Length: 500\r\n\r\n{"sid": "SM1"')
    await writer.drain()
    writer.close()


async def drips(writer: asyncio.StreamWriter) -> None:
    """Answer so slowly that no single wait is too long, but the whole is."""
    writer.write(b"HTTP/1.1 201 X\r\nContent-Length: 5000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


@pytest.fixture
async def carrier() -> AsyncIterator[Carrier]:
    """A listening carrier; its behaviours are set by the test."""
    carrier = Carrier()
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            tasks.add(task)
        await carrier.serve(reader, writer)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    carrier.port = server.sockets[0].getsockname()[1]
    yield carrier
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def gateway(carrier: Carrier) -> AsyncIterator[Gateway]:
    """The real gateway against the carrier, patient: this machine may be busy."""
    async with HttpClient(carrier.url, local.PATIENCE, local.PATIENCE) as http:
        yield Gateway(CREDENTIALS, PUBLIC_URL, http)


@pytest.fixture
async def hasty(carrier: Carrier) -> AsyncIterator[Gateway]:
    """The same with little patience, for a carrier that does not answer, or not to the end."""
    async with HttpClient(carrier.url, connect_seconds=2.0, read_seconds=0.5) as http:
        yield Gateway(CREDENTIALS, PUBLIC_URL, http)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Our webhooks behind a real server, at noon."""
    with serving(application(Webhooks(PUBLIC, SECRETS, FakeClock(), POLICY))) as url:
        yield url


@pytest.fixture(scope="module")
def http() -> Iterator[httpx2.Client]:
    """A client that keeps its connections."""
    with local.client() as client:
        yield client


@pytest.fixture
def twilio(db: Database[dict[str, Any]], site: str, http: httpx2.Client) -> Twilio:
    """Twilio as it calls our webhooks, and an empty database."""
    return Twilio(site, http)
