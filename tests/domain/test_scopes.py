"""How far a no reaches: to all numbers of the person, to all texts unless they say otherwise."""

from typing import Any

import pytest

from domain.model import Contact, Message
from domain.services import consent, gate, hindsight, numbers
from domain.services.consent import Statement, reading
from domain.services.hindsight import Asked
from domain.services.people import contacts, deletion, merging, profiles
from domain.services.people.profiles import Profile
from tests.clock import NOON
from tests.domain.build import CUSTOMER, OURS, POLICY, STRANGER, TOKEN, later
from tests.domain.tables import imported, report, row
from tests.domain.tables import person as person_of

pytestmark = pytest.mark.usefixtures("db")
NEW = "+17605550137"
YES = Statement("opt_in", "form", NOON, level="written", wording="I agree.", ip="203.0.113.7")
PROGRAM = Statement("opt_out", "agent", later(5), level="none", scope="program")


@pytest.fixture
def jane() -> Contact:
    """A contact of two numbers, who agreed to advertising with both."""
    made = Contact(first_name="Jane", phone=CUSTOMER, phones=[CUSTOMER, STRANGER])
    added = contacts.add(made, NOON)
    for phone in added.phones:
        consent.record(f"form:{phone}", phone, YES, NOON)
    return contacts.get(added.id)


def told(action: str, seconds: float, phone: str = CUSTOMER, **more: Any) -> None:
    at = later(seconds)
    said = Statement(action, "other", at, level="none", **more)
    consent.record(f"test:{action}/{phone}/{seconds}", phone, said, at)


def may(purpose: str, phone: str = CUSTOMER) -> bool:
    """Whether the gate lets such a text go there."""
    return gate.ask(phone, OURS, None, purpose, TOKEN, later(60), POLICY).allowed


def could(contact: Contact, seconds: float, purpose: str = "marketing") -> bool:
    """Whether it would have then."""
    asked = Asked(contact, purpose, later(seconds), TOKEN)
    return hindsight.can_text(asked, later(3600), POLICY).allowed


def test_who_wants_no_advertising_gets_everything_else(jane: Contact) -> None:
    """Rows: §1.5, §6"""
    assert may("marketing")
    consent.record("desk:1", CUSTOMER, PROGRAM, later(5))
    assert (may("marketing"), may("informational")) == (False, True)
    assert may("marketing", STRANGER) is False  # the no is the person's
    shown = contacts.get(jane.id)
    assert (shown.preferences.sms_opt_in, shown.consent.marketing) == (True, False)


def test_a_no_without_a_scope_is_one_to_everything(jane: Contact) -> None:
    told("opt_out", 5, STRANGER)
    assert not any(may(purpose, phone) for purpose in ("marketing", "informational")
                   for phone in jane.phones)  # fmt: skip


def test_of_what_waits_only_advertising_is_called_back() -> None:
    usual = {"to": CUSTOMER, "from": OURS, "direction": "outbound", "status": "queued"}
    own = Message._get_collection()
    own.insert_many(
        {"origin": purpose, "purpose": purpose, **usual}
        for purpose in ("marketing", "informational")
    )
    assert consent.silence(CUSTOMER, "program", NOON) == 1
    assert Message.objects.get(status="canceled").purpose == "marketing"
    assert consent.silence(CUSTOMER, "all", NOON) == 1


def test_what_was_refused_with_a_number_that_goes_stays_with_the_person(jane: Contact) -> None:
    told("opt_out", 5, STRANGER, scope="program")
    told("do_not_call", 6, STRANGER)
    profiles.change(jane.id, Profile(remove_phones=(STRANGER,)), later(10), POLICY)
    number = numbers.state_of(CUSTOMER)
    assert (number.blocked, number.declined, number.do_not_call) == (False, True, True)
    assert number.dnc_at == later(6)


def test_a_changed_number_takes_no_consent_along(jane: Contact) -> None:
    after = profiles.change(jane.id, Profile(phone=NEW), later(10), POLICY)
    assert (after.preferences.sms_opt_in, after.consent.marketing, after.consent.tcpa) == (
        False,
    ) * 3
    assert (after.consent.date, after.consent.ip) == (None, None)
    assert reading.of_phone(NEW) == []
    assert numbers.state_of(CUSTOMER).opted_in
    assert not may("informational", NEW)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    ("action", "more"), [("opt_out", {}), ("opt_out", {"scope": "program"}), ("do_not_call", {})]
)
def test_when_two_become_one_the_stricter_state_wins(
    jane: Contact, action: str, more: dict[str, Any], first: bool
) -> None:
    """Row: §7.3"""
    other = contacts.add(Contact(first_name="J.", phone=NEW), NOON)
    consent.record("form:other", NEW, YES, NOON)
    told(action, 5, NEW, **more)
    pair = (jane.id, other.id) if first else (other.id, jane.id)
    merging.merge(*pair, TOKEN, later(10))
    assert not any(may("marketing", phone) for phone in (CUSTOMER, STRANGER, NEW))


def test_the_past_knows_of_the_programme_doubts_and_new_owners(jane: Contact) -> None:
    told("opt_out", 10, scope="program")
    consent.record("again", CUSTOMER, Statement(**vars(YES) | {"at": later(20)}), later(20))
    told("held", 30)
    told("released", 40)
    told("do_not_call", 50)
    told("callable", 60)
    told("voided", 70)
    asked = (5, 15, 25, 35, 45, 55, 65, 75)
    assert [could(jane, at) for at in asked] == [True, False] * 4
    assert [could(jane, at, "informational") for at in (15, 35, 55, 75)] == [
        True,
        False,
        True,
        False,
    ]


def test_an_old_list_brings_nobody_back(jane: Contact) -> None:
    """Row: §10.4"""
    told("opt_out", 5)
    told("opt_out", 6, STRANGER, scope="program")
    deletion.delete(jane.id, later(10))
    made = imported(
        row(CUSTOMER, smsOptIn="yes", consentDate="2025-01-01"),
        row(STRANGER, smsOptIn="yes", consentDate="2025-01-01"),
        now=later(30),
    )
    assert {line for line, _, _ in report(made)} == {2, 3}
    assert not may("informational")
    assert not may("marketing", STRANGER)


def test_a_table_may_say_who_must_not_be_called_and_never_the_contrary() -> None:
    imported(row(CUSTOMER, doNotCall="yes", otherPhones=STRANGER))
    assert all(numbers.state_of(phone).do_not_call for phone in (CUSTOMER, STRANGER))
    assert len(reading.of_phone(CUSTOMER)) == 1
    imported(row(CUSTOMER, doNotCall="no"), now=later(60))
    assert numbers.state_of(CUSTOMER).do_not_call
    assert person_of(CUSTOMER).do_not_call


@pytest.mark.parametrize("on", [True, False])
def test_whether_they_may_be_called_is_written_down_when_it_changes(
    jane: Contact, on: bool
) -> None:
    """Row: §8.1"""
    said = Profile(do_not_call=True)
    profiles.change(jane.id, said, later(10), POLICY, TOKEN)
    profiles.change(jane.id, Profile(do_not_call=on), later(20), POLICY, TOKEN)
    number = numbers.state_of(STRANGER)
    assert (number.do_not_call, number.dnc_at) == (on, later(10) if on else None)
    actions = [one.action for one in reading.of_phone(STRANGER)]
    assert actions == ["opt_in", "do_not_call", *([] if on else ["callable"])]
    assert contacts.get(jane.id).do_not_call is on
