"""A campaign stops itself before its next text, and only for good reasons."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import Conflict
from domain.model import Campaign, Message
from domain.policy import AutomationPolicy, Policy
from domain.services import reports, upkeep
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.sending import breaking, steering
from domain.services.campaigns.showing import counting
from domain.values import Advice
from tests.clock import NOON, FakeClock
from tests.domain.audience import claimed, frozen, people, phone, started, texts, work
from tests.domain.build import POLICY, TIMING, callback, due, later, new_sid, race, received

pytestmark = pytest.mark.usefixtures("db")
FILTERED = Advice("FILTERED", "The carrier filtered this text.", "Do not send it again.")
BOUNCED = Advice("BOUNCE", "This number cannot receive texts.", "Check it.")
LENIENT = AutomationPolicy(filtered_share=0.06)


def reported(made: Campaign, places: range, advice: Advice = FILTERED, **parts: Any) -> None:
    """The carrier's word on the texts to these."""
    for place in places:
        (text,) = Message.objects(campaign_id=made.id, to=phone(place))
        told = callback("undelivered", new_sid(), text.id, advice=advice, error_code=30007)
        reports.receive(told, later(**parts))


def arrived(made: Campaign, places: range) -> None:
    """The texts to these have arrived."""
    numbers = [phone(place) for place in places]
    theirs = Message.objects(campaign_id=made.id, to__in=numbers)
    theirs.update(set__status="delivered", set__attempted_at=made.created_at)


def left(places: range) -> None:
    """These say STOP."""
    for place in places:
        received("STOP", sender=phone(place), now=later(minutes=1))
    while message := upkeep.claim(later(minutes=1), TIMING.lease):
        upkeep.carry_out(message)


def admitted(made: Campaign, place: int, policy: Policy = POLICY, **parts: Any) -> bool:
    """Whether the text to that one may leave."""
    (text,) = Message.objects(campaign_id=made.id, to=phone(place))
    return steering.admits(text, later(**parts), policy)


def status(made: Campaign) -> str:
    return drafting.get(made.id).status


def test_what_carriers_filter_stops_it_before_the_next_text_leaves() -> None:
    people(20)
    made = frozen()
    arrived(made, range(10, 16))
    reported(made, range(3))
    assert status(made) == "running"
    assert not admitted(made, 5, seconds=1)
    found = drafting.get(made.id)
    assert found.status == "stopped_by_breaker"
    assert found.rev > made.rev
    assert found.breaker_reason
    assert "3 of 9 texts" in found.breaker_reason
    assert "33%" in found.breaker_reason
    assert found.run
    assert found.run.due_at is None


def test_who_opts_out_counts_as_well() -> None:
    people(20)
    made = frozen()
    arrived(made, range(20))
    left(range(3))
    assert not admitted(made, 5, minutes=2)
    assert "3 of 20 people" in (drafting.get(made.id).breaker_reason or "")


@pytest.mark.parametrize("bad", [1, 2])
def test_one_or_two_bad_ones_are_chance(bad: int) -> None:
    people(10)
    made = frozen()
    reported(made, range(bad))
    assert admitted(made, 9, seconds=1)
    assert status(made) == "running"


def test_a_small_share_is_no_reason() -> None:
    people(100)
    made = frozen()
    arrived(made, range(5, 99))
    reported(made, range(4))
    assert admitted(made, 9, seconds=1)
    reported(made, range(4, 5))
    assert admitted(made, 9, replace(POLICY, automation=LENIENT), seconds=1)
    reported(made, range(99, 100))
    assert not admitted(made, 9, seconds=1)


def test_other_failures_are_no_reason() -> None:
    people(10)
    made = frozen()
    reported(made, range(9), BOUNCED)
    assert admitted(made, 9, seconds=1)


def test_where_the_owner_wants_it_nothing_stops_it() -> None:
    people(10)
    made = frozen()
    reported(made, range(9))
    never = AutomationPolicy(filtered_share=0, opt_out_share=0)
    assert admitted(made, 9, replace(POLICY, automation=never), seconds=1)


def test_trouble_late_in_a_long_campaign_is_seen() -> None:
    people(100)
    made = frozen()
    arrived(made, range(4, 100))
    Message.objects(to__gte=phone(40)).update(set__created_at=NOON - timedelta(hours=2))
    reported(made, range(4))
    assert not admitted(made, 9, seconds=1)
    assert "4 of 40 texts in the last quarter" in (drafting.get(made.id).breaker_reason or "")


