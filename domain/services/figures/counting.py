"""Whoever's turn it is counts one day; the chore is due again when the next day is."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.model import Chore
from domain.services.figures import keeping
from domain.services.registry import chores
from domain.services.registry.chores import FIGURES

IDLE = timedelta(minutes=1)
"""So long an empty house is left alone."""


def claim(now: datetime, lease: timedelta) -> Chore | None:
    """The chore, ours alone until its lease ends; None when it is not due."""
    return chores.claim(FIGURES, now, lease)


def earliest() -> datetime | None:
    """When a day is to be counted."""
    return chores.earliest(FIGURES)


def work(chore: Chore, zone: ZoneInfo, now: datetime) -> None:
    """Count the day that is next, if it is due; two who do so at once do no harm."""
    wanted = keeping.next_day(zone, now)
    if wanted and wanted[1] <= now:
        keeping.rebuild(wanted[0], zone, now)
        wanted = keeping.next_day(zone, now)
    at = max(wanted[1], now) if wanted else now + IDLE
    chores.write(chore, {"work.due_at": min(at, now + keeping.FRESH), "work.attempts": 0})
