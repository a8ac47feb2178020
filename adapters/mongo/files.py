"""Our own files in GridFS's form: never in a watched collection, never half there.

The driver's own GridFS gathers a hundred megabytes before it writes any, and makes indexes when it
first writes; any program that knows the form can read what is written here.

A file is there once its description is, which is written last. Until then, and while it is being
removed, it is on the list of what is pending, so that a crash leaves no chunks that nobody knows.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection
from pymongo.database import Database

from domain.errors import NotFound
from domain.ports import StoredFile

BUCKET = "files"
CHUNK = 255 * 1024
CHUNKS_AT_ONCE = 4
ABANDONED = timedelta(days=1)  # no file takes so long to write
MOST_AT_ONCE = 100
GONE = "This file is gone."
EXPIRES = "metadata.expiresAt"
# The first and the last are those that the form asks for.
INDEXES = {
    f"{BUCKET}.files": [
        IndexModel([("filename", ASCENDING), ("uploadDate", ASCENDING)]),
        IndexModel(
            [(EXPIRES, ASCENDING)],
            name="expires",
            partialFilterExpression={EXPIRES: {"$exists": True}},
        ),
    ],
    f"{BUCKET}.pending": [IndexModel([("since", ASCENDING)], name="since")],
    f"{BUCKET}.chunks": [IndexModel([("files_id", ASCENDING), ("n", ASCENDING)], unique=True)],
}


def ensure_indexes(database: Database[dict[str, Any]]) -> list[str]:
    """Make the store's indexes; safe to repeat. Returns `collection.index` names."""
    return [
        f"{collection}.{name}"
        for collection, wanted in INDEXES.items()
        for name in database[collection].create_indexes(wanted)
    ]


class DatabaseFiles:
    """Implements domain.ports.Files."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._described: Collection[dict[str, Any]] = database[BUCKET]["files"]
        self._chunks: Collection[dict[str, Any]] = database[BUCKET]["chunks"]
        self._pending: Collection[dict[str, Any]] = database[BUCKET]["pending"]

    def put(
        self,
        name: str,
        content_type: str,
        parts: Iterable[bytes],
        *,
        kind: str,
        now: datetime,
        expires_at: datetime | None = None,
    ) -> StoredFile:
        """Store one file; when `parts` raises, nothing of it stays."""
        file_id = ObjectId()
        self._pending.insert_one({"_id": file_id, "since": now})
        try:
            size, sha256 = self._write(file_id, parts)
            stored = StoredFile(str(file_id), name, content_type, size, sha256, expires_at, kind)
            self._described.insert_one(_description(stored, now))
        finally:
            self._finish(file_id)
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        """What is known of it; None when there is none."""
        found = self._described.find_one({"_id": ObjectId(file_id)}) if _is_id(file_id) else None
        return _stored(found) if found else None

    def read(self, file_id: str) -> Iterator[bytes]:
        """Its bytes, a piece at a time; NotFound when it is gone."""
        known = self.find(file_id)
        if known is None:
            raise NotFound(GONE)
        match = {"files_id": ObjectId(file_id)}
        left = known.size
        for chunk in self._chunks.find(match, batch_size=CHUNKS_AT_ONCE).sort("n", ASCENDING):
            left -= len(chunk["data"])
            yield chunk["data"]
        if left:
            raise NotFound(GONE)  # while it was read

    def passing(self, kind: str) -> Iterator[StoredFile]:
        """Those of that kind that will expire."""
        found = self._described.find({EXPIRES: {"$exists": True}, "metadata.kind": kind})
        return map(_stored, found)

    def delete(self, file_id: str) -> None:
        """Remove it, if it is there."""
        if _is_id(file_id):
            self._remove({"_id": ObjectId(file_id)})

    def keep(self, file_id: str, until: datetime) -> StoredFile | None:
        """Let it stay at least so long; None when it is gone already."""
        if not _is_id(file_id):
            return None
        mortal = {"_id": ObjectId(file_id), EXPIRES: {"$exists": True}}
        self._described.update_one(mortal, {"$max": {EXPIRES: until}})
        return self.find(file_id)

    def tidy(self, now: datetime, used: Callable[[StoredFile], bool]) -> int:
        """Remove what has expired and what was left half-written; how many were removed.

        What is `used` after all stays for good.
        """
        removed = 0
        for found in self._described.find({EXPIRES: {"$lte": now}}).limit(MOST_AT_ONCE):
            still = {"_id": found["_id"], EXPIRES: {"$lte": now}}
            if used(_stored(found)):
                self._described.update_one(still, {"$unset": {EXPIRES: ""}})
            else:
                removed += self._remove(still)
        for left in self._pending.find({"since": {"$lte": now - ABANDONED}}).limit(MOST_AT_ONCE):
            removed += self._finish(left["_id"])
        return removed

    def _write(self, file_id: ObjectId, parts: Iterable[bytes]) -> tuple[int, str]:
        """(size in bytes, SHA-256 in hex) of what was written."""
        size, digest = 0, hashlib.sha256()
        for n, chunk in enumerate(_chunks(parts)):
            self._chunks.insert_one({"files_id": file_id, "n": n, "data": chunk})
            digest.update(chunk)
            size += len(chunk)
        return size, digest.hexdigest()

    def _remove(self, match: dict[str, Any]) -> int:
        """First its description, then its chunks; how many files it was."""
        self._pending.update_one(
            {"_id": match["_id"]}, {"$currentDate": {"since": True}}, upsert=True
        )
        gone = self._described.delete_one(match).deleted_count
        self._finish(match["_id"])
        return gone

    def _finish(self, file_id: ObjectId) -> int:
        """Nothing stays of a file without a description, nor on the list; 1 if chunks went."""
        if self._described.find_one({"_id": file_id}, {"_id": 1}):
            gone = 0
        else:
            gone = self._chunks.delete_many({"files_id": file_id}).deleted_count
        self._pending.delete_one({"_id": file_id})
        return min(gone, 1)


def _chunks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size."""
    waiting = bytearray()
    for part in parts:
        waiting += part
        while len(waiting) >= CHUNK:
            yield bytes(waiting[:CHUNK])
            del waiting[:CHUNK]
    if waiting:
        yield bytes(waiting)


def _description(stored: StoredFile, now: datetime) -> dict[str, Any]:
    """As GridFS wants it."""
    said = {"kind": stored.kind, "contentType": stored.content_type, "sha256": stored.sha256}
    expires = {"expiresAt": stored.expires_at} if stored.expires_at else {}
    return {
        "_id": ObjectId(stored.id),
        "filename": stored.name,
        "length": stored.size,
        "chunkSize": CHUNK,
        "uploadDate": now,
        "metadata": said | expires,
    }


def _stored(raw: dict[str, Any]) -> StoredFile:
    said = raw["metadata"]
    return StoredFile(
        id=str(raw["_id"]),
        name=raw["filename"],
        content_type=said["contentType"],
        size=raw["length"],
        sha256=said["sha256"],
        expires_at=said.get("expiresAt"),
        kind=said["kind"],
    )


def _is_id(file_id: str) -> bool:
    return ObjectId.is_valid(file_id)
