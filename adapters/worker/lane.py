"""One kind of work: claimed as it falls due, carried out by a few tasks at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import structlog

from domain.ports import SILENT, Change, Telemetry

Claim = TypeVar("Claim")

NOTHING, TEXTS = "", "smsmessages"
LONGEST_SLEEP = 1.0
SHORTEST_SLEEP = 0.005
ANOTHERS = 0.25
AFTER_TROUBLE = 1.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Work(Generic[Claim]):
    """How one kind is claimed (in a thread), carried out, and when the next is due.

    `heeds` is the collection whose changes may make some of it due at once; with a `slot`, only
    changes of that field of its documents do. Whoever heeds nothing looks once a second. The last
    free place is for what `urgent` claims, where there is such a thing.
    """

    name: str
    claim: Callable[[], Claim | None]
    carry_out: Callable[[Claim], Awaitable[None]]
    earliest: Callable[[], datetime | None]
    now: Callable[[], datetime]
    at_once: int = 4
    heeds: str = NOTHING
    slot: str | None = None
    urgent: Callable[[], Claim | None] | None = None


class Lane(Generic[Claim]):
    """Runs until stopped; what it began it finishes, unless the process is killed.

    While it `rests` (asked in a thread) it begins nothing.
    """

    def __init__(self, work: Work[Claim]) -> None:
        self._work = work
        self._wake = asyncio.Event()
        self._free = asyncio.Semaphore(work.at_once)
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._looked = time.monotonic()
        self.telemetry: Telemetry = SILENT
        self.rests: Callable[[], bool] = bool

    @property
    def name(self) -> str:
        """What kind of work it does."""
        return self._work.name

    @property
    def silent_for(self) -> float:
        """Seconds since it last looked for work, which it does about every second.

        It is longer while all its places are taken, and for ever if it hangs.
        """
        return time.monotonic() - self._looked

    def earliest(self) -> datetime | None:
        """When the work that comes next is due; a question to the database."""
        return self._work.earliest()

    def heeds(self, change: Change) -> bool:
        """Whether it is to be woken by that change: one that may open its slot."""
        slot = self._work.slot
        if change.collection != self._work.heeds:
            return False
        touched = change.touched or change.document or {}
        own = {name for name in touched if name.partition(".")[0] == slot}
        shut = own <= {f"{slot}.state"} or f"{slot}.lease_until" in own
        return slot is None or not shut

    def wake(self) -> None:
        """Something was committed: look at once."""
        self._wake.set()

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Claim and carry out until stopped, then wait for what was begun."""
        while not self._stopping:
            self._wake.clear()
            self._looked = time.monotonic()
            try:
                asked = self._work.now()
                if not await self._take():
                    await self._sleep(asked)
            except Exception as error:  # noqa: BLE001 - the lane outlives whatever went wrong
                self.telemetry.count("lane_troubles", lane=self.name)
                log.warning("lane.trouble", lane=self._work.name, reason=type(error).__name__)
                await asyncio.sleep(AFTER_TROUBLE)
        await asyncio.gather(*self._tasks)

    async def _take(self) -> bool:
        """Start the next piece of work, if there is any."""
        await self._free.acquire()
        try:
            claim = None if self._stopping else await asyncio.to_thread(self._claim())
        except BaseException:
            self._free.release()
            raise
        if claim is None:
            self._free.release()
            return False
        task = asyncio.create_task(self._carry_out(claim))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    def _claim(self) -> Callable[[], Claim | None]:
        """The last place is never taken by what may wait: that could sit in slow calls."""
        last = self._free.locked()
        claim = self._work.urgent if last and self._work.urgent else self._work.claim
        return lambda: None if self.rests() else claim()

    async def _carry_out(self, claim: Claim) -> None:
        try:
            await self._work.carry_out(claim)
            self.telemetry.count("lane_pieces", lane=self.name)
        except Exception:  # what failed stays due and is found again when its lease ends
            self.telemetry.count("lane_failures", lane=self.name)
            log.exception("work.failed", lane=self._work.name)
        finally:
            self._free.release()
            if self._work.urgent:  # what could not have the last place may have this one
                self.wake()

    async def _sleep(self, asked: datetime) -> None:
        """Until woken, or the next piece falls due."""
        due = await asyncio.to_thread(self._work.earliest)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), pause(due, asked, self._work.now()))


def pause(due: datetime | None, asked: datetime, now: datetime) -> float:
    """Seconds until the next look, at most one in case news was missed.

    What was due when we asked and was not to be had is another worker's. What has fallen due
    since is ours: clocks of two processes differ by a little, so fresh work is often not yet due.
    """
    if due is None:
        return LONGEST_SLEEP
    if due <= asked:
        return ANOTHERS
    return min(max((due - now).total_seconds(), SHORTEST_SLEEP), LONGEST_SLEEP)
