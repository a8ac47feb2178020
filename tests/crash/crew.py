"""Two web processes and three workers that are always started again, and who kills them."""

import asyncio
import signal
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from signal import SIGKILL, SIGSTOP, Signals

from tests.crash.processes import Child, Nursery, Order
from tests.crash.timing import NAP_SECONDS
from tests.crash.wire import Border, Trap

PATIENCE = 20.0  # seconds that a process has to reach its point
MOST_TRIES = 40
START_SECONDS = 180.0
ROLES = {"w1": "web", "w2": "web", "k1": "worker", "k2": "worker", "k3": "worker"}
OUTSIDE = ("slack.", "twilio.")


@dataclass(frozen=True)
class Point:
    """A moment in the life of one kind of process: `before insert smsmessages status=held`."""

    role: str
    name: str
    signal: Signals = SIGKILL  # or SIGSTOP: it falls asleep there, and wakes too late

    @property
    def call(self) -> str | None:
        """The outside call that it is about; None for a write into the database."""
        what = self.name.partition(" ")[2]
        return what if what.startswith(OUTSIDE) else None

    def __str__(self) -> str:
        return f"{self.role}: {self.name}"


@dataclass
class Tally:
    """What was done to the processes."""

    at_random: int = 0
    at_points: Counter[Point] = field(default_factory=Counter)
    misses: Counter[Point] = field(default_factory=Counter)
    own_ends: list[str] = field(default_factory=list)
    stops: Counter[str] = field(default_factory=Counter)
    slowest_stop: float = 0.0  # seconds

    @property
    def kills(self) -> int:
        """All of them."""
        return self.at_random + self.at_points.total()

    def figures(self) -> str:
        """For whoever ran it."""
        points = len(self.at_points)
        return f"{self.kills} kills: {self.at_random} at random, the rest at {points} named points"


