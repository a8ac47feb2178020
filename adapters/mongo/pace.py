"""Who must wait how long, kept in MongoDB so that all processes wait together."""

import math
import random
from collections.abc import Sequence
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
FOREVER = timedelta(days=3_650)


class DatabasePace:
    """Implements domain.ports.Line; one small document a key."""

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

    def turn(
        self, key: str, rate: Rate, now: datetime, ahead: timedelta, *, uses: int = 1
    ) -> datetime | None:
        """The moment of the first of these uses, which are written down; one command."""
        before = self._moved(key, rate.every * uses, rate.slack, now, ahead) or {}
        found = pacing.turn(before.get("due"), rate.slack, now)
        return found if found <= now + ahead else None

    def spend(self, key: str, rate: Rate, now: datetime) -> None:
        """Use the key once, whatever is due."""
        self._moved(key, rate.every, FOREVER, now)

    def closed(
        self, keys: Sequence[str], rate: Rate, now: datetime, ahead: timedelta
    ) -> dict[str, datetime]:
        """Those whose next turn is farther away, and when they have one so soon."""
        found = self._collection.find({"_id": {"$in": [*keys]}, "due": {"$exists": True}})
        turns = {one["_id"]: pacing.turn(one["due"], rate.slack, now) for one in found}
        return {key: turn - ahead for key, turn in turns.items() if turn > now + ahead}

    def _moved(
        self,
        key: str,
        every: timedelta,
        slack: timedelta,
        now: datetime,
        ahead: timedelta = timedelta(0),
    ) -> dict[str, Any] | None:
        """What was kept before; the use is written down if it was allowed."""
        due = {"$ifNull": ["$due", now]}
        # Dates are whole milliseconds: what is less is made up for on average.
        step = math.floor(every / MILLISECOND + random.random())  # noqa: S311 - no secret
        after = {"$add": [{"$max": [due, now]}, step]}
        moved = {"$cond": [{"$lte": [due, now + slack + ahead]}, after, due]}
        while True:
            with suppress(DuplicateKeyError):  # two make it at once: then one finds it
                before: dict[str, Any] | None = self._quick.find_one_and_update(
                    {"_id": key},
                    [{"$set": {"due": moved}}],
                    upsert=True,
                    return_document=ReturnDocument.BEFORE,
                )
                return before
