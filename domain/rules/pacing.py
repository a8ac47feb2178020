"""How often something may be done: so many at once, then one every so long.

The generic cell rate algorithm: what is kept is the moment at which the next use would be due if
all of them came evenly. A use is allowed while that moment is not too far ahead.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rate:
    """One use each `every`, of which `burst` may come at once."""

    every: timedelta
    burst: int = 1

    @classmethod
    def within(cls, most: float, period: timedelta, burst: int) -> "Rate":
        """A rate that never allows more than `most` uses in any stretch of that period."""
        return cls(period / max(most - burst, 1e-6), burst)

    def faster(self, times: float) -> "Rate":
        """So many times as often, and as many at once."""
        return Rate(self.every / times, max(1, round(self.burst * times)))

    @property
    def slack(self) -> timedelta:
        """How far ahead the due moment may be for one more use."""
        return self.every * (self.burst - 1)

    @property
    def spare(self) -> timedelta:
        """The same for what matters less: half of what may come at once is left for the rest."""
        return self.every * (max(self.burst // 2, 1) - 1)


def wait(due: datetime | None, slack: timedelta, now: datetime) -> float:
    """Seconds until one more use is allowed; 0 when it is."""
    ahead = (due or now) - now
    return max((ahead - slack).total_seconds(), 0.0)


def turn(due: datetime | None, slack: timedelta, now: datetime) -> datetime:
    """The earliest moment at which one more use is allowed: now, or later."""
    return max(now, (due or now) - slack)


def due_after(due: datetime | None, every: timedelta, now: datetime) -> datetime:
    """The due moment after one more use."""
    return max(due or now, now) + every
