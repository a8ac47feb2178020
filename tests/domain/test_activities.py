"""What is written down of a contact: once, by whom and when."""

from functools import partial
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from domain.model import Activity
from domain.services import activities
from tests.clock import NOON
from tests.domain.build import TOKEN, later, race

WHO = ObjectId()
pytestmark = pytest.mark.usefixtures("db")


def test_an_activity_says_who_did_what_and_when(db: Database[dict[str, Any]]) -> None:
    made = activities.record(WHO, "note", "Likes tea.", TOKEN, NOON, at=later(-60))
    assert made is not None
    stored = db["activities"].find_one({"_id": made.id})
    assert stored is not None
    assert (stored["contactId"], stored["kind"], stored["text"]) == (WHO, "note", "Likes tea.")
    assert (stored["author"]["key"], stored["at"], stored["createdAt"]) == (
        "token1",
        later(-60),
        NOON,
    )
    assert "origin" not in stored


def test_one_origin_is_one_activity_however_many_tell_it() -> None:
    tell = partial(activities.record, WHO, "merged", "Merged.", TOKEN, NOON, origin="merged:1")
    told = race(*[tell] * 6)
    assert len({one.id for one in told if one}) == Activity.objects.count() == 1


def test_of_nobody_nothing_is_recorded() -> None:
    assert activities.record(None, "note", "Lost.", TOKEN, NOON) is None
    assert Activity.objects.count() == 0