def test_its_own_turn_stops_it_too() -> None:
    people(200)
    made = frozen()
    assert len(texts(made)) == 100
    Message.objects.update(set__status="sent", unset__dispatch__due_at=True)
    some = Message.objects(campaign_id=made.id).order_by("to").limit(8).scalar("to")
    for number in some:
        (text,) = Message.objects(to=number)
        told = callback("undelivered", new_sid(), text.id, advice=FILTERED, error_code=30007)
        reports.receive(told, later(1))
    work(claimed(later(5)), FakeClock(later(5)))
    assert status(made) == "stopped_by_breaker"
    assert len(texts(made)) == 100


def test_a_report_that_comes_again_counts_once() -> None:
    people(10)
    made = frozen()
    (text,) = Message.objects(to=phone(0))
    told = callback("undelivered", new_sid(), text.id, advice=FILTERED, error_code=30007)
    for _ in range(5):
        reports.receive(told, NOON)
    assert admitted(made, 9, seconds=1)


def test_two_workers_stop_it_once() -> None:
    people(20)
    made = frozen()
    reported(made, range(4))
    before = drafting.get(made.id).rev
    race(*(lambda: admitted(made, 9, seconds=1) for _ in range(4)))
    assert (status(made), drafting.get(made.id).rev) == ("stopped_by_breaker", before + 1)


def test_a_doubt_that_nobody_got_to_weigh_is_weighed_later() -> None:
    """A worker crashed between the news and the look at the figures."""
    people(20)
    made = frozen()
    reported(made, range(4))
    found = drafting.get(made.id)
    assert found.doubts > found.weighed
    assert not admitted(made, 9, hours=1)


def test_its_texts_wait_and_leave_when_a_person_resumes_it() -> None:
    people(20)
    made = frozen()
    reported(made, range(4))
    assert not admitted(made, 9, seconds=1)
    (text,) = Message.objects(to=phone(9))
    assert (text.status, due(text, "dispatch")) == ("queued", later(1) + steering.LOOK_AGAIN)
    resumed = steering.resume(made.id, later(60))
    assert (resumed.status, resumed.breaker_reason) == ("running", None)
    assert due(text, "dispatch") == later(0.1)
    assert admitted(made, 9, seconds=61)


def test_after_that_it_counts_anew() -> None:
    people(120)
    made = frozen()
    reported(made, range(20, 24))
    assert not admitted(made, 30, seconds=1)
    steering.resume(made.id, later(60))
    reported(made, range(24, 40), seconds=61)
    assert admitted(made, 60, seconds=62)
    Message.objects(to__gte=phone(60)).update(set__created_at=later(61))
    reported(made, range(61, 64), seconds=63)
    assert not admitted(made, 70, seconds=64)


@pytest.mark.parametrize(("verb", "after"), [(steering.cancel, "canceled")])
def test_what_stopped_itself_can_be_called_off(verb: Any, after: str) -> None:
    people(20)
    made = frozen()
    reported(made, range(4))
    admitted(made, 9, seconds=1)
    with pytest.raises(Conflict) as told:
        steering.pause(made.id)
    assert told.value.message == "This campaign is stopped already."
    with pytest.raises(Conflict):
        steering.start(made.id, later(2))
    assert verb(made.id, later(2)).status == after
    counts = counting.counted([drafting.get(made.id).to_mongo().to_dict()])[made.id]
    assert (counts.failed, counts.excluded, counts.queued) == (4, 16, 0)


def test_while_it_is_stopped_its_texts_are_still_to_come() -> None:
    people(20)
    made = frozen()
    reported(made, range(4))
    admitted(made, 9, seconds=1)
    counts = counting.counted([drafting.get(made.id).to_mongo().to_dict()])[made.id]
    assert (counts.failed, counts.queued) == (4, 16)


def test_what_is_paused_is_not_stopped() -> None:
    people(20)
    made = frozen()
    steering.pause(made.id)
    reported(made, range(4))
    assert not admitted(made, 9, seconds=1)
    assert status(made) == "paused"
    steering.resume(made.id, later(5))
    assert not admitted(made, 9, seconds=6)
    assert status(made) == "stopped_by_breaker"


def test_without_texts_there_is_no_reason() -> None:
    assert breaking.reason(started(), NOON, POLICY) is None
