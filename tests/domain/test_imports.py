"""Rows become contacts and consent, each page whole or not at all, and the report says what not."""

import pytest
from mongoengine.connection import get_db

from domain.errors import InvalidInput
from domain.model import Activity, Agent, Contact, Import, ImportedPhone, RowError
from domain.services.people import contacts
from domain.services.tables import importing
from tests.clock import NOON
from tests.domain.build import TOKEN, later
from tests.domain.tables import (
    JANE,
    JOE,
    counts,
    csv,
    files,
    finished,
    handed_in,
    imported,
    many,
    person,
    report,
    row,
    snapshot,
)

pytestmark = pytest.mark.usefixtures("db")
WRITTEN = ("contacts", "ledger", "numbers", "activities", "importerrors")
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
    changed = {key for key in after if after[key] != before.get(key)} - {"importIds"}
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
    before = snapshot(*WRITTEN)
    rows = [row(smsOptIn="yes"), row(notes="Twice"), row(JOE), *many(8), row(), row("12")]
    dry = imported(*rows, dry_run=True)
    lines = report(dry)
    RowError.objects.delete()
    assert snapshot(*WRITTEN) == before
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
