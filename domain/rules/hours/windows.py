"""The hours of a day between which something may leave, in minutes; the end is excluded."""

import re
from dataclasses import dataclass

DAY = 24 * 60
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Window:
    """From the one minute of the day up to the other."""

    start: int
    end: int

    def __contains__(self, minute: int) -> bool:
        return self.start <= minute < self.end

    def within(self, other: "Window") -> "Window | None":
        """What both have; None where that is nothing."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Window(start, end) if start < end else None


def parse(text: str) -> Window | None:
    """`8:00-21:00`, or None for `none`; ValueError for anything else."""
    if text == "none":
        return None
    found = _SPAN.fullmatch(text)
    if not found:
        raise ValueError(text)
    hour, minute, until_hour, until_minute = map(int, found.groups())
    window = Window(hour * 60 + minute, until_hour * 60 + until_minute)
    if not (window.start < window.end <= DAY and minute < 60 and until_minute < 60):
        raise ValueError(text)
    return window
