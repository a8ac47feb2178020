"""Whose number is meant: never one that nobody here has."""

import pytest

from domain.errors import NotFound
from domain.model import Contact, Number, Thread
from domain.rules.consent.privacy import hashed
from domain.services import threads
from domain.services.desk import meant
from tests.clock import NOON
from tests.domain.build import CUSTOMER, OURS, STRANGER, customer

pytestmark = pytest.mark.usefixtures("db")


def conversation(phone: str) -> Thread:
    return threads.advance(OURS, phone, NOON, contact_id=None)


def test_a_conversation_stands_for_its_number() -> None:
    thread = conversation(CUSTOMER)
    assert meant.number(str(thread.id)) == CUSTOMER
    assert meant.thread(str(thread.id)) == thread
    assert meant.thread(CUSTOMER) is None


def test_a_contact_stands_for_their_first_number() -> None:
    assert meant.number(str(customer().id)) == CUSTOMER


def test_a_number_is_known_by_a_contact_a_conversation_or_the_ledger() -> None:
    customer()
    conversation(STRANGER)
    Number(phone="+17605550155").save()
    for phone in (CUSTOMER, STRANGER, "+17605550155"):
        assert meant.number(phone) == phone


def test_a_sender_without_a_number_can_ask_to_stop_too() -> None:
    conversation("22395")
    assert meant.number("22395") == "22395"


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "all",
        "+17605550199",
        "22395",
        "+1",
        "a\0b",
        "66f0c0ffee66f0c0ffee66f0",
        "?" * 4_000,
    ],
)
def test_what_nobody_has_is_not_found(value: str) -> None:
    customer()
    with pytest.raises(NotFound) as refused:
        meant.number(value)
    assert refused.value.message == meant.UNKNOWN


def test_what_is_left_of_who_was_forgotten_is_no_number() -> None:
    mark = hashed(CUSTOMER, "secret")
    Number(phone=mark, blocked=True).save()
    Contact._get_collection().delete_many({})
    with pytest.raises(NotFound):
        meant.number(mark)
