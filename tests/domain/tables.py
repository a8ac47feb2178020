"""Tables that are handed in and read, and what came of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bson import ObjectId
from mongoengine.connection import get_db

from adapters.mongo.files import DatabaseFiles
from domain.model import Contact, Import, RowError
from domain.policy import Policy
from domain.ports import Clock
from domain.rules.tables.sheet import written
from domain.services.people import contacts
from domain.services.tables import importing, imports
from tests.clock import NOON, FakeClock
from tests.domain.build import TOKEN

POLICY = Policy(secret="a secret of at least 32 characters")
PIECE = 50_000
AT_ONCE = 5
JANE, JOE = "+17605550123", "+17605550145"


def files() -> DatabaseFiles:
    """The store of this test's database."""
    return DatabaseFiles(get_db())


def csv(*rows: Mapping[str, str] | Sequence[str]) -> bytes:
    """A file: rows by the names of their columns, or plain cells of which the first is a header."""
    if isinstance(rows[0], Mapping):
        names = list(dict.fromkeys(name for row in rows for name in row))
        cells = [names, *([row.get(name, "") for name in names] for row in rows)]  # type: ignore[union-attr]
    else:
        cells = [list(row) for row in rows]
    return "".join(map(written, cells)).encode()


def row(phone: str = JANE, first: str = "Jane", **said: str) -> dict[str, str]:
    """One person's row."""
    return {"phone": phone, "firstName": first, "lastName": "Doe"} | said


def pieces(data: bytes) -> Iterator[bytes]:
    """The data as an upload hands it over."""
    return (data[at : at + PIECE] for at in range(0, len(data), PIECE))


def handed_in(data: bytes, *, dry_run: bool = False, now: datetime = NOON) -> Import:
    """An import that nobody has begun."""
    return imports.start(
        "people.csv",
        lambda: pieces(data),
        files(),
        now,
        dry_run=dry_run,
        author=TOKEN,
        region="US",
    )


def finished(made: Import, clock: Clock | None = None) -> Import:
    """The import after whoever works has worked."""
    at = clock or FakeClock()
    while held := importing.claim(at.now(), made.id):
        work(held, at)
    return imports.get(made.id)


def work(held: Import, clock: Clock, told: Callable[[Import], None] = lambda _: None) -> None:
    """One turn, in small pages."""
    importing.work(held, files(), clock, POLICY, told, at_once=AT_ONCE)


def claimed(now: datetime = NOON) -> Import:
    """The one import that is due, leased."""
    held = importing.claim(now)
    assert held
    return held


def imported(*rows: Mapping[str, str], now: datetime = NOON, dry_run: bool = False) -> Import:
    """What came of a file with these rows."""
    return finished(handed_in(csv(*rows), now=now, dry_run=dry_run), FakeClock(now))


def counts(found: Import) -> tuple[int, int, int]:
    """(created, updated, failed)."""
    return found.created, found.updated, found.failed


def report(found: Import) -> list[tuple[int, str | None, str]]:
    """(row, column, message) of every line."""
    lines = RowError.objects(import_id=found.id).order_by("row", "id")
    return [(line.row, line.field, line.message) for line in lines]


def person(phone: str = JANE) -> Contact:
    """The contact with that number."""
    found = contacts.by_phone(phone)
    assert found
    return found


def many(count: int, start: int = 0, **said: str) -> list[dict[str, str]]:
    """Rows of so many people."""
    return [row(f"+1760{2000000 + at}", f"P{at}", **said) for at in range(start, start + count)]


def snapshot(*collections: str, without: tuple[str, ...] = ()) -> dict[str, list[dict[str, Any]]]:
    """All documents of these collections, without the ids that each run makes anew."""
    made = ("_id", "contactId", "importId", "importIds", "origin", "number", "sealed", *without)
    found = {}
    for name in collections:
        documents = list(get_db()[name].find({}))
        plain = [{key: one[key] for key in one if key not in made} for one in documents]
        found[name] = sorted(plain, key=lambda one: str(sorted(one.items(), key=str)))
    return found


def nobody() -> ObjectId:
    """The id of nothing."""
    return ObjectId("000000000000000000000001")
