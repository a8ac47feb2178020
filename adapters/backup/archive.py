"""The file: a zip with each collection as `mongodump` writes it, and what is in it, counted.

`<collection>.bson` is one document after another. `manifest.json` comes last, so that a file that
was cut short has none: version, database, `takenAt`, and of each collection its options, how many
documents and bytes it has, and their SHA-256.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from domain.errors import Conflict

MANIFEST = "manifest.json"
FORMAT = 1
LARGEST = 2**24 + 2**14  # bytes; what the server takes, and a little
CHUNK = 2**20
NO_ARCHIVE = "{path} is no backup of ours, or was cut short."
DAMAGED = "{path} is damaged: {name} is not what was written."
NEWER = "{path} was written by a newer version."
TAKE_ANOTHER = "Take another backup; nothing was changed."


class Broken(Conflict):
    """The file cannot be restored from."""


@dataclass(frozen=True)
class Part:
    """One collection as it was."""

    name: str
    count: int
    size: int  # bytes
    sha256: str
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def member(self) -> str:
        """Its name in the file."""
        return f"{self.name}.bson"


@dataclass(frozen=True)
class Archive:
    """What a file holds."""

    path: Path
    database: str
    taken_at: datetime
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """Bytes of all documents."""
        return sum(part.size for part in self.parts)

    @property
    def key(self) -> str:
        """What tells this backup from every other."""
        told = [self.taken_at.isoformat(), *(part.sha256 for part in self.parts)]
        return hashlib.sha256("".join(told).encode()).hexdigest()

    def check(self, seen: Callable[[int], None]) -> None:
        """Read all of it; Broken when a byte is not as it was written."""
        with ZipFile(self.path) as whole:
            for part in self.parts:
                if _digest(whole, part, seen) != part.sha256:
                    raise _damaged(self.path, part)

    def documents(self, part: Part) -> Iterator[bytes]:
        """The documents of one collection, as BSON."""
        with ZipFile(self.path) as whole, whole.open(part.member) as stream:
            yield from split(stream)

    def manifest(self) -> str:
        """As it is written."""
        told = {
            "format": FORMAT,
            "database": self.database,
            "takenAt": self.taken_at.isoformat(),
            "collections": [asdict(part) for part in self.parts],
        }
        return json.dumps(told, indent=1)


def opened(path: Path) -> Archive:
    """What that file holds, by its own word; Broken when it is none of ours."""
    try:
        with ZipFile(path) as whole:
            told = json.loads(whole.read(MANIFEST))
        parts = tuple(Part(**one) for one in told["collections"])
        taken_at = datetime.fromisoformat(told["takenAt"]).astimezone(UTC)
        found, version = Archive(path, told["database"], taken_at, parts), told["format"]
    except OSError as error:
        raise Broken(f"{path} cannot be read: {(error.strerror or 'why').lower()}.") from error
    except (BadZipFile, KeyError, TypeError, ValueError) as error:
        raise Broken(NO_ARCHIVE.format(path=path), help=TAKE_ANOTHER) from error
    if version != FORMAT:
        raise Broken(NEWER.format(path=path), help="Restore it with that version.")
    return found


def split(stream: IO[bytes]) -> Iterator[bytes]:
    """One document after another: each begins with its own length."""
    while head := stream.read(4):
        length = int.from_bytes(head, "little")
        rest = stream.read(length - 4) if 5 <= length <= LARGEST else b""
        if len(head) + len(rest) != length:
            raise Broken("A document in the backup is cut short.", help=TAKE_ANOTHER)
        yield head + rest


@contextmanager
def _tolerated(path: Path, part: Part) -> Iterator[None]:
    """Whatever a damaged zip makes of its own reading is one failure."""
    try:
        yield
    except (BadZipFile, KeyError, EOFError, OSError, ValueError) as error:
        raise _damaged(path, part) from error


def _digest(whole: ZipFile, part: Part, seen: Callable[[int], None]) -> str:
    digest = hashlib.sha256()
    with _tolerated(Path(whole.filename or ""), part), whole.open(part.member) as stream:
        while piece := stream.read(CHUNK):
            digest.update(piece)
            seen(len(piece))
    return digest.hexdigest()


def _damaged(path: Path, part: Part) -> Broken:
    return Broken(DAMAGED.format(path=path, name=part.member), help=TAKE_ANOTHER)
