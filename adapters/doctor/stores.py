"""What the database is beyond answering: its version, whether it keeps what is written, files."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pymongo import MongoClient, WriteConcern
from pymongo.errors import PyMongoError

from adapters.doctor.saying import failed, fine, warned
from domain.errors import DomainError
from domain.model import Chore
from domain.ports import Files, Finding

VERSION, WRITES, MEDIA = "mongodb_version", "mongodb_writes", "media"
OLDEST = (6, 0)
WRITE_MS = 5_000
PROBE, KIND = b"a small file", "probe"
LIFE = timedelta(minutes=10)
UPGRADE_FIX = "Upgrade MongoDB to 6.0 or newer."
UNTOLD_FIX = "Look at the database and at the rights of its user."
MAJORITY_FIX = "Look at the replica set (`rs.status()`): a majority of its members must be up."
MEDIA_FIX = "Look at the database user's rights and the database's disk."


def look(
    client: MongoClient[dict[str, Any]],
    files: Files,
    now: datetime,
) -> list[Finding]:
    """All of it; a database that went away meanwhile makes findings of its own."""
    return [
        _told(VERSION, lambda: version(client.server_info())),
        writes(),
        media(files, now),
    ]


def _told(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except PyMongoError as error:
        return warned(name, f"The database does not say ({type(error).__name__}).", UNTOLD_FIX)


def version(info: dict[str, Any]) -> Finding:
    """Whether it is one that we know."""
    if tuple(info.get("versionArray", ())[:2]) < OLDEST:
        return failed(VERSION, f"MongoDB is {info.get('version')}: too old.", UPGRADE_FIX)
    return fine(VERSION, f"MongoDB is {info.get('version')}.")


def writes(milliseconds: int = WRITE_MS, by: int | str = "majority") -> Finding:
    """Whether what is written is kept by so many servers, within that time."""
    safe = WriteConcern(w=by, wtimeout=milliseconds)
    chores = Chore._get_collection().with_options(write_concern=safe)
    try:
        chores.update_one({"name": KIND}, {"$inc": {"rev": 1}}, upsert=True)
    except PyMongoError as error:
        told = f"What is written is not kept by a majority of servers ({type(error).__name__})."
        return failed(WRITES, told, MAJORITY_FIX)
    return fine(WRITES, "What is written is kept by a majority of servers.")


def media(files: Files, now: datetime) -> Finding:
    """Whether a file can be written, read and removed."""
    try:
        kept = files.put("probe", "text/plain", [PROBE], kind=KIND, now=now, expires_at=now + LIFE)
        read = b"".join(files.read(kept.id))
        files.delete(kept.id)
        gone = files.find(kept.id) is None
    except (PyMongoError, DomainError) as error:
        told = f"Pictures and files cannot be kept ({type(error).__name__})."
        return failed(MEDIA, told, MEDIA_FIX)
    if read != PROBE or not gone:
        return failed(MEDIA, "A file did not come back as it was written.", MEDIA_FIX)
    return fine(MEDIA, "Pictures and files can be kept.")
