"""What the carrier's records are looked through for, and what counts as missed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

SURE = timedelta(minutes=1)
"""A yes counts as later than a no only by so much: our time of a text is when it came to us, the
carrier's is when it was sent, and the two clocks differ."""


@dataclass(frozen=True)
class Cadence:
    """How often the carrier's records are looked at, and how far back.

    Every `every`, for the last `recent`, or since the last look where that is longer ago, with an
    `overlap`; once in `thorough` for all of `reach`. What is younger than `grace` may still be on
    its way. `reach` 0: never.
    """

    reach: timedelta = timedelta(hours=48)
    every: timedelta = timedelta(minutes=10)
    recent: timedelta = timedelta(hours=3)
    overlap: timedelta = timedelta(hours=1)
    thorough: timedelta = timedelta(hours=24)
    grace: timedelta = timedelta(minutes=2)


@dataclass(frozen=True)
class Span:
    """The texts of this time are looked at; `thorough`: it is all that is ever looked at."""

    since: datetime
    until: datetime
    thorough: bool = False


def span(
    began: datetime,
    looked_to: datetime | None,
    thorough_at: datetime | None,
    now: datetime,
    cadence: Cadence,
) -> Span:
    """What to look at now. Nothing from before we `began`: that was never to come to us."""
    until = now - cadence.grace
    farthest = now - cadence.reach
    thorough = thorough_at is None or now - thorough_at >= cadence.thorough
    since = now - cadence.recent
    if looked_to:
        since = min(since, looked_to - cadence.overlap)
    if thorough or looked_to is None:
        since = farthest
    return Span(max(since, farthest, began), until, thorough)


def stays_out(no_at: datetime, yes_at: Iterable[datetime]) -> bool:
    """Whether that no is in force, though they have said yes by texts of their own at these times.

    When in doubt it is.
    """
    return all(at < no_at + SURE for at in yes_at)
