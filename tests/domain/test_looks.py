"""The guard looks again once the attempt is on record: nothing slips between two looks."""

from datetime import timedelta

import pytest

from domain.model import Message
from domain.policy import Policy
from domain.services import dispatch, edits, guard, outbound
from domain.values import Postponed
from tests.domain.build import (
    TIMING,
    due,
    fresh,
    leased,
    leaving,
    race,
    said,
    statuses,
)
from tests.domain.crossing import CALM, GUARDED, SAM, answer, asked, leaves, talk, writes

pytestmark = pytest.mark.usefixtures("db")


class WritesMeanwhile(Policy):
    """The customer writes after the guard's first look: the gate is asked before each of two."""

    def knows(self, sender: str) -> bool:
        """As always; the second time there is a new text."""
        if Message.objects(status="sending").first():
            writes(4.9)
        return super().knows(sender)


MEANWHILE = WritesMeanwhile(numbers=GUARDED.numbers, collision=GUARDED.collision)


def test_what_is_committed_between_two_looks_is_seen_before_the_call() -> None:
    talk()
    message = answer()
    assert leaves(policy=MEANWHILE) is None
    assert statuses(message) == ["held", "sending", "held"]
    found = fresh(message)
    assert (found.question, due(message, "dispatch"), found.twilio_sid) == ("collision", None, None)
    assert found.dispatch
    assert "lease_id" not in found.dispatch.to_mongo()


def test_what_was_stopped_at_the_last_moment_leaves_after_a_click() -> None:
    talk()
    message = answer()
    leaves(policy=MEANWHILE)
    outbound.release(message.id, CALM + timedelta(seconds=30), SAM)
    assert leaves(31) == "Hi there"
    assert leaves(120) is None


def test_a_crash_between_the_attempt_and_the_question_asks_after_the_looks() -> None:
    talk()
    message = answer()
    now = CALM + timedelta(seconds=5)
    leaving(now, GUARDED)  # a worker that dies here
    writes(6)
    assert leaves(50) is None
    assert fresh(message).status == "unknown"
    found = fresh(message)
    once_more = {"$set": {"status": "queued", "dispatch.state": "due", "dispatch.due_at": now}}
    Message._get_collection().update_one({"_id": found.id}, once_more)
    assert leaves(51) is None
    assert fresh(message).question == "collision"


def test_a_text_that_is_tried_again_is_asked_about_when_something_came_across() -> None:
    talk()
    message = answer()
    now = CALM + timedelta(seconds=5)
    dispatch.record(leaving(now, GUARDED), Postponed("429", 30), now, TIMING)
    writes(20)
    assert leaves(36) is None
    assert (fresh(message).status, fresh(message).question) == ("held", "collision")


class EditsMeanwhile(Policy):
    """Its author acts while the attempt stands that the guard then takes back."""

    def knows(self, sender: str) -> bool:
        """As always; the second time there is a new text, and news of the answer."""
        if Message.objects(status="sending").first():
            writes(4.9)
            stamp = f"{(CALM + timedelta(seconds=5)).timestamp():.6f}"
            edits.edit(said("Better", CALM, edited_ts=stamp), CALM, GUARDED, TIMING)
        return super().knows(sender)


class DeletesMeanwhile(Policy):
    """The same, of a deletion."""

    def knows(self, sender: str) -> bool:
        """As always."""
        if Message.objects(status="sending").first():
            writes(4.9)
            edits.retract(said(at=CALM), CALM, GUARDED, TIMING)
        return super().knows(sender)


def test_an_edit_during_the_last_look_counts() -> None:
    talk()
    message = answer()
    leaves(policy=EditsMeanwhile(numbers=GUARDED.numbers, collision=GUARDED.collision))
    found = fresh(message)
    assert (found.status, found.body, found.question) == ("held", "Better", "collision")
    outbound.release(message.id, CALM + timedelta(seconds=9), SAM)
    assert leaves(10) == "Better"


def test_a_deletion_during_the_last_look_counts() -> None:
    talk()
    message = answer()
    leaves(policy=DeletesMeanwhile(numbers=GUARDED.numbers, collision=GUARDED.collision))
    assert fresh(message).status == "canceled"


def test_an_answer_that_is_let_go_while_a_worker_looks_is_not_asked_about() -> None:
    talk()
    message = answer()
    writes(1)
    stale = fresh(message)
    outbound.release(message.id, CALM + timedelta(seconds=2), SAM)
    question = guard.collision(stale, GUARDED)
    assert question
    now = CALM + timedelta(seconds=5)
    free = {"decidedBy": {"$exists": False}}
    assert guard.ask(stale, question, now, match=free) is None
    assert leaves() == "Hi there"


def test_two_workers_ask_once() -> None:
    talk()
    message = answer()
    writes(1)
    now = CALM + timedelta(seconds=5)
    claim = leased("dispatch", now)
    race(*[lambda: dispatch.next_step(claim, now, GUARDED, TIMING)] * 4)
    assert len(asked(message)) == 1
