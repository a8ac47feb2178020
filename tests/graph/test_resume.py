"""A follower misses nothing: after a hang-up, a restart, or at another process's door."""

import asyncio
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from mongoengine.connection import get_db
from pymongo.database import Database

from domain.model import Thread
from tests import local
from tests.graph.desk import Program, conversation, person, program, text
from tests.graph.follow import TRANSPORTS, Event, Following, following, gathered
from tests.graph.test_subscriptions import TEXTS
from tests.graph.wire import connected, cursor
from tests.server import free_port
from tests.terminal import Process, Terminal
from tests.test_cli import answers, located, until


def written(thread: Thread, numbers: Sequence[int]) -> None:
    """Texts whose bodies are their numbers."""
    for number in numbers:
        text(thread, minutes=number, body=str(number))


def bodies(events: Sequence[Event]) -> list[int]:
    """What the events tell, as numbers."""
    return [int(event["message"]["body"]) for event in events]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_who_hangs_up_in_the_middle_of_a_burst_resumes_where_it_stopped(
    me: Program, transport: str
) -> None:
    thread, after, seen = conversation(person()), await cursor(me), list[int]()
    burst = asyncio.create_task(asyncio.to_thread(written, thread, range(60)))
    while len(seen) < 60:
        async with following(transport, me, TEXTS, after=after) as stream:
            events = await gathered(stream, min(7, 60 - len(seen)))
        seen += bodies(events)
        after = events[-1]["cursor"]
    await burst
    assert seen == list(range(60))


@pytest.fixture
def terminal(tmp_path: Path, mongodb_uri: str, db: Database[dict[str, Any]]) -> Terminal:
    """A terminal whose commands use this worker's own database."""
    uri = located(mongodb_uri, get_db().name)
    return Terminal(tmp_path, {"MONGODB_URI": uri, "DRAIN_SECONDS": "0"})


@contextmanager
def served(terminal: Terminal, *ports: int) -> Iterator[list[Process]]:
    """Web processes on these ports, when all of them answer."""
    with ExitStack() as stack:
        running = [stack.enter_context(terminal.running("web", PORT=str(port))) for port in ports]
        for port in ports:
            until(partial(answers, f"http://127.0.0.1:{port}/healthz"))
        yield running


def endpoint(port: int) -> str:
    """The API of the process on that port."""
    return f"http://127.0.0.1:{port}/graphql"


async def resumed(me: Program, after: str, count: int) -> list[list[int]]:
    """What a follower hears after that cursor, over each transport."""
    heard = []
    for transport in TRANSPORTS:
        async with following(transport, me, TEXTS, after=after) as stream:
            heard.append(bodies(await gathered(stream, count)))
    return heard


async def test_a_cursor_of_one_process_is_good_at_another(terminal: Terminal) -> None:
    one, other = free_port(), free_port()
    with served(terminal, one, other):
        me, thread = program(endpoint(one), "read"), conversation(person())
        after = await cursor(me)
        written(thread, range(8))
        async with following("ws", me, TEXTS, after=after) as stream:
            stopped = (await gathered(stream, 3))[-1]["cursor"]
        elsewhere = Program(endpoint(other), me.secret)
        assert await resumed(elsewhere, stopped, 5) == [[3, 4, 5, 6, 7]] * 2
        assert await resumed(elsewhere, after, 8) == [list(range(8))] * 2


async def test_a_restarted_server_goes_on_where_it_was_stopped(terminal: Terminal) -> None:
    port, thread = free_port(), conversation(person())
    me = program(endpoint(port), "read")
    with served(terminal, port) as (process,):
        async with (
            following("ws", me, TEXTS, after=await cursor(me)) as ws,
            following("sse", me, TEXTS, after=await cursor(me)) as sse,
        ):
            written(thread, range(4))
            last = {(await gathered(stream, 4))[-1]["cursor"] for stream in (ws, sse)}
            written(thread, [4])
            process.kill()
            process.wait(local.PATIENCE)
    written(thread, range(5, 9))
    with served(terminal, port):
        assert len(last) == 1
        assert await resumed(me, last.pop(), 5) == [[4, 5, 6, 7, 8]] * 2


async def over(stream: Following) -> str:
    """How a stream ends that nobody completes."""
    try:
        while True:
            await stream.next()
    except Exception as error:  # noqa: BLE001 - which one depends on the client
        return type(error).__name__


async def test_a_server_that_is_told_to_stop_ends_all_streams_and_itself(
    terminal: Terminal,
) -> None:
    port = free_port()
    me = program(endpoint(port), "read")
    with served(terminal, port) as (process,):
        async with (
            following("sse", me, TEXTS) as sse,
            following("ws", me, TEXTS) as ws,
            connected(me) as line,
        ):
            process.send_signal(signal.SIGTERM)
            assert await over(ws) == "ConnectionClosedError"
            assert await over(sse) == "StopAsyncIteration"  # without the word that it is complete
            assert await line.closed() == 1012
        assert process.wait(local.PATIENCE) == 0
