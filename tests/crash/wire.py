"""The two ways between the product and the outside, each a small proxy that can cut.

The gate takes the sandbox's deliveries to one of the web processes in turn; behind a dead one
there is nobody, unless a balancer chooses. The border takes the product's calls to the sandbox
and knows who makes them, so that a process can be killed while its call is under way.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.crash.balancer import Balancer, Line

CALLER = re.compile(rb"/p/(\w+)(/\S*)")
LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)
KEEPING = re.compile(rb"^(?:connection|keep-alive|proxy-connection):.*\r\n", re.I | re.M)
MOST_HEAD = 64 * 1024


@dataclass(frozen=True)
class Request:
    """One HTTP request as bytes; `target` is what its first line asks for."""

    verb: str
    target: bytes
    head: bytes
    body: bytes

    def to(self, target: bytes) -> bytes:
        """The same for another target, closing the connection afterwards."""
        first, _, rest = self.head.partition(b"\r\n")
        line = first.replace(self.target, target, 1)
        return line + b"\r\nConnection: close\r\n" + KEEPING.sub(b"", rest) + self.body


Handler = Callable[[Request], Awaitable[bytes]]


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[int]:
    """Serve `handler` on a free port until left; empty bytes hang up without an answer."""
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_serve(handler, reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, limit=MOST_HEAD)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _serve(
    handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        answer = await handler(await _read(reader))
        if answer:
            writer.write(answer)
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        writer.transport.abort()
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = await reader.readuntil(b"\r\n\r\n")
    length = LENGTH.search(head)
    body = await reader.readexactly(int(length[1])) if length else b""
    verb, target, _ = head.split(b" ", 2)
    return Request(verb.decode(), target, head, body)


async def passed_on(raw: bytes, port: int) -> bytes:
    """The other side's whole answer; empty when it died over it. OSError: nobody is there."""
    return await told(raw, await asyncio.open_connection("127.0.0.1", port))


async def told(raw: bytes, line: Line) -> bytes:
    """The same on a connection that is made already."""
    reader, writer = line
    try:
        writer.write(raw)
        await writer.drain()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@dataclass
class Gate:
    """Where Twilio and Slack find the product: its web processes in turn, dead or not.

    With a balancer it is those that the balancer finds; `cut` are the requests that nobody took,
    or nobody answered.
    """

    ports: list[int]
    balancer: Balancer | None = None
    cut: list[bytes] = field(default_factory=list)
    _turn: int = 0

    async def handle(self, request: Request) -> bytes:
        raw = request.to(request.target)
        if self.balancer:
            return await self._balanced(self.balancer, raw)
        self._turn += 1
        return await passed_on(raw, self.ports[self._turn % len(self.ports)])

    async def _balanced(self, balancer: Balancer, raw: bytes) -> bytes:
        line = await balancer.reached()
        answer = await told(raw, line) if line else b""
        self.cut += [] if answer else [raw.partition(b"\r\n")[0]]
        return answer


@dataclass(frozen=True)
class Trap:
    """The next call of that name ends its caller, before the deed or after it."""

    when: str  # "before" | "after"
    call: str
    spring: Callable[[], object]


@dataclass
class Border:
    """Where the product's calls leave, each process under a path of its own: `/p/NAME/...`."""

    sandbox_port: int
    traps: dict[str, Trap] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)

    async def handle(self, request: Request) -> bytes:
        found = CALLER.fullmatch(request.target)
        if found is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        caller, target = found[1].decode(), found[2]
        call = called(request.verb, target.decode())
        self.seen.add((caller, call))
        trap = self.traps.get(caller)
        sprung = trap if trap and trap.call == call else None
        if sprung:
            del self.traps[caller]
        if sprung and sprung.when == "before":
            sprung.spring()
            return b""
        answer = await passed_on(request.to(target), self.sandbox_port)
        if sprung:
            sprung.spring()
            return b""
        return answer


def called(verb: str, target: str) -> str:
    """`slack.chat.postMessage` or `twilio.messages.create`, as the ledger calls them."""
    path = target.partition("?")[0]
    if "/slack/api/" in path:
        return f"slack.{path.rpartition('/')[2]}"
    words = {("POST", True): "create", ("GET", True): "list", ("GET", False): "fetch"}
    return f"twilio.messages.{words.get((verb, path.endswith('/Messages.json')), 'other')}"
