"""Everything as it was at one moment, while all goes on."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import OperationFailure

from adapters.backup.archive import MANIFEST, Archive, Part
from domain.errors import Conflict

SNAPSHOT_TOO_OLD = 239
LEFT_OUT = frozenset({"processes", "restorations"})
"""They tell of this machine, not of the business."""
EXISTS = "{path} exists already."
CANNOT = "{path} cannot be written: {why}."
TOO_LONG = "The database does not keep one moment for as long as this took."
TOO_LONG_HELP = "It is too large for this: use mongodump, as docs/backup.md says."
Raw = dict[str, Any]


def take(
    client: MongoClient[Raw],
    database: str,
    path: Path,
    now: datetime,
    seen: Callable[[int], None],
) -> Archive:
    """Write that file, readable by its owner alone; Conflict when it exists or cannot be.

    `now`: not after the moment that it holds. A file of that name is there only when it is whole.
    """
    draft = path.with_name(f"{path.name}.part")
    if path.exists():
        raise Conflict(EXISTS.format(path=path), help="Name another file.")
    names = _collections(client[database])  # before the moment: each is there in it
    try:
        with _private(draft) as file, ZipFile(file, "w", ZIP_DEFLATED) as whole:
            with client.start_session(snapshot=True) as session:
                copy = _Copy(client[database], session, whole, seen)
                made = Archive(path, database, now, tuple(copy.part(one) for one in names))
            whole.writestr(MANIFEST, made.manifest())
        draft.rename(path)
    except OSError as error:
        why = (error.strerror or "unknown").lower()
        raise Conflict(CANNOT.format(path=path, why=why), help="Name another file.") from error
    except OperationFailure as error:
        if error.code != SNAPSHOT_TOO_OLD:
            raise
        raise Conflict(TOO_LONG, help=TOO_LONG_HELP) from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return made


def named(path: Path, now: datetime) -> Path:
    """The file to write: that one, or one named by the moment in that folder."""
    return path / f"threadline-{now:%Y-%m-%dT%H%M%SZ}.backup" if path.is_dir() else path


def size(database: Database[Raw]) -> int:
    """About how many documents there are."""
    names = (str(one["name"]) for one in _collections(database))
    return sum(database[name].estimated_document_count() for name in names)


@contextmanager
def _private(path: Path) -> Iterator[Any]:
    """A new file for our eyes only, on the disk when the block ends."""
    flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(path, flags, 0o600), "w+b") as file:
        os.fchmod(file.fileno(), 0o600)
        yield file
        file.flush()
        os.fsync(file.fileno())


def _collections(database: Database[Raw]) -> list[Raw]:
    """All that there are at this moment, by name."""
    found = database.list_collections(filter={"type": "collection"})
    named = {str(one["name"]): dict(one) for one in found}
    return [named[name] for name in sorted(named.keys() - LEFT_OUT) if not is_system(name)]


def is_system(name: str) -> bool:
    """Whether the server keeps that collection for itself."""
    return name.startswith("system.")


@dataclass(frozen=True)
class _Copy:
    """One database, as it is in that session, going into that file."""

    database: Database[Raw]
    session: ClientSession
    whole: ZipFile
    seen: Callable[[int], None]

    def part(self, collection: Raw) -> Part:
        """One collection, byte for byte as the database has it: what we do not know is kept."""
        name, count, size, digest = str(collection["name"]), 0, 0, hashlib.sha256()
        source = self.database.get_collection(name)
        raw = source.with_options(source.codec_options.with_options(document_class=RawBSONDocument))
        with self.whole.open(f"{name}.bson", "w", force_zip64=True) as member:
            for document in raw.find({}, session=self.session):
                member.write(document.raw)
                digest.update(document.raw)
                count, size = count + 1, size + len(document.raw)
                self.seen(1)
        return Part(name, count, size, digest.hexdigest(), dict(collection.get("options") or {}))
