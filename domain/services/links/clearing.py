"""What is taken away of short links: all that tells of somebody, and in the end the link itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.model import Link

KEPT = timedelta(days=180)
"""So long an expired link still says that it has expired."""
TELLING = ("target", "origin", "phone", "firstAt", "lastAt")


def forget(phones: Sequence[str] = (), origins: Sequence[str] = ()) -> None:
    """Links to these numbers, or in these texts, lead nowhere and tell of nobody any more."""
    gone = {"$unset": dict.fromkeys(TELLING, ""), "$set": {"clicks": 0}, "$inc": {"rev": 1}}
    for match in (
        {"phone": {"$in": list(phones)}},
        {"origin": {"$in": list(origins)}, "target": {"$exists": True}},
    ):
        Link._get_collection().update_many(match, gone)


def tidy(now: datetime) -> int:
    """Remove those that expired long ago; how many they were."""
    old = {"expiresAt": {"$lte": now - KEPT}}
    return int(Link._get_collection().delete_many(old).deleted_count)