class Crew:
    """Keeps the processes alive, and ends each at the point it was given."""

    def __init__(
        self,
        nursery: Nursery,
        border: Border,
        folder: Path,
        environment: Mapping[str, str],
        ports: Sequence[int],
        broken: str | None,
    ) -> None:
        self._nursery = nursery
        self._border = border
        self._folder = folder
        self._environment = environment
        self.ports = dict(zip(("w1", "w2"), ports, strict=True))
        self._broken = broken
        self._recording = True
        self._children: dict[str, Child] = {}
        self._points: dict[str, deque[Point]] = {"web": deque(), "worker": deque()}
        self._aimed = 0
        self._killed: set[int] = set()
        self._asked: set[int] = set()
        self._over = asyncio.Event()
        self.tally = Tally()

    # life

    async def run(self, command: str) -> None:
        """Run one command of the product to its end."""
        child = await self._nursery.start(self._order(command, "c1", None))
        await child.ended.wait()
        if child.status:
            raise RuntimeError(f"threadline {command} ended with {child.status}: see c1.log")

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """All five live until left, whoever dies in between."""
        keepers = [asyncio.create_task(self._keep(name)) for name in ROLES]
        try:
            await self._serving()
            yield
        finally:
            self._over.set()
            for child in self._children.values():
                child.kill()
            await asyncio.gather(*keepers)

    async def _keep(self, name: str) -> None:
        while not self._over.is_set():
            point = self._next_point(ROLES[name])
            child = await self._nursery.start(self._order(ROLES[name], name, point))
            self._children[name] = child
            if self._over.is_set():
                child.kill()
            self._arm(name, child, point)
            if point:
                await self._meet(child, point)
            await child.ended.wait()
            self._border.traps.pop(name, None)
            if child.status != (0 if child.pid in self._asked else -SIGKILL):
                self.tally.own_ends.append(f"{name} ended by itself ({child.status})")

    async def _meet(self, child: Child, point: Point) -> None:
        """Until the process is at its point; one that does not get there in time is killed."""
        asleep = point.signal == SIGSTOP
        there = child.stopped if asleep else child.ended
        try:
            async with asyncio.timeout(PATIENCE):
                await there.wait()
        except TimeoutError:
            self._kill(child)
            await child.ended.wait()
        if self._over.is_set():
            return
        self._settle(point, reached=there.is_set() and child.pid not in self._killed)
        if asleep and not child.ended.is_set():
            await asyncio.sleep(NAP_SECONDS)
            child.kill(signal.SIGCONT)

    def _arm(self, name: str, child: Child, point: Point | None) -> None:
        """A point outside is reached when the border sees the call."""
        if point and point.call:
            when = point.name.partition(" ")[0]
            self._border.traps[name] = Trap(when, point.call, child.kill)

    def _order(self, command: str, name: str, point: Point | None) -> Order:
        env = {key: value.replace("NAME", name) for key, value in self._environment.items()}
        if name in self.ports:
            env["PORT"] = str(self.ports[name])
        return Order(
            command,
            env,
            self._folder / f"{name}.log",
            at=point.name if point and not point.call else None,
            signal=point.signal if point else SIGKILL,
            record=self._folder / f"{command}.points" if self._recording else None,
            broken=self._broken,
        )

    async def _serving(self) -> None:
        """Wait until both web processes take connections."""
        async with asyncio.timeout(START_SECONDS):
            for port in self.ports.values():
                while not await _listens(port):
                    await asyncio.sleep(0.05)

    @property
    def pids(self) -> list[int]:
        """Who lives now."""
        return [child.pid for child in self._children.values()]

    @property
    def calls(self) -> set[str]:
        """Every kind of outside call that anybody made."""
        return {call for _, call in self._border.seen}

    # killing

    def recorded(self, least: int = 1) -> list[Point]:
        """Every point passed so often (1 or 2 times), each once; from now on none is recorded."""
        self._recording = False
        noted = {
            role: Counter((self._folder / f"{role}.points").read_text().splitlines())
            for role in ("web", "worker")
        }
        found = [
            Point(role, name)
            for role, names in noted.items()
            for name in sorted(names)
            if names[name] >= least
        ]
        calls = sorted({(ROLES[caller], call) for caller, call in self._border.seen})
        return [
            *found,
            *(
                Point(role, f"{when} {call}")
                for role, call in calls
                for when in ("before", "after")
            ),
        ]

    def aim(self, points: Iterable[Point]) -> None:
        """Processes are to end at these, one a life; who lives now makes room for one who will."""
        for point in points:
            self._points[point.role].append(point)
        for child in self._children.values():
            self._kill(child)

    @property
    def missing(self) -> int:
        """Points that nobody has ended at yet."""
        return sum(len(waiting) for waiting in self._points.values()) + self._aimed

    def kill_one(self, dice: Random) -> None:
        """SIGKILL to somebody, whatever they are doing."""
        self._kill(self._children[dice.choice(sorted(self._children))])

    async def stop(self, name: str) -> None:
        """Ask one to end, and wait until it has; another takes its place."""
        child, time = self._children[name], asyncio.get_running_loop().time
        self._asked.add(child.pid)
        self._note(f"{name} ({child.pid}) asked to stop")
        began = time()
        child.kill(signal.SIGTERM)
        await child.ended.wait()
        self.tally.stops[name] += 1
        self.tally.slowest_stop = max(self.tally.slowest_stop, time() - began)
        while self._children[name] is child:
            await asyncio.sleep(0.05)

    def pid(self, name: str) -> int:
        """Of who has that name now."""
        return self._children[name].pid

    def _kill(self, child: Child) -> None:
        if child.kill():
            self._killed.add(child.pid)
            self._note(f"{child.pid} killed")
            self.tally.at_random += 1

    def _next_point(self, role: str) -> Point | None:
        if not self._points[role]:
            return None
        self._aimed += 1
        return self._points[role].popleft()

    def _settle(self, point: Point, *, reached: bool) -> None:
        self._aimed -= 1
        self._note(f"{point} {'reached' if reached else 'missed'}")
        if reached:
            self.tally.at_points[point] += 1
            return
        self.tally.misses[point] += 1
        if self.tally.misses[point] < MOST_TRIES:
            self._points[point.role].append(point)

    def _note(self, what: str) -> None:
        with (self._folder / "kills.log").open("a") as journal:
            journal.write(f"{datetime.now(UTC):%H:%M:%S.%f} {what}\n")


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
