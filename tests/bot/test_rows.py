"""Whatever stands in a row, the page stays within Slack's limits and harms nobody."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.sandbox.slack.shape import checked
from bot.views import home, rows
from domain.model import campaign
from domain.services.home.gathering import ROWS
from domain.values import (
    Failure,
    HomePage,
    Match,
    Outcome,
    Place,
    Planned,
    Point,
    Progress,
    Responder,
    Row,
    Sample,
    Spot,
    Sums,
    Talk,
    Tally,
    Week,
)
from domain.values.home import TABS

wild = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["<!channel> *a* `b`", "&" * 700, "x" * 5_000, "<@U1>\n> q", " \n ", "🏡" * 900]
    ),
)
ids = st.sampled_from(["66f0c0ffee66f0c0ffee66f0"])
places = st.none() | st.builds(Place, st.just("C1"), st.none() | st.just("1.2"), team_id=st.none())
moments = st.just(datetime(2026, 3, 4, 20, 0, tzinfo=UTC))
counts = st.integers(0, 20_000)
amounts = st.decimals(-1_000, 10_000, places=2)
progress = st.builds(
    Progress,
    ids,
    wild,
    st.sampled_from(campaign.STATUSES),
    st.integers(1, 6_000),
    st.builds(Tally, *[counts] * 9),
    by=wild,
    start_at=st.none() | moments,
    started_at=st.none() | moments,
    finished_at=st.none() | moments,
    ends_at=st.none() | moments,
    goes_on_at=st.none() | moments,
    reason=wild,
    outcome=st.none()
    | st.builds(
        Outcome,
        st.lists(st.tuples(wild, counts), max_size=5).map(tuple),
        amounts,
        amounts,
        st.none() | st.floats(-1, 900),
        st.just("USD"),
    ),
)
ROWS_OF: dict[str, st.SearchStrategy[Any]] = {
    "mine": st.builds(Talk, ids, wild, wild, st.integers(0, 999), st.none() | wild, places),
    "unassigned": st.builds(Talk, ids, wild, wild, st.integers(0, 999), st.none() | wild, places),
    "failed": st.builds(Failure, ids, wild, wild, moments, wild, wild, wild, st.booleans(), places),
    "scheduled": st.builds(Planned, ids, wild, wild, wild),
    "search": st.builds(Match, ids, wild, wild, st.none() | wild),
    "templates": st.builds(Sample, ids, wild, wild, st.booleans(), st.booleans()),
    "campaigns": progress,
    "replies": st.builds(Responder, ids, wild, wild, wild, st.booleans(), st.booleans())
    | st.builds(Week, wild, st.none() | wild, st.booleans(), st.booleans()),
    "figures": st.builds(Sums, wild, st.lists(wild, max_size=7).map(tuple)),
    "health": st.builds(
        Point, wild, st.sampled_from(["ok", "warning", "failed", "?"]), wild, st.none() | wild
    ),
}


def page(tab: str, found: list[Row], admin: bool = False, query: str = "") -> HomePage:
    spot = Spot(tab, ("c" * 80,), query)
    counts = (("mine", 3), ("unassigned", 100), ("failed", 0))
    older, newer = spot.older("d" * 80), Spot(tab)
    return HomePage(spot, tuple(found), counts, older, newer, admin=admin)


def markup(part: Any) -> Iterator[str]:
    """Every text of a view in which Slack looks for markup."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        for one in part.values():
            yield from markup(one)
    elif isinstance(part, list):
        for one in part:
            yield from markup(one)


@pytest.mark.parametrize("tab", TABS)
@given(data=st.data())
@settings(max_examples=15)
def test_every_page_is_one_that_slack_takes(tab: str, data: st.DataObject) -> None:
    found = data.draw(st.lists(ROWS_OF[tab], max_size=ROWS))
    query = data.draw(st.text(max_size=100))
    shown = checked(home.home(page(tab, found, data.draw(st.booleans()), query)), "home")
    assert len(shown["blocks"]) <= 100
    said = " ".join(markup(shown))
    assert "<!channel>" not in said
    assert "<@U1>" not in said


def test_every_tab_has_a_label_and_a_word_for_nothing() -> None:
    assert set(home.LABELS) == set(home.EMPTY) == set(TABS)


def test_a_refusal_a_short_page_and_an_empty_one_are_pages() -> None:
    for shown in (
        home.home(HomePage(Spot(), refusal=("Guests cannot.", ""))),
        home.short(page("mine", [])),
        home.home(HomePage(Spot(), fresh=True)),
    ):
        assert checked(shown, "home")["blocks"]


def test_places_are_linked_with_their_workspace() -> None:
    assert rows.address(Place("C1", None, "x", "T1")).endswith("?team=T1&channel=C1")
    assert rows.address(Place("C1", "1.2")).endswith("?channel=C1&message_ts=1.2")


def test_counts_are_capped() -> None:
    labels = [one["text"]["text"] for one in home.home(page("mine", []))["blocks"][0]["elements"]]
    assert labels[:3] == ["My conversations (3)", "Unassigned (99+)", "Failed texts"]


@pytest.mark.parametrize(("admin", "told"), [(True, True), (False, False)])
def test_only_admins_are_told_what_to_do(admin: bool, told: bool) -> None:
    bad = Point("workers", "failed", "Work waits since noon.", "Start a worker.")
    said = str(home.home(page("health", [bad], admin)))
    assert ("Start a worker." in said, "leave and appear late" in said) == (told, not told)


def test_what_is_well_is_one_sentence() -> None:
    said = str(home.home(page("health", [Point("mongodb", "ok", "It answers.")])))
    assert "Everything works" in said
    assert "It answers" not in said
