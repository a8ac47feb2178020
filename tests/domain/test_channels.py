"""Where a conversation lives: a channel of its own, found again after a crash, or the inbox."""

from datetime import datetime

import pytest

from domain import outbox
from domain.model import Contact, Thread
from domain.rules.naming import MOST_TRIES
from domain.services import channels, relay, threads
from domain.services.channels import (
    Anchor,
    ChannelStep,
    Furnish,
    Introduce,
    OpenChannel,
)
from domain.services.relay import Say
from domain.values import Failed, Opened, Place, Postponed, Shown, Unclear
from tests.clock import NOON
from tests.domain.build import CUSTOMER, OURS, STRANGER, TIMING, later, leased, received

pytestmark = pytest.mark.usefixtures("db")
INBOX = Place("C0", None, "sms-inbox")
TAKEN = Failed("name_taken")


@pytest.fixture
def thread() -> Thread:
    """A customer has just written for the first time."""
    received()
    Contact.objects.update(set__first_name="Jane", set__last_name="Doe")
    found: Thread = Thread.objects.get()
    return found


def step_at(now: datetime = NOON) -> relay.Step | None:
    """What a worker does next for the one conversation."""
    claim = leased("relay", now)
    step = relay.next_step(claim, now)
    outbox.release(claim)
    return step


def opening() -> OpenChannel:
    """The next step, which is to make the channel."""
    step = step_at()
    assert isinstance(step, OpenChannel)
    return step


def own_channel(thread: Thread, name: str = "sms-jane-doe-0111") -> Furnish:
    """The channel was made; the next step is to furnish it."""
    channels.opened(opening(), Opened(Place("C1", None, name)))
    step = step_at()
    assert isinstance(step, Furnish)
    return step


def ready(thread: Thread, outcome: Failed | None = None) -> Place | None:
    """The channel is furnished, its card is posted, and there is nothing else to tell."""
    channels.furnished(own_channel(thread), outcome)
    card = step_at()
    assert isinstance(card, Introduce)
    channels.introduced(card, Shown("1.5"))
    assert channels.next_step(threads.get(thread.id), NOON) is None
    return place(thread)


def in_inbox(thread: Thread) -> Anchor:
    """No channel is to be had; the next step is to begin in the inbox."""
    channels.to_inbox(thread.id)
    step = step_at()
    assert isinstance(step, Anchor)
    return step


def place(thread: Thread) -> Place | None:
    """Where its messages go now."""
    return channels.place_of(threads.get(thread.id))


def test_the_first_text_asks_for_a_channel_named_after_the_customer(thread: Thread) -> None:
    assert opening() == OpenChannel(thread.id, "sms-jane-doe-0111", adopt=False)
    assert place(thread) is None


def test_the_try_is_written_down_before_it_is_made(thread: Thread) -> None:
    opening()
    channel = threads.get(thread.id).channel
    assert (channel.step, channel.name, channel.tried_at) == (
        "naming",
        "sms-jane-doe-0111",
        NOON,
    )


def test_after_a_crash_the_channel_is_looked_for_first(thread: Thread) -> None:
    opening()
    assert opening() == OpenChannel(thread.id, "sms-jane-doe-0111", adopt=True)


def test_after_an_unclear_outcome_the_channel_is_looked_for_first(thread: Thread) -> None:
    channels.opened(opening(), Unclear("timeout"))
    assert opening().adopt


def test_a_channel_that_is_made_is_furnished_then_ready(thread: Thread) -> None:
    step = own_channel(thread)
    assert step.place == Place("C1", None, "sms-jane-doe-0111")
    assert place(thread) is None
    channels.furnished(step, None)
    card = step_at()
    assert isinstance(card, Introduce)
    assert (card.place, card.since, place(thread)) == (step.place, None, None)
    channels.introduced(card, Shown("1.5"))
    assert isinstance(step_at(), Say)
    assert place(thread) == Place("C1", None, "sms-jane-doe-0111")


