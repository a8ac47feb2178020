"""A campaign is started, paused, resumed and called off, and its texts keep to it at once."""

from datetime import datetime

import pytest
from bson import ObjectId

from domain import outbox
from domain.errors import Conflict, NotFound
from domain.model import Campaign, Message
from domain.services import dispatch
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.sending import running, steering
from domain.services.dispatch import Look, Send, Step
from tests.clock import NOON, FakeClock
from tests.domain.audience import (
    HI,
    claimed,
    drafted,
    frozen,
    listed,
    people,
    phone,
    started,
    texts,
    turn,
    work,
)
from tests.domain.build import (
    POLICY,
    TIMING,
    accepted_as,
    due,
    fresh,
    later,
    leased,
    new_sid,
    queued,
    received,
)

pytestmark = pytest.mark.usefixtures("db")


def step(now: datetime) -> Step | None:
    """What a worker does next in the thread whose text is due first."""
    claim = outbox.claim("dispatch", now, TIMING.lease)
    if claim is None:
        return None
    found = dispatch.next_step(claim, now, POLICY, TIMING)
    outbox.release(claim)
    return found


def body(found: Step | None) -> str | None:
    """What leaves."""
    return found.text.body if isinstance(found, Send) else None


def test_nothing_of_a_draft_leaves() -> None:
    people(1)
    drafted()
    assert running.claim(later(days=9)) is None


def test_a_campaign_begins_at_its_time() -> None:
    people(1)
    made = started(start_at=later(hours=1))
    assert (made.status, made.started_at) == ("scheduled", None)
    assert running.claim(later(minutes=59)) is None
    begun = turn(later(hours=1))
    assert (begun.status, begun.started_at) == ("running", later(hours=1))
    assert len(texts(begun)) == 1


def test_a_time_that_has_passed_is_now() -> None:
    assert started(start_at=later(seconds=-30)).status == "running"


@pytest.mark.parametrize("verb", [steering.start, steering.resume])
def test_what_runs_already_is_left_alone(verb: object) -> None:
    made = started()
    assert callable(verb)
    assert verb(made.id, NOON).rev == made.rev


def test_what_is_paused_does_not_go_on_until_it_is_resumed() -> None:
    people(12)
    made = frozen(per_minute=60)
    assert steering.pause(made.id).status == "paused"
    assert steering.pause(made.id).rev == made.rev + 1
    assert running.claim(later(hours=1)) is None
    resumed = steering.resume(made.id, later(hours=1))
    assert (resumed.status, resumed.started_at) == ("running", NOON)
    Message.objects.update(set__status="sent", unset__dispatch__due_at=True)
    turn(later(hours=1))
    assert len(texts(made)) == 10


def test_a_paused_campaign_that_had_not_begun_waits_for_its_time_again() -> None:
    made = started(start_at=later(hours=1))
    steering.pause(made.id)
    assert steering.resume(made.id, NOON).status == "scheduled"
    steering.pause(made.id)
    assert steering.resume(made.id, later(hours=2)).status == "running"


def test_a_worker_in_the_middle_of_a_turn_stops_when_it_is_paused() -> None:
    people(3)
    held = listed()
    steering.pause(held.id)
    work(held, FakeClock())
    assert texts(held) == []
    assert drafting.get(held.id).status == "paused"


def test_texts_of_a_paused_campaign_wait_and_leave_when_it_is_resumed() -> None:
    people(1)
    made = frozen()
    steering.pause(made.id)
    assert step(NOON) is None
    (text,) = texts(made)
    assert (text.status, due(text, "dispatch")) == ("queued", NOON + steering.LOOK_AGAIN)
    steering.resume(made.id, later(5))
    assert due(text, "dispatch") == NOON
    assert body(step(later(5))) == HI


def test_should_resuming_be_missed_the_text_looks_by_itself() -> None:
    people(1)
    made = frozen()
    steering.pause(made.id)
    Campaign.objects(id=made.id).update(set__status="running")
    assert body(step(NOON)) == HI


def test_texts_that_wait_go_when_it_is_called_off_and_say_why() -> None:
    people(2)
    made = frozen()
    canceled = steering.cancel(made.id, later(1))
    assert (canceled.status, canceled.finished_at) == ("canceled", later(1))
    assert [(one.status, one.error_message) for one in texts(made)] == [
        ("canceled", steering.CALLED_OFF)
    ] * 2
    assert step(later(60)) is None


def test_a_text_that_was_made_while_it_was_called_off_does_not_leave() -> None:
    people(1)
    made = frozen()
    Campaign.objects(id=made.id).update(set__status="canceled")
    assert step(NOON) is None
    assert [one.status for one in texts(made)] == ["canceled"]


def test_what_is_called_off_stays_so() -> None:
    made = started()
    for _ in range(2):
        assert steering.cancel(made.id, NOON).status == "canceled"
    for verb in (steering.start, steering.resume):
        with pytest.raises(Conflict):
            verb(made.id, NOON)
    with pytest.raises(Conflict):
        steering.pause(made.id)


def test_what_is_over_is_over() -> None:
    made = frozen()
    assert made.status == "done"
    for verb in (steering.start, steering.resume, steering.cancel):
        with pytest.raises(Conflict):
            verb(made.id, NOON)


def test_what_has_not_begun_can_only_be_begun_or_called_off() -> None:
    made = drafted()
    with pytest.raises(Conflict):
        steering.pause(made.id)
    with pytest.raises(Conflict):
        steering.resume(made.id, NOON)
    assert steering.cancel(made.id, NOON).status == "canceled"


def test_an_unknown_campaign_is_not_found() -> None:
    for own in (ObjectId(), "no id", "\0"):
        with pytest.raises(NotFound):
            steering.start(own, NOON)


def test_conversation_goes_before_a_campaign_in_one_thread() -> None:
    people(1)
    frozen()
    queued("Your keys are ready", at=later(1), phone=phone(0))
    first = step(later(2))
    assert body(first) == "Your keys are ready"
    assert step(later(2)) is None
    assert isinstance(first, Send)
    dispatch.record(first, accepted_as(new_sid()), later(3), TIMING)
    assert body(step(later(3))) == HI


def test_conversation_does_not_wait_for_what_is_unclear_of_a_campaign() -> None:
    people(1)
    made = frozen()
    Message.objects(campaign_id=made.id).update(
        set__status="unknown", set__dispatch__due_at=later(minutes=4)
    )
    queued(at=later(1), phone=phone(0))
    assert body(step(later(2))) == "Your keys are ready"
    assert isinstance(step(later(minutes=4)), Look)


def test_a_campaign_waits_for_conversation_that_is_tried_again() -> None:
    people(1)
    talk = queued(at=NOON, phone=phone(0))
    made = frozen()
    Message.objects(id=talk.id).update(set__dispatch__due_at=later(30))
    assert step(later(1)) is None
    (text,) = texts(made)
    assert due(text, "dispatch") == later(30)
    assert body(step(later(30))) == fresh(talk).body


def test_workers_take_up_conversation_before_a_campaigns_backlog() -> None:
    people(20)
    frozen(per_minute=6_000)
    received(now=later(50))
    talk = queued(at=later(60))
    assert leased("dispatch", later(60)).thread_id == talk.thread_id
    assert leased("dispatch", later(60)).thread_id != talk.thread_id
    assert outbox.earliest("dispatch") == NOON


def test_two_workers_hold_a_campaign_in_turn() -> None:
    started()
    claimed()
    assert running.claim(NOON) is None
    assert running.earliest() is not None
