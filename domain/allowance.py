"""How much of something each of many may have a minute; kept in memory, and bounded there.

Whoever used little may use a whole minute's worth at once. Each process counts by itself: of
several, each gives as much.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

MINUTE = 60.0
MOST_KEPT = 10_000
ROUNDING = 1e-6  # seconds


@dataclass
class Allowance:
    """`per_minute` of it for each key; 0: as much as they like.

    Of more than `kept` keys, those that were asked about longest ago are forgotten.
    """

    per_minute: float
    kept: int = MOST_KEPT
    clock: Callable[[], float] = monotonic
    _used: OrderedDict[str, float] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, key: str) -> float:
        """Seconds until that key may have more; 0 when it may."""
        with self._lock:
            return self._wait(key, self.clock())

    def take(self, key: str, amount: float = 1) -> float:
        """Use so much and return 0, or the seconds to wait, and then nothing is used.

        What is taken at last may be more than what was left.
        """
        if not self.per_minute:
            return 0.0
        with self._lock:
            now = self.clock()
            if wait := self._wait(key, now):
                return wait
            self._used[key] = max(self._used.get(key, now), now) + amount * self._each
            self._used.move_to_end(key)
            if len(self._used) > self.kept:
                self._used.popitem(last=False)
        return 0.0

    @property
    def _each(self) -> float:
        """Seconds after which one more is there."""
        return MINUTE / self.per_minute

    def _wait(self, key: str, now: float) -> float:
        """A minute's worth lies ahead of who used nothing."""
        used = self._used.get(key)
        left = 0.0 if used is None else used + self._each - MINUTE - now
        return left if left > ROUNDING else 0.0
