"""Parts of an address and of interests change by themselves; all faults are told at once."""

from functools import partial
from typing import Any

import pytest

from domain.errors import InvalidInput
from domain.model import Contact
from domain.services.people import contacts, faults, profiles
from domain.services.people.pieces import MOST, Lines
from domain.services.people.profiles import Profile
from tests.clock import NOON
from tests.domain.build import POLICY, customer, race

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def jane() -> Contact:
    """A contact with an address and interests."""
    pieces = {"street": "1 Elm St", "city": "Vista", "locations": Lines(("Vista", "Bonsall"))}
    return changed(customer(), **pieces)


def changed(person: Contact, **pieces: Any) -> Contact:
    return profiles.change(person.id, Profile(pieces=pieces), NOON, POLICY)


def test_one_line_changes_and_the_others_stay(jane: Contact) -> None:
    after = changed(jane, zip="92081", city=None).address
    assert after
    assert (after.street, after.city, after.zip) == ("1 Elm St", None, "92081")


def test_changes_of_different_parts_at_once_all_stand(jane: Contact) -> None:
    race(
        partial(changed, jane, street="2 Oak Ave"),
        partial(changed, jane, priceMax="500k"),
        partial(changed, jane, locations=Lines(("Fallbrook",), ("Vista",))),
        partial(changed, jane, buying=True),
    )
    after = contacts.get(jane.id)
    assert after.address
    assert after.interests
    assert after.interests.price_range
    assert (after.address.street, after.address.city) == ("2 Oak Ave", "Vista")
    assert after.interests.locations == ["Bonsall", "Fallbrook"]
    assert (str(after.interests.price_range.max), after.interests.buying) == ("500000", True)


def test_a_new_contact_may_have_them_all() -> None:
    pieces = {"city": "Vista", "priceMin": "1", "selling": True, "propertyTypes": Lines(("condo",))}
    said = Profile(first_name="Jo", last_name="Ray", phone="7605550177", pieces=pieces)
    made = contacts.get(profiles.create(said, None, NOON, POLICY).id)
    assert made.address
    assert made.interests
    assert (made.address.city, made.interests.selling) == ("Vista", True)
    assert made.interests.property_types == ["condo"]


def test_every_fault_is_named(jane: Contact) -> None:
    wrong = Profile(
        first_name=" ",
        email="x",
        phone="12",
        timezone="Mars/Base",
        add_tags=("t" * 51,),
        pieces={"priceMin": "lots", "city": "x" * 201, "locations": Lines(tuple("abc" * 20))},
    )
    with pytest.raises(InvalidInput) as refused:
        faults.check(wrong, jane, "US")
    named = {one.field for one in refused.value.fields}
    assert named == {"firstName", "email", "phone", "timezone", "addTags", "priceMin", "city"}


def test_too_many_lines_are_told(jane: Contact) -> None:
    many = Lines(tuple(f"Town {number}" for number in range(MOST)))
    with pytest.raises(InvalidInput) as refused:
        changed(jane, locations=many)
    assert refused.value.fields[0].field == "locations"


def test_nothing_wrong_is_no_fault(jane: Contact) -> None:
    faults.check(Profile(), jane, "US")
    faults.check(Profile(remove_phones=("7605550177",), email=None), jane, "US")
