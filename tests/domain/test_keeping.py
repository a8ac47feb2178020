"""A conversation's place is made to look as it should, once for many changes, and rests with it."""

import pytest

from domain import outbox
from domain.model import Contact, Thread
from domain.services import consent, threads
from domain.services.channels import Introduce, keeping
from domain.services.channels.steps import Keep, Report
from domain.services.consent import Statement
from domain.services.desk import conversations
from domain.services.people import contacts
from domain.values import (
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
    TIMING,
    TOKEN,
    conversation,
    later,
    race,
    received,
)
from tests.domain.keep import ask, bring_up_to_date, claimed, close, due, keep_at, settled, step_at

pytestmark = pytest.mark.usefixtures("db")
HOME = Place(CHANNEL, None, "sms-x")


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
