"""Who must wait how long, kept in MongoDB so that all processes wait together."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument, WriteConcern
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from domain.rules import pacing
from domain.rules.pacing import Rate

COLLECTION = "paces"
MILLISECOND = timedelta(milliseconds=1)


class DatabasePace:
    """Implements domain.ports.Pace; one small document a key."""

    def __init__(self, collection: Collection[dict[str, Any]]) -> None:
        self._collection = collection
        # What a crash of the server forgets was used by calls that it interrupted as well.
        self._quick = collection.with_options(write_concern=WriteConcern(w=1))

    def wait(self, key: str, now: datetime) -> float:
        """Seconds until that key may be used again; 0 when it may."""
        held = self._collection.find_one({"_id": key}, {"until": 1}) or {}
        return max((held["until"] - now).total_seconds(), 0.0) if "until" in held else 0.0

    def hold(self, key: str, until: datetime) -> None:
        """Nobody uses that key before `until`; of several, the latest counts."""
        self._collection.update_one({"_id": key}, {"$max": {"until": until}}, upsert=True)

    def take(self, key: str, rate: Rate, now: datetime, *, spare: bool = False) -> float:
        """Use the key once and return 0, or the seconds to wait; one command, whoever else asks."""
        slack = rate.spare if spare else rate.slack
        before = self._moved(key, rate.every, slack, now) or {}
        return pacing.wait(before.get("due"), slack, now)

    def _moved(
        self, key: str, every: timedelta, slack: timedelta, now: datetime
    ) -> dict[str, Any] | None:
        """What was kept before; the use is written down if it was allowed."""
        due = {"$ifNull": ["$due", now]}
        after = {"$add": [{"$max": [due, now]}, every // MILLISECOND]}
        moved = {"$cond": [{"$lte": [due, now + slack]}, after, due]}
        while True:
            with suppress(DuplicateKeyError):  # two make it at once: then one finds it
                before: dict[str, Any] | None = self._quick.find_one_and_update(
                    {"_id": key},
                    [{"$set": {"due": moved}}],
                    upsert=True,
                    return_document=ReturnDocument.BEFORE,
                )
                return before
