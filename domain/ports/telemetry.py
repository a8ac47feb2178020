"""What is counted and timed for those who run it; never what was said, nor by whom."""

from typing import Protocol


class Telemetry(Protocol):
    """Takes figures of this process; cheap enough for every call, and never fails.

    Labels are words of a small set: no numbers, names or ids. A span's facts are ids alone.
    """

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """That much more of it happened."""

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """It took so long this time."""

    def span(self, name: str, trace: str | None, began: float, **ids: str) -> None:
        """It is done by now, under that trace, and began at that moment of Unix time."""


class Silent:
    """A Telemetry that nobody listens to."""

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """Nothing."""

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Nothing."""

    def span(self, name: str, trace: str | None, began: float, **ids: str) -> None:
        """Nothing."""


SILENT = Silent()
