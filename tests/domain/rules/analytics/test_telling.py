"""Figures in words."""

from datetime import date
from decimal import Decimal

import pytest

from domain.rules.analytics import besttimes, telling
from domain.rules.analytics.besttimes import Slot, Stretch
from domain.rules.analytics.figures import Figures


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [(112, 100, "+12 %"), (50, 100, "-50 %"), (3, 3, "as before"), (3, 0, "none before")],
)
def test_a_change_is_a_share_of_what_was(now: int, before: int, told: str) -> None:
    assert telling.change(now, before) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        *[(None, "none"), (0, "0 s"), (59, "59 s"), (90, "2 min"), (7_100, "118 min")],
        *[(7_200, "2 h"), (172_800, "2 days")],
    ],
)
def test_a_wait_is_told_in_a_unit_that_makes_sense(seconds: float | None, told: str) -> None:
    assert telling.waited(seconds) == told


@pytest.mark.parametrize(
    ("first", "after", "told"),
    [
        (date(2026, 3, 2), date(2026, 3, 9), "2 – 8 March 2026"),
        (date(2026, 2, 23), date(2026, 3, 2), "23 February – 1 March 2026"),
        (date(2026, 12, 28), date(2027, 1, 4), "28 December 2026 – 3 January 2027"),
    ],
)
def test_a_week_is_told_by_its_first_and_last_day(first: date, after: date, told: str) -> None:
    assert telling.span(first, after) == told


def test_prices_have_cents_and_a_sign_that_is_nobody_elses() -> None:
    assert telling.price(Decimal("1204.5"), "USD") == "US$1,204.50"
    assert telling.price(Decimal("0.0079"), "SEK") == "0.01 SEK"


def test_what_never_happens_is_left_out() -> None:
    nothing, some = Figures(), Figures(conversions=2, value=12_500_000)
    free = Decimal(0), Decimal(0)
    assert len(telling.lines(nothing, nothing, free, "USD")) == 5
    assert telling.lines(nothing, some, free, "USD")[5:] == (
        "Came further: 0 (before: 2)",
        "Value: US$0.00 (before: US$12.50)",
    )


def test_the_best_hours_are_those_that_are_surely_good() -> None:
    heard = {
        Slot(1, 9): (1_000, 300),
        Slot(1, 10): (20, 8),  # a higher rate, of too few to be sure
        Slot(2, 10): (1_000, 290),
        Slot(2, 11): (1_000, 280),
        Slot(3, 7): (1_000, 900),  # before anybody may be texted
        Slot(3, 20): (1_000, 900),  # and after
        Slot(4, 12): (19, 19),  # too few to say anything
        Slot(5, 12): (1_000, 0),
    }
    assert besttimes.best(heard) == [
        Stretch(1, 9, 11),
        Stretch(2, 10, 12),
    ]
    assert besttimes.best({}) == []


def test_five_hours_are_enough_advice() -> None:
    every = {Slot(day, hour): (100, hour) for day in range(1, 8) for hour in range(24)}
    found = besttimes.best(every)
    assert [(one.weekday, one.start) for one in found] == [(day, 19) for day in range(1, 6)]


def test_the_sure_rate_is_below_the_seen_one_and_nears_it() -> None:
    assert besttimes.sure(20, 20) < 1
    assert besttimes.sure(20, 10) < besttimes.sure(2_000, 1_000) < 0.5
