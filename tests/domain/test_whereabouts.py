"""What is typed where a conversation used to be is not lost, and leaves only if that is meant."""

from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from domain.model import Author, Message, Thread
from domain.services import channels, edits, outbound, threads
from domain.services.channels import Anchor, OpenChannel, leaving, news, state
from domain.services.desk import conversations, places
from domain.services.whereabouts import DOUBT
from domain.values import Opened, Place, Shown
from tests.domain.build import (
    AGENT,
    CHANNEL,
    POLICY,
    TIMING,
    TOKEN,
    answered,
    conversation,
    due,
    fresh,
    later,
    race,
    said,
)
from tests.domain.build import leaving as departs

pytestmark = pytest.mark.usefixtures("db")
DANA = Author(kind="agent", key=AGENT, name="Dana")
INBOX = Place("C0", None, "sms-inbox", "T1")
OWN = Place(CHANNEL, None, "sms-x", "T1")
GOES_ON = "This conversation goes on in {}. Send this from here anyway?"
LEFT = 60


@pytest.fixture
def thread() -> Thread:
    """A conversation that left its own channel for the inbox a minute after noon."""
    made = conversation()
    to_inbox(made, LEFT)
    return threads.get(made.id)


def to_inbox(thread: Thread, seconds: float) -> None:
    """An agent moves it, and the worker makes its place at that moment."""
    places.move(thread.id, False, TOKEN, later(seconds))
    step = channels.next_step(threads.get(thread.id), later(seconds))
    assert isinstance(step, Anchor)
    channels.anchored(step, Shown("5.5"), INBOX)
    Thread.objects(id=thread.id).update(set__channel__step="ready", unset__channel__tried_at=1)


def to_own(thread: Thread, seconds: float, place: Place = OWN) -> None:
    """The same, into a channel of its own."""
    places.move(thread.id, True, TOKEN, later(seconds))
    step = channels.next_step(threads.get(thread.id), later(seconds))
    assert isinstance(step, OpenChannel)
    channels.opened(step, Opened(place))
    Thread.objects(id=thread.id).update(set__channel__step="ready", unset__channel__tried_at=1)


def types(seconds: float, arrives: float | None = None, **changes: Any) -> Message | None:
    """A message is typed in the old channel, and heard of at once unless it `arrives` later."""
    now = later(seconds if arrives is None else arrives)
    return outbound.answer(said("Hi", later(seconds), **changes), now, POLICY, TIMING)


def asked(message: Message | None) -> str:
    """The one thing that its author is asked about a text that waits."""
    assert message
    assert (message.status, due(message, "dispatch")) == ("held", None)
    (notice,) = message.notices
    assert [one.action for one in notice.choices] == ["release", "call_back"]
    return str(notice.text)


def texts() -> int:
    return int(Message.objects(direction="outbound").count())


def test_what_was_typed_before_it_left_is_an_answer_with_its_marks_there(thread: Thread) -> None:
    made = types(50, 61)
    assert made
    assert (made.thread_id, made.question) == (thread.id, None)
    assert (made.shadow.channel_id, made.shadow.ts) == (CHANNEL, said(at=later(50)).ts)
    assert departs(later(66)).text.body == "Hi"


def test_until_it_is_elsewhere_it_has_not_left() -> None:
    thread = conversation()
    places.move(thread.id, False, TOKEN, later(1))
    made = types(20)
    assert made
    assert made.question is None
    to_inbox(thread, 40)
    late = types(30, 45)
    assert late
    assert late.question is None


def test_what_is_typed_after_it_left_is_asked_about(thread: Thread) -> None:
    made = types(70)
    assert asked(made) == GOES_ON.format("the inbox channel")
    assert made
    assert made.question == "moved"


def test_a_click_sends_it_all_the_same(thread: Thread) -> None:
    made = types(70)
    assert made
    outbound.release(made.id, later(80), DANA)
    assert departs(later(80)).text.body == "Hi"


def test_a_click_calls_it_back(thread: Thread) -> None:
    made = types(70)
    assert made
    assert outbound.cancel(made.id, later(80), DANA).status == "canceled"


@pytest.mark.parametrize("seconds", [LEFT - 4.9, LEFT])
def test_where_two_clocks_cannot_tell_we_ask(thread: Thread, seconds: float) -> None:
    asked(types(seconds, LEFT + 1))


def test_where_nobody_knows_when_it_left_we_ask(thread: Thread) -> None:
    Thread._get_collection().update_one({}, {"$unset": {"channel.earlier.$[].leftAt": ""}})
    asked(types(1, 2))


def test_what_came_very_late_as_well_is_one_question(thread: Thread) -> None:
    words = asked(types(70, 200))
    assert words == f"{outbound.LATE} {GOES_ON.format('the inbox channel')}"


def test_it_is_one_text_however_often_we_hear_of_it(thread: Thread) -> None:
    made = race(*[partial(types, 70, 71)] * 6)
    assert len({one.id for one in made if one}) == 1
    assert texts() == 1


def test_it_follows_its_edits_and_its_deletion(thread: Thread) -> None:
    made = types(70)
    assert made
    stamp = f"{later(71).timestamp():.6f}"
    edits.edit(said("Hey", later(70), edited_ts=stamp), later(71), POLICY, TIMING)
    assert (fresh(made).body, due(made, "dispatch")) == ("Hey", None)
    edits.retract(said("Hey", later(70)), later(72), POLICY, TIMING)
    assert fresh(made).status == "canceled"


