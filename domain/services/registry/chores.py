"""Where the chores of the house stand: what does not work, and how far they have come."""

from collections.abc import Iterable
from datetime import datetime

from domain.model import Chore

CONSENTS, LOOKUP, DEACTIVATIONS = "consents", "lookup", "deactivations"


def troubled(name: str, reason: str, now: datetime) -> None:
    """It does not work until somebody puts something right; since when is kept."""
    chores = Chore._get_collection()
    chores.update_one({"name": name}, {"$set": {"trouble": reason}}, upsert=True)
    since = {"name": name, "troubledAt": {"$exists": False}}
    chores.update_one(since, {"$set": {"troubledAt": now}})


def works(name: str) -> None:
    """It does again; one that always did costs only a look."""
    broken = {"name": name, "trouble": {"$exists": True}}
    gone = {"$unset": {"trouble": "", "troubledAt": ""}}
    Chore._get_collection().update_one(broken, gone)


def found(names: Iterable[str]) -> dict[str, Chore]:
    """Those chores that ever had anything to remember."""
    return {one.name: one for one in Chore.objects(name__in=list(names))}
