"""Editing and deleting an answer: while it is held it counts, later it is answered, once."""

from functools import partial
from typing import Any

import pytest

from domain.model import Message
from domain.services import dispatch, edits, outbound, relay
from domain.services.edits import NOT_SENT, PERHAPS_TOO_LATE, TOO_LATE
from domain.services.outbound import Answer
from domain.values import Rejected
from tests.clock import NOON
from tests.domain.build import (
    BAD_NUMBER,
    POLICY,
    TIMING,
    accepted_as,
    answered,
    conversation,
    due,
    fresh,
    later,
    leased,
    leaving,
    new_sid,
    race,
    received,
    said,
    statuses,
)

pytestmark = pytest.mark.usefixtures("db")
HELD_UNTIL = NOON + POLICY.hold


def edit(text: str, number: int = 1, **changes: Any) -> Message:
    """The answer of noon is edited, for the numberth time, so many seconds later."""
    said_now = _edited(text, number, **changes)
    message = edits.edit(said_now, later(number), POLICY, TIMING)
    assert message
    return message


def _edited(text: str, number: int, **changes: Any) -> Answer:
    return said(text, edited_ts=f"{later(number).timestamp():.6f}", **changes)


def retract(text: str = "Hi there", seconds: float = 1) -> Message:
    """The answer of noon is deleted."""
    message = edits.retract(said(text), later(seconds), POLICY, TIMING)
    assert message
    return message


def sent() -> Message:
    """The answer of noon has been handed to the carrier."""
    message = answered()
    dispatch.record(leaving(HELD_UNTIL), accepted_as(new_sid()), HELD_UNTIL, TIMING)
    return message


def told(message: Message) -> list[str]:
    """What its author is to be told."""
    return [notice.text for notice in fresh(message).notices]


def test_an_edit_changes_what_will_leave() -> None:
    conversation()
    answered("Hi")
    message = edit("ẞee you", 1)
    assert (message.body, message.encoding) == ("ẞee you", "UCS2")
    assert (message.status, due(message, "dispatch")) == ("held", HELD_UNTIL)
    assert leaving(HELD_UNTIL).text.body == "ẞee you"


def test_edits_that_arrive_in_the_wrong_order_end_with_the_newest() -> None:
    conversation()
    answered("one")
    edit("three", 3)
    edit("two", 2)
    assert edit("three", 3).body == "three"


def test_an_edit_back_to_the_original_is_the_newest_all_the_same() -> None:
    conversation()
    message = answered("right")
    edit("right", 3)
    edit("wrong", 2)
    assert fresh(message).body == "right"


def test_edits_at_once_end_with_the_newest() -> None:
    conversation()
    message = answered("0")
    wordings = [_edited(str(number), number) for number in range(1, 7)]
    race(*[partial(edits.edit, one, later(1), POLICY, TIMING) for one in wordings])
    assert fresh(message).body == "6"
    assert told(message) == []


def test_an_edit_that_overtakes_its_original_is_the_answer() -> None:
    conversation()
    early = edit("corrected", 1)
    late = answered("original")
    assert late.id == early.id
    assert (late.body, late.status) == ("corrected", "held")


def test_a_deletion_that_overtakes_its_original_is_final() -> None:
    conversation()
    early = retract()
    assert answered().id == early.id
    assert (fresh(early).status, due(early, "dispatch")) == ("canceled", None)
    assert Message.objects(direction="outbound").count() == 1


def test_a_deletion_that_overtakes_its_original_says_nothing_in_the_chat() -> None:
    conversation()
    received("STOP", now=later(1))
    message = edits.retract(said("", later(2)), later(3), POLICY, TIMING)
    assert message
    assert (told(message), message.error_message) == ([], None)
    assert relay.next_step(leased("relay", later(3)), later(3)) is not None  # the STOP itself
    assert statuses(message) == ["canceled"]


def test_an_edit_of_what_was_deleted_does_not_bring_it_back() -> None:
    conversation()
    answered()
    retract()
    message = edit("again", 2)
    assert (message.status, message.body, told(message)) == ("canceled", "Hi there", [])


def test_deleting_a_held_answer_calls_it_back() -> None:
    conversation()
    answered()
    message = retract()
    assert (message.status, due(message, "dispatch")) == ("canceled", None)
    assert told(message) == []


