"""Imports read in page by page, by whoever holds the lease."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Any
from uuid import uuid4

from bson import ObjectId
from mongoengine import get_connection
from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError

from domain.errors import NotFound
from domain.model import Import, Number, RowError
from domain.policy import Policy
from domain.ports import Clock, Files
from domain.rules.consent.privacy import hashes
from domain.rules.tables.columns import understood
from domain.rules.tables.sheet import BadSheet, Row, Sheet
from domain.services import consent, messages
from domain.services.tables import imports
from domain.services.tables.batches import Batch
from domain.services.tables.hearing import Hearing
from domain.services.tables.imports import SLOT
from domain.services.tables.rows import Entry, Fault, Reader

PAGE = 100
MOST_KEPT = 10_000
MOST_ATTEMPTS = 5
LEASE = timedelta(seconds=10)
TURN = timedelta(seconds=4)
TRIES = 4
DUPLICATE = 11000

BROKEN = "It could not be read in: the log says why."


class Lost(Exception):
    """The import was called off, or is somebody else's by now: nothing of the page is kept."""


def claim(now: datetime, only: ObjectId | None = None) -> Import | None:
    """Lease the import that is due first, or that one; None when there is none."""
    fields = {
        "status": "running",
        f"{SLOT}.state": "leased",
        f"{SLOT}.lease_id": uuid4().hex,
        f"{SLOT}.lease_until": now + LEASE,
        f"{SLOT}.due_at": now + LEASE,
    }
    match: dict[str, Any] = {f"{SLOT}.due_at": {"$lte": now}} | ({"_id": only} if only else {})
    found: Import | None = (
        Import.objects(__raw__=match)
        .order_by(f"{SLOT}.due_at")
        .modify(__raw__={"$set": fields, "$inc": {f"{SLOT}.attempts": 1}}, new=True)
    )
    return found


def earliest() -> datetime | None:
    """When the next page of work is due."""
    due = Import._get_collection().find_one(
        {f"{SLOT}.due_at": {"$exists": True}},
        {f"{SLOT}.due_at": 1},
        sort=[(f"{SLOT}.due_at", 1)],
    )
    return due[SLOT]["due_at"] if due else None


def work(
    held: Import,
    files: Files,
    clock: Clock,
    policy: Policy,
    told: Callable[[Import], None] = lambda _: None,
    at_once: int = PAGE,
) -> None:
    """Pages of `at_once` rows until it has ended, is lost, or the turn is over; `told` of each."""
    ends = clock.now() + TURN
    if held.run.attempts > MOST_ATTEMPTS:
        imports.end(held, _ours(held), "failed", files, clock.now(), BROKEN)
        return
    with suppress(Lost):
        try:
            for page in _pages(held, files, at_once):
                _carry_out(held, page, clock.now(), policy)
                told(held)
                if clock.now() >= ends:
                    _give_back(held, clock.now())
                    return
        except (BadSheet, NotFound) as error:
            imports.end(held, _ours(held), "failed", files, clock.now(), str(error))
            return
        imports.end(held, _ours(held), "done", files, clock.now())


def report(found: Import) -> Iterator[RowError]:
    """The lines that were kept, by row."""
    lines: Iterator[RowError] = iter(RowError.objects(import_id=found.id).order_by("row", "id"))
    return lines


class Crowded(Exception):
    """The transaction is in others' way, or too large for the database at this moment."""


@dataclass(frozen=True)
class Page:
    """Rows as they were read, and how."""

    rows: Sequence[Row]
    reader: Reader

    @property
    def halves(self) -> tuple["Page", "Page"]:
        """The same rows as two pages."""
        middle = len(self.rows) // 2
        return Page(self.rows[:middle], self.reader), Page(self.rows[middle:], self.reader)


def _pages(held: Import, files: Files, at_once: int) -> Iterator[Page]:
    sheet = Sheet(files.read(held.file_id))
    reader = Reader(understood(sheet.header), held.region, held.created_at)
    rows = sheet.rows(held.row, held.offset)
    while page := list(islice(rows, at_once)):
        yield Page(page, reader)


