"""Who was forgotten comes back: a no is still a no."""

import pytest

from adapters.mongo.files import DatabaseFiles
from domain.errors import Refused
from domain.model import Contact, Number, NumberKey
from domain.services import inbound, numbers
from domain.services.consent import reading, returning
from domain.services.people import contacts, profiles
from domain.services.people.profiles import Profile
from domain.services.programs import sending
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    draft,
    later,
    text_in,
)
from tests.domain.forgotten import (
    HASH,
    KEPT,
    OTHER,
    Store,
    erase,
    left,
    may_be_texted,
    person,
    said,
)


@pytest.fixture
def files(db: Store) -> DatabaseFiles:
    """Our own files, in the database that is looked through."""
    return DatabaseFiles(db)


@pytest.fixture
def back(db: Store, files: DatabaseFiles) -> None:
    """Somebody said no and was forgotten."""
    erase(person(files, blocked=True), files)


@pytest.mark.usefixtures("back")
def test_who_comes_back_is_known_as_opted_out() -> None:
    contact = contacts.add(Contact(first_name="New", phone=CUSTOMER), later(9), KEPT.secret)
    assert not contact.preferences.sms_opt_in
    assert Number.objects.get(blocked=True, phone=CUSTOMER)
    with pytest.raises(Refused) as refused:
        sending.send(draft("Hello again"), later(9), KEPT)
    assert refused.value.code == "OPTED_OUT"


@pytest.mark.usefixtures("back")
def test_the_ledger_of_who_comes_back_is_theirs_again() -> None:
    contact = contacts.get(contacts.ensure(CUSTOMER, later(9), "api", KEPT.secret))
    said_ = list(reading.of_contact(contact))
    assert [one.action for one in said_] == ["opt_in", "opt_out", "erased", "opt_out"]
    assert {one.phone for one in said_} == {CUSTOMER}
    assert [one.note for one in said_] == [None, None, None, returning.RETURNED]


@pytest.mark.usefixtures("back")
def test_who_comes_back_twice_is_known_twice(files: DatabaseFiles) -> None:
    """Row: §10.4"""
    for seconds in (9, 19):
        own = contacts.ensure(CUSTOMER, later(seconds), "api", KEPT.secret)
        assert not may_be_texted(CUSTOMER)
        erase(contacts.get(own), files, seconds + 5)
    assert Number.objects.get(phone=HASH).blocked_at == NOON
    assert NumberKey.objects(phone=HASH, current=True).count() == 1


@pytest.mark.usefixtures("back")
def test_a_number_of_the_forgotten_brings_its_no_to_another_contact() -> None:
    bob = contacts.add(Contact(first_name="Bob", phone=OTHER), later(9), KEPT.secret)
    said(OTHER, "opt_in", bob.id)
    more = Profile(add_phones=(CUSTOMER,))
    assert not profiles.change(bob.id, more, later(10), KEPT).preferences.sms_opt_in
    assert Number.objects.get(phone=CUSTOMER).blocked


@pytest.mark.usefixtures("back")
def test_a_no_under_the_hash_outweighs_a_newer_yes() -> None:
    said(CUSTOMER, "opt_in", "unrecognised")
    assert not may_be_texted(CUSTOMER)
    contacts.ensure(CUSTOMER, later(9), "api", KEPT.secret)
    number = numbers.state_of(CUSTOMER)
    assert (number.blocked, number.blocked_at) == (True, NOON)
    assert not Number.objects(phone=HASH)


@pytest.mark.usefixtures("back")
def test_the_gate_knows_even_whom_nobody_has_recognised() -> None:
    assert not may_be_texted(CUSTOMER)
    assert not Number.objects(phone=CUSTOMER)


@pytest.mark.usefixtures("back")
@pytest.mark.parametrize(("word", "blocked"), [("Hello", True), ("STOP", True), ("START", False)])
def test_a_text_of_who_comes_back_counts_as_ever(word: str, blocked: bool) -> None:
    inbound.receive(text_in(word), later(9), KEPT)
    assert numbers.state_of(CUSTOMER).blocked is blocked
    assert not Number.objects(phone=HASH)


def test_a_number_without_a_block_comes_back_as_a_stranger(db: Store, files: DatabaseFiles) -> None:
    erase(person(files), files)
    inbound.receive(text_in("Hello"), later(9), KEPT)
    assert Number.objects.count() == 0
    assert Contact.objects.get().first_name == CUSTOMER


def test_who_must_not_be_called_is_remembered(db: Store, files: DatabaseFiles) -> None:
    contact = person(files)
    contacts.update(contact.id, {"doNotCall": True}, NOON)
    erase(contact, files)
    assert {one.do_not_call for one in Number.objects} == {True}
    assert left(db) == []
    again = contacts.add(Contact(first_name="New", phone=CUSTOMER), later(9), KEPT.secret)
    assert again.do_not_call
