"""What came late is told once a workspace, in one post for all of a look."""

import pytest

from domain.model import Bulletin, Message
from domain.outbox import Claim
from domain.services import inbound, messages
from domain.services.recovery import bulletins
from domain.services.recovery.bulletins import MOST_NOES, PATIENCE, RARELY, Step, begin, rest
from domain.values import Failed, Latecomers, Place, Postponed, Shown, Unclear
from tests.clock import NOON
from tests.domain.build import (
    CHANNEL,
    CUSTOMER,
    OURS,
    POLICY,
    STRANGER,
    TIMING,
    conversation,
    furnished,
    later,
    text_in,
)

pytestmark = pytest.mark.usefixtures("db")
INBOX = Place("C0INBOX")
LEASE = TIMING.lease


def late(body: str = "Hello?", sender: str = CUSTOMER, seconds: float = 1) -> Message:
    """A text that was sent an hour ago and is found now."""
    text = text_in(body, sender=sender, sent_at=later(hours=-1))
    found = inbound.receive(text, later(seconds), POLICY)
    message: Message = Message.objects(id=found.message_id).get()
    return message


def held(now: float = 10) -> Claim:
    claim = bulletins.claim(later(now), LEASE)
    assert claim
    return claim


def told(claim: Claim, *senders: str, now: float = 10) -> Latecomers | Postponed | None:
    step = bulletins.next_step(claim, INBOX, senders, later(now))
    return step.what if isinstance(step, Step) else step


def test_where_nothing_came_late_nothing_is_told() -> None:
    conversation()
    assert begin(NOON, [""], later(10)) == NOON
    assert Bulletin.objects.count() == 0


def test_each_conversation_has_its_line_with_the_first_moment() -> None:
    conversation()
    late("one"), late("two", seconds=2)
    furnished(Message.objects.first().thread_id)
    assert begin(NOON, [""], later(10)) == later(10)
    what = told(held())
    assert isinstance(what, Latecomers)
    assert what.count == 2
    (line,) = what.talks
    assert (line.count, line.at, line.place) == (2, later(hours=-1), Place(CHANNEL, None, "sms-x"))


def test_it_waits_a_while_for_the_texts_to_be_shown() -> None:
    late()
    begin(NOON, [""], later(10))
    claim = held()
    assert isinstance(told(claim), Postponed)
    assert isinstance(told(claim, now=10 + PATIENCE.total_seconds()), Latecomers)


def test_a_workspace_hears_of_its_own_senders_only() -> None:
    late()
    begin(NOON, ["T1"], later(10))
    assert told(held(), "+17605550199") is None
    assert isinstance(told(held(100), OURS, now=100), Latecomers)


def test_what_is_begun_twice_is_one() -> None:
    late()
    assert begin(NOON, [""], later(10)) == later(10)
    late("later", STRANGER, seconds=15)
    assert begin(NOON, [""], later(20)) == later(10)
    assert Bulletin.objects.count() == 1
    assert begin(later(10), [""], later(20)) == later(20)
    assert Bulletin.objects.count() == 2


def test_after_an_unclear_try_it_is_looked_for_where_it_was_tried() -> None:
    late()
    begin(NOON, [""], later(10))
    claim = held(100)
    step = bulletins.next_step(claim, INBOX, (), later(100))
    assert isinstance(step, Step)
    assert bulletins.trying(claim, step, later(100))
    rest(claim, Unclear("timeout"), later(100), LEASE)
    again = bulletins.next_step(held(200), Place("C0OTHER"), (), later(200))
    assert isinstance(again, Step)
    assert (again.since, again.place.channel_id) == (later(100), INBOX.channel_id)


def test_who_lost_the_lease_does_not_post() -> None:
    late()
    begin(NOON, [""], later(10))
    first = held()
    held(10 + LEASE.total_seconds())
    step = Step(INBOX, "k", Latecomers(1, ()))
    assert not bulletins.trying(first, step, later(60))
    assert bulletins.renew(first, later(60), LEASE) is None


def test_once_posted_it_is_done() -> None:
    late()
    begin(NOON, [""], later(10))
    rest(held(), Shown("1.1"), later(10), LEASE)
    assert Bulletin.objects.get().ts == "1.1"
    assert bulletins.earliest() is None


def test_a_chat_that_never_takes_it_is_given_up() -> None:
    late()
    begin(NOON, [""], later(10))
    for turn in range(MOST_NOES + 1):
        now = 10 + turn * RARELY.total_seconds()
        rest(held(now), Failed("restricted_action"), later(now), LEASE)
    assert bulletins.earliest() is None


def test_the_reply_window_begins_when_they_wrote() -> None:
    thread = conversation(now=later(hours=-3))
    late()
    assert messages.last_inbound_at(thread.id) == later(hours=-1)


def test_what_came_in_time_since_then_counts_for_the_reply_window() -> None:
    thread = conversation(now=later(minutes=-5))
    late()
    assert messages.last_inbound_at(thread.id) == later(minutes=-5)