def test_the_card_says_who_it_is_and_from_which_number(thread: Thread) -> None:
    card = own_channel(thread).card
    assert (card.thread_id, card.name) == (str(thread.id), "Jane Doe")
    assert (card.phone, card.sender) == (CUSTOMER, OURS)
    assert (card.own_channel, card.notice) == (True, None)


def test_the_card_warns_of_a_number_that_is_not_set_up() -> None:
    received(sender=STRANGER, recipient="+17605550199")
    card = own_channel(Thread.objects.get()).card
    assert card.notice == "This text came for a number that is not set up here."


def test_the_name_that_the_chat_gave_is_kept(thread: Thread) -> None:
    step = own_channel(thread, "sms-jane-doe-0111-changed")
    assert step.place.name == "sms-jane-doe-0111-changed"


def test_the_purpose_tells_our_channels_apart(thread: Thread) -> None:
    assert str(thread.id) in channels.purpose(thread.id)


def test_names_that_are_taken_are_followed_by_others(thread: Thread) -> None:
    tried = []
    for _ in range(4):
        step = opening()
        tried.append(step.name)
        channels.opened(step, TAKEN)
    assert tried == [f"sms-jane-doe-0111{end}" for end in ("", "-2", "-3", "-4")]


def test_a_new_name_is_not_looked_for_before_it_was_tried(thread: Thread) -> None:
    channels.opened(opening(), TAKEN)
    assert not opening().adopt


def test_when_all_names_are_taken_the_conversation_goes_to_the_inbox(thread: Thread) -> None:
    names = set()
    for _ in range(MOST_TRIES):
        step = opening()
        names.add(step.name)
        channels.opened(step, TAKEN)
    assert len(names) == MOST_TRIES
    assert isinstance(step_at(), Anchor)


@pytest.mark.parametrize(
    "outcome", [Postponed("ratelimited", 30), Failed("restricted_action"), Failed("max_channels")]
)
def test_what_does_not_allow_a_channel_leads_to_the_inbox(
    thread: Thread, outcome: Postponed | Failed
) -> None:
    channels.opened(opening(), outcome)
    step = step_at()
    assert isinstance(step, Anchor)
    assert (step.thread_id, step.since, step.card.own_channel) == (thread.id, None, False)


def test_a_chat_out_of_reach_is_tried_again_for_a_channel(thread: Thread) -> None:
    channels.opened(opening(), Postponed("connection refused"))
    step = opening()
    assert (step.name, step.adopt) == ("sms-jane-doe-0111", False)


@pytest.mark.parametrize("outcome", [None, Failed("cant_invite")])
def test_furniture_that_is_refused_for_good_does_not_keep_texts_waiting(
    thread: Thread, outcome: Failed | None
) -> None:
    assert ready(thread, outcome)


@pytest.mark.parametrize("outcome", [Postponed("ratelimited", 5), Unclear("timeout")])
def test_furniture_that_did_not_arrive_is_tried_again(
    thread: Thread, outcome: Postponed | Unclear
) -> None:
    step = own_channel(thread)
    channels.furnished(step, outcome)
    assert step_at() == step


def test_a_channel_that_vanished_before_it_was_furnished_is_made_anew(thread: Thread) -> None:
    channels.furnished(own_channel(thread), Failed("channel_not_found", gone=True))
    assert opening() == OpenChannel(thread.id, "sms-jane-doe-0111-2", adopt=False)


def test_a_conversation_in_the_inbox_has_a_thread_there(thread: Thread) -> None:
    channels.anchored(in_inbox(thread), Shown("5.5"), INBOX)
    assert isinstance(step_at(), Say)
    assert place(thread) == Place("C0", "5.5", None)
    found = threads.in_channel("C0", "5.5")
    assert found
    assert found.id == thread.id


def test_after_an_unclear_outcome_the_inbox_thread_is_looked_for_first(thread: Thread) -> None:
    channels.anchored(in_inbox(thread), Unclear("timeout"), INBOX)
    step = step_at()
    assert isinstance(step, Anchor)
    assert step.since == NOON


