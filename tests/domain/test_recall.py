"""An answer is edited or deleted while a call for it is under way, and the call then fails."""

import pytest

from domain import outbox
from domain.errors import Conflict
from domain.model import Message
from domain.policy import Timing
from domain.rules.status import MessageStatus
from domain.services import corrections, dispatch, edits, unclear
from domain.services.dispatch import Look, Send
from domain.services.edits import PERHAPS_TOO_LATE
from domain.values import OutgoingText, Postponed, SmsOutcome, Unclear
from tests.clock import NOON
from tests.domain.build import (
    POLICY,
    TIMING,
    accepted_as,
    answered,
    conversation,
    fresh,
    later,
    leased,
    leaving,
    new_sid,
    person,
    race,
    said,
)

pytestmark = pytest.mark.usefixtures("db")
HELD_UNTIL = NOON + POLICY.hold
BUSY = Postponed("ratelimited", 5)


def calling() -> tuple[Message, Send]:
    """An answer whose call is under way."""
    conversation()
    person()
    message = answered("Hi there")
    return message, leaving(HELD_UNTIL)


def edited(text: str, number: int = 1) -> Message | None:
    """Its author changes it during the call."""
    stamp = f"{later(6 + number).timestamp():.6f}"
    return edits.edit(said(text, edited_ts=stamp), later(6 + number), POLICY, TIMING)


def deleted() -> Message | None:
    """Its author deletes it during the call."""
    return edits.retract(said("Hi there"), later(7), POLICY, TIMING)


def afterwards(message: Message, send: Send, outcome: SmsOutcome) -> str | None:
    """The body of the next attempt after that outcome; None when there is none."""
    dispatch.record(send, outcome, HELD_UNTIL, TIMING)
    for seconds in (60, 61):
        claim = outbox.claim("dispatch", later(seconds), TIMING.lease)
        step = claim and dispatch.next_step(claim, later(seconds), POLICY, TIMING)
        if claim:
            outbox.release(claim)
        if isinstance(step, Send):
            return step.text.body
    return None


def test_a_deletion_counts_when_the_call_failed_for_sure() -> None:
    message, send = calling()
    deleted()
    assert afterwards(message, send, BUSY) is None
    assert fresh(message).status == MessageStatus.CANCELED


def test_an_edit_counts_when_the_call_failed_for_sure() -> None:
    message, send = calling()
    edited("Hi again")
    assert afterwards(message, send, BUSY) == "Hi again"


def test_the_newest_edit_counts_in_any_order_of_arrival() -> None:
    message, send = calling()
    for text, number in (("second", 2), ("first", 1)):
        edited(text, number)
    assert afterwards(message, send, BUSY) == "second"


def test_a_deletion_is_final_whatever_is_edited_later() -> None:
    message, send = calling()
    deleted()
    edited("but no", 9)
    assert afterwards(message, send, BUSY) is None


def test_an_edit_that_cannot_be_a_text_calls_it_back() -> None:
    message, send = calling()
    edited(" ")
    assert afterwards(message, send, BUSY) is None


def test_the_agent_hears_that_it_is_in_doubt() -> None:
    message, _ = calling()
    deleted()
    assert [notice.text for notice in fresh(message).notices] == [PERHAPS_TOO_LATE]


def test_what_left_after_all_stays_as_it_left() -> None:
    message, send = calling()
    edited("Hi again")
    assert afterwards(message, send, accepted_as(new_sid())) is None
    assert (fresh(message).body, fresh(message).status) == ("Hi there", MessageStatus.QUEUED)


def test_what_was_deleted_is_not_sent_once_more_after_fruitless_looks() -> None:
    message, send = calling()
    dispatch.record(send, Unclear("timeout"), HELD_UNTIL, TIMING)
    deleted()
    look = Look(str(message.id), message.to)
    unclear.resolve(look, [], later(100), Timing(looks=(TIMING.looks[0],)))
    claim = leased("dispatch", later(101))
    assert dispatch.next_step(claim, later(101), POLICY, TIMING) is None
    assert fresh(message).status == MessageStatus.CANCELED


def test_an_edit_after_the_failed_call_is_newer_than_the_one_during_it() -> None:
    _, send = calling()
    edited("during", 1)
    dispatch.record(send, BUSY, HELD_UNTIL, TIMING)
    edited("after", 2)
    claim = leased("dispatch", later(60))
    step = dispatch.next_step(claim, later(60), POLICY, TIMING)
    step = step or dispatch.next_step(claim, later(60), POLICY, TIMING)
    assert isinstance(step, Send)
    assert step.text.body == "after"


@pytest.mark.parametrize("number", range(5))
def test_a_deletion_at_the_very_moment_of_failure_counts(number: int) -> None:
    message, send = calling()
    race(deleted, lambda: dispatch.record(send, BUSY, HELD_UNTIL, TIMING))
    assert afterwards(message, send, BUSY) is None
    assert fresh(message).status == MessageStatus.CANCELED


@pytest.mark.parametrize("number", range(5))
def test_an_edit_at_the_very_moment_of_failure_counts(number: int) -> None:
    message, send = calling()
    race(lambda: edited("Hi again"), lambda: dispatch.record(send, BUSY, HELD_UNTIL, TIMING))
    assert afterwards(message, send, BUSY) == "Hi again"


def test_an_edit_back_during_the_call_is_the_newest_wish() -> None:
    message, send = calling()
    edited("Hi again", 1)
    edited("Hi there", 2)
    assert afterwards(message, send, BUSY) == "Hi there"
    assert len(fresh(message).notices) == 1


def test_an_edit_after_one_that_could_be_no_text_counts() -> None:
    message, send = calling()
    edited(" ", 1)
    edited("Hi again", 2)
    assert afterwards(message, send, BUSY) == "Hi again"


def test_a_form_that_offers_a_correction_knows_when_it_was_heeded_after_all() -> None:
    message, send = calling()
    edited("Hi again")
    assert afterwards(message, send, BUSY) == "Hi again"
    dispatch.record(leaving_again(message), accepted_as(new_sid()), later(62), TIMING)
    with pytest.raises(Conflict) as told:
        corrections.wanted(message.id, POLICY)
    assert told.value.message == corrections.NOTHING


def leaving_again(message: Message) -> Send:
    """The call that is under way for it now."""
    text = OutgoingText(str(message.id), message.to, "Hi again", None, None)
    lease = fresh(message).dispatch
    assert lease
    return Send(text, lease.lease_id or "", later(100))
