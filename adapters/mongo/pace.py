"""Who must wait how long, kept in MongoDB so that all processes wait together."""

from datetime import datetime
from typing import Any

from pymongo.collection import Collection

COLLECTION = "paces"


class DatabasePace:
    """Implements domain.ports.Pace; one small document a key."""

    def __init__(self, collection: Collection[dict[str, Any]]) -> None:
        self._collection = collection

    def wait(self, key: str, now: datetime) -> float:
        """Seconds until that key may be used again; 0 when it may."""
        held = self._collection.find_one({"_id": key})
        return max((held["until"] - now).total_seconds(), 0.0) if held else 0.0

    def hold(self, key: str, until: datetime) -> None:
        """Nobody uses that key before `until`; of several, the latest counts."""
        self._collection.update_one({"_id": key}, {"$max": {"until": until}}, upsert=True)
