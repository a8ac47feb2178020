"""A text that the gate puts off: it waits, is told, and can be stopped like any other."""

from datetime import datetime
from typing import Any

import pytest

from domain import outbox
from domain.model import Message
from domain.rules.gate import Verdict
from domain.services import (
    consent,
    decisions,
    deferral,
    dispatch,
    edits,
    messages,
    outbound,
    reports,
)
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    STRANGER,
    TIMING,
    answered,
    callback,
    due,
    fresh,
    later,
    leased,
    queued,
    received,
    said,
    statuses,
)
from tests.domain.nights import MORNING, agreed, jane, leaves, talk

pytestmark = pytest.mark.usefixtures("db")
OPENING = MORNING


def wait(at: datetime = OPENING, reason: str = "quiet_hours", **changes: Any) -> Verdict:
    told = "It is 9:01 PM for them."
    return Verdict(False, (reason,), "QUIET_HOURS", told, earliest=at, **changes)


def put_off(message: Message, verdict: Verdict | None = None, at: datetime = NOON) -> Message:
    waiting = deferral.put_off(fresh(message), verdict or wait(), at, {}, POLICY)
    assert waiting
    return waiting


def test_it_waits_as_a_scheduled_text_does() -> None:
    received()
    jane()
    text = put_off(queued())
    assert (text.status, text.send_at, due(text, "dispatch")) == ("scheduled", OPENING, OPENING)
    assert statuses(text) == ["queued", "scheduled"]
    assert (text.error_message, due(text, "relay")) == (None, NOON)


def test_every_word_of_the_gate_is_kept_and_the_same_again_only_moves_its_moment() -> None:
    """Row: §1.1"""
    received()
    jane()
    text = put_off(queued())
    text = put_off(text, at=later(60))
    text = put_off(text, wait(later(hours=44)), at=later(90))
    kept = [(one.allowed, one.earliest, one.at) for one in text.decisions]
    assert kept == [
        (True, None, NOON),
        (False, OPENING, later(60)),
        (False, later(hours=44), later(90)),
    ]
    assert text.decision
    assert text.decision.earliest == later(hours=44)
    assert decisions.put_off(text)


def test_a_text_as_it_was_before_decisions_were_kept_begins_its_list() -> None:
    received()
    jane()
    text = queued()
    Message._get_collection().update_one({"_id": text.id}, {"$unset": {"decisions": ""}})
    assert [one.allowed for one in put_off(text).decisions] == [False]


def test_what_was_called_back_meanwhile_is_not_put_off() -> None:
    received()
    jane()
    text = queued()
    outbound.cancel(text.id, NOON)
    assert deferral.put_off(text, wait(), NOON, {}, POLICY) is None
    assert fresh(text).status == "canceled"


def test_texts_behind_it_go_on() -> None:
    received()
    jane()
    first, second = queued("one"), queued("two", at=later(1))
    outbox.put_off("dispatch", [second], later(600))
    put_off(first)
    assert due(second, "dispatch") == later(1)
    assert leaves(later(1)) == "two"


def test_at_its_time_it_leaves_and_the_gate_is_asked_again() -> None:
    received()
    jane()
    text = put_off(queued())
    assert leaves(OPENING) == text.body
    found = fresh(text)
    assert found.twilio_sid
    assert [one.allowed for one in found.decisions] == [True, False, True]
    assert found.decision
    assert (found.decision.allowed, found.decision.at) == (True, OPENING)


def test_a_stop_in_between_calls_it_back_and_says_why() -> None:
    """Row: §1.3"""
    received()
    jane()
    text = put_off(queued())
    received("STOP", now=later(60))
    found = fresh(text)
    assert (found.status, found.error_message) == ("canceled", consent.STOPPED)
    assert due(text, "dispatch") is None


