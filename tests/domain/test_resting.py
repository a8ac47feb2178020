"""The channels of closed conversations rest, and a conversation that goes on has a place again."""

from datetime import timedelta

import pytest

from domain import outbox
from domain.model import Message, Thread
from domain.services import channels, summaries, threads
from domain.services.channels import Furnish, OpenChannel, Reopen, keeping, leaving
from domain.services.channels.steps import Keep, Report
from domain.services.desk import conversations
from domain.values import Archive, Card, Failed, Place, Postponed, Unclear
from tests.clock import NOON
from tests.domain.build import CHANNEL, STRANGER, TIMING, TOKEN, answered, later, received
from tests.domain.keep import bring_up_to_date, close, due, keep_at, resting, settled, step_at

pytestmark = pytest.mark.usefixtures("db")
HOME = Place(CHANNEL, None, "sms-x")


def test_closing_says_so_on_the_card_and_then_archives() -> None:
    thread = settled()
    close(thread)
    assert bring_up_to_date() == ["Renew", "Archive"]
    after = threads.get(thread.id).channel
    assert (after.step, after.channel_id, due()) == ("archived", CHANNEL, None)


def test_where_closed_channels_are_kept_none_is_archived() -> None:
    thread = settled()
    close(thread)
    keeping.kept(keep_at(), None, NOON)
    assert step_at(archives=False) is None
    assert threads.get(thread.id).channel.step == "ready"


def test_a_snoozed_conversation_keeps_its_channel() -> None:
    thread = settled()
    conversations.set_status(thread.id, "snoozed", later(60), TOKEN, NOON)
    assert bring_up_to_date() == ["Renew"]


def test_a_text_that_is_still_to_be_shown_keeps_the_channel_open() -> None:
    thread = settled()
    received(now=NOON)
    close(thread)
    assert bring_up_to_date() == ["Renew"]
    assert due() == NOON + keeping.LOOK_AGAIN
    assert threads.get(thread.id).channel.step == "ready"


def test_an_answer_that_is_about_to_leave_keeps_the_channel_open() -> None:
    thread = settled()
    message = answered()
    Message.objects(id=message.id).update(unset__relay=1)
    close(thread)
    assert bring_up_to_date() == ["Renew"]
    assert threads.get(thread.id).channel.step == "ready"


def test_a_text_for_next_week_does_not() -> None:
    thread = settled()
    message = answered()
    Message._get_collection().update_one(
        {"_id": message.id},
        {
            "$unset": {"relay": "", "effects": ""},
            "$set": {"dispatch.due_at": NOON + timedelta(days=7)},
        },
    )
    close(thread)
    assert bring_up_to_date() == ["Renew", "Archive"]


def archiving(thread: Thread) -> Keep:
    """The next step, which is to archive the channel."""
    close(thread)
    keeping.kept(keep_at(), None, NOON)
    step = keep_at()
    assert isinstance(step.deed, Archive)
    return step


def test_one_that_is_opened_before_it_is_archived_stays() -> None:
    thread = settled()
    close(thread)
    conversations.set_status(thread.id, "open", None, TOKEN, NOON)
    assert bring_up_to_date() == []


def test_after_a_crash_the_archiving_is_done_again_and_may_be_done_already() -> None:
    thread = settled()
    archiving(thread)
    again = keep_at()
    assert (again.deed, again.again) == (Archive(), True)
    keeping.kept(again, Failed("channel_not_found", gone=True), NOON)
    assert (threads.get(thread.id).channel.step, step_at()) == ("archived", None)


@pytest.mark.parametrize("outcome", [Postponed("ratelimited", 9), Unclear("timeout")])
def test_an_archiving_that_settled_nothing_is_tried_again(outcome: Postponed | Unclear) -> None:
    step = archiving(settled())
    keeping.kept(step, outcome, NOON)
    assert keeping.waits(step, outcome)
    assert isinstance(keep_at().deed, Archive)


REFUSED = ["restricted_action", "cant_archive_general", "cant_archive_required", "missing_scope"]


@pytest.mark.parametrize("code", REFUSED)
def test_a_channel_that_may_not_be_archived_is_told_of_and_left(code: str) -> None:
    thread = settled()
    keeping.kept(archiving(thread), Failed(code), NOON)
    step = step_at()
    assert isinstance(step, Report)
    assert (step.place, code in step.remark.text) == (None, True)
    Thread.objects.update(unset__tidings=1)
    assert step_at() is None
    after = threads.get(thread.id).channel
    assert (after.step, after.barred) == ("ready", code)


def test_it_is_told_once_for_all_conversations() -> None:
    first = settled()
    keeping.kept(archiving(first), Failed("restricted_action"), NOON)
    other = threads.get(received(sender=STRANGER).thread_id)
    Thread.objects(id=other.id).update(set__channel__channel_id="C9", set__channel__step="ready")
    keeping.kept(Keep(other.id, Place("C9"), Archive()), Failed("restricted_action"), NOON)
    assert [len(one.tidings) for one in Thread.objects.order_by("id")] == [1, 0]
    assert threads.get(other.id).channel.barred == "restricted_action"


def test_an_archived_channel_is_used_again_when_its_conversation_is_opened() -> None:
    thread = resting(settled())
    conversations.set_status(thread.id, "open", None, TOKEN, NOON)
    step = step_at()
    assert isinstance(step, Reopen)
    channels.reopened(step, None, NOON)
    furnish = step_at()
    assert isinstance(furnish, Furnish)
    channels.furnished(furnish, None)
    assert bring_up_to_date() == ["Renew"]
    assert channels.place_of(threads.get(thread.id)) == HOME


def test_where_the_chat_refuses_another_channel_goes_on_and_says_where_it_was() -> None:
    thread = resting(settled())
    conversations.set_status(thread.id, "open", None, TOKEN, NOON)
    step = step_at()
    assert isinstance(step, Reopen)
    channels.reopened(step, Failed("not_in_channel", gone=True), NOON)
    opening = step_at()
    assert isinstance(opening, OpenChannel)
    assert (opening.name[-2:], opening.adopt) == ("-2", False)
    card: Card = channels.card_of(threads.get(thread.id), own_channel=True)
    assert card.earlier == Place(CHANNEL)


def test_a_new_text_opens_a_closed_conversation_in_the_place_where_it_goes_on() -> None:
    thread = resting(settled())
    received("Still there?", now=later(9))
    claim = outbox.claim("relay", later(9), TIMING.lease)
    assert claim
    step = channels.next_step(threads.get(thread.id), later(9))
    assert isinstance(step, Reopen)
    channels.reopened(step, Failed("not_in_channel", gone=True), later(9))
    assert threads.get(thread.id).status == "open"
    summaries.refresh(thread.id)
    assert threads.get(thread.id).status == "open"


def test_names_do_not_run_out_for_somebody_who_comes_back_often() -> None:
    thread = settled()
    names = set()
    for _ in range(30):
        Thread.objects.update(set__channel__step="archived", set__channel__channel_id="C1")
        leaving.succeeded(thread.id)
        step = channels.next_step(threads.get(thread.id), NOON)
        assert isinstance(step, OpenChannel)
        names.add(step.name)
    assert len(names) == 30
