"""Which of our processes are alive, by what they say themselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.errors import Conflict
from domain.model import Process

EVERY = timedelta(seconds=10)
"""How often a process says that it lives."""
SILENT = timedelta(seconds=45)
"""After so long without a word it is not counted as alive: several words were missed."""
OWN = ("host", "pid", "version")
MOST = 1_000
RUNNING = "Nothing was changed, as these processes use the database: {names}."
STOP = "Stop web, worker and bot first; one that was killed counts as gone after 45 seconds."


def beat(kind: str, key: str, now: datetime, **facts: object) -> None:
    """That process lives. `host`, `pid` and `version` are fields of their own."""
    known = {name: facts[name] for name in OWN if name in facts}
    others = {name: str(value) for name, value in facts.items() if name not in OWN}
    first = {"startedAt": now, "rev": 1}
    Process._get_collection().update_one(
        {"key": key},
        {"$set": known | {"kind": kind, "facts": others, "seenAt": now}, "$setOnInsert": first},
        upsert=True,
    )


def leave(key: str) -> None:
    """It ended as it should: nobody need look for it."""
    Process._get_collection().delete_one({"key": key})


def alive(now: datetime) -> Sequence[Process]:
    """Those that were heard of lately, the longest silent first."""
    lately = Process.objects(seen_at__gt=now - SILENT).order_by("seen_at")
    return list(lately.limit(MOST))


def check_stopped(now: datetime) -> None:
    """Conflict while one lives: for what must not be done under it."""
    if found := alive(now):
        names = ", ".join(f"{one.kind} ({one.host or 'host unknown'}, {one.pid})" for one in found)
        raise Conflict(RUNNING.format(names=names), help=STOP)