def test_its_agent_is_told_once_for_each_moment_and_when_it_left() -> None:
    talk()
    answer = put_off(answered())
    answer = put_off(answer, at=later(60))
    (told,) = answer.notices
    assert told.text == (
        "They get it Thu, Mar 5, 2026, 8:00 AM PST, because of the hour where they are."
    )
    answer = put_off(answer, wait(later(hours=21)), at=later(90))
    leaves(later(hours=21))
    texts = [one.text for one in fresh(answer).notices]
    assert len(texts) == 3
    assert texts[2] == deferral.GONE


def test_another_report_of_its_leaving_tells_nothing_more() -> None:
    talk()
    answer = put_off(answered())
    leaves(OPENING)
    reports.receive(callback("delivered", fresh(answer).twilio_sid or "", answer.id), OPENING)
    assert [one.key for one in fresh(answer).notices].count(deferral.LEFT) == 1


def test_a_text_that_had_not_to_wait_leaves_without_a_word() -> None:
    talk()
    answer = answered()
    assert leaves(later(10)) == answer.body
    assert fresh(answer).notices == []


def test_a_program_is_not_whispered_to() -> None:
    received()
    jane()
    assert put_off(queued()).notices == []


def test_an_edit_changes_it_and_a_deletion_calls_it_back() -> None:
    talk()
    answer = put_off(answered())
    words = said("Other words", edited_ts="9.0")
    edits.edit(words, later(60), POLICY, TIMING)
    assert (fresh(answer).body, fresh(answer).status) == ("Other words", "scheduled")
    edits.retract(said(), later(90), POLICY, TIMING)
    assert fresh(answer).status == "canceled"


def test_what_its_author_planned_is_remembered() -> None:
    received()
    jane()
    agreed()
    text = queued(send_at=later(hours=2))
    assert put_off(text).wanted_at == later(hours=2)
    assert put_off(text, wait(later(hours=30)), at=later(60)).wanted_at == later(hours=2)


def test_after_its_end_it_is_refused() -> None:
    received()
    jane()
    text = queued()
    Message.objects(id=text.id).update(set__expires_at=later(hours=1))
    text = put_off(text)
    assert (text.send_at, due(text, "dispatch")) == (OPENING, later(hours=1))
    claim = leased("dispatch", later(hours=1))
    assert dispatch.next_step(claim, later(hours=1), POLICY, TIMING) is None
    found = fresh(text)
    assert (found.status, found.decision and found.decision.code) == ("refused", "TOO_LATE")


def test_before_its_end_it_leaves() -> None:
    received()
    jane()
    text = queued()
    Message.objects(id=text.id).update(set__expires_at=later(1))
    assert leaves(NOON) == text.body


# What waited for a review.


def held(at: datetime = OPENING) -> Verdict:
    return wait(at, "held")


def test_once_a_review_has_ended_it_is_due_at_once() -> None:
    received()
    jane()
    text = put_off(queued(), held())
    before = text.rev
    assert messages.undefer(CUSTOMER, "held", later(60)) == 1
    found = fresh(text)
    assert (due(text, "dispatch"), found.send_at) == (later(60), later(60))
    assert (found.status, found.rev, due(text, "relay")) == ("scheduled", before + 1, later(60))
    assert leaves(later(60)) == text.body


def test_what_was_planned_for_later_keeps_its_time() -> None:
    received()
    jane()
    agreed()
    text = put_off(queued(send_at=later(hours=2)), held())
    messages.undefer(CUSTOMER, "held", later(60))
    assert (due(text, "dispatch"), fresh(text).send_at) == (later(hours=2), later(hours=2))


def test_what_waits_for_another_reason_goes_on_waiting() -> None:
    received()
    jane()
    text = put_off(queued())
    planned = queued("planned", send_at=later(hours=2))
    assert messages.undefer(CUSTOMER, "held", later(60)) == 0
    assert messages.undefer(STRANGER, "quiet_hours", later(60)) == 0
    assert due(text, "dispatch") == OPENING
    assert due(planned, "dispatch") == later(hours=2)
