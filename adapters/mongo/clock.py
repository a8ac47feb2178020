"""The database's time: all processes agree on what is due, whatever their own clocks say.

A clock that was set wrong is found by the other: where the database's and this machine's are far
apart, what must not come too early waits. A process that runs already counts on as if nothing had
happened, so that no lease ends too soon and nothing is written down for a time far away.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from bson.codec_options import CodecOptions
from pymongo import MongoClient

MEASURE_EVERY_SECONDS = 30.0
JUMP = timedelta(seconds=10)
TOLERANCE = timedelta(minutes=2)
"""Two clocks that are kept right by themselves never differ so much."""
BLURRED_SECONDS = 1.0
"""A round trip that took longer says less than the last one, unless the clock was set."""

log = structlog.get_logger(__name__)

AWARE: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)


@dataclass(frozen=True)
class Measurement:
    """The server's time at one reading of our monotonic clock (seconds)."""

    server: datetime
    taken_at: float
    blur: timedelta = timedelta(0)
    """It may be wrong by so much."""

    def at(self, reading: float) -> datetime:
        """The server's time at another reading, cut to milliseconds as MongoDB stores them."""
        moment = self.server + timedelta(seconds=reading - self.taken_at)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class DatabaseClock:
    """Implements domain.ports.Clock; asks the server now and then and counts on in between.

    `wall` is this machine's own clock, in Unix seconds.
    """

    def __init__(
        self,
        client: MongoClient[dict[str, Any]],
        every: float = MEASURE_EVERY_SECONDS,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._every = every
        self._wall = wall
        self._lock = threading.Lock()
        self.measured = self.latest = self._measure()

    def now(self) -> datetime:
        """Aware UTC. A measurement that has grown old is renewed by one of the callers."""
        reading = time.monotonic()
        if reading - self.measured.taken_at > self._every and self._lock.acquire(blocking=False):
            try:
                self.take(self._measure())
            finally:
                self._lock.release()
        return self.measured.at(time.monotonic())

    def skew(self) -> timedelta:
        """How far the database's clock is ahead of this machine's; negative: behind it."""
        return self.latest.at(time.monotonic()) - self._ours()

    def agrees(self) -> bool:
        """Whether the two clocks tell the same time, as far as is known."""
        self.now()
        return abs(self.skew()) <= TOLERANCE

    def take(self, latest: Measurement) -> None:
        """Take the new measurement, unless it says less exactly what is known, or cannot be."""
        expected = self.measured.server + timedelta(
            seconds=latest.taken_at - self.measured.taken_at
        )
        off, self.latest = latest.server - expected, latest
        if abs(off) > JUMP:
            log.warning("clock.jumped", seconds=round(off.total_seconds()))
        blurred = latest.blur.total_seconds() > BLURRED_SECONDS / 2 and abs(off) <= latest.blur
        alone = abs(off) > TOLERANCE and abs(expected - self._ours()) <= TOLERANCE
        kept = replace(self.measured, server=expected, taken_at=latest.taken_at)
        self.measured = kept if blurred or alone else latest

    def _ours(self) -> datetime:
        return datetime.fromtimestamp(self._wall(), UTC)

    def _measure(self) -> Measurement:
        asked = time.monotonic()
        hello = self._client.admin.command("hello", codec_options=AWARE)
        answered = time.monotonic()
        # Half the round trip is over when the server reads its clock.
        middle, blur = (asked + answered) / 2, timedelta(seconds=(answered - asked) / 2)
        return Measurement(hello["localTime"].astimezone(UTC), middle, blur)
