"""A table is read whatever wrote it, in pieces of any size, and written so that nothing runs."""

import csv
from collections import deque
from collections.abc import Iterator
from io import StringIO
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.tables.sheet import (
    LONGEST_LINE,
    MARK,
    MOST_COLUMNS,
    BadSheet,
    Row,
    Sheet,
    neutral,
    plain,
    written,
)

HEADER = b"phone,name\r\n"
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
kept = cells.filter(lambda cell: cell == cell.strip())


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """The data in pieces of that size."""
    return (data[at : at + size] for at in range(0, len(data), size))


def read(data: bytes, size: int = 7) -> list[Row]:
    """All rows of a file."""
    return list(Sheet(pieces(data, size)).rows())


def refusal(data: bytes) -> str:
    """Why a file is not read."""
    with pytest.raises(BadSheet) as caught:
        read(data, 50_000)
    return str(caught.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", MARK])
def test_every_usual_form_is_recognised(delimiter: str, ending: str, mark: bytes) -> None:
    lines = [["phone", "name, first"], ["760", 'Jane "J"'], ["761", f"two{delimiter}lines\nhere"]]
    text = StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=ending).writerows(lines)
    sheet = Sheet(pieces(mark + text.getvalue().encode(), 3))
    assert sheet.header == ("phone", "name, first")
    assert [list(row.cells) for row in sheet.rows()] == lines[1:]


def test_rows_bear_the_numbers_of_a_spreadsheet_and_blank_ones_count() -> None:
    rows = read(HEADER + b'1,"a\nb"\r\n\r\n , \r\n2,c')
    assert [(row.number, row.cells) for row in rows] == [(2, ("1", "a\nb")), (5, ("2", "c"))]


@given(st.lists(st.tuples(kept, kept), min_size=1, max_size=20), st.integers(1, 50), st.data())
def test_reading_goes_on_where_it_stopped(
    lines: list[tuple[str, str]], size: int, data: st.DataObject
) -> None:
    file = MARK + "".join(map(written, [("phone", "name"), *lines])).encode()
    every = read(file, size)
    for stop in every[data.draw(st.integers(0, 3)) :: 4]:
        rest = Sheet(pieces(file, size)).rows(stop.number, stop.end)
        assert list(rest) == [row for row in every if row.number > stop.number]


@given(st.lists(st.lists(kept, min_size=3, max_size=3), max_size=10))
def test_what_is_written_reads_as_it_was(lines: list[list[str]]) -> None:
    file = "".join(map(written, [["a", "b", "c"], *lines])).encode()
    found = [list(row.cells) for row in read(file, 64)]
    assert found == [line for line in lines if any(line)]


@given(cells)
def test_no_cell_that_leaves_is_run_and_each_reads_as_it_was(cell: str) -> None:
    assert not neutral(cell).startswith(tuple("=+-@\t\r\n"))
    assert plain(neutral(cell)) == cell.strip()


@pytest.mark.parametrize("cell", ["=1+1", "+17605551234", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_a_cell_that_would_run_is_quoted(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Jane", "'tis", "", "760-555", "a=b", "'"])
def test_a_harmless_cell_is_left_alone(cell: str) -> None:
    assert neutral(cell) == plain(cell) == cell


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\r\n\r\n", "empty"),
        (MARK, "empty"),
        (b",,\r\n1,2,3", "empty"),
        ("phone\n760".encode("utf-16"), "UTF-8"),
        ("phone\n760".encode("utf-16-be"), "NUL"),
        (b"phone\n760\n\xe9", "Row 3: This is not UTF-8"),
        (b"phone\nx\0y", "Row 2: There is a NUL"),
        (b'phone\n"760\n761', "Row 2: The quotes"),
        (b'phone\n"760"1\n', "Row 2: The quotes"),
        (b"phone\n" + b"x" * 200_000, "Row 2: The quotes"),
        (b"phone\n" + b"x" * (LONGEST_LINE + 200_000), "Row 2: This line is longer"),
        (b"phone" + b",x" * MOST_COLUMNS + b"\n", "columns"),
        (b"PK\x03\x04\x00\x00", "NUL"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_row(data: bytes, reason: str) -> None:
    assert reason in refusal(data)


def test_a_file_is_read_only_as_far_as_it_may_have_rows() -> None:
    endless = chain([HEADER], repeat(b"1,a\n" * 100))
    rows = Sheet(endless, most_rows=2_000).rows()
    with pytest.raises(BadSheet, match="more than 2,000 rows"):
        deque(rows)