def test_deleting_twice_is_deleting_once() -> None:
    conversation()
    answered()
    retract()
    assert statuses(retract(seconds=2)) == ["held", "canceled"]


def test_an_edit_after_it_left_is_told_once() -> None:
    conversation()
    message = sent()
    edit("too late", 7)
    edit("too late", 7)
    assert told(message) == [TOO_LATE]
    assert fresh(message).body == "Hi there"


def test_an_edit_that_adds_a_file_after_it_left_is_told_too() -> None:
    conversation()
    message = sent()
    edit("Hi there", 7, objection=("MEDIA_REJECTED", "Files cannot be sent yet."))
    assert told(message) == [TOO_LATE]
    assert fresh(message).twilio_sid


def test_every_further_edit_after_it_left_is_told() -> None:
    conversation()
    message = sent()
    edit("too late", 7)
    edit("much too late", 8)
    assert told(message) == [TOO_LATE, TOO_LATE]


def test_a_deletion_after_it_left_is_told_once() -> None:
    conversation()
    message = sent()
    retract(seconds=7)
    retract(seconds=8)
    assert told(message) == [TOO_LATE]
    assert [notice.key for notice in fresh(message).notices] == ["edit:gone"]
    assert fresh(message).twilio_sid


def test_an_edit_while_the_call_is_under_way_is_too_late() -> None:
    conversation()
    message = answered()
    leaving(HELD_UNTIL)
    edit("too late", 6)
    assert (fresh(message).body, told(message)) == ("Hi there", [PERHAPS_TOO_LATE])


def test_what_is_told_asks_to_be_shown() -> None:
    conversation()
    message = sent()
    edit("too late", 7)
    assert due(message, "relay") == later(7)


def test_an_edit_that_changes_no_word_is_no_news() -> None:
    conversation()
    message = sent()
    edit("Hi there", 7)
    assert told(message) == []


def test_an_edit_of_a_refusal_says_how_to_send_it() -> None:
    conversation()
    message = answered("")
    edit("something", 1)
    assert fresh(message).status == "refused"
    assert told(message)[1:] == [NOT_SENT]


def test_an_edit_of_what_failed_does_not_claim_that_it_was_received() -> None:
    conversation()
    message = answered()
    dispatch.record(leaving(HELD_UNTIL), Rejected(21211, BAD_NUMBER), HELD_UNTIL, TIMING)
    edit("another try", 7)
    assert told(message) == [NOT_SENT]


def test_deleting_what_was_refused_or_failed_is_no_news() -> None:
    conversation()
    message = answered()
    dispatch.record(leaving(HELD_UNTIL), Rejected(21211, BAD_NUMBER), HELD_UNTIL, TIMING)
    retract(seconds=7)
    assert told(message) == []


@pytest.mark.parametrize("text", ["", "x" * 1601])
def test_an_edit_into_what_cannot_be_a_text_withdraws_it(text: str) -> None:
    conversation()
    answered()
    message = edit(text, 1)
    assert (message.status, due(message, "dispatch")) == ("refused", None)
    assert told(message)[0].startswith("Not sent.")


def test_an_edit_that_adds_a_file_withdraws_it() -> None:
    conversation()
    answered("Hi")
    message = edit("Hi!", 1, objection=("MEDIA_REJECTED", "Files cannot be sent yet."))
    assert message.decision
    assert (message.status, message.decision.code) == ("refused", "MEDIA_REJECTED")
    assert told(message) == ["Not sent. Files cannot be sent yet."]


def test_an_edit_changes_an_answer_that_waits_for_a_click() -> None:
    conversation()
    outbound.answer(said(), later(120), POLICY, TIMING)
    message = edits.edit(_edited("better", 121), later(121), POLICY, TIMING)
    assert message
    assert (message.body, message.status, due(message, "dispatch")) == ("better", "held", None)


def test_an_edit_and_leaving_at_once_is_exactly_one_of_them() -> None:
    conversation()
    message = answered("old")
    claim = leased("dispatch", HELD_UNTIL)
    race(
        lambda: edits.edit(_edited("new", 4), HELD_UNTIL, POLICY, TIMING),
        lambda: dispatch.next_step(claim, HELD_UNTIL, POLICY, TIMING),
    )
    found = fresh(message)
    assert found.status == "sending"
    assert (found.body, told(message)) in [("new", []), ("old", [TOO_LATE])]
