"""What customers do after a campaign's text is counted, once each."""

from collections.abc import Callable

import pytest
from bson import ObjectId

from domain.model import Campaign, Message
from domain.services import upkeep
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.sending import steering
from domain.services.campaigns.showing import counting
from domain.services.campaigns.showing.counting import Counts
from tests.clock import NOON
from tests.domain.audience import frozen, left, people, phone, started, texts
from tests.domain.build import TIMING, later, received

pytestmark = pytest.mark.usefixtures("db")


def wrote(body: str, place: int = 0, **parts: float) -> None:
    """One of them writes, and what follows from it is done."""
    received(body, sender=phone(place), now=later(**parts))
    while message := upkeep.claim(later(**parts), TIMING.lease):
        upkeep.carry_out(message)


def counts(campaign: Campaign) -> Counts:
    """As they are now."""
    raw = drafting.get(campaign.id).to_mongo().to_dict()
    return counting.counted([raw])[campaign.id]


def test_who_answers_a_campaign_counts_once() -> None:
    people(3)
    made = frozen()
    left(made)
    wrote("Yes please", hours=1)
    wrote("When?", hours=2)
    wrote("Hello", place=1, hours=2)
    assert (counts(made).replies, counts(made).opt_outs) == (2, 0)
    assert texts(made)[0].replied_at == later(hours=1)


def test_who_says_stop_after_it_counts_as_gone() -> None:
    people(2)
    made = frozen()
    left(made)
    wrote("STOP", hours=1)
    assert (counts(made).replies, counts(made).opt_outs) == (0, 1)


@pytest.mark.parametrize("halt", [steering.pause, lambda own: steering.cancel(own, NOON)])
def test_what_has_not_left_is_answered_by_nobody(halt: Callable[[ObjectId], Campaign]) -> None:
    people(3)
    first = frozen()
    left(first)
    second = frozen(later(60), name="Two", key="2")
    halt(second.id)
    wrote("STOP", hours=1)
    wrote("Yes", place=1, hours=1)
    told = [(counts(one).replies, counts(one).opt_outs) for one in (first, second)]
    assert told == [(1, 1), (0, 0)]
    assert [drafting.get(one.id).doubts for one in (first, second)] == [1, 0]


def test_a_text_that_was_stopped_at_the_last_moment_has_not_left() -> None:
    people(1)
    made = frozen()
    left(made, status="refused")
    wrote("Hello", hours=1)
    assert counts(made).replies == 0


def test_what_left_long_after_it_was_made_is_answered_within_a_week_of_that() -> None:
    people(1)
    made = frozen()
    left(made, at=later(days=9))
    wrote("Yes", days=10)
    assert counts(made).replies == 1


def test_it_is_the_latest_campaign_that_is_answered() -> None:
    people(1)
    first = frozen()
    left(first)
    second = frozen(later(60), name="Two", key="2")
    left(second, at=later(60))
    wrote("Yes", hours=1)
    assert (counts(first).replies, counts(second).replies) == (0, 1)


def test_after_a_week_it_is_an_answer_to_something_else() -> None:
    people(1)
    made = frozen()
    left(made)
    wrote("Hello", days=8)
    assert counts(made).replies == 0


def test_everybody_is_counted_in_one_place() -> None:
    people(6)
    made = frozen()
    for one, status in zip(texts(made), ("sent", "delivered", "failed", "refused"), strict=False):
        Message.objects(id=one.id).update(set__status=status)
    assert counts(made) == Counts(
        audience=6,
        excluded=1,
        queued=2,
        sent=2,
        delivered=1,
        failed=1,
        replies=0,
        opt_outs=0,
    )


def test_of_a_campaign_that_was_called_off_nobody_waits() -> None:
    people(8)
    made = frozen(per_minute=60)
    assert (counts(made).queued, counts(made).excluded) == (8, 0)
    steering.cancel(made.id, NOON)
    assert (counts(made).queued, counts(made).excluded) == (0, 8)


def test_before_it_begins_there_is_nothing_to_count() -> None:
    people(1)
    assert counts(started(start_at=later(hours=1))).audience == 0
