"""Contacts over the API: made once, checked, changed field by field."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from domain.model import Agent, Contact, Number
from domain.services import consent
from tests.clock import NOON
from tests.graph.desk import Program, person
from tests.ledger import only

CREATE = """mutation($input: CreateContactInput!) { createContact(input: $input) {
  ... on Contact { id firstName lastName name email phone phones status tags source notes timezone
    address { street city state zip } customFields
    interests { buying locations propertyTypes priceRange { min max } }
    preferences { smsOptIn emailOptIn preferredContactMethod }
    consent { tcpaConsent marketingConsent consentDate consentIp level optedOutAt } }
  ... on Problem { code message conflictId help fields { field message } } } }"""
UPDATE = """mutation($id: ID!, $input: UpdateContactInput!) {
  updateContact(id: $id, input: $input) {
  ... on Contact { id firstName email phone phones tags notes assignedAgent { id name }
    address { city } preferences { smsOptIn callOptIn } consent { tcpaConsent level } }
  ... on Problem { code message conflictId fields { field message } } } }"""
PHONE = "+17605551234"
JANE = {"firstName": "Jane", "lastName": "Doe", "phone": "(760) 555-1234"}


def create(me: Program, **more: Any) -> dict[str, Any]:
    return dict(me.do(CREATE, input=JANE | more))


def update(me: Program, contact_id: Any, **changes: Any) -> dict[str, Any]:
    return dict(me.do(UPDATE, id=str(contact_id), input=changes))


def test_a_contact_is_stored_tidy(me: Program) -> None:
    made = create(
        me,
        firstName="  Jane ",
        email=" Jane.Doe@Example.COM ",
        tags=[" vip", "vip ", "", "warm"],
        notes="  ",
        address={"city": "Vista", "zip": "92081"},
        preferredContactMethod="IN_PERSON",
    )
    assert made["name"] == "Jane Doe"
    assert made["email"] == "jane.doe@example.com"
    assert made["phone"] == "+17605551234"
    assert made["tags"] == ["vip", "warm"]
    assert made["notes"] is None
    assert made["address"] == {"street": None, "city": "Vista", "state": None, "zip": "92081"}
    assert made["preferences"]["preferredContactMethod"] == "IN_PERSON"


def test_interests_and_custom_fields_come_back_as_given(me: Program) -> None:
    custom = {"score": 7, "nested": {"list": [1, "two", None]}}
    wants = {
        "buying": True,
        "locations": ["Vista"],
        "priceRange": {"min": "250000", "max": "400000.50"},
    }
    made = create(me, customFields=custom, interests=wants)
    assert made["customFields"] == custom
    assert made["interests"]["priceRange"] == {"min": "250000", "max": "400000.50"}
    assert made["interests"]["propertyTypes"] == []


def test_the_same_number_in_another_form_is_a_duplicate(me: Program) -> None:
    first = create(me)
    again = create(me, firstName="John", phone="+1 760 555 1234")
    assert again["code"] == "DUPLICATE_CONTACT"
    assert again["message"] == "Contact with this phone number already exists"
    assert again["conflictId"] == first["id"]
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("phone", ["12345", "call me", "", "+1 760 555 1234 x 22", "＋"])
def test_a_number_that_cannot_be_read_is_said_so(me: Program, phone: str) -> None:
    refused = create(me, phone=phone)
    assert refused["code"] == "INVALID_PHONE"
    assert refused["message"] == "Phone number must be in E.164 format (e.g., +17605551234)"
    assert refused["fields"][0]["field"] == "phone"
    assert Contact.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("firstName", "   "),
        ("lastName", ""),
        ("firstName", "x" * 101),
        ("email", "not an address"),
        ("email", "a@b@example.com"),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
        ("timezone", "America"),
        ("assignedAgent", "U0NOBODY"),
        ("tags", ["x" * 51]),
        ("tags", [f"tag{place}" for place in range(51)]),
        ("customFields", {"$where": 1}),
        ("customFields", {"a.b": 1}),
        ("customFields", {"": 1}),
        ("customFields", [1]),
        ("customFields", {"a": {"b": {"c": {"d": {"e": {"f": {}}}}}}}),
    ],
)
def test_a_field_that_cannot_be_is_named(me: Program, field: str, value: Any) -> None:
    refused = create(me, **{field: value})
    assert refused["code"] == "INVALID_INPUT"
    assert refused["fields"][0]["field"] == field
    assert Contact.objects.count() == 0


def test_a_number_that_no_database_keeps_is_refused(me: Program) -> None:
    error = me.refused("""mutation { createContact(input: { firstName: "J", lastName: "D",
        phone: "7605551234", customFields: { big: 1180591620717411303424 } }) {
        ... on Problem { code } } }""")
    assert error["extensions"]["code"] == "INVALID_INPUT"
    assert "64 bits" in error["message"]
    assert Contact.objects.count() == 0


@pytest.mark.parametrize("price", ["1e40", "NaN", "Infinity", "0." + "1" * 40])
def test_a_price_that_no_database_keeps_is_refused(me: Program, price: str) -> None:
    assert create(me, interests={"priceRange": {"min": price}})["code"] == "INVALID_INPUT"


def test_an_idempotency_key_makes_one_contact(me: Program) -> None:
    first = create(me, idempotencyKey="form-1")
    assert create(me, idempotencyKey="form-1") == first
    assert Contact.objects.count() == 1


def test_consent_given_with_the_contact_is_in_the_ledger(me: Program) -> None:
    said = {
        "action": "OPT_IN",
        "method": "FORM",
        "wording": "I agree to texts.",
        "ip": "203.0.113.7",
        "level": "WRITTEN",
    }
    made = create(me, consent=said, idempotencyKey="form-1")
    create(me, consent=said, idempotencyKey="form-1")
    assert made["preferences"]["smsOptIn"]
    assert made["consent"]["tcpaConsent"]
    assert made["consent"]["marketingConsent"]
    assert made["consent"]["consentIp"] == "203.0.113.7"
    assert made["consent"]["level"] == "WRITTEN"
    event = only()
    assert event.origin == f"api:{me.token_id}/form-1"
    assert event.recorded_by.kind == "token"
    assert event.recorded_from_ip == "127.0.0.1"


def test_a_number_that_said_stop_stays_stopped_when_its_contact_is_made(me: Program) -> None:
    Number(phone="+17605551234", blocked=True, blocked_at=NOON, level="express").save()
    made = create(me)
    assert not made["preferences"]["smsOptIn"]
    assert made["consent"]["optedOutAt"] == "2026-03-04T20:00:00.000Z"


def test_an_update_leaves_what_it_does_not_name(me: Program) -> None:
    contact = person(email="jane@example.com", notes="Likes gardens", tags=["vip"])
    changed = update(me, contact.id, firstName="Janet")
    assert changed["firstName"] == "Janet"
    assert changed["email"] == "jane@example.com"
    assert changed["notes"] == "Likes gardens"
    assert changed["tags"] == ["vip"]


def test_null_takes_a_field_away(me: Program) -> None:
    contact = person(email="jane@example.com", notes="Likes gardens")
    changed = update(me, contact.id, email=None, notes=None)
    assert changed["email"] is None
    assert "notes" not in Contact._get_collection().find_one({"_id": contact.id})


@pytest.mark.parametrize("field", ["firstName", "lastName", "phone"])
def test_what_is_required_cannot_be_taken_away(me: Program, field: str) -> None:
    refused = update(me, person().id, **{field: None})
    assert refused["code"] == "INVALID_INPUT"
    assert refused["fields"][0]["field"] == field


def test_tags_are_added_and_removed(me: Program) -> None:
    contact = person(tags=["vip", "cold"])
    changed = update(me, contact.id, addTags=["warm ", "vip"], removeTags=["cold"])
    assert changed["tags"] == ["vip", "warm"]


def test_numbers_are_added_and_removed(me: Program) -> None:
    contact = person()
    added = update(me, contact.id, addPhones=["760-555-0199"])
    assert added["phones"] == ["+17605551234", "+17605550199"]
    removed = update(me, contact.id, removePhones=["+17605551234"])
    assert (removed["phone"], removed["phones"]) == ("+17605550199", ["+17605550199"])
    assert update(me, contact.id, removePhones=["7605550199"])["code"] == "INVALID_INPUT"


def test_somebody_elses_number_cannot_be_taken(me: Program) -> None:
    other = person("+17605550188")
    refused = update(me, person().id, addPhones=["+17605550188"])
    assert refused["code"] == "DUPLICATE_CONTACT"
    assert refused["conflictId"] == str(other.id)


def test_a_changed_number_takes_no_consent_along(me: Program) -> None:
    contact = person()
    said = consent.Statement("opt_in", "form", NOON, wording="I agree.")
    consent.record("test:1", contact.phone, said, NOON)
    changed = update(me, contact.id, phone="760-555-0177")
    assert changed["phones"] == ["+17605550177"]
    assert not changed["preferences"]["smsOptIn"]
    assert not changed["consent"]["tcpaConsent"]


def test_a_changed_name_is_found_and_the_old_one_is_not(me: Program) -> None:
    update(me, person().id, firstName="Zoë")
    find = "query($s: String) { contacts(search: $s) { nodes { firstName } } }"
    assert me.ask(find, s="zo")["contacts"]["nodes"] == [{"firstName": "Zoë"}]
    assert me.ask(find, s="jane")["contacts"]["nodes"] == []


def test_an_agent_is_assigned_by_their_id(me: Program) -> None:
    Agent(user_id="U0ANNA", name="Anna", fetched_at=NOON).save()
    changed = update(me, person().id, assignedAgent="U0ANNA", callOptIn=True)
    assert changed["assignedAgent"] == {"id": "U0ANNA", "name": "Anna"}
    assert changed["preferences"]["callOptIn"]


def test_a_contact_of_an_older_database_can_be_changed(me: Program) -> None:
    contact = person()
    Contact._get_collection().update_one({"_id": contact.id}, {"$unset": {"rev": "", "terms": ""}})
    changed = update(me, contact.id, firstName="Janet")
    assert changed.get("firstName") == "Janet", changed


@pytest.mark.parametrize("contact_id", ["0" * 24, "nonsense", ""])
def test_an_unknown_contact_is_not_found(me: Program, contact_id: str) -> None:
    assert update(me, contact_id, firstName="X")["code"] == "NOT_FOUND"


def test_a_contact_is_found_by_any_of_its_numbers(me: Program) -> None:
    contact = person(phones=["+17605551234", "+17605550199"])
    one = "query($id: ID, $phone: Phone) { contact(id: $id, phone: $phone) { id } }"
    found = {"contact": {"id": str(contact.id)}}
    assert me.ask(one, phone="760 555 0199") == found
    assert me.ask(one, id=str(contact.id)) == found
    assert me.ask(one, phone="7605550000") == {"contact": None}
    assert me.ask(one, id="nonsense") == {"contact": None}
    assert me.refused(one)["extensions"]["code"] == "INVALID_INPUT"
    assert me.refused(one, phone="abc")["extensions"]["code"] == "INVALID_PHONE"


def test_the_same_request_twice_at_once_makes_one_contact(me: Program) -> None:
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: create(me, idempotencyKey="form-1"), range(6)))
    assert [one.get("id") for one in made] == [made[0]["id"]] * 6
    assert Contact.objects.count() == 1


def test_changes_at_the_same_time_are_all_kept(me: Program) -> None:
    contact = person()
    tags = [f"tag{place}" for place in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda tag: update(me, contact.id, addTags=[tag]), tags))
    assert sorted(Contact.objects.get(id=contact.id).tags) == tags


@pytest.mark.parametrize("field", ["firstName", "lastName", "notes", "source"])
def test_characters_that_steer_devices_are_refused(me: Program, field: str) -> None:
    refused = create(me, **{field: "a\u0000b"})
    assert (refused["code"], refused["fields"][0]["field"]) == ("INVALID_INPUT", field)
    assert Contact.objects.count() == 0


def test_who_opted_out_is_not_made_by_a_yes_without_proof(me: Program) -> None:
    """The refusal comes before anything is stored, so that the call can be repeated with proof."""
    no = consent.Statement("opt_out", "email", NOON - timedelta(days=1), level="none")
    consent.record("no:1", PHONE, no, NOON)
    unproved = {"action": "OPT_IN", "method": "FORM"}
    assert create(me, consent=unproved)["code"] == "OPTED_OUT"
    assert Contact.objects.count() == 0
    made = create(me, consent=unproved | {"wording": "Yes, text me again."})
    assert made["consent"]["level"] == "EXPRESS"
