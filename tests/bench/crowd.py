"""Figure: 200 subscribers, 20 texts a second, every text to everyone, beside a plain broadcast."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter

from tests.bench.feed import KEY, Subscriber, body, number_at
from tests.bench.socket import dial
from tests.bench.stage import Program, program
from tests.bench.table import Row, percentile
from tests.bench.texts import number, webhook
from tests.bench.wire import Connection, connect, request
from tests.server import free_port

LISTENERS = 200
RATE = 20
SECONDS = 6
TEXTS = RATE * SECONDS
WARM_UP = 900_000  # texts numbered from here on only show that everybody listens
FLOOR = "the same bytes by a bare Starlette broadcast"

Send = Callable[[Connection, int], Awaitable[None]]


@dataclass
class Audience:
    """What arrived, and when: the delay of each delivery, in seconds."""

    sent: dict[int, float] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)
    warm: int = 0
    sample: bytes = b""

    def hear(self, text: int, at: float, frame: bytes) -> None:
        """One delivery to one listener."""
        if text >= WARM_UP:
            self.warm += 1
            self.sample = frame
        else:
            self.delays.append(at - self.sent[text])


@dataclass(frozen=True)
class Showing:
    """One run: the share of deliveries made, their delays, processor time for each second."""

    share: float
    delays: list[float]
    cpu: float

    def delay(self, percent: int) -> float:
        """That percentile of the delays, in ms."""
        return percentile(self.delays, percent) * 1e3


def measure(web: Program, token: str) -> Iterator[Row]:
    """Deliveries made, their delay, and what it costs the web process."""
    ours, frame = asyncio.run(_ours(web, token))
    port = free_port()
    with program(["-m", "tests.bench.floors", "broadcast", str(port)], {}, port) as bare:
        floor = asyncio.run(_floor(bare, frame))
    crowd = f"{LISTENERS} subscribers × {RATE}/s"
    yield Row(f"{crowd}: made", "%", ours.share, floor.share, FLOOR, "100 %", more=True)
    for percent in (50, 99):
        yield Row(f"{crowd}: p{percent}", "ms", ours.delay(percent), floor.delay(percent), FLOOR)
    yield Row(f"{crowd}: CPU of a core", "%", ours.cpu, floor.cpu, FLOOR)


async def _ours(web: Program, token: str) -> tuple[Showing, bytes]:
    audience = Audience()
    listeners = [Subscriber(audience.hear) for _ in range(LISTENERS)]
    for listener in listeners:
        await listener.open(web.port, token)

    async def send(connection: Connection, text: int) -> None:
        await connection.ask(webhook(number(text % 50), body(text)))

    showing = await _show(web, audience, send)
    for listener in listeners:
        listener.close()
    return showing, audience.sample


async def _floor(bare: Program, frame: bytes) -> Showing:
    """`frame` is one of ours: only the number in it changes."""
    audience = Audience()

    def hear(heard: bytes) -> None:
        audience.hear(number_at(heard, heard.find(KEY)), perf_counter(), heard)

    listeners = [await dial(bare.port, "/listen", hear) for _ in range(LISTENERS)]
    before, _, after = frame.partition(KEY)

    async def send(connection: Connection, text: int) -> None:
        numbered = before + KEY + b"%06d" % text + after[6:]
        await connection.ask(request("/tell", numbered))

    showing = await _show(bare, audience, send)
    for listener in listeners:
        listener.close()
    return showing


async def _show(server: Program, audience: Audience, send: Send) -> Showing:
    connection = await connect(server.port)
    await _gathered(audience, connection, send)
    cpu, began = server.cpu_seconds, perf_counter()
    for text in range(TEXTS):
        await asyncio.sleep(max(began + text / RATE - perf_counter(), 0))
        audience.sent[text] = perf_counter()
        await send(connection, text)
    await _settled(audience)
    used = (server.cpu_seconds - cpu) / (perf_counter() - began)
    connection.close()
    share = 100 * len(audience.delays) / (TEXTS * LISTENERS)
    return Showing(share, audience.delays, 100 * used)


async def _gathered(audience: Audience, connection: Connection, send: Send) -> None:
    """Send until one text has reached everybody."""
    text = WARM_UP
    while True:
        audience.warm = 0
        await send(connection, text)
        await asyncio.sleep(0.5)
        if audience.warm == LISTENERS:
            return
        text += 1


async def _settled(audience: Audience) -> None:
    """Until all is delivered, or five seconds have brought nothing more."""
    until = perf_counter() + 5
    while len(audience.delays) < TEXTS * LISTENERS and perf_counter() < until:
        await asyncio.sleep(0.02)
