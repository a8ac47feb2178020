"""Whatever happens, no text leaves that the law of its minute forbids, and every other one does."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle.deeds import (
    Agrees,
    Announces,
    Asks,
    Decides,
    Declines,
    Deed,
    Dies,
    DoNotCall,
    Leaves,
    Passes,
    Refuses,
    Returns,
    Wants,
    Writes,
)
from tests.oracle.life import play
from tests.oracle.people import PEOPLE
from tests.oracle.stage import Stage

BEGINNINGS = (
    datetime(2026, 3, 5, 17, 30, tzinfo=UTC),  # the clocks change on Sunday
    datetime(2026, 10, 29, 16, 30, tzinfo=UTC),  # and back
    datetime(2026, 11, 24, 20, 0, tzinfo=UTC),  # Thanksgiving is on Thursday
    datetime(2026, 3, 7, 3, 45, tzinfo=UTC),  # a night
)
PAUSES = (3, 20, 55, 180, 380, 610, 960, 1440, 2880)

somebody = st.sampled_from(PEOPLE)
deeds: st.SearchStrategy[Deed] = st.one_of(
    st.builds(Writes, somebody),
    st.builds(Leaves, somebody, st.sampled_from(["STOP", "stop please", "Unsubscribe", "Basta"])),
    st.builds(Returns, somebody),
    st.builds(Agrees, somebody, st.sampled_from(["express", "written", "written"])),
    st.builds(Refuses, somebody, st.sampled_from(["program", "agent", "carrier"])),
    st.builds(Declines, somebody),
    st.builds(DoNotCall, somebody, st.booleans()),
    st.builds(Asks, somebody),
    st.builds(Decides, somebody, st.booleans()),
    st.builds(Wants, somebody, st.sampled_from(["conversation", "informational", "marketing"])),
    st.builds(Wants, somebody, st.just("marketing")),
    st.builds(Wants, somebody, st.just("conversation"), st.just(True)),
    st.builds(
        Wants,
        somebody,
        st.sampled_from(["informational", "marketing"]),
        hours=st.sampled_from([1.5, 7.0, 13.0, 30.0]),
    ),
    st.builds(Passes, st.sampled_from(PAUSES)),
    st.builds(Passes, st.sampled_from(PAUSES)),
    st.builds(
        Announces,
        st.lists(somebody, min_size=2, max_size=6, unique=True).map(tuple),
        st.sampled_from([1, 60, 600]),
    ),
    st.builds(Dies, st.sampled_from(["before", "after"])),
)
lives = st.tuples(st.sampled_from(BEGINNINGS), st.lists(deeds, min_size=8, max_size=30))


SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large)


@given(life=lives)
@settings(max_examples=8, suppress_health_check=SLOW)
def test_no_text_leaves_that_the_law_forbids_and_every_other_does(
    stage: Stage, life: tuple[datetime, list[Deed]]
) -> None:
    play(stage, *life)


@pytest.mark.long
@pytest.mark.timeout(3600)
@given(life=lives)
@settings(max_examples=400, suppress_health_check=SLOW)
def test_the_same_in_hundreds_of_lives(stage: Stage, life: tuple[datetime, list[Deed]]) -> None:
    play(stage, *life)
