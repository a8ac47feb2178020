"""Processes that are told to stop end in order within ten seconds, whatever they wait for."""

import asyncio
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from mongoengine.connection import get_db
from pymongo import MongoClient
from pymongo.database import Database
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters.mongo.embedded import running
from domain.model import Contact, Message, Thread
from domain.services.programs import sending
from domain.services.tables import imports
from tests import local
from tests.anytime import POLICY, SETTING
from tests.conftest import Serve
from tests.crash.lag import measured
from tests.domain.build import OURS, conversation, draft, new_sid
from tests.domain.tables import csv, handed_in, many
from tests.server import free_port
from tests.terminal import Process, Terminal
from tests.test_cli import TWILIO, located, until

BOUND = 10.0  # seconds after which supervisors kill
ROWS = 5_000  # more than one turn of a worker reads
NOBODY = "http://127.0.0.1:9"
CARRIER = TWILIO | {"TWILIO_API_URL": NOBODY, "TWILIO_PHONE_NUMBER": OURS}
SLACK = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "secret",
    "SLACK_INBOX_CHANNEL": "C0INBOX",
    "SLACK_API_URL": f"{NOBODY}/",
    "SLACK_APP_TOKEN": "xapp-1",
}


@dataclass
class SlowCarrier:
    """Takes a text at once, and answers when it is told to."""

    asked: threading.Event = field(default_factory=threading.Event)
    answers: threading.Event = field(default_factory=threading.Event)
    sid: str = field(default_factory=new_sid)

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self.take, methods=["POST"])])

    async def take(self, _: Request) -> JSONResponse:
        self.asked.set()
        await asyncio.to_thread(self.answers.wait, local.PATIENCE)
        return JSONResponse({"sid": self.sid, "status": "queued"}, 201)


@pytest.fixture
def terminal(tmp_path: Path, mongodb_uri: str, db: Database[Any]) -> Terminal:
    """A terminal whose commands use this worker's own database."""
    settings = CARRIER | SETTING
    return Terminal(tmp_path, settings | {"MONGODB_URI": located(mongodb_uri, get_db().name)})


@pytest.fixture
def carrier(serve: Serve, terminal: Terminal) -> Iterator[SlowCarrier]:
    """Where the terminal's workers send; it lets go of whoever still waits at the end."""
    slow = SlowCarrier()
    terminal.settings["TWILIO_API_URL"] = serve(slow.app())  # type: ignore[index] # it is a dict
    yield slow
    slow.answers.set()


def text() -> Message:
    """One that is due at once."""
    now = datetime.now(UTC)
    conversation(now)
    return sending.send(draft(), now, POLICY)


def works(database: Database[Any], kind: str) -> Callable[[], bool]:
    """Whether a process of that kind has said that it lives."""
    return lambda: database["processes"].find_one({"kind": kind}) is not None


def ended(process: Process) -> tuple[int, str]:
    """How it ended after SIGTERM, and what it said."""
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate()
    return process.wait(local.PATIENCE), err


def test_a_call_that_is_answered_soon_is_finished_first(
    terminal: Terminal, carrier: SlowCarrier
) -> None:
    made = text()
    with terminal.running("worker") as process:
        assert carrier.asked.wait(local.PATIENCE)
        process.send_signal(signal.SIGTERM)
        carrier.answers.set()
        _, err = process.communicate()
        assert (process.wait(local.PATIENCE), "Traceback" in err) == (0, False)
    left = Message.objects.get(id=made.id)
    assert (left.twilio_sid, left.status) == (carrier.sid, "queued")
    assert Thread._get_collection().find_one({"dispatchLease": {"$exists": True}}) is None


@pytest.mark.long
async def test_a_call_that_nobody_answers_is_left_to_be_looked_for(
    terminal: Terminal, carrier: SlowCarrier
) -> None:
    made = text()
    with terminal.running("worker", HTTP_TIMEOUT_SECONDS="60") as process:
        assert await asyncio.to_thread(carrier.asked.wait, local.PATIENCE)
        assert await stopped(process) == [0]
    left = Message.objects.get(id=made.id)
    assert (left.twilio_sid, left.status, left.dispatch.state) == (None, "sending", "leased")
    assert left.dispatch.due_at == left.dispatch.lease_until  # then somebody looks for it


def test_who_cannot_reach_slack_stops_all_the_same(terminal: Terminal, db: Database[Any]) -> None:
    with terminal.running("bot", **SLACK) as process:
        until(works(db, "bot"))
        code, err = ended(process)
    assert (code, "cut_short" in err) == (0, False)


async def stopped(*processes: Process) -> list[int]:
    """Their exit codes; all end within the bound, and what this machine was late by itself."""
    async with measured() as lag:
        began = monotonic()
        for process in processes:
            process.send_signal(signal.SIGTERM)
        codes = [await asyncio.to_thread(one.wait, local.PATIENCE) for one in processes]
        took = monotonic() - began
    assert took < BOUND + lag.longest
    return codes


@contextmanager
def frozen(folder: Path) -> Iterator[None]:
    """Inside, that database takes connections and answers nothing."""
    pid = json.loads((folder / "server.json").read_text())["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.long
async def test_a_database_that_answers_nothing_keeps_nobody(tmp_path: Path) -> None:
    with running(tmp_path / "db", durable=False) as uri, ExitStack() as stack:
        settings = CARRIER | SLACK | {"MONGODB_URI": located(uri, "frozen")}
        terminal = Terminal(tmp_path, settings)
        assert terminal.run("indexes").code == 0
        own = [
            stack.enter_context(terminal.running(kind, PORT=str(free_port())))
            for kind in ("web", "worker", "bot")
        ]
        with MongoClient[Any](settings["MONGODB_URI"]) as client:
            for kind in ("web", "worker", "bot"):
                await asyncio.to_thread(until, works(client["frozen"], kind))
        with frozen(tmp_path / "db"):
            assert await stopped(*own) == [0, 0, 0]


@pytest.mark.long
async def test_an_import_is_gone_on_with_by_another(terminal: Terminal) -> None:
    made = handed_in(csv(*many(ROWS)), now=datetime.now(UTC))
    with terminal.running("worker") as process:
        await asyncio.to_thread(until, lambda: imports.get(made.id).created > 0)
        assert await stopped(process) == [0]
    assert imports.get(made.id).created < ROWS
    with terminal.running("worker"):
        await asyncio.to_thread(until, lambda: imports.get(made.id).status == "done")
    assert imports.get(made.id).created == Contact.objects.count() == ROWS
