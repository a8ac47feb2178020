"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
"""A Wednesday, noon in Los Angeles and 15:00 in New York: inside everybody's hours."""


class FakeClock:
    """Implements domain.ports.Clock; safe to share between threads that only read it."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        """The moment that was last set."""
        return self._now

    def advance(self, seconds: float = 0, **parts: float) -> datetime:
        """Move by that much (`minutes=5`, `hours=1`, …) and say the new time."""
        self._now += timedelta(seconds=seconds, **parts)
        return self._now

    def set(self, moment: datetime) -> None:
        """Jump to a moment, backwards too."""
        self._now = moment
