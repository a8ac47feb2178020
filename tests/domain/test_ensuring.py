"""Indexes that are there already: kept, replaced, or told when they are another program's."""

from typing import Any

import pytest
from pymongo import ASCENDING, IndexModel, MongoClient
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from domain.errors import Conflict
from domain.model.base import index, present
from domain.model.indexes import ensured, surveyed

Raw = dict[str, Any]


def words(*fields: str) -> IndexModel:
    """A full-text index, as other programs have them."""
    return IndexModel([(field, "text") for field in fields], name="words")


WANTED = (
    index("phones", "phones", unique=True, where=present("phones")),
    index("newest", "-createdAt", "-_id"),
    words("firstName", "notes"),
)


@pytest.fixture
def people(client: MongoClient[Raw], spare_database: str) -> Collection[Raw]:
    return client[spare_database]["people"]


def test_they_are_made_once_and_then_left_alone(people: Collection[Raw]) -> None:
    names = ensured(people, WANTED)
    assert names == ["phones", "newest", "words"]
    assert surveyed(people, WANTED).outdated == []
    assert ensured(people, WANTED) == names


@pytest.mark.parametrize(
    "before",
    [
        index("phones", "phones"),
        index("phones", "phone", unique=True),
        index("phones", "phones", unique=True),
        index("newest", "createdAt", "_id"),
        words("firstName"),
    ],
)
def test_one_of_ours_that_was_made_otherwise_is_made_anew(
    people: Collection[Raw], before: IndexModel
) -> None:
    people.create_indexes([before])
    assert surveyed(people, WANTED).outdated == [before.document["name"]]
    ensured(people, WANTED)
    assert surveyed(people, WANTED).outdated == []


@pytest.mark.parametrize(
    "other",
    [
        IndexModel([("phone", ASCENDING)], unique=True),
        IndexModel([("phones", ASCENDING)]),
        IndexModel([("body", "text")]),
    ],
    ids=["unique", "same keys", "text"],
)
def test_another_programs_index_in_the_way_is_told(
    people: Collection[Raw], other: IndexModel
) -> None:
    people.create_indexes([other])
    name = other.document["name"]
    with pytest.raises(Conflict, match=f"people.{name}.*threadline adopt"):
        ensured(people, WANTED)
    assert set(people.index_information()) == {"_id_", name}


def test_another_programs_index_that_does_no_harm_stays(people: Collection[Raw]) -> None:
    people.create_index("leadScore")
    ensured(people, WANTED)
    assert "leadScore_1" in people.index_information()


def test_several_without_numbers_stand_side_by_side(people: Collection[Raw]) -> None:
    ensured(people, WANTED)
    people.insert_many([{"firstName": "No"}, {"firstName": "Number"}, {"phones": ["+1"]}])
    with pytest.raises(DuplicateKeyError):
        people.insert_one({"phones": ["+2", "+1"]})
