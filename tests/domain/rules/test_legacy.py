"""Another CRM's documents in our words; nothing they hold makes the reading of them fail."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from domain.rules import legacy
from domain.rules.legacy.texts import EPOCH, NEVER_SENT

NOW = datetime(2026, 3, 4, 20, tzinfo=UTC)
OURS = "+15550009999"
BORN = ObjectId.from_datetime(datetime(2025, 5, 5, tzinfo=UTC))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats()
    | st.text(max_size=20)
    | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
CONTACT_FIELDS = [
    *("firstName", "lastName", "phone", "phones", "email", "status", "tags", "preferences"),
    *("consent", "createdAt", "updatedAt", "assignedAgent", "lastContactMethod"),
]
TEXT_FIELDS = [
    *("from", "to", "body", "direction", "status", "price", "errorCode", "mediaUrls", "tags"),
    *("twilioMessageSid", "createdAt", "segments", "statusHistory"),
]


def person(**fields: Any) -> legacy.Person:
    return legacy.person({"_id": BORN, "firstName": "Jane"} | fields, "US", NOW)


def text(**fields: Any) -> legacy.Text:
    raw = {"_id": BORN, "from": OURS, "to": "7605551234", "direction": "outbound"} | fields
    return legacy.text(raw, "US", (OURS,), NOW)


@given(st.dictionaries(st.sampled_from(CONTACT_FIELDS), VALUES))
def test_no_contact_is_too_strange(fields: dict[str, Any]) -> None:
    found = legacy.person({"_id": BORN} | fields, "US", NOW)
    assert found.phones or found.problems
    assert set(found.gone).isdisjoint(found.changes)
    assert found.changes["createdAt"] <= NOW
    assert isinstance(found.changes["phone"], str)
    legacy.agreement({"_id": BORN} | fields, NOW)


@given(st.dictionaries(st.sampled_from(TEXT_FIELDS), VALUES))
def test_no_text_is_too_strange(fields: dict[str, Any]) -> None:
    found = legacy.text({"_id": BORN} | fields, "US", (OURS,), NOW)
    assert (found.theirs is None or found.ours is None) <= bool(found.problems)
    assert set(found.gone).isdisjoint(found.changes)
    assert found.at <= NOW
    assert timedelta(microseconds=found.changes["position"]) == found.at - EPOCH
    assert isinstance(found.changes["body"], str)


@given(st.text(), st.sampled_from(["", None]))
def test_what_the_carrier_never_had_never_waits_to_be_sent(word: str, sid: str | None) -> None:
    state = text(status=word, twilioMessageSid=sid).changes["status"]
    assert state in ("canceled", "failed", "undelivered")


@pytest.mark.parametrize(
    ("typed", "phones", "problem"),
    [
        ("(760) 555-1234", ("+17605551234",), None),
        (["760-555-1234", "+44 20 7946 0958"], ("+17605551234", "+442079460958"), None),
        ("760-555-1234 ext 5", (), "phone '760-555-1234 ext 5' cannot be read"),
        (["7605551234", "n/a"], ("+17605551234",), "phone 'n/a' cannot be read"),
        (None, (), "it has no phone"),
        (7605551234, ("+17605551234",), None),
        (["n/a", {}], (), "phone 'n/a' cannot be read"),
    ],
)
def test_numbers_are_read_or_told(typed: Any, phones: tuple[str, ...], problem: str | None) -> None:
    found = person(phone=typed)
    assert (found.phones, found.problems) == (phones, (problem,) if problem else ())


def test_a_contact_without_dates_is_as_old_as_its_id() -> None:
    assert person(phone="7605551234").changes["createdAt"] == BORN.generation_time
    assert person(createdAt="2025-06-01T00:00:00Z").changes["createdAt"].month == 6
    assert person(createdAt=datetime(2031, 1, 1, tzinfo=UTC)).changes["createdAt"] == NOW


def test_words_are_brought_into_our_spelling() -> None:
    found = person(status="CLIENT", lastContactMethod="In_Person", email=" Jane@X.COM ")
    assert found.changes["status"] == "client"
    assert found.changes["lastContactMethod"] == "in-person"
    assert found.changes["email"] == "jane@x.com"


def test_what_is_already_right_is_not_written_again() -> None:
    found = person(status="client", email="jane@x.com", tags=["vip"], lastName="Doe")
    assert {"status", "email", "tags", "lastName", "firstName"}.isdisjoint(found.changes)


def test_only_a_plain_yes_is_an_opt_in() -> None:
    for said in (None, False, "true", 1, {"smsOptIn": "yes"}, {"smsOptIn": 1}, ["smsOptIn"]):
        assert legacy.agreement({"_id": BORN, "preferences": said}, NOW) is None
    found = legacy.agreement({"_id": BORN, "preferences": {"smsOptIn": True}}, NOW)
    assert found == legacy.Agreement(BORN.generation_time, written=False, disclosed=False)


@pytest.mark.parametrize(
    ("fields", "status", "rank"),
    [
        ({"status": "delivered", "twilioMessageSid": "SM1"}, "delivered", 54),
        ({"status": "accepted", "twilioMessageSid": "SM1"}, "queued", 10),
        ({"status": "done", "twilioMessageSid": "SM1"}, "sent", 40),
        ({"status": "delivered"}, "canceled", -1),
        ({"status": "failed"}, "failed", 51),
        ({"direction": "INBOUND", "status": "delivered"}, "received", -1),
    ],
)
def test_a_status_is_what_the_carrier_knows(fields: Any, status: str, rank: int) -> None:
    changes = text(**fields).changes
    assert (changes["status"], changes["rank"]) == (status, rank)
    assert changes["statusHistory"][0]["status"] == status
    assert (changes.get("errorMessage") == NEVER_SENT) == (status == "canceled")


def test_a_direction_that_is_not_said_follows_from_our_number() -> None:
    came = text(direction=None, **{"from": "7605551234", "to": OURS})
    assert (came.inbound, came.theirs, came.ours) == (True, "+17605551234", OURS)
    assert text(direction=None).inbound is False


def test_short_codes_and_names_are_senders_too() -> None:
    assert text(direction="inbound", **{"from": "22395", "to": OURS}).theirs == "22395"
    assert text(direction="inbound", **{"from": "ACME", "to": OURS}).theirs == "ACME"


@pytest.mark.parametrize(
    ("stored", "price"), [("-0.0079", "0.0079"), (0.02, "0.02"), ("free", None), (True, None)]
)
def test_a_price_is_what_it_cost(stored: object, price: str | None) -> None:
    assert text(price=stored).price == (Decimal(price) if price else None)
