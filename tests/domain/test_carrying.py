"""Somebody who said no with one number said it; what becomes of that number changes nothing."""

from dataclasses import replace

import pytest

from domain.errors import Conflict
from domain.model import Contact, Thread
from domain.services import consent, numbers
from domain.services.consent import Statement
from domain.services.desk import expiring, reviews
from domain.services.people import contacts, deletion, erasure, profiles
from domain.services.people.profiles import Profile
from tests.clock import NOON
from tests.domain.build import POLICY, TOKEN, later, received

pytestmark = pytest.mark.usefixtures("db")
FIRST, SECOND = "+17605550135", "+17605550136"


@pytest.fixture
def who() -> Contact:
    """Somebody with two numbers who agreed with the first and said STOP with the second."""
    made = contacts.add(Contact(first_name="Jo", phone=FIRST, phones=[FIRST, SECOND]), NOON)
    consent.record("form:1", FIRST, Statement("opt_in", "form", NOON), NOON)
    said = Statement("opt_out", "keyword", later(5), level="none", message_sid="SM1")
    consent.record("twilio:SM1", SECOND, said, later(5))
    return made


def change(contact: Contact, said: Profile) -> Contact:
    return profiles.change(contact.id, said, later(10), POLICY)


def test_a_number_that_is_taken_away_leaves_its_no_behind(who: Contact) -> None:
    after = change(who, Profile(remove_phones=(SECOND,)))
    assert after.phones == [FIRST]
    assert numbers.state_of(FIRST).blocked_at == later(5)
    assert not after.preferences.sms_opt_in


def test_a_new_number_takes_the_no_of_the_old_one_over(who: Contact) -> None:
    change(who, Profile(remove_phones=(FIRST,)))
    change(who, Profile(phone="+17605550137", remove_phones=(SECOND,)))
    assert numbers.state_of("+17605550137").blocked
    with pytest.raises(Conflict, match="opted out"):
        consent.record("api:1", "+17605550137", Statement("opt_in", "api", later(20)), later(20))


def test_a_change_to_somebody_elses_number_leaves_their_consent_as_it_is(who: Contact) -> None:
    theirs = "+17605550138"
    other = contacts.add(Contact(first_name="Al", phone=theirs), NOON)
    with pytest.raises(Conflict) as refused:
        change(who, Profile(phone=theirs, remove_phones=(SECOND,)))
    assert refused.value.conflict_id == str(other.id)
    assert not numbers.state_of(theirs).blocked
    assert not numbers.state_of(FIRST).blocked


def test_a_no_survives_the_contact_for_all_its_numbers(who: Contact) -> None:
    deletion.delete(who.id, later(10))
    assert numbers.state_of(FIRST).blocked
    assert numbers.state_of(SECOND).blocked


def test_their_own_yes_afterwards_counts(who: Contact) -> None:
    change(who, Profile(remove_phones=(SECOND,)))
    start = Statement("opt_in", "keyword", later(30), message_sid="SM2")
    consent.record("twilio:SM2", FIRST, start, later(30))
    change(who, Profile(first_name="Joe"))
    assert numbers.state_of(FIRST).opted_in


def test_numbers_of_which_none_was_refused_part_in_peace() -> None:
    made = contacts.add(Contact(first_name="Al", phone=FIRST, phones=[FIRST, SECOND]), NOON)
    change(made, Profile(remove_phones=(SECOND,)))
    assert not numbers.state_of(FIRST).blocked


def test_a_no_after_a_new_yes_is_the_persons_again(who: Contact) -> None:
    """Once it was found to be somebody else's; since then they have agreed with it anew."""
    for at, said in (
        (6, Statement("voided", "twilio", later(6), level="none")),
        (7, Statement("opt_in", "keyword", later(7), message_sid="SM2")),
        (8, Statement("opt_out", "keyword", later(8), level="none", message_sid="SM3")),
    ):
        consent.record(f"then:{at}", SECOND, said, later(at))
    change(who, Profile(remove_phones=(SECOND,)))
    assert numbers.state_of(FIRST).blocked


@pytest.fixture
def held() -> Contact:
    """Somebody with two numbers; what they wrote with the first may mean stop."""
    made = contacts.add(Contact(first_name="Al", phone=FIRST, phones=[FIRST, SECOND]), NOON)
    received("please leave me alone", sender=FIRST, now=later(5))
    return made


@pytest.mark.parametrize("opt_out", [True, False])
def test_a_hold_goes_with_the_numbers_that_remain(held: Contact, opt_out: bool) -> None:
    """Row: §4.8"""
    change(held, Profile(phone=SECOND, remove_phones=(FIRST,)))
    assert [numbers.state_of(one).held for one in (FIRST, SECOND)] == [True, True]
    asked = Thread.objects.get(held_for_review=True)
    reviews.decide(asked.id, opt_out, None, TOKEN, later(20))
    for one in (FIRST, SECOND):
        number = numbers.state_of(one)
        assert (number.held, number.blocked) == (False, opt_out)


def test_a_hold_survives_the_contact_for_all_its_numbers(held: Contact) -> None:
    deletion.delete(held.id, later(10))
    contacts.add(Contact(first_name="Al", phone=SECOND, phones=[SECOND]), later(15))
    assert numbers.judged(SECOND, "").held
    assert expiring.expire(later(days=2))
    assert numbers.state_of(SECOND).blocked


def test_what_they_say_themselves_settles_a_hold_for_their_former_numbers(held: Contact) -> None:
    change(held, Profile(phone=SECOND, remove_phones=(FIRST,)))
    received("START", sender=FIRST, now=later(20))
    assert not numbers.state_of(SECOND).held


def test_a_hold_of_its_own_is_not_ended_with_another(held: Contact) -> None:
    change(held, Profile(phone=SECOND, remove_phones=(FIRST,)))
    received("leave me alone", sender=SECOND, now=later(20))
    received("START", sender=FIRST, now=later(30))
    assert numbers.state_of(SECOND).held
    asked = Thread.objects.get(held_for_review=True).review
    assert (asked.phone, asked.due_at) == (SECOND, later(5, days=1))


def test_that_a_number_may_be_a_strangers_concerns_it_alone() -> None:
    """Row: §8.3"""
    made = contacts.add(Contact(first_name="Al", phone=FIRST, phones=[FIRST, SECOND]), NOON)
    received("wrong number", sender=FIRST, now=later(5))
    change(made, Profile(phone=SECOND, remove_phones=(FIRST,)))
    assert [numbers.state_of(one).held for one in (FIRST, SECOND)] == [True, False]


def test_a_hold_for_what_somebody_wrote_who_is_forgotten_is_a_no(held: Contact) -> None:
    received("Hello", sender=SECOND, now=later(6))
    change(held, Profile(phone=SECOND, remove_phones=(FIRST,)))
    other = contacts.add(Contact(first_name="Bo", phone=FIRST, phones=[FIRST]), later(20))
    erasure.erase(other.id, later(30), replace(POLICY, secret="s" * 32), None)
    assert numbers.state_of(SECOND).blocked
    left = Thread.objects.get(phone=SECOND)
    assert FIRST not in str(left.to_mongo().to_dict())
