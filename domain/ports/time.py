"""The time that all processes share, and who must wait how long."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.rules.pacing import Rate


class Clock(Protocol):
    """The database's time, so that every process agrees on what is due."""

    def now(self) -> datetime:
        """Aware UTC, the same for all processes within a few milliseconds."""


class Pace(Protocol):
    """Who must wait how long, shared by all processes."""

    def wait(self, key: str, now: datetime) -> float:
        """Seconds until that key may be used again; 0 when it may."""

    def hold(self, key: str, until: datetime) -> None:
        """Nobody uses that key before `until`."""

    def take(self, key: str, rate: Rate, now: datetime, *, spare: bool = False) -> float:
        """Use the key once and return 0, or the seconds to wait, and then nothing is used.

        `spare`: this use matters less than others, and comes only where many are left.
        """


class Line(Pace, Protocol):
    """The same for those who stand in line for their turns."""

    def turn(
        self, key: str, rate: Rate, now: datetime, ahead: timedelta, *, uses: int = 1
    ) -> datetime | None:
        """Use the key `uses` times from that moment on, at most `ahead` from now.

        None when it could not begin before, and then nothing is used.
        """

    def spend(self, key: str, rate: Rate, now: datetime) -> None:
        """Use the key once, allowed or not: whoever asks afterwards waits for it."""

    def closed(
        self, keys: Sequence[str], rate: Rate, now: datetime, ahead: timedelta
    ) -> dict[str, datetime]:
        """Those of the keys that have no turn so soon, and from when on they have."""
