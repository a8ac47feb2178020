"""What is exported can be imported again, and no spreadsheet runs any of it."""

import csv as library
from datetime import timedelta
from io import StringIO

import pytest

from domain.model import Contact
from domain.rules.tables.columns import NAMES
from domain.rules.tables.sheet import MARK
from domain.services import consent
from domain.services.consent import Statement
from domain.services.people import contacts
from domain.services.tables import exports
from tests.clock import NOON, FakeClock
from tests.domain.build import later
from tests.domain.tables import (
    JANE,
    JOE,
    counts,
    files,
    finished,
    handed_in,
    imported,
    many,
    person,
    report,
    row,
)
from tests.domain.test_agreements import AGREED
from tests.domain.test_imports import FULL

pytestmark = pytest.mark.usefixtures("db")


def exported(match: dict[str, object] | None = None) -> bytes:
    """The whole file."""
    return b"".join(exports.table(match or {}))


def lines(data: bytes) -> list[dict[str, str]]:
    """As a spreadsheet sees it."""
    return list(library.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))


def stored() -> list[dict[str, object]]:
    """All contacts, without the tables that named them."""
    return [
        {name: value for name, value in one.to_mongo().items() if name != "importIds"}
        for one in Contact.objects
    ]


def test_the_columns_are_those_that_an_import_reads() -> None:
    data = exported()
    assert data.startswith(MARK)
    assert data.decode("utf-8-sig") == ",".join(NAMES) + "\r\n"


def test_what_was_exported_reads_as_it_was() -> None:
    imported(FULL | AGREED, row(JOE, "Joe", notes="=1+1", optedOut="2025-05-17"), *many(7))
    before, people = exported(), [person(JANE), person(JOE)]
    for name in ("contacts", "numbers", "numberkeys", "ledger"):
        Contact._get_collection().database[name].delete_many({})
    made = finished(handed_in(before))
    assert (counts(made), report(made)) == ((9, 0, 0), [])
    assert sorted(exported().splitlines()) == sorted(before.splitlines())
    for old, new in zip(people, [person(JANE), person(JOE)], strict=True):
        kept = ("phones", "email", "tags", "custom_fields", "interests", "address", "consent")
        assert [new[name] for name in kept] == [old[name] for name in kept]


def test_what_was_exported_changes_nothing_where_it_came_from() -> None:
    imported(FULL | AGREED, row(JOE, "Joe", optedOut="yes"))
    before = stored()
    made = finished(handed_in(exported(), now=later(99)), FakeClock(later(99)))
    assert (counts(made), report(made)) == ((0, 2, 0), [])
    assert stored() == before


def test_no_cell_begins_as_a_formula_does() -> None:
    evil = dict.fromkeys(("firstName", "notes", "city", "source"), "=HYPERLINK(1)")
    imported(row() | evil | {"tags": "@SUM(A1);-1", "timeframe": "+1", "street": "\tx"})
    (found,) = lines(exported())
    assert not [cell for cell in found.values() if cell.startswith(tuple("=+-@\t\r"))]
    assert (found["phone"], found["notes"]) == (f"'{JANE}", "'=HYPERLINK(1)")


def test_a_stranger_who_is_named_after_the_number_comes_back_as_one() -> None:
    contacts.ensure(JANE, NOON, source="sms")
    data = exported()
    Contact.objects.delete()
    assert report(finished(handed_in(data))) == []
    assert person().first_name == JANE


def test_the_ledgers_proof_goes_along() -> None:
    imported(row(**AGREED), row(JOE, "Joe"))
    said = Statement("opt_in", "form", NOON, wording="I agree")
    consent.record("form:1", JOE, said, NOON)
    found = {line["firstName"]: line for line in lines(exported())}
    assert {name: found["Jane"][name] for name in AGREED} == AGREED | {
        "consentDate": "2025-05-17T09:30:00.000Z"
    }
    assert (found["Joe"]["consentMethod"], found["Joe"]["consentWording"]) == ("form", "I agree")


def test_the_newest_comes_first_and_a_filter_leaves_others_out() -> None:
    for minutes, phone in enumerate((JANE, JOE)):
        imported(row(phone, phone[-2:], city="x"), now=later(60 * minutes))
    assert [line["firstName"] for line in lines(exported())] == ["45", "23"]
    assert [line["firstName"] for line in lines(exported({"phones": JANE}))] == ["23"]


def test_odd_documents_of_another_program_are_written_too() -> None:
    odd = {"phone": JANE, "firstName": None, "address": "x", "preferences": None, "tags": None}
    Contact._get_collection().insert_one(odd | {"customFields": {"at": NOON}, "status": 7})
    (found,) = lines(exported())
    assert (found["firstName"], found["street"], found["status"]) == ("", "", "7")
    assert found["customFields"] == '{"at": "2026-03-04 20:00:00+00:00"}'


def test_the_file_is_kept_for_an_hour() -> None:
    imported(row())
    stored = exports.export(files(), {}, NOON)
    assert (stored.name, stored.content_type) == ("contacts-2026-03-04.csv", "text/csv")
    assert stored.expires_at == NOON + timedelta(hours=1)
    assert b"".join(files().read(stored.id)) == exported()
