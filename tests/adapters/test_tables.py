"""The report of a table at the terminal, and what happens when others work on it as well."""

from datetime import datetime
from pathlib import Path

import pytest

from adapters import tables
from adapters.startup import StartupError
from adapters.tables import Hands
from domain.errors import InvalidInput
from domain.model import Contact, Import
from domain.services.tables import importing, imports
from tests.clock import NOON, FakeClock
from tests.domain.tables import JANE, POLICY, csv, files, handed_in, many, person, row

pytestmark = pytest.mark.usefixtures("db")
BAD = "E.164 format (e.g., +17605551234)"


class Terminal:
    """What was said, and what is answered when somebody is asked."""

    def __init__(
        self, folder: Path, *, agrees: bool = True, clock: FakeClock | None = None
    ) -> None:
        self.said: list[str] = []
        self.asked = 0
        self.agrees = agrees
        self.path = folder / "people.csv"
        self.hands = Hands(files(), clock or FakeClock(), POLICY)

    def agreed(self, question: str) -> bool:
        self.asked += 1
        return self.agrees

    def bring_in(self, data: bytes, *, dry_run: bool = False) -> Import | None:
        self.path.write_bytes(data)
        return self.hands.bring_in(self.path, self.said.append, dry_run=dry_run, agreed=self.agreed)


def test_first_it_is_said_what_would_happen_and_then_what_did(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.bring_in(csv(row(), row("12", email="x")))
    counts = [
        "  rows              2 of 2",
        "  new contacts      1",
        "  known contacts    0",
        "  left out          1",
    ]
    lines = [
        f"  row 3: phone: Phone number must be in {BAD}",
        "  row 3: email: This is not an e-mail address (e.g., jane@example.com).",
    ]
    trial, real = ("This is what would happen.", "The import is done.")
    assert "\n".join(terminal.said).splitlines() == [trial, *counts, *lines, real, *counts, *lines]
    assert (terminal.asked, person().phone) == (1, JANE)


def test_who_does_not_agree_imports_nothing(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, agrees=False)
    assert terminal.bring_in(csv(row())) is None
    assert Contact.objects.count() == 0


def test_a_dry_run_asks_nobody(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    assert terminal.bring_in(csv(row()), dry_run=True)
    assert (terminal.asked, Contact.objects.count()) == (0, 0)


def test_an_unfinished_import_of_the_same_file_is_gone_on_with(tmp_path: Path) -> None:
    data = csv(*many(12))
    made = handed_in(data)
    terminal = Terminal(tmp_path)
    found = terminal.bring_in(data)
    assert found
    assert (found.id, found.created, terminal.asked) == (made.id, 12, 0)
    assert terminal.said[0] == "Going on with the import of 2026-03-04 20:00 UTC."
    assert Import.objects.count() == 1


def test_another_file_is_another_import(tmp_path: Path) -> None:
    made = handed_in(csv(*many(3)))
    Terminal(tmp_path).bring_in(csv(*many(2)))
    assert imports.get(made.id).status == "pending"
    assert Contact.objects.count() == 2


class Waking(FakeClock):
    """Time goes on whenever somebody looks at it."""

    def now(self) -> datetime:
        return self.advance(importing.LEASE.total_seconds() / 3)


def test_what_another_process_holds_is_waited_for_until_its_lease_ends(tmp_path: Path) -> None:
    data = csv(*many(3))
    handed_in(data)
    assert importing.claim(NOON)
    found = Terminal(tmp_path, clock=Waking()).bring_in(data)
    assert found
    assert (found.status, found.created) == ("done", 3)


def test_an_import_that_is_called_off_is_told_as_such(tmp_path: Path) -> None:
    data = csv(*many(3))
    made = handed_in(data)

    class CallingOff(FakeClock):
        def now(self) -> datetime:
            imports.cancel(made.id, files(), NOON)
            return NOON

    terminal = Terminal(tmp_path, clock=CallingOff())
    terminal.bring_in(data)
    assert terminal.said[1].startswith("The import was called off.")


def test_a_report_that_was_cut_says_so(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    data = csv(*[row("12")] * 3)
    made = handed_in(data)
    Import.objects(id=made.id).update(kept=importing.MOST_KEPT, noted=importing.MOST_KEPT)
    terminal.bring_in(data)
    assert terminal.said[-1] == "  ... and 3 more such lines."


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    hands = Terminal(tmp_path).hands
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(StartupError, match=str(path)):
            hands.bring_in(path, str, dry_run=True, agreed=bool)


def test_a_file_that_is_no_table_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no column `phone`"):
        Terminal(tmp_path).bring_in(b"name\nJane\n")


def test_an_export_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    Terminal(tmp_path).bring_in(csv(row()))
    tables.write_out(str(tmp_path / "out.csv"))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out.csv", "people.csv"]
    assert (tmp_path / "out.csv").read_text("utf-8-sig").count("\n") == 2
    with pytest.raises(StartupError):
        tables.write_out(str(tmp_path / "nowhere" / "out.csv"))


def test_an_export_may_go_on_to_another_program(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    Terminal(tmp_path).bring_in(csv(row()))
    tables.write_out(str(tmp_path / "out.csv"))
    tables.write_out("-")
    assert capfdbinary.readouterr().out == (tmp_path / "out.csv").read_bytes()


def test_nobody_can_be_asked_where_nobody_is() -> None:
    with pytest.raises(StartupError, match="--yes"):
        tables.asked("Import them?")
