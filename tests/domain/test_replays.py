"""A signed request that somebody kept is sent again: Twilio's signatures carry no time.

What a customer has said since counts, whatever is repeated, whenever and in whatever order.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from adapters.mongo.files import DatabaseFiles
from domain.model import ConsentEvent, Contact, Message
from domain.services import numbers
from domain.services.people import contacts
from tests.domain.build import CUSTOMER, later, received
from tests.domain.forgotten import KEPT, erase

WORDS = ("STOP", "START", "YES", "JOIN", "Hello", "OPT OUT")
pytestmark = pytest.mark.usefixtures("db")


def said(words: Sequence[str], which: Sequence[int], seconds: float = 0) -> None:
    """These texts come in, each under the id of its place among the words."""
    for place, number in enumerate(which):
        sid = f"SM{number:032x}"
        received(words[number], later(seconds + place), sid=sid, policy=KEPT)


def state() -> tuple[bool, str, bool]:
    """What the gate knows of the customer."""
    known = numbers.judged(CUSTOMER, KEPT.secret)
    return known.blocked, known.level, known.held


@pytest.mark.parametrize(
    ("words", "blocked"),
    [
        (("STOP", "START"), False),
        (("START", "STOP"), True),
        (("STOP", "START", "STOP"), True),
        (("JOIN", "STOP"), True),
        (("YES", "STOP"), True),
        (("OPT OUT", "START"), False),
    ],
)
def test_the_last_word_counts_whatever_is_repeated(words: Sequence[str], blocked: bool) -> None:
    order = range(len(words))
    said(words, order)
    before, events = state(), ConsentEvent.objects.count()
    assert before[0] is blocked
    for again in order:
        said(words, [again], seconds=100)
        assert state() == before
    said(words, [*reversed(order)], seconds=200)
    assert (state(), ConsentEvent.objects.count()) == (before, events)
    assert Message.objects(direction="inbound").count() == len(words)


@pytest.mark.long
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), data=st.data())
def test_whatever_was_said_repeating_it_changes_nothing(
    db: Database[dict[str, Any]], words: list[str], data: st.DataObject
) -> None:
    for collection in db.list_collection_names(filter={"name": {"$not": {"$regex": r"^system\."}}}):
        db[collection].delete_many({})
    said(words, range(len(words)))
    before = state(), ConsentEvent.objects.count(), Message.objects.count()
    again = data.draw(st.lists(st.integers(0, len(words) - 1), max_size=6))
    said(words, again, seconds=100)
    assert (state(), ConsentEvent.objects.count(), Message.objects.count()) == before


@pytest.mark.parametrize("words", [("START", "STOP"), ("JOIN", "OPT OUT")])
def test_an_old_yes_does_not_bring_back_who_said_no_and_was_forgotten(
    db: Database[dict[str, Any]], words: Sequence[str]
) -> None:
    said(words, range(len(words)))
    contact = contacts.by_phone(CUSTOMER)
    assert contact
    erase(contact, DatabaseFiles(db), seconds=50)
    assert not Contact.objects.count()
    said(words, [0], seconds=100)
    assert numbers.judged(CUSTOMER, KEPT.secret).blocked
