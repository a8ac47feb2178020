"""People: found by any number, made once, changed field by field."""

from functools import partial

import pytest

from domain.errors import Conflict, InvalidInput, NotFound
from domain.model import Contact
from domain.rules.search import wanted
from domain.services.people import contacts
from tests.clock import NOON
from tests.domain.build import CUSTOMER, STRANGER, customer, later, race

pytestmark = pytest.mark.usefixtures("db")


def jane(**changes: object) -> Contact:
    """Jane Doe with the customer's number."""
    known = {"first_name": "Jane", "last_name": "Doe", "phone": CUSTOMER} | changes
    return contacts.add(Contact(**known), NOON)


def found(query: str) -> list[str]:
    """The names of those who are found."""
    match = {"terms": {"$all": wanted(query)}}
    return [contact.name for contact in Contact.objects(__raw__=match)]


def test_a_contact_has_the_first_number_among_all() -> None:
    contact = jane()
    assert (contact.phone, contact.phones, contact.name) == (CUSTOMER, [CUSTOMER], "Jane Doe")
    assert (contact.status, contact.created_at, contact.updated_at) == ("new", NOON, NOON)


def test_the_same_number_twice_is_a_conflict_that_names_the_other() -> None:
    contact = jane()
    with pytest.raises(Conflict) as conflict:
        jane(first_name="Janet")
    assert (conflict.value.code, conflict.value.conflict_id) == (
        "DUPLICATE_CONTACT",
        str(contact.id),
    )
    assert conflict.value.message == "Contact with this phone number already exists"


def test_a_second_number_of_somebody_is_a_conflict_too() -> None:
    jane(phones=[CUSTOMER, STRANGER])
    with pytest.raises(Conflict):
        contacts.add(Contact(first_name="Bob", phone=STRANGER), NOON)
    assert Contact.objects.count() == 1


def test_a_stranger_is_made_once_however_many_ask() -> None:
    race(*[partial(contacts.ensure, CUSTOMER, NOON, "sms")] * 8)
    assert Contact.objects.count() == 1


def test_a_known_person_is_found_and_not_changed() -> None:
    before = jane().to_mongo()
    assert customer(later(60), source="api").to_mongo() == before


def test_a_contact_is_found_by_any_of_their_numbers() -> None:
    contact = jane(phones=[CUSTOMER, STRANGER])
    for phone in (CUSTOMER, STRANGER):
        known = contacts.by_phone(phone)
        assert known
        assert known.id == contact.id
    assert contacts.by_phone("+17605550199") is None


@pytest.mark.parametrize("contact_id", ["", "nonsense", "6560a1b2c3d4e5f60718293a", None])
def test_who_does_not_exist_is_not_found(contact_id: object) -> None:
    with pytest.raises(NotFound):
        contacts.get(contact_id)


def test_somebody_who_was_merged_is_followed() -> None:
    target = jane()
    middle = contacts.add(
        Contact(first_name="J", phone="+17605550198", merged_into=target.id), NOON
    )
    old = contacts.add(Contact(first_name="JD", phone="+17605550197", merged_into=middle.id), NOON)
    assert contacts.get(old.id).id == target.id


@pytest.mark.parametrize("text", ["760-555-0111", "(760) 555-0111", "+1 760 555 0111"])
def test_a_number_is_read_in_any_usual_form(text: str) -> None:
    assert contacts.readable(text, "US") == CUSTOMER


def test_a_number_that_cannot_be_read_names_its_field() -> None:
    with pytest.raises(InvalidInput) as problem:
        contacts.readable("12", "US", field="phones")
    assert (problem.value.code, problem.value.fields[0].field) == ("INVALID_PHONE", "phones")
    assert problem.value.message == "Phone number must be in E.164 format (e.g., +17605551234)"


def test_a_change_sets_and_removes_fields() -> None:
    contact = jane(email="jane@example.com", notes="old")
    changed = contacts.update(contact.id, {"notes": "new", "email": None}, later(60))
    assert (changed.notes, changed.email, changed.first_name) == ("new", None, "Jane")
    assert (changed.updated_at, changed.created_at) == (later(60), NOON)
    assert changed.rev == contact.rev + 1


def test_a_change_reaches_into_parts() -> None:
    contact = jane()
    changed = contacts.update(contact.id, {"address.city": "Vista"}, NOON)
    assert changed.address
    assert changed.address.city == "Vista"


def test_a_change_of_the_number_to_somebody_elses_is_a_conflict() -> None:
    contact = jane()
    contacts.add(Contact(first_name="Bob", phone=STRANGER), NOON)
    with pytest.raises(Conflict) as conflict:
        contacts.update(contact.id, {"phones": [STRANGER]}, NOON)
    assert conflict.value.code == "DUPLICATE_CONTACT"
    assert contacts.get(contact.id).phones == [CUSTOMER]


def test_a_contact_is_found_by_name_email_and_number() -> None:
    jane(email="jd@example.com")
    for query in ("jan", "DOE", "jd", "exam", "760", "0111", "jane 555"):
        assert found(query) == ["Jane Doe"]
    assert found("bob") == []


def test_somebody_who_is_renamed_is_found_by_the_new_name_only() -> None:
    contact = jane()
    contacts.update(contact.id, {"firstName": "Mary"}, NOON)
    assert (found("mary"), found("jane"), found("doe")) == (["Mary Doe"], [], ["Mary Doe"])


def test_fields_of_another_program_load_and_are_kept() -> None:
    contact = jane()
    Contact._get_collection().update_one(
        {"_id": contact.id}, {"$set": {"leadScore": 7, "address": {"city": "Vista", "unit": "4B"}}}
    )
    changed = contacts.update(contact.id, {"address.street": "Main"}, NOON)
    changed.save()
    raw = Contact._get_collection().find_one({"_id": contact.id})
    assert raw
    assert (raw["leadScore"], raw["address"]["unit"]) == (7, "4B")
