"""What a campaign's message says of each state, within the chat's limits."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sandbox.slack.blocks import check_blocks
from bot.blocks import campaigns
from bot.views import results
from domain.model.campaign import STATUSES
from domain.values import Outcome, Progress, Tally

AT = datetime(2026, 3, 5, 17, tzinfo=UTC)
HALF = Tally(audience=10, queued=5, sent=5)
MONEY = Outcome((("The phone is off.", 3),), Decimal("1.58"), Decimal(450), 283.81, "USD")


def progress(status: str = "running", **more: Any) -> Progress:
    return Progress("6" * 24, "Open house", status, 60, **{"tally": HALF} | more)


def said(shown: Progress) -> str:
    return str(campaigns.message(shown))


@pytest.mark.parametrize(
    ("tally", "bar"),
    [
        (Tally(), "░" * 20 + "` 0 %"),
        (HALF, "▓" * 10 + "░" * 10 + "` 50 %"),
        (Tally(audience=1_000, queued=1, sent=999), "▓" * 19 + "░` 99 %"),
        (Tally(audience=3, excluded=3), "▓" * 20 + "` 100 %"),
    ],
)
def test_the_bar_is_full_only_when_nobody_waits(tally: Tally, bar: str) -> None:
    assert campaigns.bar(tally) == f"`{bar}"


def test_what_there_is_none_of_is_left_out() -> None:
    assert campaigns.counts(progress()) == "*5* of 10 sent · *0* delivered · *5* still to come"


def test_one_of_a_kind_is_told_as_one() -> None:
    tally = Tally(audience=3, sent=3, replies=1, opt_outs=1, clicks=2)
    assert campaigns.counts(progress(tally=tally)).endswith("*1* reply · *1* opt-out · *2* clicks")


def test_while_it_runs_it_says_when_people_are_left_out() -> None:
    assert campaigns.TURN in said(progress())
    assert campaigns.TURN not in said(progress("done", tally=Tally(audience=1, sent=1)))


def test_one_that_stopped_itself_says_why_and_what_to_do() -> None:
    shown = progress("stopped_by_breaker", reason="Carriers filtered 6 of 40 texts.")
    assert "Carriers filtered 6 of 40 texts." in said(shown)
    assert campaigns.STOPPED in said(shown)
    assert [one.label for one in campaigns.buttons(shown)] == ["Resume", "Results", "Cancel"]


def test_what_stopped_it_once_is_not_told_of_one_that_runs() -> None:
    assert "filtered" not in said(progress(reason="Carriers filtered 6 of 40 texts."))


def test_by_night_it_says_when_it_goes_on() -> None:
    shown = progress(goes_on_at=AT, ends_at=AT + timedelta(hours=1))
    assert f"from <!date^{int(AT.timestamp())}" in said(shown)


def test_the_end_says_what_failed_and_what_came_back() -> None:
    shown = said(progress("done", finished_at=AT, outcome=MONEY))
    assert "• The phone is off.: 3" in shown
    assert "*Cost* US$1.58 · *Value* US$450.00 · *Return* +28,381%" in shown
    assert "a minute" not in shown


def test_where_no_value_was_recorded_there_is_no_return() -> None:
    nothing = Outcome((), Decimal(1), Decimal(0), -1.0, "USD")
    assert "Return" not in campaigns.results(nothing)


def test_a_name_cannot_call_anybody() -> None:
    shown = Progress("6" * 24, "<!channel> *sale*", "running", 60, HALF)
    assert "<!channel>" not in said(shown)


@given(
    st.sampled_from(STATUSES),
    st.text(max_size=300),
    st.text(max_size=4_000),
    st.lists(st.tuples(st.text(max_size=300), st.integers(1, 10**6)), max_size=30),
)
def test_whatever_it_is_told_fits_the_chat(
    status: str, name: str, reason: str, failures: list[tuple[str, int]]
) -> None:
    outcome = Outcome(tuple(failures), Decimal(1), Decimal(2), 1.0, "XYZ")
    shown = Progress("6" * 24, name, status, 60, HALF, by=name, reason=reason, outcome=outcome)
    check_blocks(campaigns.message(shown), 50)
    check_blocks(campaigns.row(shown), 50)
    check_blocks(results.page(shown)["blocks"], 100, error="invalid_arguments")
