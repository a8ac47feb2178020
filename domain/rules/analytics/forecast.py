"""When a list will have been texted: one after another at a pace, each within their own hours."""

import heapq
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar

QUARTER = timedelta(minutes=15)
"""Hours begin and end on quarters of an hour; within one, nothing changes."""
P = TypeVar("P")


def ends(
    start: datetime,
    every: timedelta,
    waiting: Iterable[tuple[datetime, P]],
    opens: Callable[[P, datetime], datetime],
) -> datetime:
    """When the last text leaves of those who wait, each from their moment on, at their place.

    `opens` says from when on somebody at a place may be texted: a moment itself if they may then.
    Places are compared, and asked about once a quarter of an hour.
    """
    asked = cache(opens)
    due = [(max(at, start), turn, place) for turn, (at, place) in enumerate(waiting)]
    heapq.heapify(due)
    free, last = start, start
    while due:
        at, turn, place = heapq.heappop(due)
        at = max(at, free)
        quarter = at - (at - datetime.min.replace(tzinfo=at.tzinfo)) % QUARTER
        opened = asked(place, quarter)
        if opened > at:
            heapq.heappush(due, (opened, turn, place))
            continue
        last, free = at, at + every
    return last
