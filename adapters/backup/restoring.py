"""A backup becomes a database again: all of it, or nothing that anybody would use.

From the first write on the database is marked; marked so, no process serves from it. Whoever was
interrupted begins anew and drops what is there, which cannot be anything but that same backup.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import BulkWriteError, CollectionInvalid, PyMongoError

from adapters.backup.archive import Archive, Part
from adapters.backup.taking import LEFT_OUT, is_system
from domain import outages
from domain.errors import Conflict

KEPT = frozenset({"audit"})
"""Added to, never dropped: what was done here stays known."""
DUPLICATE = 11000
BATCH = 500  # documents; the driver splits what is too large for one command
FILLED = "The database {name} is not empty: {collections}."
FILLED_HELP = "Restore into a new one, or say --replace to drop all that is in this one."
WRITTEN = "Something else writes into this database, so the backup is not back."
WRITTEN_HELP = "Stop web, worker and bot, then run the same command again."
REFUSED = "The database refused a step of the restore ({code}), so the backup is not back."
REFUSED_HELP = "Put that right, then run the same command again."
Raw = dict[str, Any]


def restore(
    client: MongoClient[Raw],
    database: str,
    archive: Archive,
    seen: Callable[[int], None],
) -> None:
    """Put everything back, in place of what is there; Conflict when a document is refused.

    The audit log is no part of what is replaced: what the backup has of it is added.

    Indexes are made afterwards, by whoever calls this.
    """
    target = client[database]
    with _plain():
        for name in target.list_collection_names():
            if name not in LEFT_OUT | KEPT and not is_system(name):
                target.drop_collection(name)
        for part in archive.parts:
            _fill(target, archive, part, seen)


@contextmanager
def _plain() -> Iterator[None]:
    """Conflict for what the database refuses; that it is away is told elsewhere."""
    try:
        yield
    except CollectionInvalid as error:
        raise Conflict(WRITTEN, help=WRITTEN_HELP) from error
    except PyMongoError as error:
        if outages.passes(error):
            raise
        code = getattr(error, "code", None) or type(error).__name__
        raise Conflict(REFUSED.format(code=code), help=REFUSED_HELP) from error


def check_room(target: Database[Raw]) -> None:
    """Conflict when the database holds anything of the business."""
    names = sorted(set(target.list_collection_names()) - LEFT_OUT - KEPT)
    full = [one for one in names if not is_system(one) and target[one].find_one({}, {"_id": 1})]
    if full:
        told = ", ".join(full)
        raise Conflict(FILLED.format(name=target.name, collections=told), help=FILLED_HELP)


def _fill(target: Database[Raw], archive: Archive, part: Part, seen: Callable[[int], None]) -> None:
    if part.name in KEPT and part.name in target.list_collection_names():
        collection = target[part.name]
    else:
        collection = target.create_collection(part.name, **part.options)
    documents = archive.documents(part)
    while batch := [*_batch(documents)]:
        try:
            collection.insert_many(batch, ordered=False, bypass_document_validation=True)
        except BulkWriteError as error:
            if part.name in KEPT and _are_there(error):
                continue
            raise Conflict(f"{part.member} could not be stored.", help=_why(error)) from error
        seen(sum(len(one.raw) for one in batch))


def _batch(documents: Iterator[bytes]) -> Iterator[RawBSONDocument]:
    return (RawBSONDocument(raw) for raw in islice(documents, BATCH))


def _are_there(error: BulkWriteError) -> bool:
    """Whether nothing failed but what is there already."""
    failed = error.details.get("writeErrors") or ()
    return all(one.get("code") == DUPLICATE for one in failed)


def _why(error: BulkWriteError) -> str:
    first = (error.details.get("writeErrors") or [{}])[0]
    return f"The database says code {first.get('code', 'unknown')}; try it with an empty database."
