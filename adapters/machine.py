"""What the machines below say: whether their clocks agree, and how full the database's disk is."""

from datetime import timedelta
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from adapters.checks import FAILED, OK, WARNING
from adapters.mongo.clock import TOLERANCE
from domain.ports import Finding

CLOCK, DISK = "clock", "mongodb_disk"
FILLING, FULL = 0.85, 0.95
SMALLEST = 512 * 1024 * 1024
"""Bytes that must be free, whatever share of the disk that is."""
GIGABYTE = 1024**3
UNTOLD = "If it is still empty, run `threadline indexes`. Else watch its disk where it runs."
NO_TEXTS = "No text leaves meanwhile, because it could leave at night."


def clock(skew: timedelta) -> Finding:
    """Whether the database's clock and ours tell the same time; `skew`: how far it is ahead."""
    off = abs(skew)
    if off <= TOLERANCE:
        return Finding(CLOCK, OK, "The database's clock and this machine's agree.")
    which = "ahead of" if skew > timedelta(0) else "behind"
    told = f"The database's clock is {_long(off)} {which} this machine's. {NO_TEXTS}"
    return Finding(CLOCK, FAILED, told, "Let both machines set their clocks by NTP.")


def disk(client: MongoClient[dict[str, Any]], database: str) -> Finding:
    """Whether the database has room, where it tells."""
    try:
        told = client[database].command("dbStats")
    except PyMongoError as error:
        words = f"The database does not say how full its disk is ({type(error).__name__})."
        return Finding(DISK, WARNING, words, "Look at the rights of its user.")
    return room(float(told.get("fsUsedSize") or 0), float(told.get("fsTotalSize") or 0))


def room(used: float, total: float) -> Finding:
    """The same of so many bytes."""
    if not total:
        return Finding(DISK, WARNING, "The database does not say how full its disk is.", UNTOLD)
    free, share = total - used, used / total
    told = f"The database's disk is {share:.0%} full: {free / GIGABYTE:.1f} GB are free."
    if share >= FULL or free < SMALLEST:
        fix = "Make room now: when it is full, no text is taken in and none leaves."
        return Finding(DISK, FAILED, told, fix)
    if share >= FILLING:
        return Finding(DISK, WARNING, told, "Make room, or give it a larger disk.")
    return Finding(DISK, OK, told)


def _long(off: timedelta) -> str:
    minutes = round(off.total_seconds() / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
