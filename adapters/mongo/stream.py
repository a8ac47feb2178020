"""One change stream with one constant pipeline: what counts as a visible change, and its errors."""

import re
from collections.abc import Mapping
from typing import Any

from pymongo.asynchronous.change_stream import AsyncChangeStream
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from domain.errors import CursorExpired
from domain.ports import Change

PUBLISHED = ["contacts", "smsmessages", "threads"]

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

Stream = AsyncChangeStream[dict[str, Any]]


async def opened(database: AsyncDatabase[dict[str, Any]], after: str | None) -> Stream:
    """The stream from that cursor on, or from now; CursorExpired when it does not reach back."""
    try:
        return await database.watch(
            PIPELINE,
            full_document="updateLookup",
            resume_after={"_data": after} if after else None,
            max_await_time_ms=500,
        )
    except OperationFailure as error:
        raise translated(error) from error


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


def position(stream: Stream) -> str | None:
    """How far the stream has come: its last event, or the server's high-water mark when idle."""
    token = stream.resume_token
    return str(token["_data"]) if token else None


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
