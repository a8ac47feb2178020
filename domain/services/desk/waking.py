"""Snoozed conversations open again when their time has come, once, whoever is there to do it.

With the opening goes what agents are to read of it, in the same write.
"""

from datetime import datetime

from domain.model import Author, Thread
from domain.services.desk import changes, nudges
from domain.services.desk.changes import Line

SLOT = "snoozed"
AWAKE = "Open again: it was snoozed until now."


def wake(now: datetime) -> Thread | None:
    """Open the one whose time came first; None when all may sleep on."""
    while found := _next({"$lte": now}):
        match = {"_id": found.id, "snoozedUntil": found.snoozed_until}
        opening = changes.setting({"status": "open", "openedAt": now}, "snoozedUntil")
        opening |= nudges.push(nudges.awake(found, now))
        line = Line("thread_status", AWAKE, Author(kind="system"), now)
        if woken := changes.commit(match, opening, line):
            return woken
    return None


def earliest() -> datetime | None:
    """When the next one is to be opened."""
    found = _next({"$exists": True})
    return found.snoozed_until if found else None


def _next(when: dict[str, object]) -> Thread | None:
    found: Thread | None = (
        Thread.objects(__raw__={"snoozedUntil": when})
        .order_by("snoozed_until")
        .only("snoozed_until")
        .first()
    )
    return found
