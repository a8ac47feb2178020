"""`threadline import` and `threadline export` as an operator meets them, also after a crash."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.domain.tables import JANE, csv, many, row
from tests.terminal import Process, Terminal
from tests.test_cli import located

ROWS = 1_500
MANY = 100_000
MOST_SECONDS = 900
MOST_MEGABYTES = 200


@pytest.fixture
def database(mongodb_uri: str, spare_database: str) -> Iterator[Database[dict[str, Any]]]:
    """The database of the terminal's commands."""
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True) as client:
        yield client[spare_database]


@pytest.fixture
def terminal(tmp_path: Path, mongodb_uri: str, spare_database: str) -> Terminal:
    """A terminal whose commands use an empty database of this run's server."""
    return Terminal(tmp_path, {"MONGODB_URI": located(mongodb_uri, spare_database)})


def write(terminal: Terminal, *rows: dict[str, str]) -> None:
    """The file that is imported."""
    (terminal.folder / "people.csv").write_bytes(csv(*rows))


def until(holds: Callable[[], bool], seconds: float = 40) -> None:
    """Wait for something that another process does."""
    deadline = monotonic() + seconds
    while not holds():
        assert monotonic() < deadline
        sleep(0.01)


def test_nobody_is_imported_unasked(terminal: Terminal, database: Database[dict[str, Any]]) -> None:
    write(terminal, row(), row("12"))
    ended = terminal.run("import", "people.csv")
    assert ended.code == 2
    assert ended.out.startswith("This is what would happen.\n  rows              2 of 2\n")
    assert "add --yes" in ended.err
    assert database["contacts"].count_documents({}) == 0


def test_all_contacts_are_exported(terminal: Terminal, database: Database[dict[str, Any]]) -> None:
    database["contacts"].insert_one({"phone": JANE, "firstName": "Jane"})
    assert terminal.run("export", "out.csv").code == 0
    ((_, line),) = [(terminal.folder / "out.csv").read_text("utf-8-sig").splitlines()]
    assert line.startswith(f"'{JANE},,Jane,")


def killed_in_the_middle(terminal: Terminal, database: Database[dict[str, Any]]) -> None:
    """The real import has begun, and its process is gone before it ends."""
    begun = {"dryRun": False, "done": {"$gt": 0}}
    with terminal.running("import", "people.csv", "--yes") as process:
        until(lambda: database["imports"].count_documents(begun) > 0)
        terminal.stopped(process, signal.SIGKILL)
    (left,) = database["imports"].find({"dryRun": False})
    assert (left["status"], left["done"] < ROWS) == ("running", True)
    assert database["contacts"].count_documents({}) == left["done"]


def test_after_a_crash_the_same_command_goes_on_without_doubles(
    terminal: Terminal, database: Database[dict[str, Any]]
) -> None:
    write(terminal, *many(ROWS, smsOptIn="yes"))
    killed_in_the_middle(terminal, database)
    # The dead process's lease ends, as it does by itself after some seconds.
    ended = {"$set": {"run.due_at": database["imports"].find({})[0]["createdAt"]}}
    database["imports"].update_one({"dryRun": False}, ended)
    again = terminal.run("import", "people.csv", "--yes")
    assert again.code == 0
    assert again.out.startswith("Going on with the import of ")
    assert f"  new contacts      {ROWS:,}" in again.out
    for name in ("contacts", "ledger", "numbers", "activities"):
        assert database[name].count_documents({}) == ROWS
    assert database["imports"].count_documents({"dryRun": False}) == 1


@pytest.mark.long
@pytest.mark.timeout(MOST_SECONDS)
def test_a_hundred_thousand_rows_take_minutes_and_little_memory(
    terminal: Terminal, database: Database[dict[str, Any]]
) -> None:
    write(terminal, *many(MANY, smsOptIn="yes"))
    with terminal.running("import", "people.csv", "--yes") as process:
        peak = peak_of(process)
    assert process.returncode == 0
    assert database["contacts"].count_documents({}) == MANY
    assert database["ledger"].count_documents({}) == MANY
    assert 0 < peak < MOST_MEGABYTES


def peak_of(process: Process) -> float:
    """The most memory that it has held until it ended, in MB."""
    status, most = Path(f"/proc/{process.pid}/status"), 0
    while process.poll() is None:
        lines = status.read_text().splitlines()  # without the line when it is just ending
        most = max([most, *(int(line.split()[1]) for line in lines if "VmHWM" in line)])
        sleep(0.2)
    return most / 1024
