"""The state of every number is what its ledger comes to, and can be written anew from it."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mongoengine.connection import get_db

from adapters.mongo.files import DatabaseFiles
from domain.errors import Conflict
from domain.model import ConsentEvent, Contact, Number, NumberKey
from domain.rules.consent.ledger import ACTIONS, fold
from domain.services import consent, ledger, numbers
from domain.services.consent import Statement, keys, reading, standing
from tests.clock import NOON
from tests.domain.build import CUSTOMER, STRANGER, customer, later, race
from tests.domain.forgotten import HASH, OTHER, Store, erase, may_be_texted, person

pytestmark = pytest.mark.usefixtures("db")
YES = Statement("opt_in", "form", NOON, level="written", wording="I agree.", ip="203.0.113.7")
NO = Statement("opt_out", "keyword", NOON, level="none", message_sid="SM1")


def said(origin: str, told: Statement, seconds: float = 0, phone: str = CUSTOMER) -> None:
    """It was said then and written down at once."""
    at = later(seconds)
    consent.record(origin, phone, replace(told, at=at), at)


def states() -> list[dict[str, Any]]:
    """All numbers as they are stored, but for ids, counters and unfinished work."""
    made = {"_id": 0, "rev": 0, "tell": 0, "ask": 0}
    return sorted(get_db()["numbers"].find({}, made), key=lambda one: str(one["phone"]))


def check() -> list[str]:
    return list(ledger.check(later(99)))


def rebuild() -> list[str]:
    return list(ledger.rebuild(later(99)))


@pytest.fixture
def life(db: Store) -> None:
    """Two numbers of one person, and a third; something of every kind was said."""
    customer()
    said("1", YES)
    said("2", NO, 1)
    said("3", replace(YES, action="opt_in", method="keyword", message_sid="SM2"), 2)
    said("4", replace(NO, scope="program"), 3)
    said("5", replace(NO, action="held"), 4)
    said("6", replace(NO, action="do_not_call"), 5)
    said("7", replace(YES, action="pending"), 6, STRANGER)
    said("8", replace(NO, action="voided"), 7, OTHER)


@pytest.mark.usefixtures("life")
def test_what_is_in_order_is_left_alone() -> None:
    before = list(get_db()["numbers"].find())
    assert check() == rebuild() == []
    assert list(get_db()["numbers"].find()) == before


@pytest.mark.usefixtures("life")
def test_lost_states_come_back_from_the_ledger() -> None:
    before = states()
    Number.objects.delete()
    assert len(check()) == 4  # the contact shows a yes that nothing explains
    assert len(rebuild()) == 3
    assert (states(), check()) == (before, [])


@pytest.mark.usefixtures("life")
@pytest.mark.parametrize(
    "wrong",
    [{"blocked": True}, {"level": "express"}, {"declined": False}, {"heldAt": later(9)}],
    ids=str,
)
def test_a_state_that_differs_is_told_by_an_id_and_mended(wrong: dict[str, Any]) -> None:
    before = states()
    get_db()["numbers"].update_one({"phone": CUSTOMER}, {"$set": wrong})
    (line,) = (one for one in check() if one.startswith("number"))
    assert str(keys.current(CUSTOMER)) in line
    assert CUSTOMER[2:] not in line
    rebuild()
    assert (states(), check()) == (before, [])


@pytest.mark.usefixtures("life")
def test_what_a_contact_shows_is_mended_too() -> None:
    said("9", YES, 10)
    Contact.objects.update(set__preferences__sms_opt_in=False, unset__consent__date=True)
    (line,) = rebuild()
    assert line.startswith("contact")
    contact = Contact.objects.get()
    assert (contact.preferences.sms_opt_in, contact.consent.date) == (True, later(10))
    assert check() == []


def test_a_no_that_no_event_explains_is_written_down_and_a_yes_does_not_count() -> None:
    Number(phone=CUSTOMER, blocked=True, blocked_at=NOON, level="written").save()
    Number(phone=STRANGER, level="written", consent_at=NOON).save()
    assert len(check()) == len(rebuild()) == 2
    assert numbers.state_of(CUSTOMER).blocked
    assert not numbers.state_of(STRANGER).opted_in
    assert [(one.action, one.at) for one in reading.of_phone(CUSTOMER)] == [("opt_out", NOON)]
    assert check() == []


def test_a_doubt_and_a_no_to_advertising_without_an_event_are_written_down_too() -> None:
    Number(phone=CUSTOMER, declined=True, declined_at=NOON, held=True, held_at=later(1)).save()
    rebuild()
    found = numbers.state_of(CUSTOMER)
    assert (found.declined_at, found.held_at, found.blocked) == (NOON, later(1), False)
    assert check() == []


@pytest.mark.usefixtures("life")
@pytest.mark.parametrize("place", [1, 3, 6])
def test_where_events_are_lost_nothing_is_weakened(place: int) -> None:
    get_db()["ledger"].delete_one({"number": keys.current(CUSTOMER), "place": place})
    before = states()
    (line,) = rebuild()
    assert "lacks events" in line
    assert (states(), len(check())) == (before, 1)


@pytest.mark.usefixtures("life")
def test_ending_it_half_way_does_no_harm() -> None:
    before = states()
    Number.objects.delete()
    next(ledger.rebuild(later(99)))
    rebuild()
    assert (states(), check()) == (before, [])


def test_the_hashes_of_the_forgotten_come_back_too(db: Store) -> None:
    erase(person(DatabaseFiles(db), blocked=True), DatabaseFiles(db))
    before = states()
    assert check() == []
    Number.objects.delete()
    assert len(rebuild()) == 2
    assert states() == before
    assert not may_be_texted(CUSTOMER)
    assert Number.objects.get(phone=HASH).blocked


@pytest.mark.usefixtures("life")
def test_before_the_states_are_rebuilt_the_ledger_judges_what_is_said() -> None:
    said("10", NO, 10)
    Number.objects.delete()
    with pytest.raises(Conflict):
        said("11", Statement("opt_in", "api", NOON), 11)
    said("12", replace(NO, action="verified"), 12)
    assert numbers.state_of(CUSTOMER).blocked


@pytest.mark.usefixtures("life")
def test_while_states_are_rebuilt_people_go_on_saying_things() -> None:
    for number in range(3):
        get_db()["numbers"].update_one({"phone": CUSTOMER}, {"$set": {"level": "none"}})
        stop, start = replace(NO, at=later(20 + number)), replace(YES, message_sid="SM3")
        race(
            rebuild,
            partial(consent.record, f"no:{number}", CUSTOMER, stop, later(20 + number)),
            partial(consent.record, f"yes:{number}", CUSTOMER, start, later(20 + number)),
            rebuild,
        )
        rebuild()
        assert check() == []


EVENTS = st.tuples(
    st.sampled_from(ACTIONS),
    st.sampled_from(["none", "express", "written"]),
    st.sampled_from(["all", "program"]),
    st.sampled_from(["keyword", "api"]),
    st.integers(0, 5),
)


@settings(max_examples=10)
@given(st.lists(EVENTS, max_size=6), st.booleans())
def test_the_state_is_always_the_fold_of_the_ledger(told: list[Any], contact: bool) -> None:
    for noun in (Contact, Number, NumberKey, ConsentEvent):
        noun.objects.delete()
    if contact:
        customer()
    for place, (action, level, scope, method, seconds) in enumerate(told):
        said_ = Statement(action, method, later(seconds), level=level, scope=scope)
        text = method == "keyword"
        statement = replace(said_, message_sid="SM1") if text else replace(said_, wording="Yes.")
        try:
            consent.record(str(place), CUSTOMER, statement, later(place))
        except Conflict:
            continue
    assert standing.of(numbers.state_of(CUSTOMER)) == fold(reading.facts(CUSTOMER))
    assert check() == []
