"""People move conversations between their own channel and the inbox; nothing is shown twice."""

from functools import partial

import pytest

from domain import outbox
from domain.errors import Conflict, NotFound
from domain.model import Activity, Message, Thread
from domain.services import channels, relay, threads
from domain.services.channels import Anchor, Furnish, Introduce, OpenChannel, Recount
from domain.services.desk import places
from domain.services.relay import Say
from domain.values import Failed, Opened, Place, Shown, Unclear
from tests.clock import NOON
from tests.domain.build import (
    CHANNEL,
    TIMING,
    TOKEN,
    conversation,
    fresh,
    later,
    leased,
    race,
    received,
)

pytestmark = pytest.mark.usefixtures("db")
INBOX = Place("C0", None, "sms-inbox")
BELOW = Place("C0", "5.5", None)


@pytest.fixture
def thread() -> Thread:
    """A conversation in a channel of its own."""
    return conversation()


def move(thread: Thread, *, own: bool) -> Thread:
    return places.move(str(thread.id), own, TOKEN, NOON)


def step_at(seconds: float = 0) -> relay.Step | None:
    """What a worker does next, if anything is due."""
    claim = outbox.claim("relay", later(seconds), TIMING.lease)
    if claim is None:
        return None
    step = relay.next_step(claim, later(seconds))
    outbox.release(claim)
    return step


def to_inbox(thread: Thread) -> None:
    """It lives in a thread of the inbox channel."""
    move(thread, own=False)
    card = channels.card_of(thread, own_channel=False)
    channels.anchored(Anchor(thread.id, card, None), Shown("5.5"), INBOX)
    tell_the_past(0)


def tell_the_past(seconds: float) -> None:
    """What was said before is told in the new place, which is ready then."""
    told = channels.next_step(threads.get(Thread.objects.get().id), later(seconds))
    assert isinstance(told, Recount)
    channels.recounted(told, Shown("5.6"), later(seconds))


def said(seconds: float) -> Say:
    """The next step, which is to show a text."""
    step = step_at(seconds)
    assert isinstance(step, Say)
    return step


def test_the_next_text_appears_in_the_inbox(thread: Thread) -> None:
    move(thread, own=False)
    message = received(now=later(1))
    step = step_at(1)
    assert isinstance(step, Anchor)
    channels.anchored(step, Shown("5.5"), INBOX)
    tell_the_past(1)
    assert said(1).place == BELOW
    relay.said(said(1), Shown("6.6"))
    assert (fresh(message).shadow.channel_id, fresh(message).shadow.thread_ts) == ("C0", "5.5")


def test_until_then_agents_find_it_where_it_was(thread: Thread) -> None:
    move(thread, own=False)
    found = threads.in_channel(CHANNEL, None)
    assert found
    assert found.id == thread.id


def test_the_next_text_appears_in_its_earlier_channel_which_is_looked_for(thread: Thread) -> None:
    to_inbox(thread)
    move(thread, own=True)
    received(now=later(1))
    step = step_at(1)
    assert isinstance(step, OpenChannel)
    assert step.adopt
    channels.opened(step, Opened(Place(CHANNEL, None, "sms-x")))
    furnish = step_at(1)
    assert isinstance(furnish, Furnish)
    channels.furnished(furnish, None)
    card = step_at(1)
    assert isinstance(card, Introduce)
    channels.introduced(card, Shown("1.5"))
    assert said(1).place == Place(CHANNEL, None, "sms-x")
    assert threads.in_channel("C0", "5.5") is None


def test_where_it_lives_anew_is_a_change_that_a_person_could_see(thread: Thread) -> None:
    to_inbox(thread)
    assert threads.get(thread.id).rev == thread.rev + 1


def test_the_timeline_says_who_moved_it(thread: Thread) -> None:
    to_inbox(thread)
    move(thread, own=True)
    lines = Activity.objects.order_by("id")
    assert [one.text for one in lines] == [places.MOVED[False], places.MOVED[True]]
    assert {one.author.name for one in lines} == {"CRM"}


