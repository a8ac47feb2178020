"""Real servers that a test may kill: one alone, or three that elect a primary."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient, MongoClient
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

from adapters.mongo.guardian import end_with_parent
from adapters.mongo.program import candidates, command, find_program
from tests.crash.timing import PATIENCE
from tests.server import free_port

NAME = "rs0"
LOOK_SECONDS = 0.1
ELECTION = {"electionTimeoutMillis": 2_000, "heartbeatIntervalMillis": 300}


@dataclass
class Node:
    """One mongod on its own folder and port."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """As the others know it."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """On the data that it has."""
        (self.folder / "db").mkdir(parents=True, exist_ok=True)
        arguments = command(find_program(candidates()), self.folder, self.port, NAME)
        self.process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=end_with_parent(),  # noqa: PLW1509 - one prepared system call, no locks
        )

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Whatever it is doing."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            if number == signal.SIGKILL:
                self.process.wait()

    @property
    def ended(self) -> bool:
        """Whether it gave up by itself, or was killed."""
        return self.process is not None and self.process.poll() is not None


@dataclass
class Nodes:
    """A replica set."""

    members: list[Node]

    @property
    def uri(self) -> str:
        """How to reach whoever is primary."""
        hosts = ",".join(one.address for one in self.members)
        return f"mongodb://{hosts}/?replicaSet={NAME}"

    def begin(self) -> None:
        """Make them one set."""
        config = {
            "_id": NAME,
            "members": [{"_id": n, "host": one.address} for n, one in enumerate(self.members)],
            "settings": ELECTION,
        }
        for one in [*self.members[1:], self.members[0]]:
            with MongoClient[dict[str, Any]](one.address, directConnection=True) as client:
                client.admin.command("ping")
                if one is self.members[0]:
                    client.admin.command("replSetInitiate", config)

    async def primary(self) -> Node:
        """Who it is, once there is one."""
        async with asyncio.timeout(PATIENCE), AsyncMongoClient[dict[str, Any]](self.uri) as client:
            while True:
                try:
                    hello = await client.admin.command("hello")
                    return next(one for one in self.members if one.address == hello["primary"])
                except (PyMongoError, KeyError, StopIteration):
                    await asyncio.sleep(LOOK_SECONDS)

    async def step_down(self) -> None:
        """The primary hands over, as soon as another can take it."""
        order = {"replSetStepDown": 5, "secondaryCatchUpPeriodSecs": 4}
        async with asyncio.timeout(PATIENCE), AsyncMongoClient[dict[str, Any]](self.uri) as client:
            while True:
                try:
                    await client.admin.command(order)
                except AutoReconnect:
                    return  # it hung up over it
                except OperationFailure:
                    await asyncio.sleep(LOOK_SECONDS)  # the others are still behind
                else:
                    return


@asynccontextmanager
async def nodes(folder: Path, count: int) -> AsyncIterator[Nodes]:
    """So many, until left; to be entered in the main thread."""
    made = Nodes([Node(folder / f"node{number}", free_port()) for number in range(count)])
    try:
        for one in made.members:
            one.start()
        await asyncio.to_thread(made.begin)
        await made.primary()
        yield made
    finally:
        for one in made.members:
            one.kill()
