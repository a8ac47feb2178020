"""Pages by keyset: everything once, in order, however many are equal and whatever changes."""

import base64
from datetime import timedelta
from typing import Any

import bson
import pytest
from bson import ObjectId
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from domain.errors import InvalidInput
from domain.model import Contact
from domain.services import pages
from domain.services.pages import LAST_CONTACT, NAME, NEWEST, OLDEST, Order, Window
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