def test_an_edit_or_a_deletion_may_overtake_it(thread: Thread) -> None:
    stamp = f"{later(71).timestamp():.6f}"
    asked(edits.edit(said("Hey", later(70), edited_ts=stamp), later(71), POLICY, TIMING))
    gone = edits.retract(said("Hi", later(75)), later(76), POLICY, TIMING)
    assert gone
    late = types(75, 77)
    assert late
    assert (late.id, late.status, late.notices) == (gone.id, "canceled", [])
    assert texts() == 2


def test_an_answer_from_before_still_follows_its_edits() -> None:
    thread = conversation()
    made = answered("Hi", later(58))
    to_inbox(thread, LEFT)
    stamp = f"{later(61).timestamp():.6f}"
    edits.edit(said("Hey", later(58), edited_ts=stamp), later(61), POLICY, TIMING)
    assert (fresh(made).body, texts()) == ("Hey", 1)


def test_where_notes_are_the_rule_it_is_a_note(thread: Thread) -> None:
    conversations.set_mode(thread.id, "internal", DANA, later(100))
    assert types(110) is None
    asked(types(110, ts="9.9", clicked=True))


def test_where_none_ever_lived_nothing_is_an_answer(thread: Thread) -> None:
    assert types(70, channel_id="C9") is None
    assert types(70, channel_id="C0") is None
    assert types(70, thread_ts="4.4") is None
    assert texts() == 0


def test_the_inbox_thread_that_it_left_is_nobodys(thread: Thread) -> None:
    to_own(thread, 120)
    assert types(130, channel_id="C0", thread_ts="5.5") is None
    assert types(130, channel_id="C0") is None


def test_once_it_is_back_what_is_typed_leaves(thread: Thread) -> None:
    to_own(thread, 120)
    made = types(121)
    assert made
    assert made.question is None


def test_when_it_left_again_the_last_time_counts(thread: Thread) -> None:
    to_own(thread, 120)
    to_inbox(thread, 180)
    made = types(170, 181)
    assert made
    assert made.question is None
    asked(types(181))


def test_a_successor_is_called_by_its_name() -> None:
    thread = conversation()
    leaving.succeeded(thread.id)
    step = channels.next_step(threads.get(thread.id), later(LEFT))
    assert isinstance(step, OpenChannel)
    channels.opened(step, Opened(Place("C2", None, "sms-x-2")))
    made = types(50, 61)
    assert made
    assert made.question is None
    assert asked(types(70)) == GOES_ON.format("#sms-x-2")
    Thread.objects.update(unset__channel__name=1)
    assert asked(types(71)) == GOES_ON.format("another channel")


@pytest.mark.parametrize("code", [leaving.DELETED, leaving.REMOVED, "channel_not_found"])
def test_what_was_typed_in_a_channel_that_is_lost_by_now_is_an_answer(code: str) -> None:
    thread = conversation()
    leaving.lost(thread.id, Place(CHANNEL), code)
    made = types(1, 2)
    assert made
    assert (made.thread_id, made.question) == (thread.id, None)
    step = channels.next_step(threads.get(thread.id), later(LEFT))
    assert isinstance(step, OpenChannel)
    channels.opened(step, Opened(Place("C2", None, "sms-x-2")))
    before = types(50, 61)
    assert before
    assert before.question is None
    asked(types(70))


def test_a_deleted_channel_is_not_looked_for_and_told_nothing() -> None:
    thread = conversation()
    news.deleted(CHANNEL)
    to_inbox(thread, LEFT)
    after = places.move(thread.id, True, TOKEN, later(70))
    assert after.channel.tried_at is None
    assert channels.card_of(after, own_channel=True).earlier == Place("C0", "5.5")


def test_another_id_of_the_old_channel_is_followed(thread: Thread) -> None:
    news.reidentified(CHANNEL, "C_NEW")
    asked(types(70, channel_id="C_NEW"))


def test_its_workspace_is_known_once_it_has_left() -> None:
    """Else an edit of a message in a shared channel would be one of another message."""
    thread = conversation()
    assert threads.home_of(CHANNEL) is None
    Thread.objects.update(set__channel__team_id="T_OLD")
    to_inbox(thread, LEFT)
    assert (threads.home_of("C0"), threads.home_of(CHANNEL)) == ("T1", "T_OLD")
    Thread._get_collection().update_one({}, {"$unset": {"channel.earlier.$[].teamId": ""}})
    assert threads.home_of(CHANNEL) == "T1"
    assert threads.home_of("C9") is None


def test_the_last_twenty_places_are_kept(thread: Thread) -> None:
    rows = [{"channelId": f"C{number}"} for number in range(30)]
    Thread._get_collection().update_one({}, {"$set": {"channel.earlier": rows}})
    kept = state.left(threads.get(thread.id))
    assert len(kept) == state.MOST_EARLIER
    assert kept[-1]["channelId"] == "C0"
    assert {"channelId": "C29"} in kept


def test_it_is_found_by_an_index(thread: Thread, db: Database[dict[str, Any]]) -> None:
    db.command("profile", 2)
    types(70)
    threads.home_of(CHANNEL)
    db.command("profile", 0)
    plans = [one["planSummary"] for one in db["system.profile"].find({"ns": f"{db.name}.threads"})]
    db["system.profile"].drop()
    assert [plan for plan in plans if "channel.earlier.channelId" in plan]
    assert [plan for plan in plans if "COLLSCAN" in plan] == []


def test_a_lost_old_channel_changes_nothing_about_the_present_place(thread: Thread) -> None:
    channels.lost(thread.id, OWN, "channel_not_found")
    after = threads.get(thread.id).channel
    assert (after.channel_id, after.thread_ts) == ("C0", "5.5")
    assert TIMING.late > DOUBT
