"""The time that all processes share, and who must wait how long."""

from datetime import datetime
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
