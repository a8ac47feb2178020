"""After a backup is back: what may have happened since it was taken is not done once more."""

from datetime import timedelta
from typing import Any

import pytest

from domain import outbox
from domain.errors import InvalidInput
from domain.model import Campaign, Message, Recipient, Restoration
from domain.rules.recovery import Cadence
from domain.services import dispatch, messages, unclear
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.sending import steering
from domain.services.dispatch import Look, Send
from domain.services.recovery import restored
from domain.services.recovery.restored import Barrier
from tests.clock import NOON
from tests.domain import audience
from tests.domain.build import (
    POLICY,
    TIMING,
    answered,
    carried,
    conversation,
    due,
    fresh,
    handed_over,
    later,
    leaving,
    queued,
    received,
)

pytestmark = pytest.mark.usefixtures("db")
TAKEN, BACK = NOON + timedelta(minutes=1), NOON + timedelta(hours=1)


def back() -> Restoration:
    """A backup of a minute past noon is put back an hour later."""
    return restored.end(TAKEN, BACK)


def step(now: Any = BACK) -> Any:
    """What a worker is to do next; None when nothing is due."""
    while claim := outbox.claim("dispatch", now, TIMING.lease):
        found = dispatch.next_step(claim, now, POLICY, TIMING)
        outbox.release(claim)
        if found:
            return found
    return None


def looked(found: Look, *texts: Any, at: Any = BACK) -> None:
    """What the carrier has on record for that number."""
    unclear.resolve(found, texts, at, TIMING)


def in_all_states() -> list[Message]:
    """Texts that had not left: held, asked about, queued, being sent, unclear, scheduled."""
    conversation()
    held, asked = answered("Held"), answered("Asked", later(1))
    messages.change(
        {"_id": asked.id}, NOON, fields={"question": "long"}, close=("dispatch", "done")
    )
    return [held, asked, queued("Queued")]


def waiting() -> Message:
    """A program's text that was about to leave."""
    conversation()
    return queued()


def test_nothing_that_waited_leaves_by_itself() -> None:
    made = in_all_states()
    sending = queued("Begun")
    Message.objects(id=sending.id).update(status="sending", dispatch__state="leased")
    planned = queued("Planned", send_at=later(hours=12))
    assert back().texts == len(made) + 2
    for text in (*made, sending, planned):
        found = fresh(text)
        assert (found.status, found.question, due(text, "dispatch")) == ("unknown", None, BACK)
        assert found.dispatch
        assert found.dispatch.lease_id is None


def test_what_has_left_since_is_found_and_not_sent_again() -> None:
    made = waiting()
    back()
    found = step()
    assert isinstance(found, Look)
    looked(found, carried(made.body, created_at=later(minutes=2)))
    assert fresh(made).status == "sent"
    assert step(BACK + timedelta(days=1)) is None


def test_what_nobody_knows_of_is_asked_and_never_sent() -> None:
    made, now = waiting(), BACK
    back()
    for _ in range(len(TIMING.looks)):
        found = step(now)
        assert isinstance(found, Look)
        looked(found, at=now)
        now += timedelta(minutes=10)
    after = fresh(made)
    assert (after.status, after.error_message) == ("unknown", unclear.ASK)
    assert step(now + timedelta(days=1)) is None


def test_something_else_that_went_to_them_meanwhile_is_asked_about() -> None:
    made = waiting()
    back()
    looked(step(), carried("Other words", created_at=later(minutes=2)))
    assert fresh(made).error_message == unclear.ASK


def test_what_had_left_or_come_is_as_it_was() -> None:
    came = received()
    left = handed_over()
    back()
    assert (fresh(came).status, fresh(left).status) == ("received", left.status)


def test_saying_it_twice_is_saying_it_once() -> None:
    in_all_states()
    first, counted = back(), Restoration.objects.count()
    again = back()
    assert (first.texts, again.texts, counted) == (3, 3, Restoration.objects.count())


