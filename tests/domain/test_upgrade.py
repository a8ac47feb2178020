"""What an earlier version stored is found like everything else, once `indexes` has run."""

from typing import Any

import pytest
from pymongo.database import Database

from domain.model import Contact, Message
from domain.services import upgrade
from domain.services.lists import pages
from domain.services.lists.filters import ContactFilter, MessageFilter
from domain.services.lists.orders import NAME, NEWEST
from domain.services.lists.pages import Window
from tests.clock import NOON
from tests.domain.build import received

Raw = dict[str, Any]


@pytest.fixture
def old(db: Database[Raw]) -> Database[Raw]:
    """A text and its writer as they were stored before lists knew words."""
    received(body="Is the velvet sofa still there?")
    db["contacts"].update_many({}, {"$set": {"firstName": "Zora"}, "$unset": {"names": ""}})
    db["smsmessages"].update_many({}, {"$unset": {"words": ""}})
    return db


def found() -> tuple[int, int]:
    """How many people by that name, how many texts with that word."""
    people, texts = ContactFilter(search="zor"), MessageFilter(text="velvet")
    named = pages.page(Contact, people.wanted(NAME), Window(NAME, 10))
    said = pages.page(Message, texts.wanted(NEWEST), Window(NEWEST, 10))
    return len(named.documents), len(said.documents)


def test_old_documents_are_found_again(old: Database[Raw]) -> None:
    assert found() == (0, 0)
    assert upgrade.complete(NOON) == 2
    assert found() == (1, 1)


def test_nothing_that_people_see_has_changed(old: Database[Raw]) -> None:
    before = [one["rev"] for one in old["contacts"].find()]
    upgrade.complete(NOON)
    assert [one["rev"] for one in old["contacts"].find()] == before
    assert upgrade.complete(NOON) == 0


def test_what_was_never_adopted_is_left_alone(db: Database[Raw]) -> None:
    db["contacts"].insert_one({"firstName": "Jane", "phone": "7605551234"})
    db["smsmessages"].insert_one({"body": "hello", "origin": "x"})
    assert upgrade.complete(NOON) == 0
