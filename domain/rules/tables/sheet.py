"""A CSV file read row by row in constant memory, and written so that no program runs its cells.

Rows are numbered as spreadsheets show them: the header is row 1. `Row.end` is the byte at which
the next row begins, so that reading can go on there another time.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

MOST_ROWS = 1_000_000
MOST_COLUMNS = 200
LONGEST_LINE = 1_000_000
DELIMITERS = "\t;|,"  # the rarer one first, for names of columns may have commas
MARK = b"\xef\xbb\xbf"
OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")
ENOUGH = 65_536  # bytes in which it shows how lines end

EMPTY = "The file is empty: its first row must name the columns."
NOT_UTF8 = "This is not UTF-8: save the file as “CSV UTF-8”."
BINARY = "There is a NUL in it: this is not a text file."
TOO_LONG = "This line is longer than {most:,} bytes: a quote may not be closed."
BROKEN = "The quotes are not as CSV has them: one may not be closed, or stand inside a cell."
TOO_MANY = "There are more than {most:,} rows: divide the file."
TOO_WIDE = "There are more than {most} columns."

_ENDING = re.compile(rb"\r\n|\n|\r(?=.)", re.DOTALL)
_RUNS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_KEPT_FROM_IT = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


class BadSheet(ValueError):
    """The file cannot be read as a table; `row` says where, if it is known."""

    def __init__(self, reason: str, row: int | None = None) -> None:
        super().__init__(f"Row {row}: {reason}" if row else reason)
        self.row = row


@dataclass(frozen=True, slots=True)
class Row:
    """One row's cells, trimmed, without what kept programs from running them."""

    number: int
    cells: tuple[str, ...]
    end: int


class Sheet:
    """A table out of pieces of a file; `delimiter` is a comma, semicolon, tab or bar."""

    def __init__(self, parts: Iterable[bytes], most_rows: int = MOST_ROWS) -> None:
        self._lines = _Lines(parts)
        self._most = most_rows
        first = self._lines.first()
        self.delimiter = max(DELIMITERS, key=lambda one: _outside_quotes(first).count(one))
        self._number = 0
        self.header = next(self._read(), Row(0, (), 0)).cells
        if not any(self.header):
            raise BadSheet(EMPTY)
        if len(self.header) > MOST_COLUMNS:
            raise BadSheet(TOO_WIDE.format(most=MOST_COLUMNS))

    def rows(self, after: int = 0, at: int = 0) -> Iterator[Row]:
        """All rows that are not blank; those after row `after`, which ended at byte `at`."""
        if at:
            self._lines.skip(at)
            self._number = after
        return (row for row in self._read() if any(row.cells))

    def _read(self) -> Iterator[Row]:
        reader = csv.reader(self._lines, delimiter=self.delimiter, strict=True)
        while True:
            self._number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise BadSheet(BROKEN, self._number) from error
            except BadSheet as error:
                raise BadSheet(str(error), self._number) from error
            if self._number > self._most + 1:
                raise BadSheet(TOO_MANY.format(most=self._most))
            yield Row(self._number, tuple(map(plain, cells)), self._lines.position)


class _Lines:
    """The file's lines as text, each with its end; `position` is the byte after the last one."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = iter(parts)
        self._buffer = b""
        self._at = 0
        self._gone = 0  # bytes that are no longer in the buffer
        while not _ENDING.search(self._buffer) and len(self._buffer) < ENOUGH and self._more():
            pass
        if self._buffer.startswith(OTHER_MARKS):
            raise BadSheet(NOT_UTF8)
        self._at = len(MARK) if self._buffer.startswith(MARK) else 0
        ending = _ENDING.search(self._buffer)
        self._ending = b"\r" if ending and ending[0] == b"\r" else b"\n"

    @property
    def position(self) -> int:
        return self._gone + self._at

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._line(self._end())
        self._at += len(line)
        if not line:
            raise StopIteration
        return self._text(line)

    def first(self) -> str:
        """The first line, which stays to be read."""
        return self._text(self._line(self._end()))

    def skip(self, to: int) -> None:
        """Go on at that byte."""
        while self._gone + len(self._buffer) < to and self._more():
            self._at = min(to - self._gone, len(self._buffer))
        self._at = to - self._gone

    def _end(self) -> int:
        """Where in the buffer the line ends that begins at its present place."""
        found = self._buffer.find(self._ending, self._at)
        while found < 0:
            seen = len(self._buffer) - self._at
            if seen > LONGEST_LINE:
                raise BadSheet(TOO_LONG.format(most=LONGEST_LINE))
            if not self._more():
                return len(self._buffer)
            found = self._buffer.find(self._ending, self._at + seen)
        return found + 1

    def _line(self, end: int) -> bytes:
        return self._buffer[self._at : end]

    def _more(self) -> bool:
        part = next(self._parts, b"")
        self._gone += self._at
        self._buffer = self._buffer[self._at :] + part
        self._at = 0
        return bool(part)

    def _text(self, line: bytes) -> str:
        if b"\0" in line:
            raise BadSheet(BINARY)
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            raise BadSheet(NOT_UTF8) from error


def neutral(cell: str) -> str:
    """The cell as a spreadsheet shows it and never runs it; `plain` gives it back."""
    return f"'{cell}" if _RUNS.match(cell) else cell


def plain(cell: str) -> str:
    """The cell as it was meant: without the quote that keeps it from being run, and trimmed."""
    return (cell[1:] if _KEPT_FROM_IT.match(cell) else cell).strip()


def written(cells: Sequence[str]) -> str:
    """One line of a CSV file, neutralised."""
    line = StringIO()
    csv.writer(line).writerow([neutral(cell) for cell in cells])
    return line.getvalue()


def _outside_quotes(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)
