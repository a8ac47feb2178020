"""How long something lasted, in few words."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.spans import span


@pytest.mark.parametrize(
    ("lasted", "said"),
    [
        (timedelta(seconds=-5), "under a minute"),
        (timedelta(seconds=59), "under a minute"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=12, hours=5), "12 days"),
    ],
)
def test_it_is_rounded_down(lasted: timedelta, said: str) -> None:
    assert span(lasted) == said


@given(st.timedeltas())
def test_it_is_always_short(lasted: timedelta) -> None:
    assert 1 < len(span(lasted)) < 20
