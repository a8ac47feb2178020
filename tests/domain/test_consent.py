"""The ledger and the number's state: written together, once, and provable."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from mongoengine import get_connection
from pymongo.errors import OperationFailure

from domain.errors import Conflict
from domain.model import Author, ConsentEvent, Contact, Number
from domain.services import consent, numbers
from domain.services.consent import Statement
from tests.clock import NOON
from tests.domain.build import CUSTOMER, STRANGER, customer, later, race
from tests.ledger import only

pytestmark = pytest.mark.usefixtures("db")
OUT = Statement("opt_out", "agent", NOON, level="none")


def agreed(level: str = "express", method: str = "form", **proof: Any) -> Statement:
    """A yes, as it is to be recorded."""
    return Statement("opt_in", method, NOON, level=level, **proof)


def level() -> tuple[bool, str]:
    """Whether the customer's number is blocked, and what was agreed to."""
    number = numbers.state_of(CUSTOMER)
    return number.blocked, number.level


@pytest.fixture
def unwritable_contacts() -> Iterator[None]:
    """The last write of a consent transaction fails."""
    database = get_connection()[Contact._get_collection().database.name]
    name = Contact._get_collection().name
    database.command("collMod", name, validator={"preferences.smsOptIn": {"$ne": True}})
    yield
    database.command("collMod", name, validator={})


def test_a_number_that_nobody_has_met_is_neither_blocked_nor_opted_in() -> None:
    number = numbers.state_of(CUSTOMER)
    assert (number.blocked, number.level, number.opted_in) == (False, "none", False)
    assert Number.objects.count() == 0


def test_a_yes_is_kept_with_its_whole_proof() -> None:
    said = agreed(wording="I agree", wording_version="consent-1", ip="198.51.100.7", note="fair")
    event = consent.record("form:1", CUSTOMER, said, later(5))
    assert (event.wording, event.wording_version) == ("I agree", "consent-1")
    assert (event.ip, event.note, event.method) == ("198.51.100.7", "fair", "form")
    assert (event.at, event.recorded_at) == (NOON, later(5))


def test_who_recorded_it_is_kept() -> None:
    ann = Author(kind="agent", key="U1", name="Ann")
    said = Statement("opt_in", "agent", NOON, recorded_by=ann, recorded_from_ip="203.0.113.9")
    consent.record("agent:1", CUSTOMER, said, NOON)
    event = only()
    assert (event.recorded_by.key, event.recorded_from_ip) == ("U1", "203.0.113.9")


def test_the_event_names_the_contact_of_that_time() -> None:
    contact = customer()
    assert consent.record("form:1", CUSTOMER, agreed(), NOON).contact_id == contact.id


def test_the_same_origin_is_one_event_and_the_first_one_counts() -> None:
    first = consent.record("form:1", CUSTOMER, agreed("written"), NOON)
    again = consent.record("form:1", CUSTOMER, OUT, later(60))
    assert first.id == again.id
    assert ConsentEvent.objects.count() == 1
    assert level() == (False, "written")


def test_the_same_origin_at_once_is_one_event() -> None:
    events = race(*[partial(consent.record, "form:1", CUSTOMER, agreed(), NOON)] * 6)
    assert len({event.id for event in events}) == 1
    assert ConsentEvent.objects.count() == 1
    assert Number.objects.get().rev == 1


def test_racing_events_are_all_in_the_ledger_and_the_state_follows_one_of_the_last() -> None:
    race(*[partial(consent.record, f"form:{n}", CUSTOMER, agreed(), NOON) for n in range(6)])
    assert ConsentEvent.objects.count() == 6
    assert Number.objects.get().rev == 6


def test_a_racing_express_yes_never_lowers_a_written_one() -> None:
    levels = ["express", "written", "express", "written", "express", "express"]
    race(
        *[
            partial(consent.record, f"form:{n}", CUSTOMER, agreed(kind), NOON)
            for n, kind in enumerate(levels)
        ]
    )
    assert level() == (False, "written")


def test_a_racing_stop_and_start_leave_number_and_contact_in_agreement() -> None:
    customer()
    yes = agreed(message_sid="SM1")
    says = [OUT, yes, OUT, yes]
    race(*[partial(consent.record, f"x:{n}", CUSTOMER, said, NOON) for n, said in enumerate(says)])
    number, contact = Number.objects.get(), Contact.objects.get()
    assert contact.preferences.sms_opt_in is number.opted_in


@pytest.mark.usefixtures("unwritable_contacts")
def test_event_number_and_contact_are_written_together_or_not_at_all() -> None:
    customer()
    with pytest.raises(OperationFailure):
        consent.record("form:1", CUSTOMER, agreed(), NOON)
    assert ConsentEvent.objects.count() == 0
    assert Number.objects.count() == 0
    assert not Contact.objects.get().preferences.sms_opt_in


def test_start_restores_the_written_level() -> None:
    consent.record("form:1", CUSTOMER, agreed("written", wording="I agree"), NOON)
    consent.record("sms:1", CUSTOMER, OUT, later(1))
    assert level() == (True, "written")
    assert not numbers.state_of(CUSTOMER).opted_in
    consent.record("sms:2", CUSTOMER, agreed(method="keyword", message_sid="SM2"), later(2))
    assert level() == (False, "written")


