"""The database's time: all processes agree on what is due, whatever their own clocks say."""

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bson.codec_options import CodecOptions
from pymongo import MongoClient

MEASURE_EVERY_SECONDS = 30.0
AWARE: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)


@dataclass(frozen=True)
class Measurement:
    """The server's time at one reading of our monotonic clock (seconds)."""

    server: datetime
    taken_at: float

    def at(self, reading: float) -> datetime:
        """The server's time at another reading, cut to milliseconds as MongoDB stores them."""
        moment = self.server + timedelta(seconds=reading - self.taken_at)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class DatabaseClock:
    """Implements domain.ports.Clock; asks the server now and then and counts on in between."""

    def __init__(
        self, client: MongoClient[dict[str, Any]], every: float = MEASURE_EVERY_SECONDS
    ) -> None:
        self._client = client
        self._every = every
        self._lock = threading.Lock()
        self.measured = self._measure()

    def now(self) -> datetime:
        """Aware UTC. A measurement that has grown old is renewed by one of the callers."""
        reading = time.monotonic()
        if reading - self.measured.taken_at > self._every and self._lock.acquire(blocking=False):
            try:
                self.measured = self._measure()
            finally:
                self._lock.release()
        return self.measured.at(time.monotonic())

    def _measure(self) -> Measurement:
        asked = time.monotonic()
        hello = self._client.admin.command("hello", codec_options=AWARE)
        answered = time.monotonic()
        # Half the round trip is over when the server reads its clock.
        return Measurement(hello["localTime"].astimezone(UTC), (asked + answered) / 2)