def _carry_out(held: Import, page: Page, now: datetime, policy: Policy) -> None:
    """One page; raises Lost when the import is not ours to go on with."""
    judged = [page.reader.read(row) for row in page.rows]
    if not held.dry_run:
        _recognise([one for one in judged if isinstance(one, Entry)], now, policy)
    try:
        batch = _committed(lambda txn: _written(held, page, judged, now, policy, txn))
    except Crowded:
        if len(page.rows) == 1:
            raise
        for part in page.halves:
            _carry_out(held, part, now, policy)
        return
    _advance(held, page, batch)
    for phone in batch.hearing.opted_out:
        if not held.dry_run:
            messages.cancel_for(phone, now, consent.STOPPED)


def _committed(write: Callable[[ClientSession], Batch]) -> Batch:
    """Write in one transaction; Crowded when it gets no room after a few tries."""
    tries = count(1)

    def attempt(session: ClientSession) -> Batch:
        if next(tries) > TRIES:
            raise Crowded
        try:
            return write(session)
        except BulkWriteError as error:
            if any(one["code"] == DUPLICATE for one in error.details["writeErrors"]):
                raise Crowded from error  # somebody made a contact of the same number meanwhile
            raise

    with get_connection().start_session() as session:
        written: Batch = session.with_transaction(attempt)
    return written


def _written(
    held: Import,
    page: Page,
    judged: Sequence[Entry | tuple[Fault, ...]],
    now: datetime,
    policy: Policy,
    session: ClientSession,
) -> Batch:
    hearing = Hearing(held.author, now, policy.consent.double_opt_in)
    batch = Batch(held.id, held.name, hearing, now, held.dry_run, session)
    batch.plan(judged)
    lines = batch.faults[: max(MOST_KEPT - held.kept, 0)]
    last = page.rows[-1]
    setting = {"row": last.number, "offset": last.end} | _lease(now + LEASE)
    counted = {
        "done": len(page.rows),
        "created": batch.created,
        "updated": batch.updated,
        "failed": batch.failed,
        "noted": len(batch.faults),
        "kept": len(lines),
    }
    ours = {**_ours(held), "row": held.row}
    change = {"$set": setting | {f"{SLOT}.attempts": 0}, "$inc": counted}
    if not Import._get_collection().update_one(ours, change, session=session).matched_count:
        raise Lost
    batch.write()
    _report(held, lines, session)
    return batch


def _report(held: Import, lines: Sequence[Fault], session: ClientSession) -> None:
    """Store lines of the report; null is stored nowhere."""
    rows = [{key: value for key, value in vars(line).items() if value} for line in lines]
    if rows:
        stored = [{"importId": held.id, **row} for row in rows]
        RowError._get_collection().insert_many(stored, session=session)


def _advance(held: Import, page: Page, batch: Batch) -> None:
    """What is at hand of the import, as the page has left it."""
    held.row, held.offset = page.rows[-1].number, page.rows[-1].end
    held.done += len(page.rows)
    held.created += batch.created
    held.updated += batch.updated
    held.failed += batch.failed
    held.noted += len(batch.faults)
    held.kept = min(held.kept + len(batch.faults), MOST_KEPT)


def _recognise(entries: Iterable[Entry], now: datetime, policy: Policy) -> None:
    """Those who were forgotten and said no before are still not to be texted."""
    phones = {phone for one in entries for phone in (one.phone, *one.others)}
    tokens = {own: phone for phone in phones for own in hashes(phone, policy.secret)}
    for known in Number.objects(phone__in=list(tokens)).only("phone"):
        consent.recognise(tokens[known.phone], policy.secret, now)


def _ours(held: Import) -> dict[str, Any]:
    return {"_id": held.id, "status": "running", f"{SLOT}.lease_id": held.run.lease_id}


def _lease(until: datetime) -> dict[str, Any]:
    return {f"{SLOT}.due_at": until, f"{SLOT}.lease_until": until}


def _give_back(held: Import, now: datetime) -> None:
    Import._get_collection().update_one(_ours(held), {"$set": _lease(now)})
