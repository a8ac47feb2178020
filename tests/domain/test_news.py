"""What becomes of a channel in the chat is obeyed once, however often and late it is told."""

import pytest

from domain.model import Activity, Author, Message, Thread
from domain.services import channels, threads
from domain.services.channels import OpenChannel, leaving, news
from domain.services.channels.steps import Report, here
from domain.services.channels.tidings import inbox_of, next_report, reported
from domain.services.desk import conversations
from domain.values import Failed, Opened, Place, Postponed, Shown, Unclear
from tests.clock import NOON
from tests.domain.build import AGENT, CHANNEL, TOKEN, conversation, later, race, received

pytestmark = pytest.mark.usefixtures("db")
DANA = Author(kind="agent", key=AGENT, name="Dana")
FIRST, SECOND, THIRD = "1772654400.000100", "1772654400.000200", "1772654400.000300"


@pytest.fixture
def thread() -> Thread:
    """A conversation in a channel of its own, with a card."""
    made = conversation()
    Thread.objects.update(set__channel__card_ts="1.5", set__channel__pinned=True)
    return threads.get(made.id)


def now(thread: Thread) -> Thread:
    return threads.get(thread.id)


def in_inbox(thread: Thread) -> None:
    """It lives in a thread of that channel instead."""
    Thread._get_collection().update_one({"_id": thread.id}, {"$set": {"channel.threadTs": "5.5"}})


def test_archiving_closes_the_conversation(thread: Thread) -> None:
    news.archived(CHANNEL, FIRST, DANA, NOON)
    after = now(thread)
    assert (after.status, after.channel.step, after.rev) == ("closed", "archived", thread.rev + 1)
    line = Activity.objects.get()
    assert (line.kind, line.text, line.author.name) == ("thread_status", news.CLOSED, "Dana")


def test_a_snoozed_one_does_not_wake_up_from_its_archive(thread: Thread) -> None:
    conversations.set_status(thread.id, "snoozed", later(60), TOKEN, NOON)
    news.archived(CHANNEL, FIRST, DANA, NOON)
    assert now(thread).snoozed_until is None


def test_told_again_it_changes_nothing(thread: Thread) -> None:
    race(*[lambda: news.archived(CHANNEL, FIRST, DANA, NOON)] * 4)
    assert Activity.objects.count() == 1


def test_told_late_it_does_not_close_what_was_opened_since(thread: Thread) -> None:
    news.archived(CHANNEL, FIRST, DANA, NOON)
    news.unarchived(CHANNEL, SECOND, DANA, NOON)
    Thread.objects.update(set__channel__step="ready")
    news.archived(CHANNEL, FIRST, DANA, NOON)
    assert now(thread).status == "open"
    news.archived(CHANNEL, THIRD, DANA, NOON)
    assert now(thread).status == "closed"


def test_opening_it_again_opens_the_conversation_and_asks_its_people_in(thread: Thread) -> None:
    news.archived(CHANNEL, FIRST, DANA, NOON)
    news.unarchived(CHANNEL, SECOND, DANA, later(1))
    after = now(thread)
    assert (after.status, after.channel.step, after.channel.awaited) == ("open", "open", True)
    assert after.upkeep
    assert after.upkeep.due_at == later(1)


def test_one_that_is_open_is_not_opened(thread: Thread) -> None:
    news.unarchived(CHANNEL, FIRST, DANA, NOON)
    assert (now(thread).channel.step, Activity.objects.count()) == ("ready", 0)


@pytest.mark.parametrize("channel_id", ["C_OTHER", CHANNEL])
def test_other_channels_and_the_inbox_are_nobodys_own(thread: Thread, channel_id: str) -> None:
    if channel_id == CHANNEL:
        in_inbox(thread)
    before = now(thread)
    news.archived(channel_id, FIRST, DANA, NOON)
    news.unarchived(channel_id, FIRST, DANA, NOON)
    news.renamed(channel_id, "sms-jane", FIRST)
    news.deleted(channel_id)
    news.removed(channel_id, NOON)
    assert now(thread).to_mongo() == before.to_mongo()


def test_a_new_name_is_followed_in_the_order_of_renaming(thread: Thread) -> None:
    news.renamed(CHANNEL, "sms-jane-new", SECOND)
    news.renamed(CHANNEL, "sms-jane-old", FIRST)
    assert (now(thread).channel.name, now(thread).rev) == ("sms-jane-new", thread.rev + 1)