@pytest.mark.parametrize("outcome", [Postponed("ratelimited", 5), Failed("is_archived")])
def test_after_a_clear_no_the_inbox_thread_is_simply_tried_again(
    thread: Thread, outcome: Postponed | Failed
) -> None:
    channels.anchored(in_inbox(thread), outcome, INBOX)
    step = step_at()
    assert isinstance(step, Anchor)
    assert step.since is None


def test_two_conversations_share_the_inbox(thread: Thread) -> None:
    channels.anchored(in_inbox(thread), Shown("5.5"), INBOX)
    other = threads.get(received(sender=STRANGER).thread_id)
    channels.anchored(
        Anchor(other.id, channels.card_of(other, own_channel=False), None), Shown("6.6"), INBOX
    )
    assert [
        found and found.phone
        for found in (
            threads.in_channel("C0", "5.5"),
            threads.in_channel("C0", "6.6"),
            threads.in_channel("C0", None),
        )
    ] == [CUSTOMER, STRANGER, None]


def test_a_place_that_is_gone_is_replaced_by_a_new_channel(thread: Thread) -> None:
    ready(thread)
    channels.lost(thread.id, Place("C1"))
    assert place(thread) is None
    assert threads.in_channel("C1", None) is None
    assert opening() == OpenChannel(thread.id, "sms-jane-doe-0111-2", adopt=False)


def test_an_inbox_thread_that_is_gone_is_replaced(thread: Thread) -> None:
    channels.anchored(in_inbox(thread), Shown("5.5"), INBOX)
    channels.lost(thread.id, Place("C0", "5.5"))
    channels.opened(opening(), Opened(Place("C2", None, "sms-jane-doe-0111-2")))
    step = step_at()
    assert isinstance(step, Furnish)
    assert step.place == Place("C2", None, "sms-jane-doe-0111-2")


def test_a_place_that_is_lost_again_and_again_ends_in_the_inbox(thread: Thread) -> None:
    for _ in range(MOST_TRIES):
        Thread.objects.update(set__channel__step="ready", set__channel__channel_id="C1")
        channels.lost(thread.id, Place("C1"))
    assert isinstance(step_at(), Anchor)
    assert threads.get(thread.id).channel.channel_id is None


def test_where_a_conversation_lives_is_a_change_that_a_person_could_see(thread: Thread) -> None:
    before = threads.get(thread.id).rev
    own_channel(thread)
    assert threads.get(thread.id).rev == before + 1


@pytest.mark.parametrize(
    ("step", "outcome", "expected"),
    [
        ("open", Opened(Place("C1")), False),
        ("open", TAKEN, False),
        ("open", Failed("restricted_action"), False),
        ("open", Postponed("ratelimited", 30), False),
        ("open", Postponed("connection refused"), True),
        ("open", Unclear("timeout"), True),
        ("furnish", None, False),
        ("furnish", Failed("cant_invite"), False),
        ("furnish", Postponed("ratelimited", 30), True),
        ("furnish", Unclear("timeout"), True),
        ("anchor", Shown("1.1"), False),
        ("anchor", Failed("is_archived"), True),
        ("anchor", Postponed("ratelimited", 30), True),
        ("anchor", Unclear("timeout"), True),
    ],
)
def test_what_settled_nothing_lets_the_conversation_rest(
    thread: Thread, step: str, outcome: object, expected: bool
) -> None:
    card = channels.card_of(thread, own_channel=True)
    steps: dict[str, ChannelStep] = {
        "open": OpenChannel(thread.id, "x", adopt=False),
        "furnish": Furnish(thread.id, Place("C1"), card),
        "anchor": Anchor(thread.id, card, None),
    }
    assert channels.waits(steps[step], outcome) is expected


def test_while_the_conversation_rests_nobody_tries(thread: Thread) -> None:
    opening()
    relay.rest_thread(thread.id, Unclear("timeout"), NOON, TIMING.lease)
    assert outbox.claim("relay", later(44), TIMING.lease) is None
    assert isinstance(step_at(NOON + TIMING.lease), OpenChannel)


def test_somebody_without_a_contact_is_called_by_their_number(thread: Thread) -> None:
    Contact.objects.delete()
    assert channels.person_of(thread) == CUSTOMER
