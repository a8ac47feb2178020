"""Columns are recognised by what people call them; what is not known is kept, not lost."""

from pathlib import Path

import pytest

from domain.rules.tables.columns import NAMES, Column, understood
from domain.rules.tables.sheet import BadSheet


def fields(*header: str) -> list[str | None]:
    """Which fields these columns are."""
    return [column.field for column in understood(header)]


def test_the_columns_of_an_export_are_read_as_what_they_are() -> None:
    assert fields(*NAMES) == list(NAMES)


def test_every_column_is_in_the_documentation() -> None:
    told = (Path(__file__).parents[4] / "docs" / "import.md").read_text("utf-8")
    assert [name for name in NAMES if f"`{name}`" not in told] == []


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("First Name", "firstName"),
        ("LAST_NAME", "lastName"),
        ("E-mail", "email"),
        ("Zip/Postal", None),
        ("Zip Code", "zip"),
        ("address.street", "street"),
        ("preferences.smsOptIn", "smsOptIn"),
        ("consent.consentDate", "consentDate"),
        ("Full Name", "name"),
        ("Unsubscribed", "optedOut"),
    ],
)
def test_a_column_is_known_by_other_names(header: str, field: str | None) -> None:
    assert fields("phone", header) == ["phone", field]


@pytest.mark.parametrize("header", ["Phone Number", "mobile", "Cell Phone", "PHONE", "phone #"])
def test_the_number_has_many_names(header: str) -> None:
    assert fields(header) == ["phone"]


@pytest.mark.parametrize("header", ["_id", "createdAt", "", "tcpaConsent", "__v"])
def test_what_is_ours_to_write_is_left_out(header: str) -> None:
    assert understood(["phone", header])[1] == Column()


@pytest.mark.parametrize(
    ("header", "custom"), [("Favourite colour", "Favourite colour"), ("$a.b", "a b"), ("年", "年")]
)
def test_an_unknown_column_is_a_custom_field(header: str, custom: str) -> None:
    assert understood(["phone", header])[1] == Column(custom=custom)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (["name", "email"], "There is no column `phone`"),
        (["760-555-1234", "Jane"], "There is no column `phone`"),
        (["phone", "Mobile"], "Two columns are read as `phone`"),
        (["phone", "Colour", "Colour"], "Two columns are read as `Colour`"),
        (["phone", "x" * 101], "longer than 100"),
    ],
)
def test_a_header_that_cannot_serve_is_told_why(header: list[str], reason: str) -> None:
    with pytest.raises(BadSheet, match=reason):
        understood(header)