def test_a_deleted_channel_is_left_and_told_of_once(thread: Thread) -> None:
    race(*[lambda: news.deleted(CHANNEL)] * 4)
    after = now(thread)
    (told,) = after.tidings
    assert "#sms-x" in told.text
    assert "was deleted" in told.text
    assert (after.channel.step, after.channel.channel_id, after.channel.card_ts) == (
        "wanted",
        None,
        None,
    )
    assert [one.channel_id for one in after.channel.earlier] == [CHANNEL]
    assert (after.channel.left, channels.card_of(after, own_channel=False).earlier) == ([], None)


def test_the_next_text_gets_a_new_channel(thread: Thread) -> None:
    news.deleted(CHANNEL)
    step = channels.next_step(now(thread), later(1))
    assert isinstance(step, OpenChannel)
    assert (step.name[-2:], step.adopt, step.awaited) == ("-2", False, False)


def test_where_we_were_removed_we_look_before_another_is_made(thread: Thread) -> None:
    news.removed(CHANNEL, NOON)
    news.removed(CHANNEL, NOON)
    (told,) = now(thread).tidings
    assert "I was removed from #sms-x" in told.text
    step = channels.next_step(now(thread), later(1))
    assert isinstance(step, OpenChannel)
    assert step.adopt


def test_once_we_are_invited_again_the_channel_has_its_card_already(thread: Thread) -> None:
    news.removed(CHANNEL, NOON)
    step = channels.next_step(now(thread), later(1))
    assert isinstance(step, OpenChannel)
    channels.opened(step, Opened(Place(CHANNEL, None, "sms-x")))
    assert (now(thread).channel.card_ts, now(thread).channel.card) == ("1.5", None)


@pytest.mark.parametrize("step", ["archiving", "archived"])
def test_leaving_with_the_archive_is_no_removal(thread: Thread, step: str) -> None:
    Thread.objects.update(set__channel__step=step)
    news.removed(CHANNEL, NOON)
    assert (now(thread).channel.step, now(thread).tidings) == (step, [])


def test_another_id_is_followed_everywhere(thread: Thread) -> None:
    news.removed("C_NONE", NOON)
    Thread.objects.update(
        set__channel__earlier=[{"channel_id": CHANNEL}, {"channel_id": "C0"}],
        set__tidings=[{"key": "k", "text": "t", "channel_id": CHANNEL}],
    )
    news.reidentified(CHANNEL, "C_NEW")
    after = now(thread)
    assert after.channel.channel_id == "C_NEW"
    assert [one.channel_id for one in after.channel.earlier] == ["C_NEW", "C0"]
    assert after.tidings[0].channel_id == "C_NEW"
    assert Message.objects.get().shadow.channel_id == "C_NEW"
    assert threads.in_channel(CHANNEL, None) is None


def report(thread: Thread) -> Report:
    """The next thing to tell."""
    step = next_report(now(thread), NOON)
    assert step is not None
    return step


def test_what_is_told_is_told_once(thread: Thread) -> None:
    news.deleted(CHANNEL)
    first = report(thread)
    assert (first.since, first.place) == (None, None)
    reported(first, Shown("9.9"))
    assert next_report(now(thread), NOON) is None


def test_after_a_crash_it_is_looked_for_where_it_was_tried(thread: Thread) -> None:
    news.deleted(CHANNEL)
    first = report(thread)
    assert inbox_of(first, Place("C0INBOX")) == Place("C0INBOX")
    again = report(thread)
    assert (again.since, again.place, again.key) == (NOON, Place("C0INBOX"), first.key)
    assert inbox_of(again, Place("C_MOVED")) == Place("C0INBOX")


@pytest.mark.parametrize(
    ("outcome", "left"),
    [(Unclear("timeout"), NOON), (Postponed("ratelimited", 9), None)],
)
def test_what_was_surely_not_told_is_simply_told_later(
    thread: Thread, outcome: Unclear | Postponed, left: object
) -> None:
    news.deleted(CHANNEL)
    reported(report(thread), outcome)
    assert now(thread).tidings[0].tried_at == left


def test_where_nothing_can_be_told_it_is_given_up(thread: Thread) -> None:
    news.deleted(CHANNEL)
    reported(report(thread), Failed("is_archived", gone=True))
    assert now(thread).tidings == []


def test_a_lost_inbox_thread_is_not_told_of(thread: Thread) -> None:
    in_inbox(thread)
    leaving.lost(thread.id, Place(CHANNEL, "5.5"), "thread_not_found")
    assert (now(thread).tidings, now(thread).channel.step) == ([], "wanted")


def test_a_customers_name_may_be_anything(thread: Thread) -> None:
    received("Hi", now=later(1))
    Thread.objects.update(set__channel__name="{name}")
    news.deleted(CHANNEL)
    assert "#{name}" in now(thread).tidings[0].text
    assert here(now(thread)).channel_id == ""
