"""When a list will have been texted, by pace and by hours."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.rules.analytics.forecast import ends

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def always(_: str, at: datetime) -> datetime:
    return at


def daily(place: str, at: datetime) -> datetime:
    """Places are open from nine to their own hour."""
    opening = at.replace(hour=9, minute=0, second=0, microsecond=0)
    if at < opening:
        return opening
    return at if at.hour < int(place) else opening + DAY


def test_one_leaves_at_once_and_the_others_follow_at_the_pace() -> None:
    assert ends(NOON, MINUTE, [(NOON, "a")], always) == NOON
    assert ends(NOON, MINUTE, [(NOON, "a")] * 61, always) == NOON + timedelta(hours=1)


def test_who_may_be_texted_later_is_waited_for() -> None:
    late = NOON + timedelta(hours=3)
    assert ends(NOON, MINUTE, [(NOON, "a"), (late, "a")], always) == late


def test_when_hours_end_the_rest_goes_on_in_the_morning() -> None:
    """Two hours are left today for 120 people, so five of 125 wait for the morning."""
    found = ends(NOON, MINUTE, [(NOON, "14")] * 125, daily)
    assert found == datetime(2026, 3, 5, 9, 4, tzinfo=UTC)


def test_a_place_that_closes_early_does_not_hold_up_the_others() -> None:
    waiting = [(NOON, "13")] * 90 + [(NOON, "20")] * 30
    assert ends(NOON, MINUTE, waiting, daily) == datetime(2026, 3, 5, 9, 29, tzinfo=UTC)


@given(st.lists(st.tuples(st.integers(0, 2_000), st.sampled_from(["10", "14", "20"])), max_size=40))
def test_it_is_never_before_the_last_or_faster_than_the_pace(people: list[tuple[int, str]]) -> None:
    waiting = [(NOON + minutes * MINUTE, place) for minutes, place in people]
    end = ends(NOON, MINUTE, waiting, daily)
    assert end >= NOON + MINUTE * max(len(people) - 1, 0)
    assert all(end >= daily(place, at) for at, place in waiting)
