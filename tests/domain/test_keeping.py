"""A conversation's place is made to look as it should, once for many changes, and rests with it."""

from datetime import datetime, timedelta

import pytest

from domain import outbox
from domain.model import Contact, Message, Thread
from domain.outbox import Claim
from domain.services import channels, consent, stale, summaries, threads
from domain.services.channels import Furnish, Introduce, OpenChannel, Reopen, keeping, leaving
from domain.services.channels.keeping import Step
from domain.services.channels.steps import Keep, Report
from domain.services.consent import Statement
from domain.services.desk import conversations
from domain.services.people import contacts
from domain.values import (
    Archive,
    Card,
    Failed,
    Pin,
    Place,
    Postponed,
    Renew,
    Retitle,
    Unclear,
)
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    CHANNEL,
    CUSTOMER,
    STRANGER,
    TIMING,
    TOKEN,
    answered,
    conversation,
    later,
    race,
    received,
)

pytestmark = pytest.mark.usefixtures("db")
HOME = Place(CHANNEL, None, "sms-x")


def settled(place: dict[str, str] | None = None) -> Thread:
    """A conversation whose place is as it should be, in its own channel unless said otherwise."""
    made = conversation()
    fields = {"channel.cardTs": "1.5"} | {f"channel.{k}": v for k, v in (place or {}).items()}
    Thread._get_collection().update_one({"_id": made.id}, {"$set": fields})
    Message._get_collection().update_many({}, {"$set": {"effects": {"state": "done"}}})
    ask(made)
    bring_up_to_date()
    return threads.get(made.id)


def ask(thread: Thread) -> None:
    """Something about it has changed."""
    stale.with_people([thread.contact_id], NOON)


def claimed(now: datetime = NOON) -> Claim:
    """The conversation whose upkeep is due: there must be one."""
    claim = keeping.claim(now, TIMING.lease)
    assert claim is not None
    return claim


def step_at(now: datetime = NOON, *, archives: bool = True) -> Step | None:
    """What a worker does next, if anything is due."""
    claim = keeping.claim(now, TIMING.lease)
    if claim is None:
        return None
    step = keeping.next_step(claim, now, archives=archives)
    outbox.release(claim)
    return step


def keep_at(now: datetime = NOON) -> Keep:
    """The next step, which is something done to the place."""
    step = step_at(now)
    assert isinstance(step, Keep)
    return step


def bring_up_to_date(now: datetime = NOON) -> list[str]:
    """All that is left to do is done; what it was."""
    done = []
    while isinstance(step := step_at(now), Keep):
        keeping.kept(step, None, now)
        done.append(type(step.deed).__name__)
    assert step is None
    return done


def due() -> datetime | None:
    return keeping.earliest()


def close(thread: Thread, now: datetime = NOON) -> None:
    conversations.set_status(thread.id, "closed", None, TOKEN, now)


def resting(thread: Thread) -> Thread:
    """Its channel is archived."""
    close(thread)
    bring_up_to_date()
    return threads.get(thread.id)


def test_a_new_place_is_brought_up_to_date_step_by_step() -> None:
    made = conversation()
    Thread.objects(id=made.id).update(set__channel__card_ts="1.5")
    ask(made)
    assert bring_up_to_date() == ["Renew", "Retitle", "Pin"]
    assert due() is None


def test_what_looks_as_it_should_is_left_alone() -> None:
    ask(settled())
    assert bring_up_to_date() == []


def test_many_changes_are_one_call_each() -> None:
    thread = settled()
    conversations.assign(thread.id, AGENT, TOKEN, NOON)
    contacts.update(thread.contact_id, {"firstName": "Jane", "tags": ["vip"]}, NOON)
    consent.record("x", CUSTOMER, Statement("opt_in", "api", NOON), NOON)
    step = keep_at()
    assert isinstance(step.deed, Renew)
    card = step.deed.card
    assert (card.name, card.assignee, card.tags) == ("Jane", "Ann Agent", ("vip",))
    assert (card.consent, card.consent_at) == ("agreed to texts", NOON)
    assert bring_up_to_date() == ["Renew", "Retitle"]


def test_what_the_topic_does_not_say_leaves_it_alone() -> None:
    thread = settled()
    conversations.set_mode(thread.id, "internal", TOKEN, NOON)
    assert bring_up_to_date() == ["Renew"]


def test_an_inbox_thread_has_a_card_and_neither_topic_nor_pin() -> None:
    thread = settled({"threadTs": "5.5", "cardTs": "5.5"})
    conversations.assign(thread.id, AGENT, TOKEN, NOON)
    step = keep_at()
    assert (step.place.thread_ts, isinstance(step.deed, Renew)) == ("5.5", True)
    close(thread)
    assert bring_up_to_date() == ["Renew"]


def test_a_channel_from_before_there_were_cards_gets_one() -> None:
    ask(conversation())
    step = step_at()
    assert isinstance(step, Introduce)
    assert step.place == HOME


