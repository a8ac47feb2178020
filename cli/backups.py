"""The database as one file, and back again."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

import app
from adapters import backup as backups
from adapters.progress import progress
from cli.opening import opened, operator
from domain.errors import InvalidInput
from domain.model import Restoration
from domain.services import upgrade
from domain.services.operation import audit, processes
from domain.services.recovery import restored

WHICH = "Name a backup, or say --already when mongorestore has put everything back."
MOMENT = "{given!r} is no moment such as 2026-11-22T03:00:00Z."
TAKEN = """{documents:,} documents of {collections} collections are in {path}.
They are your customers' data: keep it where nobody else can read it."""
NEXT = """Restored as of {taken_at:%Y-%m-%d %H:%M:%S} UTC.
  {texts:,} texts had not left by then: each is looked up at Twilio, none leaves by itself.
  {campaigns:,} campaigns that ran or were to begin are paused.
Start the worker: before anything leaves, it reads at Twilio what has happened since."""


def backup(
    file: Annotated[
        Path, typer.Argument(help="Where to write it: a new file, or a folder that is there.")
    ],
) -> None:
    """Write everything as it is at this moment into one file, while all goes on."""
    with opened() as house:
        now = house.clock.now()
        file = backups.named(file, now)
        name, client = house.settings.database, house.client
        audit.record("backup", operator(), now, database=name)
        with progress("Documents", backups.size(house.database)) as seen:
            made = backups.take(client, name, file, now, seen)
    count = sum(part.count for part in made.parts)
    typer.echo(TAKEN.format(documents=count, collections=len(made.parts), path=file))


def restore(
    file: Annotated[Path | None, typer.Argument(help="What `threadline backup` wrote.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Drop all that is in the database first.")
    ] = False,
    already: Annotated[
        str | None,
        typer.Option(help="mongorestore did it, with a dump of this moment (UTC)."),
    ] = None,
) -> None:
    """Put a backup back into an empty database; all processes must be stopped."""
    if (file is None) == (already is None):
        raise InvalidInput(WHICH)
    with opened() as house:
        processes.check_stopped(house.clock.now())
        if file:
            done = _put_back(house, file, replace=replace)
        else:
            taken_at = _moment(already or "")
            with _noted(house, taken_at):
                done = _ended(house, taken_at)
    typer.echo(_told(done))


def _put_back(house: app.House, file: Path, *, replace: bool) -> Restoration:
    """Its documents, all of them or none that anybody would use.

    That it is done is written down before anything is dropped; the audit log itself never is.
    """
    archive = backups.opened(file)
    with progress("Checking", archive.size) as seen:
        archive.check(seen)
    if not (replace or restored.is_of(archive.key)):
        backups.check_room(house.database)
    with _noted(house, archive.taken_at, replace=replace):
        restored.begin(archive.key, archive.taken_at)
        with progress("Restoring", archive.size) as seen:
            backups.restore(house.client, house.settings.database, archive, seen)
        return _ended(house, archive.taken_at)


def _ended(house: app.House, taken_at: datetime) -> Restoration:
    """What was put back can be used."""
    app.ensure_indexes(house)
    upgrade.complete(house.clock.now())
    return restored.end(taken_at, house.clock.now())


def _noted(
    house: app.House, taken_at: datetime, *, replace: bool | None = None
) -> AbstractContextManager[None]:
    """In the audit log."""
    told = taken_at.isoformat(timespec="seconds")
    return audit.noted("restore", operator(), house.clock.now(), taken_at=told, replace=replace)


def _moment(given: str) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise InvalidInput(MOMENT.format(given=given)) from error
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _told(done: Restoration) -> str:
    return NEXT.format(taken_at=done.taken_at, texts=done.texts, campaigns=done.campaigns)
