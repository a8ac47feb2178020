"""What somebody sent before they were forgotten does not come back from the carrier's records."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adapters.mongo.files import DatabaseFiles
from domain.model import Find, Message, Number
from domain.policy import Policy
from domain.rules.keyring import Secret
from domain.rules.recovery import Span
from domain.services.people import contacts
from domain.services.recovery import missed
from domain.values import INBOUND, CarriedText, Record
from tests.clock import NOON
from tests.domain.build import CUSTOMER, OURS, later
from tests.domain.forgotten import HASH, KEPT, Store, erase, left, may_be_texted, person

SPAN = Span(NOON - timedelta(days=1), NOON + timedelta(days=1), thorough=False)
LATER = later(600)


@pytest.fixture
def forgotten(db: Store) -> Store:
    """Somebody was forgotten a minute past noon, who had said no to nothing."""
    files = DatabaseFiles(db)
    erase(person(files), files, 60)
    return db


def missing(body: str = "velvet, please", at: datetime = NOON) -> Record:
    """A text of theirs whose webhook was lost."""
    text = CarriedText("SM7", OURS, CUSTOMER, None, body, None, None, "received")
    return Record(text, INBOUND, at)


def look(record: Record, policy: Policy = KEPT) -> int:
    return missed.find([record], {record.text.sid: 0}, SPAN, LATER, policy)


def test_what_was_sent_before_is_passed_over(forgotten: Store) -> None:
    assert look(missing()) == 0
    assert left(forgotten) == []


@pytest.mark.usefixtures("forgotten")
def test_what_they_send_afterwards_is_a_new_conversation() -> None:
    assert look(missing("It is me", later(61))) == 1
    (found,) = Find.objects
    assert not missed.is_gone(found, KEPT)
    missed.take(found, (), LATER, KEPT)
    assert [one.body for one in Message.objects(from_=CUSTOMER)] == ["It is me"]


def test_a_new_key_knows_who_was_forgotten_with_the_one_before(forgotten: Store) -> None:
    rotated = replace(KEPT, secret=Secret("another secret of 32 characters.", [KEPT.secret]))
    assert look(missing(), rotated) == 0
    assert left(forgotten) == []


def test_who_is_forgotten_between_finding_and_taking_in_is_not_taken_in(db: Store) -> None:
    files = DatabaseFiles(db)
    who = person(files)
    look(missing())
    found = Find.objects.get()
    erase(who, files, 60)
    found.save(force_insert=True)  # by a look that had not seen the erasure
    assert missed.is_gone(found, KEPT)
    assert left(db) == []


@pytest.mark.usefixtures("forgotten")
def test_who_was_forgotten_again_is_gone_until_then(db: Store) -> None:
    again = contacts.ensure(CUSTOMER, later(90), "api", KEPT.secret)
    erase(contacts.get(again), DatabaseFiles(db), 120)
    assert look(missing("And again", later(100))) == 0


@pytest.mark.parametrize("body", ["STOP", "please stop texting me"])
def test_a_no_that_was_missed_is_kept_under_the_hash_alone(forgotten: Store, body: str) -> None:
    assert look(missing(body)) == 0
    assert left(forgotten) == []
    assert Number.objects.get(blocked=True).phone == HASH
    before = forgotten["consentevents"].count_documents({})
    assert look(missing(body)) == 0
    assert forgotten["consentevents"].count_documents({}) == before
    contacts.ensure(CUSTOMER, LATER, "api", KEPT.secret)
    assert not may_be_texted(CUSTOMER)


@pytest.mark.usefixtures("forgotten")
def test_a_no_of_somebody_who_is_back_is_known_of_their_number() -> None:
    contacts.ensure(CUSTOMER, later(90), "api", KEPT.secret)
    assert look(missing("STOP")) == 0
    assert Number.objects.get(phone=CUSTOMER).blocked
    assert Find.objects.count() == 0
