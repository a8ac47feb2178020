"""Tables of contacts: handed in, found again, called off."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from domain import outbox
from domain.errors import Conflict, FieldError, InvalidInput, NotFound
from domain.model import Author, Import, ImportedPhone
from domain.ports import Files
from domain.rules.tables.columns import understood
from domain.rules.tables.sheet import BadSheet, Sheet

SLOT = "run"
MOST_BYTES = 50_000_000
LONGEST_NAME = 100
KEPT = timedelta(days=7)
OPEN = ("pending", "running")

TOO_LARGE = f"The file is too large: {MOST_BYTES:,} bytes are allowed. Divide it."
NO_ROWS = "There is nothing below the first row, which names the columns."
ENDED = "This import has ended already."


def start(
    name: str,
    parts: Callable[[], Iterable[bytes]],
    files: Files,
    now: datetime,
    *,
    dry_run: bool,
    author: Author,
    region: str,
) -> Import:
    """Store the file and open the work; InvalidInput when it is no table of contacts."""
    total = _counted(parts())
    file = files.put(
        name[:LONGEST_NAME] or "contacts.csv",
        "text/csv",
        parts(),
        kind="import",
        now=now,
        expires_at=now + KEPT,
    )
    made = Import(
        name=file.name,
        file_id=file.id,
        digest=file.sha256,
        region=region,
        dry_run=dry_run,
        total=total,
        author=author,
        run=outbox.opened(now),
        created_at=now,
    )
    made.save(force_insert=True)
    return made


def get(import_id: object) -> Import:
    """The import with that id; NotFound otherwise."""
    own = str(import_id)
    found: Import | None = Import.objects(id=own).first() if ObjectId.is_valid(own) else None
    if not found:
        raise NotFound("There is no import with this id.")
    return found


def unfinished(digest: str) -> Import | None:
    """The import of that very file (SHA-256 in hex) that has not ended; dry runs do not count."""
    same = Import.objects(digest=digest, dry_run=False, status__in=OPEN)
    found: Import | None = same.order_by("-id").first()
    return found


def cancel(import_id: object, files: Files, now: datetime) -> Import:
    """End it before its next page; Conflict when it has ended. What was read in stays."""
    found = get(import_id)
    ended = end(found, {"status": {"$in": OPEN}}, "canceled", files, now)
    after = get(import_id)
    if not ended and after.status != "canceled":
        raise Conflict(ENDED)
    return after


def end(
    found: Import,
    expected: dict[str, Any],
    status: str,
    files: Files,
    now: datetime,
    problem: str | None = None,
) -> bool:
    """Close it if it is as expected; whether it was. Neither its file nor scratch stays."""
    change = outbox.closed(SLOT)
    change["$set"] |= {"status": status, "finishedAt": now}
    change["$set"] |= {"problem": problem} if problem else {}
    match = {"_id": found.id, **expected}
    if not Import._get_collection().update_one(match, change).modified_count:
        return False
    ImportedPhone._get_collection().delete_many({"importId": found.id})
    files.delete(found.file_id)
    return True


def _counted(parts: Iterable[bytes]) -> int:
    """How many rows there are; the whole file is looked at before anything is stored."""
    try:
        sheet = Sheet(_limited(parts))
        understood(sheet.header)
        total = sum(1 for _ in sheet.rows())
    except BadSheet as error:
        raise InvalidInput(str(error), fields=(FieldError("csv", str(error)),)) from error
    if not total:
        raise InvalidInput(NO_ROWS, fields=(FieldError("csv", NO_ROWS),))
    return total


def _limited(parts: Iterable[bytes]) -> Iterator[bytes]:
    left = MOST_BYTES
    for part in parts:
        left -= len(part)
        if left < 0:
            raise BadSheet(TOO_LARGE)
        yield part
