"""Lists: what they hold, in which order, page by page."""

from typing import Any

import pytest

from tests.graph.desk import Program, person

CONTACTS = """query($search: String, $filter: ContactFilter, $order: ContactOrder, $first: Int,
    $after: Cursor) {
  contacts(search: $search, filter: $filter, orderBy: $order, first: $first, after: $after) {
    nodes { phone } edges { cursor node { phone } } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""


def walked(me: Program, first: int, **variables: Any) -> list[str]:
    """All phones of the list, fetched so many at a time."""
    found, after = [], None
    while True:
        page = me.ask(CONTACTS, first=first, after=after, **variables)["contacts"]
        found += [node["phone"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def test_the_newest_contact_comes_first(me: Program) -> None:
    person("+17605550101", minutes=1)
    person("+17605550102", minutes=2)
    page = me.ask(CONTACTS)["contacts"]
    assert [node["phone"] for node in page["nodes"]] == ["+17605550102", "+17605550101"]
    assert page["totalCount"] == 2


@pytest.mark.parametrize("order", ["CREATED_DESC", "CREATED_ASC", "LAST_CONTACT_DESC", "NAME_ASC"])
@pytest.mark.parametrize("first", [1, 2, 3])
def test_pages_of_any_size_give_every_contact_once(me: Program, order: str, first: int) -> None:
    names = ["Ash", "Ash", "Birch", "Cedar", "Ash", "Birch", "Ash"]
    dates = [None, 3, 3, None, 1, 3, None]
    for place, (name, day) in enumerate(zip(names, dates, strict=True)):
        contact = person(f"+1760555010{place}", minutes=place // 3, last_name=name)
        if day:
            contact.update(set__last_contact_date=contact.created_at.replace(day=day))
    whole = walked(me, 200, order=order)
    assert len(whole) == 7
    assert walked(me, first, order=order) == whole
