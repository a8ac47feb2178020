"""Open times are read as people mean them, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.replying import week
from domain.rules.replying.business import ALWAYS, DAY, Interval
from domain.rules.replying.week import UNCLEAR, UNREAD, Unreadable


@pytest.mark.parametrize(
    ("written", "spans"),
    [
        ("9:00-17:00", [(540, 1020)]),
        ("9-17", [(540, 1020)]),
        ("9am-5pm", [(540, 1020)]),
        ("9 AM – 12 pm, 1 p.m. to 5:30 p.m.", [(540, 720), (780, 1050)]),
        ("22:00-02:00", [(1320, 120)]),
        ("12am-12pm", [(0, 720)]),
        ("18:00-00:00", [(1080, DAY)]),
        ("00:00-24:00", [(0, DAY)]),
        ("09:00-05:00", [(540, 300)]),
        ("", []),
        (" Closed ", []),
    ],
)
def test_what_people_write(written: str, spans: list[tuple[int, int]]) -> None:
    assert week.read(written, 3) == tuple(Interval(3, *span) for span in spans)


@pytest.mark.parametrize("written", ["9-5", "9:00-5:00", "9-5pm", "12-1", "11-10"])
def test_what_may_be_morning_or_evening_is_asked_about(written: str) -> None:
    with pytest.raises(Unreadable) as told:
        week.read(written, 1)
    assert str(told.value) == UNCLEAR.format(said=written)


@pytest.mark.parametrize(
    "written",
    ["nine to five", "9", "25-26", "13pm-2pm", "9:60-17:00", "24:00-10:00", "09:00-09:00"],
)
def test_what_is_no_time(written: str) -> None:
    with pytest.raises(Unreadable) as told:
        week.read(written, 1)
    assert str(told.value) == UNREAD.format(said=written)


def test_days_that_are_alike_are_told_together() -> None:
    shop = [Interval(day, 540, 1020) for day in range(1, 6)]
    assert week.told(shop) == "Monday to Friday 09:00-17:00"
    shop += [Interval(6, 600, 720), Interval(6, 780, 900), Interval(7, 600, 720)]
    assert week.told(shop) == (
        "Monday to Friday 09:00-17:00 · Saturday 10:00-12:00, 13:00-15:00 · Sunday 10:00-12:00"
    )
    weekend = [Interval(6, 600, 720), Interval(7, 600, 720)]
    assert week.told(weekend) == "Saturday and Sunday 10:00-12:00"
    assert week.told(ALWAYS) == "Open at any time"
    assert week.told(()) == "Closed at all times"


@given(st.integers(0, DAY - 1), st.integers(1, DAY))
def test_what_we_write_is_read_as_it_was(start: int, end: int) -> None:
    one = Interval(2, start, end if end != start else DAY)
    assert week.read(week.line([one]), 2) == (one,)
