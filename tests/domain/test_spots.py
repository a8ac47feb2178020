"""Where somebody is on their page, as it is written into buttons."""

from hypothesis import given
from hypothesis import strategies as st

from domain.values import Spot
from domain.values.home import LONGEST_QUERY, LONGEST_SPOT, TABS

cursors = st.text("abcdefghijklmnopqrstuvwxyzABCDEF0123456789_-", min_size=1, max_size=600)
spots = st.builds(
    Spot, st.sampled_from(TABS), st.lists(cursors, max_size=8).map(tuple), st.text(max_size=100)
)


@given(spots)
def test_what_is_written_is_read(spot: Spot) -> None:
    assert Spot.read(spot.text) == spot


@given(st.text())
def test_whatever_comes_back_is_some_spot(text: str) -> None:
    found = Spot.read(text)
    assert found.tab in TABS
    assert len(found.query) <= LONGEST_QUERY


@given(st.lists(cursors, min_size=1, max_size=40))
def test_a_long_way_fits_a_button_and_ends_at_the_last_page(way: list[str]) -> None:
    spot = Spot("unassigned", (), "q" * LONGEST_QUERY)
    for cursor in way:
        spot = spot.older(cursor)
    assert spot.after == way[-1]
    assert len(spot.text) <= LONGEST_SPOT + len("unassigned::")


@given(cursors, cursors)
def test_back_is_where_one_came_from(one: str, other: str) -> None:
    first = Spot("mine").older(one)
    assert first.older(other).newer == first
    assert first.newer == Spot("mine")
    assert Spot("mine").newer is None