def test_when_the_block_began_is_known_until_it_is_lifted() -> None:
    consent.record("sms:1", CUSTOMER, replace(OUT, at=later(1)), later(1))
    assert numbers.state_of(CUSTOMER).blocked_at == later(1)
    said = replace(agreed(method="keyword", message_sid="SM2"), at=later(2))
    consent.record("sms:2", CUSTOMER, said, later(2))
    assert numbers.state_of(CUSTOMER).blocked_at is None


@pytest.mark.parametrize("method", ["agent", "import", "api", "form", "keyword", "twilio"])
def test_others_cannot_lift_a_block_without_proof(method: str) -> None:
    consent.record("sms:1", CUSTOMER, OUT, NOON)
    with pytest.raises(Conflict) as refusal:
        consent.record("x:1", CUSTOMER, agreed(method=method), later(1))
    assert refusal.value.code == "OPTED_OUT"
    assert level() == (True, "none")
    assert ConsentEvent.objects.count() == 1


@pytest.mark.parametrize("proof", ["wording", "evidence_url", "ip"])
def test_others_lift_a_block_with_proof(proof: str) -> None:
    consent.record("sms:1", CUSTOMER, OUT, NOON)
    consent.record("x:1", CUSTOMER, agreed(method="api", **{proof: "shown"}), later(1))
    assert level() == (False, "express")


@pytest.mark.parametrize("method", ["keyword", "twilio"])
def test_the_persons_own_text_lifts_their_block(method: str) -> None:
    consent.record("sms:1", CUSTOMER, OUT, NOON)
    consent.record("x:1", CUSTOMER, agreed(method=method, message_sid="SM2"), later(1))
    assert level() == (False, "express")


@pytest.mark.parametrize("method", ["form", "api", "import"])
def test_an_agreement_from_before_the_no_does_not_lift_the_block(method: str) -> None:
    consent.record("sms:1", CUSTOMER, Statement("opt_out", "keyword", later(60)), later(60))
    with pytest.raises(Conflict) as refusal:
        consent.record("x:1", CUSTOMER, agreed(method=method, ip="198.51.100.7"), later(90))
    assert refusal.value.code == "OPTED_OUT"
    assert level() == (True, "none")


def test_a_history_told_in_its_order_ends_as_it_did() -> None:
    consent.record("x:1", CUSTOMER, OUT, later(90))
    said = replace(agreed(method="form", wording="I agree"), at=later(30))
    consent.record("x:2", CUSTOMER, said, later(91))
    assert level() == (False, "express")


def test_an_old_no_told_late_does_not_make_the_latest_one_older() -> None:
    consent.record("sms:1", CUSTOMER, replace(OUT, at=later(60)), later(60))
    consent.record("x:1", CUSTOMER, OUT, later(90))
    assert numbers.state_of(CUSTOMER).blocked_at == later(60)


def test_a_yes_of_somebody_who_never_left_needs_no_proof() -> None:
    consent.record("x:1", CUSTOMER, agreed(method="agent"), NOON)
    assert level() == (False, "express")


def test_the_contact_mirrors_a_written_yes() -> None:
    customer()
    said = agreed("written", wording="I agree", ip="198.51.100.7")
    consent.record("form:1", CUSTOMER, said, later(5))
    contact = Contact.objects.get()
    assert (contact.consent.marketing, contact.consent.tcpa) == (True, True)
    assert (contact.consent.date, contact.consent.ip) == (NOON, "198.51.100.7")
    assert contact.preferences.sms_opt_in


def test_an_express_yes_is_no_marketing_consent() -> None:
    customer()
    consent.record("form:1", CUSTOMER, agreed(), NOON)
    contact = Contact.objects.get()
    assert contact.preferences.sms_opt_in
    assert not contact.consent.marketing
    assert not contact.consent.tcpa


def test_the_contact_mirrors_a_no_and_keeps_the_date_of_the_yes() -> None:
    customer()
    consent.record("form:1", CUSTOMER, agreed("written", wording="I agree"), NOON)
    consent.record("sms:1", CUSTOMER, OUT, later(60))
    contact = Contact.objects.get()
    assert not contact.preferences.sms_opt_in
    assert (contact.consent.marketing, contact.consent.tcpa) == (False, False)
    assert contact.consent.date == NOON


def test_a_contact_made_later_starts_with_what_is_known_of_the_number() -> None:
    consent.record("form:1", CUSTOMER, agreed("written"), NOON)
    contact = customer(later(60), source="api")
    assert contact.preferences.sms_opt_in
    assert contact.consent.marketing
    assert contact.consent.date == NOON


def test_a_block_outlives_the_contact() -> None:
    customer()
    consent.record("sms:1", CUSTOMER, OUT, NOON)
    Contact.objects.delete()
    assert not customer(later(60)).preferences.sms_opt_in
    assert level() == (True, "none")


def test_a_no_of_one_number_leaves_others_alone() -> None:
    consent.record("sms:1", CUSTOMER, OUT, NOON)
    assert not numbers.state_of(STRANGER).blocked


def test_every_change_of_the_number_counts_as_one_that_a_person_could_see() -> None:
    customer()
    consent.record("form:1", CUSTOMER, agreed(), NOON)
    consent.record("sms:1", CUSTOMER, OUT, later(1))
    assert Number.objects.get().rev == 2
    assert Contact.objects.get().rev == 3
