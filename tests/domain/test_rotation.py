"""SECRET_KEY changes: who said no and was forgotten is recognised all the same."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database

from adapters.mongo.files import DatabaseFiles
from domain.model import Number
from domain.policy import Policy
from domain.rules.consent.privacy import hashed, hashes
from domain.rules.keyring import Secret, former
from domain.services import consent, gate, numbers
from domain.services.people import contacts, erasure
from tests.clock import NOON
from tests.domain.build import CUSTOMER
from tests.domain.forgotten import KEPT, erase, person

NEW = Secret("the next secret, of 32 characters", (KEPT.secret,))
TURNED: Policy = replace(KEPT, secret=NEW)
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def files(db: Database[dict[str, Any]]) -> DatabaseFiles:
    return DatabaseFiles(db)


@pytest.fixture
def gone(files: DatabaseFiles) -> None:
    """Somebody who had opted out was erased before the key changed."""
    erase(person(files, blocked=True), files)


def test_a_key_knows_those_before_it_once_and_not_itself() -> None:
    key = Secret("new", ("old", "new", "older", "old"))
    assert (key, former(key), former("plain")) == ("new", ("old", "older"), ())
    assert "old" not in f"{key!r}"


def test_a_number_has_a_hash_by_every_key_and_none_without() -> None:
    assert hashes(CUSTOMER, NEW) == (hashed(CUSTOMER, NEW), hashed(CUSTOMER, KEPT.secret))
    assert hashes(CUSTOMER, "") == ()


@pytest.mark.usefixtures("gone")
def test_their_number_is_blocked_for_the_gate_under_the_new_key() -> None:
    assert numbers.judged(CUSTOMER, NEW).blocked
    assert gate.one(CUSTOMER, TURNED).number.blocked


@pytest.mark.usefixtures("gone")
def test_without_the_former_key_nobody_could_know() -> None:
    assert not numbers.judged(CUSTOMER, "the next secret, of 32 characters").blocked


@pytest.mark.usefixtures("gone")
@pytest.mark.parametrize(
    "comes",
    [
        lambda: contacts.ensure(CUSTOMER, NOON, "sms", NEW),
        lambda: consent.recognise(CUSTOMER, NEW, NOON),
    ],
    ids=["writes", "is entered"],
)
def test_who_comes_back_is_still_blocked(comes: Callable[[], object]) -> None:
    comes()
    comes()
    assert numbers.state_of(CUSTOMER).blocked
    assert not Number.objects(phone=hashed(CUSTOMER, KEPT.secret))


@pytest.mark.usefixtures("gone")
def test_who_is_erased_again_is_kept_under_the_new_key(files: DatabaseFiles) -> None:
    before = numbers.forgotten()
    contact = contacts.get(contacts.ensure(CUSTOMER, NOON, "sms", NEW))
    erasure.erase(contact.id, NOON, TURNED, files)
    assert Number.objects(phone=hashed(CUSTOMER, NEW)).get().blocked
    assert numbers.forgotten() == before


@pytest.mark.usefixtures("gone")
def test_a_no_under_a_former_key_counts_while_they_are_being_erased(files: DatabaseFiles) -> None:
    """As if they had come back past everything that recognises them."""
    contact = contacts.get(contacts.ensure(CUSTOMER, NOON, "sms", ""))
    consent.record(
        "test:yes", CUSTOMER, consent.Statement("opt_in", "form", NOON, wording="Yes."), NOON
    )
    erasure.erase(contact.id, NOON, TURNED, files)
    assert numbers.judged(CUSTOMER, NEW).blocked
    assert not Number.objects(phone=hashed(CUSTOMER, KEPT.secret))