def test_one_that_has_no_place_is_not_given_one_by_a_change() -> None:
    message = received()
    ask(threads.get(message.thread_id))
    assert step_at() is None
    assert due() is None


def test_what_changes_meanwhile_is_looked_at_again() -> None:
    thread = settled()
    conversations.assign(thread.id, AGENT, TOKEN, NOON)
    claim = claimed()
    step = keeping.next_step(claim, NOON, archives=True)
    assert isinstance(step, Keep)
    contacts.update(thread.contact_id, {"firstName": "Jane"}, NOON)
    keeping.kept(step, None, NOON)
    outbox.release(claim)
    step = keep_at()
    assert isinstance(step.deed, Renew)
    assert step.deed.card.name == "Jane"


def test_what_is_asked_while_nothing_is_left_to_do_stays_due() -> None:
    thread = settled()
    ask(thread)
    read = threads.get(thread.id)
    ask(thread)
    keeping._finish(read)
    assert due() == NOON


def test_while_somebody_is_at_the_place_nobody_else_is() -> None:
    ask(settled())
    assert claimed().slot == "relay"
    assert keeping.claim(NOON, TIMING.lease) is None
    received(now=NOON)
    assert outbox.claim("relay", NOON, TIMING.lease) is None
    assert keeping.claim(NOON + TIMING.lease, TIMING.lease)


def test_of_many_workers_one_takes_it() -> None:
    ask(settled())
    found = race(*[lambda: keeping.claim(NOON, TIMING.lease)] * 4)
    assert len([one for one in found if one]) == 1


def test_a_call_that_must_wait_lets_the_place_rest() -> None:
    thread = settled()
    conversations.assign(thread.id, AGENT, TOKEN, NOON)
    claim = claimed()
    keeping.rest(claim, Postponed("ratelimited", 30), NOON, TIMING.lease)
    outbox.release(claim)
    assert due() == later(30)
    assert step_at(later(29)) is None
    assert isinstance(step_at(later(30)), Keep)


def test_an_unclear_outcome_waits_for_the_end_of_the_lease() -> None:
    ask(settled())
    keeping.rest(claimed(), Unclear("timeout"), NOON, TIMING.lease)
    assert due() == NOON + TIMING.lease


@pytest.mark.parametrize("code", ["cant_update_message", "msg_too_long", "restricted_action"])
def test_what_is_refused_for_good_is_not_tried_again(code: str) -> None:
    thread = settled()
    conversations.assign(thread.id, AGENT, TOKEN, NOON)
    while isinstance(step := step_at(), Keep):
        keeping.kept(step, Failed(code), NOON)
    assert (step, due()) == (None, None)


def test_a_card_that_was_deleted_is_posted_again() -> None:
    thread = settled()
    conversations.assign(thread.id, AGENT, TOKEN, NOON)
    keeping.kept(keep_at(), Failed("message_not_found"), NOON)
    assert isinstance(step_at(), Introduce)


def test_a_deleted_head_in_the_inbox_is_not_posted_again() -> None:
    thread = settled({"threadTs": "5.5", "cardTs": "5.5"})
    conversations.assign(thread.id, AGENT, TOKEN, NOON)
    keeping.kept(keep_at(), Failed("message_not_found"), NOON)
    assert step_at() is None


def test_a_place_that_is_gone_is_left_and_told_of() -> None:
    thread = settled()
    conversations.assign(thread.id, AGENT, TOKEN, NOON)
    keeping.kept(keep_at(), Failed("channel_not_found", gone=True), NOON)
    step = step_at()
    assert isinstance(step, Report)
    assert "I cannot reach #sms-x" in step.remark.text
    assert threads.get(thread.id).channel.channel_id is None


def test_a_channel_that_was_found_archived_closes_its_conversation() -> None:
    thread = settled()
    conversations.assign(thread.id, AGENT, TOKEN, NOON)
    keeping.kept(keep_at(), Failed("is_archived", gone=True), NOON)
    after = threads.get(thread.id)
    assert (after.status, after.channel.step, step_at()) == ("closed", "archived", None)


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


def test_a_conversation_that_was_erased_meanwhile_is_no_trouble() -> None:
    ask(settled())
    claim = claimed()
    Thread.objects.delete()
    Contact.objects.delete()
    assert keeping.next_step(claim, NOON, archives=True) is None


@pytest.mark.parametrize("deed", [Pin("1.5"), Retitle(Card("t", "n", "p", "s", True))])
def test_what_was_kept_in_a_place_that_was_left_since_says_nothing_of_the_new_one(
    deed: Pin | Retitle,
) -> None:
    thread = conversation()
    keeping.kept(Keep(thread.id, Place("C_OLD"), deed), None, NOON)
    after = threads.get(thread.id).channel
    assert (after.pinned, after.topic) == (False, None)
