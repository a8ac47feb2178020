"""Rows become contacts and consent, each page whole or not at all, and the report says what not."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from mongoengine.connection import get_db

from domain.errors import Conflict, InvalidInput, NotFound
from domain.model import Activity, Agent, Contact, Import, ImportedPhone, RowError
from domain.services import contacts, importing, imports
from tests.clock import NOON, FakeClock
from tests.domain.build import TOKEN, later
from tests.domain.tables import (
    AT_ONCE,
    JANE,
    JOE,
    claimed,
    counts,
    csv,
    files,
    finished,
    handed_in,
    imported,
    many,
    nobody,
    person,
    report,
    row,
    snapshot,
    work,
)

pytestmark = pytest.mark.usefixtures("db")
SECONDS = timedelta(seconds=3)
WHAT_AN_IMPORT_WRITES = ("contacts", "consentevents", "numbers", "activities", "importerrors")
FULL = row(
    otherPhones="760-555-0146; 760-555-0147",
    email="Jane@Example.com",
    street="1 Elm St",
    city="Vista",
    state="CA",
    zip="92081",
    source="fair",
    status="Client",
    tags="vip; buyer; vip",
    notes="Likes gardens",
    timezone="America/Denver",
    preferredContactMethod="in person",
    emailOptIn="yes",
    callOptIn="no",
    doNotCall="x",
    buying="yes",
    propertyTypes="house, condo",
    priceMin="$250,000",
    priceMax="400000",
    timeframe="spring",
    customFields='{"pets": 2}',
    Garden="large",
)


def test_a_row_says_everything_that_a_contact_has() -> None:
    imported(FULL)
    stored = person().to_mongo().to_dict()
    assert stored["phones"] == [JANE, "+17605550146", "+17605550147"]
    assert stored["email"] == "jane@example.com"
    assert stored["address"] == {
        "street": "1 Elm St",
        "city": "Vista",
        "state": "CA",
        "zip": "92081",
    }
    assert (stored["source"], stored["status"], stored["notes"]) == (
        "fair",
        "client",
        "Likes gardens",
    )
    assert stored["tags"] == ["vip", "buyer"]
    assert stored["customFields"] == {"pets": 2, "Garden": "large"}


def test_the_finer_parts_are_read_too() -> None:
    imported(FULL)
    stored = person()
    assert stored.interests
    assert (stored.interests.buying, stored.interests.property_types) == (True, ["house", "condo"])
    assert stored.interests.price_range
    prices = (stored.interests.price_range.min, stored.interests.price_range.max)
    assert [str(price) for price in prices] == ["250000", "400000"]
    assert (stored.preferences.email_opt_in, stored.preferences.call_opt_in) == (True, False)
    assert (stored.preferences.preferred, stored.do_not_call) == ("in-person", True)
    assert stored.timezone == "America/Denver"


def test_what_was_imported_is_as_if_it_had_been_typed() -> None:
    made = imported(row(email="jane@example.com"))
    stored = person()
    assert contacts.found_by(stored).items() <= stored.to_mongo().items()
    assert (stored.source, stored.status, stored.rev) == ("import", "new", 1)
    assert stored.origin == f"import:{made.id}/2"
    assert stored.created_at == stored.updated_at == NOON
    assert (made.status, made.total, made.done, counts(made)) == ("done", 1, 1, (1, 0, 0))
    assert made.finished_at == NOON


def test_the_timeline_says_where_it_came_from() -> None:
    imported(row())
    imported(row(notes="Called"))
    first, second = Activity.objects.order_by("id")
    assert (first.text, first.kind) == ("Imported from people.csv, row 2.", "imported")
    assert second.text == "Changed by the import of people.csv, row 2."
    assert {first.contact_id, second.contact_id} == {person().id}
    assert first.author.key == TOKEN.key


@pytest.mark.parametrize(
    "phone", ["760-555-0123", "(760) 555 0123", "'+17605550123", "tel:+17605550123"]
)
def test_a_number_is_read_in_any_usual_form(phone: str) -> None:
    imported(row(phone))
    assert person().phone == JANE


def test_a_known_number_changes_only_what_the_row_says() -> None:
    imported(FULL)
    before = person().to_mongo().to_dict()
    again = imported({"phone": JANE, "lastName": "Roe", "email": "", "tags": "cash", "notes": ""})
    after = person().to_mongo().to_dict()
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {"lastName", "tags", "terms", "names", "rev"}
    assert (after["lastName"], after["tags"]) == ("Roe", ["vip", "buyer", "cash"])
    assert counts(again) == (0, 1, 0)


def test_any_of_a_persons_numbers_finds_them() -> None:
    imported(FULL)
    imported({"phone": "760-555-0147", "city": "Bonsall"})
    assert Contact.objects.count() == 1
    address = person().address
    assert address
    assert (address.city, address.zip) == ("Bonsall", "92081")


def test_what_says_nothing_new_is_no_change() -> None:
    imported(FULL)
    before = snapshot("contacts", "activities")
    again = imported(FULL, now=later(60))
    assert counts(again) == (0, 1, 0)
    assert snapshot("contacts", "activities") == before


@pytest.mark.parametrize(
    ("said", "field", "message"),
    [
        ({"phone": "12"}, "phone", "E.164"),
        ({"phone": "760-555-0123 x5"}, "phone", "E.164"),
        ({"phone": ""}, "phone", "A phone number is needed."),
        ({"firstName": ""}, "firstName", "A new contact needs a first name."),
        ({"firstName": "x" * 101}, "firstName", "at most 100"),
        ({"email": "jane"}, "email", "not an e-mail"),
        ({"status": "hot"}, "status", "one of: new, contacted"),
        ({"timezone": "Mars"}, "timezone", "time zone"),
        ({"emailOptIn": "perhaps"}, "emailOptIn", "yes or no"),
        ({"priceMin": "cheap"}, "priceMin", "price"),
        ({"assignedAgent": "U404"}, "assignedAgent", "no agent"),
        ({"customFields": '{"a.b": 1}'}, "customFields", "object"),
        ({"consentDate": "soon"}, "consentDate", "date"),
        ({"consentDate": "2126-01-01"}, "consentDate", "not come yet"),
        ({"consentIp": "300.1.1.1"}, "consentIp", "IP address"),
        ({"tags": ";".join(map(str, range(51)))}, "tags", "at most 50"),
        ({"otherPhones": "760-555-0146, 12"}, "otherPhones", "E.164"),
        ({"notes": "x" * 20_001}, "notes", "at most 20,000"),
        ({"Garden": "x" * 20_001}, "Garden", "at most 20,000"),
    ],
)
def test_a_row_that_is_wrong_is_left_out_and_told(
    said: dict[str, str], field: str, message: str
) -> None:
    made = imported(row() | said, row(JOE, "Joe"))
    assert counts(made) == (1, 0, 1)
    assert [one.phone for one in Contact.objects] == [JOE]
    ((line, column, text),) = report(made)
    assert (line, column) == (2, field)
    assert message in text


def test_every_fault_of_a_row_is_told_but_it_fails_once() -> None:
    made = imported(row(email="x", status="y", priceMin="z"))
    assert [column for _, column, _ in report(made)] == ["email", "status", "priceMin"]
    assert counts(made) == (0, 0, 1)


def test_the_report_never_repeats_what_a_cell_held() -> None:
    made = imported(row("760-SECRET", email="s3cret", status="s3cret", consentIp="s3cret"))
    assert len(report(made)) == 4
    assert "cret" not in str(report(made)).lower()


def test_a_row_with_too_many_cells_is_left_out_and_one_with_too_few_is_not() -> None:
    data = csv(["phone", "firstName", "notes"], [JANE, "Jane", "a", "b"], [JOE, "Joe"])
    made = finished(handed_in(data))
    assert report(made) == [(2, None, "This row has more cells than the header has columns.")]
    assert [one.phone for one in Contact.objects] == [JOE]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("Jane Doe", "Jane", "Doe"), ("Jane Mary Doe", "Jane Mary", "Doe"), ("Cher", "Cher", "")],
)
def test_a_whole_name_is_divided(name: str, first: str, last: str) -> None:
    imported({"phone": JANE, "Full Name": name})
    assert (person().first_name, person().last_name) == (first, last)


def test_a_number_that_comes_twice_in_a_file_is_one_contact() -> None:
    made = imported(row(city="Vista"), row(notes="Twice"), *many(8), row(first="Janet"))
    assert counts(made) == (9, 2, 0)
    assert (person().first_name, person().notes) == ("Janet", "Twice")


def test_a_dry_run_counts_the_same_and_changes_nothing() -> None:
    imported(row(JOE, "Joe"))
    before = snapshot(*WHAT_AN_IMPORT_WRITES)
    rows = [row(smsOptIn="yes"), row(notes="Twice"), row(JOE), *many(8), row(), row("12")]
    dry = imported(*rows, dry_run=True)
    lines = report(dry)
    RowError.objects.delete()
    assert snapshot(*WHAT_AN_IMPORT_WRITES) == before
    assert ImportedPhone.objects.count() == 0
    real = imported(*rows)
    assert (counts(dry), lines) == (counts(real), report(real))
    assert counts(real) == (9, 3, 1)


def test_another_persons_number_is_not_taken() -> None:
    imported(row(JOE, "Joe"))
    made = imported(row(otherPhones=JOE), row("+17605550146", "Ann", otherPhones="+17605550147"))
    assert report(made) == [(2, "otherPhones", "Another contact has this number.")]
    assert contacts.by_phone(JANE) is None
    assert person("+17605550147").first_name == "Ann"


def test_two_rows_do_not_share_a_second_number() -> None:
    made = imported(row(otherPhones="760-555-0147"), row(JOE, "Joe", otherPhones="760-555-0147"))
    assert [(line, column) for line, column, _ in report(made)] == [(3, "otherPhones")]


def test_an_agent_who_is_known_is_assigned() -> None:
    Agent(user_id="U1", fetched_at=NOON).save()
    imported(row(assignedAgent="U1"))
    assert person().assigned_agent == "U1"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"phone\n", "nothing below the first row"),
        (b"name\nJane\n", "no column `phone`"),
        (b'phone\n"760', "Row 2"),
        (b"phone,Phone Number\n1,2", "Two columns"),
        (b"phone,n\n" + (b"1," + b"x" * 99_000 + b"\n") * 510, "too large"),
    ],
    ids=["empty", "no rows", "no phone", "open quote", "twice", "large"],
)
def test_a_file_that_cannot_be_read_is_refused_whole(data: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        handed_in(data)
    assert Import.objects.count() == 0
    assert get_db()["files.files"].count_documents({}) == 0


def test_a_report_keeps_so_many_lines_and_counts_them_all() -> None:
    made = handed_in(csv(*[row("12")] * 7))
    Import.objects(id=made.id).update(kept=importing.MOST_KEPT - 6, noted=importing.MOST_KEPT - 6)
    after = finished(made)
    assert (after.noted, after.kept) == (importing.MOST_KEPT + 1, importing.MOST_KEPT)
    assert (after.failed, RowError.objects.count()) == (7, 6)


def test_the_file_is_gone_when_the_import_has_ended() -> None:
    for made in (imported(row()), imported(row(), dry_run=True)):
        assert files().find(made.file_id) is None


def test_an_import_that_was_called_off_does_nothing_more() -> None:
    made = handed_in(csv(row()))
    assert imports.cancel(made.id, files(), later(1)).status == "canceled"
    assert finished(made).status == "canceled"
    assert Contact.objects.count() == 0
    assert files().find(made.file_id) is None


def test_calling_off_takes_effect_at_the_next_page() -> None:
    made = handed_in(csv(*many(12)))
    held = claimed()

    def call_off(now: Import) -> None:
        if now.done == AT_ONCE:
            imports.cancel(made.id, files(), NOON)

    work(held, FakeClock(), call_off)
    after = imports.get(made.id)
    assert (after.status, after.done) == ("canceled", AT_ONCE)
    assert Contact.objects.count() == AT_ONCE


def test_calling_off_twice_is_once_and_what_has_ended_cannot_be() -> None:
    made = handed_in(csv(row()))
    for _ in range(2):
        assert imports.cancel(made.id, files(), NOON).status == "canceled"
    with pytest.raises(Conflict):
        imports.cancel(imported(row()).id, files(), NOON)


@pytest.mark.parametrize("import_id", [nobody(), "no id", "\0"])
def test_an_unknown_import_is_not_found(import_id: object) -> None:
    with pytest.raises(NotFound):
        imports.cancel(import_id, files(), NOON)


def test_a_worker_that_was_away_too_long_changes_nothing() -> None:
    made = handed_in(csv(*many(8)))
    slow, clock = claimed(), FakeClock(NOON + importing.LEASE)
    assert finished(made, clock).status == "done"
    before = snapshot(*WHAT_AN_IMPORT_WRITES, "imports")
    work(slow, clock)
    assert snapshot(*WHAT_AN_IMPORT_WRITES, "imports") == before


def test_only_one_at_a_time_works_on_an_import() -> None:
    handed_in(csv(row()))
    assert importing.claim(NOON)
    assert importing.claim(NOON) is None
    assert importing.earliest() == NOON + importing.LEASE
    assert importing.claim(NOON + importing.LEASE)


def test_a_turn_is_a_few_seconds_and_the_rest_is_due_at_once() -> None:
    made = handed_in(csv(*many(14)))
    held, clock = importing.claim(NOON), FakeClock()
    assert held
    work(held, clock, lambda _: clock.set(clock.now() + SECONDS))
    assert imports.get(made.id).done == 2 * AT_ONCE
    assert importing.earliest() == clock.now()
    assert finished(made, clock).created == 14


def test_a_file_that_has_vanished_fails_the_import() -> None:
    made = handed_in(csv(row()))
    files().delete(made.file_id)
    after = finished(made)
    assert (after.status, after.problem) == ("failed", "This file is gone.")


class Crash(Exception):
    """The process was killed."""


@pytest.fixture
def broken_report() -> Iterator[Any]:
    """The last write of a page fails."""
    get_db().command("collMod", "importerrors", validator={"row": {"$lt": 0}})
    yield
    get_db().command("collMod", "importerrors", validator={})


@pytest.mark.usefixtures("broken_report")
def test_a_page_that_fails_at_its_last_write_has_done_nothing() -> None:
    made = handed_in(csv(row(smsOptIn="yes"), row("12")))
    held = claimed()
    with pytest.raises(Exception, match="validation"):
        work(held, FakeClock())
    assert Contact.objects.count() + Activity.objects.count() == 0
    assert imports.get(made.id).done == 0


@pytest.mark.usefixtures("broken_report")
def test_an_import_that_fails_again_and_again_ends() -> None:
    made = handed_in(csv(row("12")))
    clock = FakeClock()
    for _ in range(importing.MOST_ATTEMPTS):
        held = claimed(clock.now())
        with pytest.raises(Exception, match="validation"):
            work(held, clock)
        clock.advance(importing.LEASE.total_seconds())
    assert finished(made, clock).status == "failed"


def test_after_a_crash_it_goes_on_and_comes_to_the_same() -> None:
    rows = [*many(12, smsOptIn="yes"), row("12"), row("13")]
    whole = imported(*rows)
    expected = snapshot(*WHAT_AN_IMPORT_WRITES)
    for name in expected:
        get_db()[name].delete_many({})
    made, clock = handed_in(csv(*rows)), FakeClock()

    def crash(_: Import) -> None:
        raise Crash

    while held := importing.claim(clock.advance(11), made.id):
        with pytest.raises(Crash) if held.done < held.total else nullcontext():
            work(held, FakeClock(), crash)
    after = imports.get(made.id)
    assert (after.status, counts(after)) == ("done", counts(whole))
    assert snapshot(*WHAT_AN_IMPORT_WRITES) == expected


def test_the_unfinished_import_of_a_file_is_found_again() -> None:
    made = handed_in(csv(row()))
    handed_in(csv(row()), dry_run=True)
    handed_in(csv(row(JOE)))
    found = imports.unfinished(made.digest)
    assert found
    assert found.id == made.id
    finished(made)
    assert imports.unfinished(made.digest) is None


def test_somebody_else_may_make_the_same_contact_meanwhile() -> None:
    made = handed_in(csv(*many(8)))
    held = claimed()

    def meet(_: Import) -> None:
        met = many(1, start=7)[0]["phone"]
        if contacts.by_phone(met) is None:
            contacts.add(Contact(first_name="Met", phone=met), NOON + timedelta(1))

    work(held, FakeClock(), meet)
    assert counts(imports.get(made.id)) == (7, 1, 0)
    assert Contact.objects.count() == 8
