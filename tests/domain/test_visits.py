"""Pages are shown anew when something changed: not at every change, and never by two at once."""

from datetime import datetime, timedelta

import pytest

from domain.model import Home
from domain.services.home import visits
from domain.services.home.visits import LEASE, REMEMBERED, SHORTEST, SOON, Visit
from domain.values import Failed, HomePage, Postponed, Published, Spot, Talk, Unclear
from tests.clock import NOON
from tests.domain.build import later

pytestmark = pytest.mark.usefixtures("db")
PAGE = HomePage(Spot())
SHOWN = Published("h1")


def looked(now: datetime = NOON, user: str = "U1", spot: Spot | None = None) -> Visit:
    """Somebody opened their page, and it was shown."""
    visit = visits.begin(user, "T1", spot, now)
    visits.record(visit, PAGE, SHOWN, now)
    return visit


def due(user: str = "U1") -> datetime | None:
    found: Home = Home.objects.get(user_id=user)
    return found.due_at


def test_a_page_that_was_shown_is_not_due() -> None:
    looked()
    home = Home.objects.get()
    assert (home.due_at, home.lease_id, home.hash) == (None, None, "h1")
    assert home.digest == visits.digest(PAGE)
    assert (visits.claim(later(600)), visits.earliest()) == (None, None)


def test_what_changed_makes_it_due_but_not_at_once() -> None:
    looked()
    visits.stir(later(1))
    assert due() == NOON + SHORTEST
    assert visits.earliest() == NOON + SHORTEST
    assert visits.claim(later(1)) is None
    claimed = visits.claim(NOON + SHORTEST)
    assert claimed
    assert (claimed.user_id, claimed.hash, claimed.digest) == ("U1", "h1", visits.digest(PAGE))


def test_many_changes_are_one() -> None:
    looked()
    for second in range(1, 5):
        visits.stir(later(second))
    assert due() == NOON + SHORTEST


def test_the_longer_ago_somebody_looked_the_more_rarely_it_is_renewed() -> None:
    looked()
    visits.stir(later(minutes=20))
    first = visits.claim(later(minutes=20))
    assert first
    visits.record(first, PAGE, SHOWN, later(minutes=20))
    visits.stir(later(minutes=20, seconds=1))
    assert due() == later(minutes=21, seconds=0.05)


def test_after_an_hour_it_waits_until_they_come_back() -> None:
    looked()
    visits.stir(NOON + REMEMBERED)
    assert due() is None
    looked(NOON + REMEMBERED)
    visits.stir(NOON + REMEMBERED)
    assert due()


def test_what_changes_while_it_is_shown_asks_once_more() -> None:
    looked()
    visits.stir(later(10))
    visit = visits.claim(later(10))
    assert visit
    visits.stir(later(11))
    assert due() == later(10) + LEASE
    visits.record(visit, PAGE, SHOWN, later(12))
    assert due() == later(12) + SHORTEST


def test_only_one_shows_it_until_the_lease_ends() -> None:
    looked()
    visits.stir(later(10))
    assert visits.claim(later(10))
    assert visits.claim(later(11)) is None
    assert visits.claim(later(10) + LEASE)


def test_the_wish_of_whoever_looks_comes_first() -> None:
    looked()
    visits.stir(later(10))
    mine = visits.claim(later(10))
    assert mine
    theirs = visits.begin("U1", "T1", Spot("failed"), later(11))
    visits.record(mine, PAGE, Published("old"), later(11))
    assert Home.objects.get().lease_id == theirs.lease_id
    assert theirs.spot == Spot("failed")


def test_where_they_were_is_kept() -> None:
    looked(spot=Spot("search", ("c1",), "jane: x"))
    assert visits.begin("U1", "T1", None, later(5)).spot == Spot("search", ("c1",), "jane: x")


@pytest.mark.parametrize(
    ("outcome", "seconds"),
    [
        (Postponed("ratelimited", 30), 30),
        (Postponed("paced", None), SOON),
        (Unclear("timeout"), SOON),
        (Failed("hash_conflict"), SOON),
    ],
)
def test_what_could_not_be_shown_is_tried_again(
    outcome: Postponed | Unclear | Failed, seconds: float
) -> None:
    looked()
    visits.record(visits.begin("U1", "T1", None, later(5)), PAGE, outcome, later(5))
    home = Home.objects.get()
    assert (home.due_at, home.digest, home.hash) == (later(5 + seconds), None, None)


@pytest.mark.parametrize("code", ["not_enabled", "user_not_found"])
def test_what_cannot_be_shown_is_given_up(code: str) -> None:
    visit = visits.begin("U1", "T1", None, NOON)
    visits.record(visit, PAGE, Failed(code), NOON)
    assert Home.objects.count() == 0


def test_a_crash_while_showing_is_made_good() -> None:
    visits.begin("U1", "T1", None, NOON)
    assert visits.claim(NOON + LEASE - timedelta(seconds=1)) is None
    assert visits.claim(NOON + LEASE)


def test_pages_of_yesterday_are_forgotten() -> None:
    looked()
    looked(later(hours=20), "U2")
    visits.stir(later(hours=25))
    assert [one.user_id for one in Home.objects] == ["U2"]


def test_pages_differ_when_anything_on_them_does() -> None:
    row = Talk("1", "Jane", "Hello", 1, "5 min")
    pages = [PAGE, HomePage(Spot(), (row,)), HomePage(Spot("failed")), HomePage(Spot(), admin=True)]
    assert len({visits.digest(one) for one in pages}) == len(pages)
