"""The product's processes as the harness sees them: ordered from the nursery, killed by pid."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Order:
    """One process: a command of the product, and where it is to end (`at`) by which signal."""

    command: str
    env: Mapping[str, str]
    log: Path
    at: str | None = None
    signal: int = signal.SIGKILL
    record: Path | None = None
    broken: str | None = None


@dataclass
class Child:
    """A process that was started; `ended` is set with its exit code (negative: the signal)."""

    pid: int
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    status: int | None = None

    def kill(self, number: signal.Signals = signal.SIGKILL) -> bool:
        """Send it a signal; false when it has ended already."""
        if self.ended.is_set():
            return False
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True


class Nursery:
    """Talks to the process of `tests.crash.launch`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._numbers = 0
        self._births: dict[int, asyncio.Future[Child]] = {}
        self._children: dict[int, Child] = {}

    async def start(self, order: Order) -> Child:
        """Fork one process."""
        self._numbers += 1
        birth: asyncio.Future[Child] = asyncio.get_running_loop().create_future()
        self._births[self._numbers] = birth
        line = json.dumps({"number": self._numbers, **asdict(order)}, default=str)
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        return await birth

    async def listen(self) -> None:
        """Take in the news until the nursery ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            news = json.loads(line)
            if "started" in news:
                child = self._children[news["started"]] = Child(news["started"])
                self._births.pop(news["order"]).set_result(child)
            elif "stopped" in news:
                self._children[news["stopped"]].stopped.set()
            else:
                child = self._children.pop(news["ended"])
                child.status = news["status"]
                child.ended.set()


@asynccontextmanager
async def nursery(folder: Path) -> AsyncIterator[Nursery]:
    """Open until left; everything it started ends with it."""
    async with python(folder, "nursery", "tests.crash.launch", pipes=True) as process:
        made = Nursery(process)
        listening = asyncio.create_task(made.listen())
        try:
            yield made
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await listening


@asynccontextmanager
async def python(
    folder: Path, name: str, module: str, *arguments: str, pipes: bool = False
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A module as a process of its own, away from any `.env`, with a log; ended when left."""
    ways = asyncio.subprocess.PIPE if pipes else asyncio.subprocess.DEVNULL
    with (folder / f"{name}.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *arguments),
            cwd=folder,
            env=plain_environment(),
            stdin=ways,
            stdout=ways,
            stderr=log,
        )
    try:
        yield process
    finally:
        if not pipes:
            process.terminate()
        await process.wait()


def plain_environment() -> dict[str, str]:
    """What a program needs to run at all, and nothing of the developer's settings."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")
    present = {name: os.environ[name] for name in kept if name in os.environ}
    return present | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