def halted() -> Campaign:
    """A campaign that ran when the backup was taken, resumed since."""
    audience.people(2)
    running = audience.frozen()
    back()
    assert Campaign.objects.get(id=running.id).status == "paused"
    return steering.resume(running.id, BACK)


def test_a_campaign_waits_for_somebody_and_then_looks_each_text_up() -> None:
    campaign = halted()
    Message.objects(campaign_id=campaign.id).delete()  # they were made in the time that was lost
    Recipient.objects(campaign_id=campaign.id).update(state="waiting")
    audience.turn(BACK)
    first, second = audience.texts(campaign)
    assert {str(first.status), str(second.status)} == {"queued"}
    found = step()
    assert isinstance(found, Look)
    text = fresh(first if found.recipient == first.to else second)
    looked(found, carried("Words with another link", to=text.to, created_at=later(minutes=9)))
    assert (fresh(text).status, fresh(text).error_message) == ("unknown", unclear.ASK)


def test_a_text_of_it_that_never_left_leaves_after_the_looks() -> None:
    audience.people(1)
    campaign = audience.drafted()
    back()
    steering.start(campaign.id, BACK)
    while not audience.texts(drafting.get(campaign.id)):
        audience.turn(BACK)
    now, found = BACK, step()
    while isinstance(found, Look):
        looked(found, at=now)
        now += timedelta(minutes=10)
        found = step(now)
    assert isinstance(found, Send)


def test_a_campaign_that_is_over_is_left_alone() -> None:
    over = audience.drafted()
    steering.cancel(over.id, NOON)
    back()
    assert Campaign.objects.get(id=over.id).unsure_since is None


def test_what_was_not_shown_yet_is_looked_for_before_it_is_posted() -> None:
    thread = conversation()
    text = received("Once more")
    back()
    shadow = fresh(text).shadow
    assert (shadow.tried_at, shadow.channel_id) == (TAKEN, thread.channel.channel_id)


def test_nothing_leaves_before_the_records_were_read() -> None:
    barrier = Barrier()
    back()
    assert barrier.holds()
    assert restored.reach(BACK) == BACK - TAKEN
    assert restored.widened(Cadence(), BACK + timedelta(days=9)).reach > timedelta(days=9)
    assert not restored.read(None)
    assert not restored.read(BACK - timedelta(seconds=1))
    assert barrier.holds()
    assert restored.read(BACK)
    assert not barrier.holds()
    assert restored.reach(BACK) is None
    assert restored.widened(Cadence(), BACK) == Cadence()


def test_without_a_restoration_nothing_waits() -> None:
    assert not Barrier().holds()
    assert not restored.is_reading()
    leaving_now = waiting()
    assert leaving().text.message_id == str(leaving_now.id)


def test_while_it_is_being_loaded_it_is_cut_short() -> None:
    restored.begin("abc", TAKEN)
    assert restored.is_cut_short()
    assert restored.is_of("abc")
    assert not restored.is_of("abd")
    assert Barrier().holds()
    back()
    assert not restored.is_cut_short()
    assert not restored.is_of("abc")


def test_a_backup_of_tomorrow_is_a_mistake() -> None:
    with pytest.raises(InvalidInput, match="in the future"):
        restored.end(BACK + timedelta(days=1), BACK)


def test_what_begins_under_a_process_is_noticed_within_seconds() -> None:
    clock = [0.0]
    barrier = Barrier(steady=lambda: clock[0])
    assert not barrier.knows()
    assert not barrier.shuts()
    restored.begin("abc", TAKEN)
    assert barrier.knows()
    assert not barrier.holds()  # without a question to the database
    clock[0] += restored.EVERY
    assert barrier.holds()
    assert barrier.shuts()
    back()
    assert barrier.holds()
    assert not barrier.shuts()
    assert restored.read(BACK)
    assert not barrier.holds()