def test_where_it_is_already_it_stays(thread: Thread) -> None:
    assert move(thread, own=True).channel == thread.channel
    to_inbox(thread)
    before = threads.get(thread.id)
    assert move(thread, own=False).channel == before.channel
    assert Activity.objects.count() == 1


def test_it_may_be_moved_back_before_anything_was_tried(thread: Thread) -> None:
    move(thread, own=False)
    after = move(thread, own=True)
    assert (after.channel.step, Activity.objects.count()) == ("wanted", 2)


def test_one_that_has_no_place_yet_begins_in_the_inbox() -> None:
    thread = threads.get(received().thread_id)
    move(thread, own=False)
    assert isinstance(step_at(), Anchor)


def test_all_names_may_be_tried_again(thread: Thread) -> None:
    Thread.objects.update(set__channel__tries=7, set__channel__thread_ts="5.5")
    assert move(thread, own=True).channel.tries == 0


@pytest.mark.parametrize("made", ["naming", "open"])
def test_a_channel_that_is_just_being_made_is_not_left(made: str) -> None:
    thread = threads.get(received().thread_id)
    step = step_at()
    assert isinstance(step, OpenChannel)
    if made == "open":
        channels.opened(step, Opened(Place("C9", None, "sms-y")))
    assert move(thread, own=True).channel.step == made
    with pytest.raises(Conflict):
        move(thread, own=False)


def test_an_inbox_thread_that_is_just_being_made_is_not_left(thread: Thread) -> None:
    move(thread, own=False)
    received(now=later(1))
    assert isinstance(step_at(1), Anchor)
    with pytest.raises(Conflict):
        move(thread, own=True)
    assert move(thread, own=False).channel.step == "anchoring"


def test_a_worker_that_read_it_before_the_move_looks_again() -> None:
    thread = threads.get(received().thread_id)
    move(thread, own=False)
    assert channels.next_step(thread, NOON) is None
    assert threads.get(thread.id).channel.step == "anchoring"


def test_moves_at_once_end_in_one_place_and_are_all_told(thread: Thread) -> None:
    race(*[partial(move, thread, own=own) for own in (False, True, False, True)])
    after, lines = threads.get(thread.id), Activity.objects.count()
    assert places.lives(after, own=lines % 2 == 0)


def test_a_text_that_was_tried_in_the_old_place_is_looked_for_there(thread: Thread) -> None:
    message = received(now=later(1))
    first = said(1)
    relay.said(first, Unclear("timeout"))
    to_inbox(thread)
    again = said(50)
    assert (again.place.channel_id, again.since) == (CHANNEL, later(1))
    relay.said(again, Shown("7.7"))
    assert (fresh(message).shadow.channel_id, fresh(message).shadow.ts) == (CHANNEL, "7.7")


def test_a_text_that_was_surely_not_shown_in_the_old_place_is_shown_in_the_new(
    thread: Thread,
) -> None:
    received(now=later(1))
    step = said(1)
    to_inbox(thread)
    relay.said(step, Failed("channel_not_found", gone=True))
    assert said(2).place == BELOW
    assert threads.get(thread.id).channel.step == "ready"


def test_an_old_place_that_is_gone_does_not_end_the_move(thread: Thread) -> None:
    received(now=later(1))
    step = said(1)
    move(thread, own=False)
    relay.said(step, Failed("channel_not_found", gone=True))
    after = threads.get(thread.id).channel
    assert (after.step, after.channel_id) == ("anchoring", None)


def test_what_was_shown_before_keeps_its_place(thread: Thread) -> None:
    to_inbox(thread)
    assert Message.objects.get().shadow.channel_id == CHANNEL


def test_a_conversation_that_is_not_there_is_not_moved() -> None:
    with pytest.raises(NotFound):
        places.move("0" * 24, True, TOKEN, NOON)
    assert outbox.claim("relay", NOON, TIMING.lease) is None


def test_a_leased_conversation_may_be_moved(thread: Thread) -> None:
    received(now=later(1))
    leased("relay", later(1))
    assert move(thread, own=False).channel.step == "anchoring"
