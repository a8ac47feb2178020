"""The do-not-call list keeps advertising away, and what is on it stays, like a no."""

from typing import Any

import pytest

from adapters.mongo.files import DatabaseFiles
from domain.model import Contact
from domain.rules.gate import Verdict
from domain.services import consent, gate, numbers
from domain.services.consent import Statement
from domain.services.people import contacts, deletion, merging, profiles
from domain.services.people.profiles import Profile
from domain.services.tables import exports
from tests.clock import NOON
from tests.domain.build import CUSTOMER, OURS, POLICY, STRANGER, TOKEN, later, queued
from tests.domain.forgotten import KEPT, erase
from tests.domain.tables import JANE, imported, person, report, row
from tests.ledger import entries

pytestmark = pytest.mark.usefixtures("db")


def known(phone: str = CUSTOMER, **said: Any) -> Contact:
    named = Profile(first_name="Jane", last_name="Doe", phone=phone, **said)
    return profiles.create(named, None, NOON, POLICY, TOKEN)


def mark(contact: Contact, *, on: bool) -> Contact:
    return profiles.change(contact.id, Profile(do_not_call=on), later(1), POLICY, TOKEN)


def agreed(phone: str = CUSTOMER) -> None:
    said = Statement("opt_in", "form", NOON, level="written", ip="203.0.113.7", wording="Yes")
    consent.record(f"yes:{phone}", phone, said, NOON)


def asked(purpose: str, phone: str = CUSTOMER) -> Verdict:
    return gate.ask(phone, OURS, None, purpose, None, later(2), POLICY)


def actions(phone: str = CUSTOMER) -> list[str]:
    return [one.action for one in entries(phone)]


def test_it_forbids_advertising_and_nothing_else() -> None:
    """Row: §1.8"""
    agreed()
    mark(known(), on=True)
    assert asked("marketing").reasons == ("do_not_call",)
    assert asked("informational").allowed


def test_it_is_taken_back_by_the_same_box() -> None:
    agreed()
    mark(mark(known(), on=True), on=False)
    assert asked("marketing").allowed
    assert actions()[-2:] == ["do_not_call", "callable"]


def test_saying_it_again_is_no_news() -> None:
    mark(mark(known(), on=True), on=True)
    assert actions() == ["do_not_call"]


def test_who_is_made_with_it_is_on_the_list_at_once() -> None:
    assert known(do_not_call=True).do_not_call
    assert numbers.state_of(CUSTOMER).do_not_call


def test_it_is_the_persons_wish_for_all_their_numbers() -> None:
    """Row: §1.8"""
    agreed(STRANGER)
    contact = mark(known(), on=True)
    profiles.change(contact.id, Profile(add_phones=(STRANGER,)), later(1), POLICY, TOKEN)
    assert asked("marketing", STRANGER).reasons == ("do_not_call",)


def test_of_two_that_are_merged_the_stricter_wins() -> None:
    agreed()
    keep, other = known(), mark(known(STRANGER), on=True)
    assert merging.merge(keep.id, other.id, TOKEN, later(1)).do_not_call
    assert asked("marketing").reasons == ("do_not_call",)


def test_it_outlives_the_contact() -> None:
    """Row: §1.8"""
    agreed()
    deletion.delete(mark(known(), on=True).id, later(1))
    assert asked("marketing").reasons == ("do_not_call",)
    assert known().do_not_call


def test_it_outlives_forgetting(db: Any) -> None:
    """Row: §1.8"""
    erase(mark(known(), on=True), DatabaseFiles(db))
    assert not numbers.state_of(CUSTOMER).do_not_call
    assert numbers.judged(CUSTOMER, KEPT.secret).do_not_call
    contacts.add(Contact(first_name="New", phone=CUSTOMER), later(9), KEPT.secret)
    assert numbers.state_of(CUSTOMER).do_not_call


def test_scrub_results_are_a_table_with_two_columns() -> None:
    """Row: §8.1"""
    imported(row())
    imported({"phone": JANE, "doNotCall": "yes"}, now=later(1))
    assert person().do_not_call
    assert numbers.state_of(JANE).do_not_call
    assert actions(JANE) == ["do_not_call"]


def test_an_import_takes_nobody_off_the_list() -> None:
    """Row: §8.1"""
    imported(row(doNotCall="yes"))
    found = imported(row(doNotCall="no"), now=later(1))
    assert person().do_not_call
    assert [(field, "do-not-call" in words) for _, field, words in report(found)] == [
        ("doNotCall", True)
    ]


def test_a_business_relationship_is_noted_and_changes_nothing_about_the_own_list() -> None:
    """Row: §1.8"""
    imported(row(doNotCall="yes", ebrUntil="2027-09-04"))
    number = numbers.state_of(JANE)
    assert f"{number.ebr_until:%Y-%m-%d}" == "2027-09-04"
    assert number.do_not_call
    names, line = b"".join(exports.everybody()).decode().splitlines()
    told = dict(zip(names.split(","), line.split(","), strict=True))
    assert told["ebrUntil"].startswith("2027-09-04")


def test_an_export_says_who_is_on_it() -> None:
    imported(row(doNotCall="yes"), row("+17605550145", "Joe"))
    lines = b"".join(exports.everybody()).decode().splitlines()
    place = lines[0].split(",").index("doNotCall")
    told = {line.split(",")[0]: line.split(",")[place] for line in lines[1:]}
    assert told == {"'+17605550123": "yes", "'+17605550145": "no"}


def test_a_text_that_waits_is_judged_when_it_leaves() -> None:
    agreed()
    contact = known()
    text = queued("Twenty percent off. Reply STOP to opt out.", purpose="marketing")
    assert text.status == "queued"
    mark(contact, on=True)
    assert asked("marketing").refused
