"""An agent records what a person said: once, with its words, and never over a no."""

from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from domain.errors import Conflict, InvalidInput
from domain.model import Author, ConsentEvent, Contact
from domain.rules.consent import wording
from domain.services import consent, numbers
from domain.services.consent import Entry, Statement
from domain.services.desk import agreements
from domain.services.desk.agreements import Known, Yes
from domain.services.people import profiles
from domain.services.people.profiles import Profile
from tests.clock import NOON
from tests.domain.build import CUSTOMER, POLICY, STRANGER, customer, later, queued, race, received
from tests.ledger import entries

pytestmark = pytest.mark.usefixtures("db")
ANN = Author(kind="agent", key="U1", name="Ann Agent")
TICKED = Yes("express", "in person", version=wording.CURRENT.version)


def agreed(said: Yes = TICKED, origin: str = "slack:T1/view/V1") -> Entry:
    return agreements.agree(origin, CUSTOMER, said, ANN, later(60), POLICY)


def stopped(phone: str = CUSTOMER) -> None:
    said = Statement("opt_out", "keyword", NOON, level="none", message_sid="SM1")
    consent.record(f"twilio:{phone}", phone, said, NOON)


def test_a_tick_is_an_event_with_the_words_that_were_shown() -> None:
    event = agreed()
    assert (event.wording, event.wording_version) == (
        wording.CURRENT.render(POLICY.business_name),
        wording.CURRENT.version,
    )
    assert (event.method, event.note) == ("agent", "Given in person.")
    assert numbers.state_of(CUSTOMER).opted_in


def test_at_once_or_again_it_is_one_event() -> None:
    race(*[agreed] * 4)
    agreed()
    assert ConsentEvent.objects.count() == 1


def test_a_tick_lifts_no_block_whatever_was_shown() -> None:
    stopped()
    with pytest.raises(Conflict) as refused:
        agreed()
    assert (refused.value.code, refused.value.fields[0].field) == ("OPTED_OUT", "consent")
    assert numbers.state_of(CUSTOMER).blocked


@pytest.mark.parametrize(("evidence", "still"), [("", True), ("Letter, binder 3", False)])
def test_a_tick_does_not_undo_a_no_to_advertising_but_proof_does(
    evidence: str, still: bool
) -> None:
    """Row: §6"""
    said = Statement("opt_out", "email", NOON, level="none", scope="program")
    consent.record("api:1", CUSTOMER, said, NOON)
    agreed(replace(TICKED, level="written", evidence=evidence))
    assert numbers.state_of(CUSTOMER).declined is still


def test_a_no_to_another_number_of_theirs_is_a_no() -> None:
    person = customer()
    profiles.change(person.id, Profile(add_phones=(STRANGER,)), NOON, POLICY)
    stopped(STRANGER)
    with pytest.raises(Conflict):
        agreed()
    known = agreements.known(CUSTOMER, POLICY)
    assert (known.blocked, known.since) == (True, NOON)


def test_of_a_tick_and_a_stop_at_once_the_stop_stands() -> None:
    for number in range(5):
        ConsentEvent.objects.delete()
        phone = f"+1760555014{number}"
        tick = partial(agreements.agree, f"slack:{number}", phone, TICKED, ANN, NOON, POLICY)

        def try_to(tick: partial[Entry] = tick) -> None:
            with suppress(Conflict):
                tick()

        race(try_to, partial(stopped, phone))
        assert numbers.state_of(phone).blocked


def test_a_repeated_tick_is_known_though_they_have_opted_out_since() -> None:
    first = agreed()
    stopped()
    assert agreed().id == first.id
    assert numbers.state_of(CUSTOMER).blocked


def test_proof_lifts_the_block_of_all_their_numbers() -> None:
    person = customer()
    profiles.change(person.id, Profile(add_phones=(STRANGER,)), NOON, POLICY)
    stopped(STRANGER)
    proof = Yes("written", "on a paper form", evidence="Binder 3")
    agreements.lift("slack:T1/view/V2", CUSTOMER, proof, ANN, later(60), {STRANGER: NOON}, POLICY)
    assert not agreements.known(CUSTOMER, POLICY).blocked
    agreed_ = {event.phone for event in entries() if event.action == "opt_in"}
    assert agreed_ == {CUSTOMER, STRANGER}
    assert Contact.objects.get().consent.marketing


def test_without_proof_nothing_is_lifted() -> None:
    stopped()
    with pytest.raises(Conflict):
        agreements.lift(
            "slack:x", CUSTOMER, Yes("express", "by e-mail"), ANN, later(60), {}, POLICY
        )
    assert numbers.state_of(CUSTOMER).blocked


def test_a_no_holds_for_all_numbers_and_calls_back_what_waits() -> None:
    person = customer()
    profiles.change(person.id, Profile(add_phones=(STRANGER,)), NOON, POLICY)
    received()
    agreed()
    queued()
    assert agreements.refuse("slack:stop", CUSTOMER, "On the phone", ANN, later(90)) == 1
    assert all(numbers.state_of(phone).blocked for phone in (CUSTOMER, STRANGER))
    assert agreements.refuse("slack:stop", CUSTOMER, "On the phone", ANN, later(99)) == 0
    assert ConsentEvent.objects(action="opt_out").count() == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Yes("express", ""), "way"),
        (Yes("none", "in person"), "level"),
        (Yes("anything", "in person"), "level"),
        (Yes("express", "in person", note="x" * 2_001), "note"),
        (Yes("express", "in person", note="a\0b"), "note"),
        (Yes("express", "in person", evidence="x" * 1_001), "evidence"),
        (Yes("express", "in person", evidence=" . "), "evidence"),
    ],
)
def test_what_is_missing_or_too_much_is_told(said: Yes, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        agreements.check(said, Known(CUSTOMER))
    assert refused.value.fields[0].field == field
