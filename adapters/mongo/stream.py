"""One change stream with one constant pipeline: what counts as a visible change, and its errors."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from pymongo.asynchronous.change_stream import AsyncChangeStream
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from adapters.mongo.calls import Calls
from domain.errors import CursorExpired
from domain.ports import Change

PUBLISHED = ["campaigns", "contacts", "smsmessages", "threads"]

# Resuming needs the very same pipeline: never make it depend on who asks.
PIPELINE: list[Mapping[str, Any]] = [
    {
        "$match": {
            "ns.coll": {"$in": PUBLISHED},
            "$or": [
                {"operationType": {"$in": ["insert", "replace", "delete"]}},
                {
                    "operationType": "update",
                    "updateDescription.updatedFields.rev": {"$exists": True},
                },
            ],
        }
    }
]
KINDS = {"insert": "insert", "update": "update", "replace": "update", "delete": "delete"}

# History lost, not resumable, invalidated, overtaken, and the ways in which a token is malformed.
EXPIRED = frozenset({286, 280, 260, 136, 9, 14, 15, 207})
# Complaints about the parts of a token have a number for a name; troubles that pass have words.
NAMELESS = "Location"
TOKEN = re.compile(r"[0-9A-F]{20,2000}")
TOO_OLD = "This cursor is too old or not one of ours: fetch afresh, then follow from a new cursor."
AHEAD_SECONDS = 1
AWAIT_MS = 250  # on the server, for an event; also how long closing may take

Stream = AsyncChangeStream[dict[str, Any]]


class Tail:
    """One change stream, read by one reader; made by `opened`."""

    def __init__(self, calls: Calls, database: AsyncDatabase[dict[str, Any]]) -> None:
        self._calls = calls
        self._database = database
        self._stream: Stream | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def alive(self) -> bool:
        """Whether more may come."""
        return self._stream is not None and self._stream.alive

    @property
    def position(self) -> str | None:
        """How far it has come: its last event, or the server's high-water mark when idle."""
        token = self._stream.resume_token if self._stream else None
        return str(token["_data"]) if token else None

    def has_passed(self, other: str | None, *, idle: bool) -> bool:
        """Whether it has given everything up to that cursor; `idle` after a moment without any.

        A stream that begins names the tick after the last entry of the log; one that catches up
        comes to that entry itself.
        """
        ahead = (self.position or "") > (other or "")
        return ahead or (idle and _tick(self.position) + 1 >= _tick(other))

    async def next(self) -> Mapping[str, Any] | None:
        """The next event, None after a moment without any; CursorExpired when history is lost."""
        return await self._calls.whole(self._next())

    async def open(self, after: str | None, *, documents: bool = True) -> None:
        """Start after that cursor, or now; CursorExpired when it does not reach back.

        Without `documents` a changed one is not looked up: what has changed is told all the same.
        """
        await self._calls.whole(self._open(after, "updateLookup" if documents else None))

    async def close(self) -> None:
        """End it on the server too, once the call under way is done."""
        await self._calls.whole(self._close())

    async def _open(self, after: str | None, lookup: str | None) -> None:
        async with self._one_at_a_time:
            try:
                self._stream = await self._database.watch(
                    PIPELINE,
                    full_document=lookup,
                    resume_after={"_data": after} if after else None,
                    max_await_time_ms=AWAIT_MS,
                )
            except OperationFailure as error:
                raise translated(error) from error

    async def _next(self) -> Mapping[str, Any] | None:
        async with self._one_at_a_time:
            if self._stream is None:
                return None
            try:
                return await self._stream.try_next()
            except OperationFailure as error:
                raise translated(error) from error

    async def _close(self) -> None:
        async with self._one_at_a_time:
            if self._stream is not None:
                await self._stream.close()


@asynccontextmanager
async def opened(
    calls: Calls,
    database: AsyncDatabase[dict[str, Any]],
    after: str | None,
    *,
    documents: bool = True,
) -> AsyncIterator[Tail]:
    """The stream from that cursor on, or from now; CursorExpired when it does not reach back."""
    tail = Tail(calls, database)
    try:
        await tail.open(after, documents=documents)
        yield tail
    finally:
        await tail.close()


def translated(error: OperationFailure) -> Exception:
    """CursorExpired for what resuming cannot mend; anything else as it is."""
    name = str((error.details or {}).get("codeName", ""))
    lost = error.code in EXPIRED or name.startswith(NAMELESS)
    return CursorExpired(TOO_OLD) if lost else error


async def checked(database: AsyncDatabase[dict[str, Any]], cursor: str) -> str:
    """The cursor if it can be one of ours; a token from the future would be silently deaf."""
    if not TOKEN.fullmatch(cursor):
        raise CursorExpired(TOO_OLD)
    answer = await database.command("ping")
    now = answer["operationTime"].time
    if int(cursor[2:10], 16) > now + AHEAD_SECONDS:
        raise CursorExpired(TOO_OLD)
    return cursor


def moment(cursor: str) -> datetime:
    """When the server was there, to the second."""
    return datetime.fromtimestamp(int(cursor[2:10], 16), UTC)


def _tick(cursor: str | None) -> int:
    """The moment in a cursor: seconds, then a counter within the second."""
    return int(cursor[2:18], 16) if cursor else 0


def change(event: Mapping[str, Any]) -> Change:
    """One event of the stream in the domain's words."""
    described = event.get("updateDescription") or {}
    return Change(
        cursor=event["_id"]["_data"],
        kind=KINDS[event["operationType"]],
        collection=event["ns"]["coll"],
        id=event["documentKey"]["_id"],
        document=event.get("fullDocument"),
        touched=dict(described.get("updatedFields") or {}),
    )
