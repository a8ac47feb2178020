"""Pages by keyset: everything once, in order, however many are equal and whatever changes."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import bson
import pytest
from bson import ObjectId
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from domain.errors import InvalidInput
from domain.model import Contact
from domain.services.lists import pages
from domain.services.lists.filters import ContactFilter
from domain.services.lists.pages import LAST_CONTACT, NAME, NEWEST, OLDEST, Order, Window
from tests.clock import NOON

ORDERS = [NEWEST, OLDEST, LAST_CONTACT, NAME]
QUICKLY = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
people = st.lists(
    st.tuples(st.integers(0, 3), st.none() | st.integers(0, 3), st.sampled_from("ab"))
)


def stored(number: int, made: int, met: int | None, name: str) -> dict[str, Any]:
    """A contact of which only what orders it matters."""
    found = {
        "_id": ObjectId(f"{number:024x}"),
        "phones": [str(number)],
        "createdAt": NOON + timedelta(days=made),
        "lastName": name,
        "firstName": name.upper(),
    }
    return found if met is None else found | {"lastContactDate": NOON + timedelta(days=met)}


def walk(order: Order, first: int) -> list[ObjectId]:
    """All ids, page by page."""
    found: list[ObjectId] = []
    after = None
    while True:
        page = pages.page(Contact, {}, Window(order, first, after))
        found += [raw["_id"] for raw in page.documents]
        if not page.has_next:
            return found
        after = page.cursor(page.documents[-1])


def in_order(raws: list[dict[str, Any]], order: Order) -> list[ObjectId]:
    """What the whole list should be: nothing comes before something."""

    def key(raw: dict[str, Any]) -> list[Any]:
        return [(raw.get(name) is not None, raw.get(name)) for name in order.keys]

    backwards = order.direction < 0
    return [raw["_id"] for raw in sorted(raws, key=key, reverse=backwards)]


@QUICKLY
@given(people=people, first=st.integers(1, 5))
@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.name)
def test_pages_give_everything_once_and_in_order(
    db: Database[dict[str, Any]], order: Order, people: list[Any], first: int
) -> None:
    raws = [stored(number, *one) for number, one in enumerate(people)]
    db["contacts"].delete_many({})
    if raws:
        db["contacts"].insert_many(raws)
    assert walk(order, first) == in_order(raws, order)


def test_what_is_added_or_removed_meanwhile_moves_nothing_else(
    db: Database[dict[str, Any]],
) -> None:
    db["contacts"].insert_many([stored(n, n, None, "a") for n in range(10)])
    first = pages.page(Contact, {}, Window(NEWEST, 4))
    seen = [raw["_id"] for raw in first.documents]
    db["contacts"].insert_one(stored(99, 99, None, "a"))
    db["contacts"].delete_one({"_id": seen[-1]})
    rest = pages.page(Contact, {}, Window(NEWEST, 200, first.cursor(first.documents[-1])))
    assert [raw["phones"] for raw in rest.documents] == [[str(n)] for n in range(5, -1, -1)]
    assert (first.has_previous, rest.has_previous) == (False, True)


@pytest.mark.parametrize("first", [0, -5, 201])
def test_a_window_has_its_bounds(first: int) -> None:
    with pytest.raises(InvalidInput, match="200"):
        Window(NEWEST, first)


@given(cursor=st.text(max_size=80) | st.binary(max_size=60).map(lambda raw: raw.hex()))
def test_no_text_whatever_is_taken_for_a_cursor(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        assert Window(NEWEST, 5, cursor).place


@pytest.mark.parametrize(
    "values",
    [[{"$gt": 0}, ObjectId()], [NOON], [NOON, "x"], [None, ObjectId()], [NOON, ObjectId(), 1], "x"],
)
def test_a_cursor_holds_nothing_but_plain_values(values: Any) -> None:
    packed = base64.urlsafe_b64encode(bson.encode({"o": "newest", "v": values})).decode()
    with pytest.raises(InvalidInput):
        assert Window(NEWEST, 5, packed).place


DAYS = st.none() | st.integers(0, 2).map(lambda day: NOON + timedelta(days=day))
NAMES = st.none() | st.sampled_from("ab")
IDS = st.integers(0, 3).map(lambda number: ObjectId(f"{number:024x}"))
PLACES = {
    "newest": st.tuples(DAYS.filter(bool), IDS),
    "oldest": st.tuples(DAYS.filter(bool), IDS),
    "lastContact": st.tuples(DAYS, IDS),
    "name": st.tuples(NAMES, NAMES, IDS),
}


COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "$lt": lambda value, bound: value is not None and value < bound,
    "$gt": lambda value, bound: value is not None and value > bound,
    "$ne": lambda value, other: value != other,
}


def holds(condition: Any, value: Any) -> bool:
    """Whether MongoDB would find the value by it: comparisons are among values of one type."""
    if not isinstance(condition, dict):
        return bool(value == condition)
    return all(COMPARED[name](value, bound) for name, bound in condition.items())


@given(data=st.data())
@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.name)
def test_what_lies_between_two_places_lies_in_one_span(order: Order, data: st.DataObject) -> None:
    place = PLACES[order.name]
    one, after, until = data.draw(place), *data.draw(st.tuples(*[st.none() | place] * 2))
    if after is not None and until is not None:
        assume(order.passed(until, after))
    spans = order.spans(after, until)
    own = dict(zip(order.keys, one, strict=True))
    found = [span for span in spans if all(holds(span[key], own[key]) for key in span)]
    begun = after is None or order.passed(one, after)
    assert len(found) == (begun and (until is None or not order.passed(one, until)))


@given(data=st.data())
@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.name)
def test_of_several_places_one_is_the_first_and_one_the_last(
    order: Order, data: st.DataObject
) -> None:
    places = data.draw(st.lists(PLACES[order.name], min_size=1, max_size=5))
    nearest, furthest = places[order.nearest(places)], places[order.furthest(places)]
    assert not any(order.passed(nearest, one) or order.passed(one, furthest) for one in places)


def rarities(db: Database[dict[str, Any]]) -> None:
    """Very many contacts; many have one label, many the other, and two have both."""
    made = [stored(n, n, None, "a") for n in range(600)]
    for number, one in enumerate(made):
        both = number in (100, 500)
        one["status"] = "client" if both or number % 2 else "new"
        one["tags"] = ["vip"] if both or not number % 2 else []
    db["contacts"].insert_many(made)


def test_a_page_that_looked_far_enough_ends_there_and_says_that_more_may_follow(
    db: Database[dict[str, Any]],
) -> None:
    rarities(db)
    wanted = ContactFilter(status=("client",), tags_any=("vip",)).wanted(NEWEST)
    page = pages.page(Contact, wanted, Window(NEWEST, 2))
    assert (len(page.documents), page.has_next) == (0, True)
    found, after, asked = [], page.end, 1
    while page.has_next:
        page = pages.page(Contact, wanted, Window(NEWEST, 2, after))
        found += [raw["phones"] for raw in page.documents]
        after, asked = page.end, asked + 1
    assert found == [["500"], ["100"]]
    assert 10 < asked < 60


def test_a_list_that_ends_is_looked_through_at_once(db: Database[dict[str, Any]]) -> None:
    rarities(db)
    db["contacts"].update_many({"status": "client"}, {"$set": {"assignedAgent": "U1"}})
    db["contacts"].update_one({"phones": "500"}, {"$set": {"assignedAgent": "U2"}})
    wanted = ContactFilter(status=("client",), assigned_agent="U2").wanted(NEWEST)
    page = pages.page(Contact, wanted, Window(NEWEST, 2))
    assert ([raw["phones"] for raw in page.documents], page.has_next) == ([["500"]], False)


def test_a_page_that_is_full_begins_the_next_one_after_its_last(
    db: Database[dict[str, Any]],
) -> None:
    db["contacts"].insert_many(
        [stored(n, n, None, "a") | {"status": "new", "tags": ["vip"]} for n in range(50)]
    )
    wanted = ContactFilter(status=("new",), tags_any=("vip",)).wanted(NEWEST)
    page = pages.page(Contact, wanted, Window(NEWEST, 5))
    assert page.end == page.cursor(page.documents[-1])
    assert (len(page.documents), page.has_next) == (5, True)
