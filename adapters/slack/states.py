"""The states of installations that have begun: each is good once, in ten minutes."""

import asyncio
import hashlib
import logging
import secrets
from datetime import timedelta
from logging import Logger
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection
from pymongo.database import Database
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from domain.ports import Clock

COLLECTION = "slackstates"
LIFETIME = timedelta(minutes=10)
INDEXES = [IndexModel([("expiresAt", ASCENDING)], name="expired", expireAfterSeconds=0)]


class DatabaseStates(AsyncOAuthStateStore):
    """Only hashes are stored: who reads the database cannot finish what another began."""

    def __init__(self, database: Database[dict[str, Any]], clock: Clock) -> None:
        self._states: Collection[dict[str, Any]] = database[COLLECTION]
        self._clock = clock

    @property
    def logger(self) -> Logger:
        """The SDK asks for one."""
        return logging.getLogger(__name__)

    async def async_issue(self, *_: Any, **__: Any) -> str:
        """A new state."""
        state = secrets.token_urlsafe(32)
        await asyncio.to_thread(self._keep, state)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether it was issued, is young enough, and has not been used; now it has been."""
        return await asyncio.to_thread(self._take, state)

    def _keep(self, state: str) -> None:
        expires = self._clock.now() + LIFETIME
        self._states.insert_one({"_id": _digest(state), "expiresAt": expires})

    def _take(self, state: str) -> bool:
        good = {"_id": _digest(state), "expiresAt": {"$gt": self._clock.now()}}
        return self._states.find_one_and_delete(good) is not None


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode(errors="replace")).hexdigest()
