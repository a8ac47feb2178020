"""Somebody else wrote while an agent was writing: they are asked before their text leaves."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from domain import outbox
from domain.errors import Conflict
from domain.model import Author, Message
from domain.policy import Policy
from domain.services import agents, dispatch, edits, guard, outbound
from domain.services.dispatch import Send
from domain.values import Postponed
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    POLICY,
    TIMING,
    accepted_as,
    conversation,
    customer,
    due,
    fresh,
    later,
    leased,
    leaving,
    new_sid,
    person,
    queued,
    race,
    received,
    said,
    statuses,
)

pytestmark = pytest.mark.usefixtures("db")
GUARDED = replace(POLICY, collision=timedelta(seconds=4))
SAM = Author(kind="agent", key="U2", name="Sam")
CALM = later(seconds=60)
"""Long after the customer's first text."""


def talk() -> None:
    """A conversation with Ann and Sam in it, and nothing happening."""
    conversation()
    agents.learn(person("U2", name="Sam"), NOON)


def answer(text: str = "Hi there", at: datetime = CALM, **changes: Any) -> Message:
    made = outbound.answer(said(text, at, **changes), at, GUARDED, TIMING)
    assert made
    return made


def leaves(seconds: float = 5, policy: Policy = GUARDED) -> str | None:
    """The body of what leaves so long after the calm moment, if anything does."""
    now = CALM + timedelta(seconds=seconds)
    claim = outbox.claim("dispatch", now, TIMING.lease)
    if claim is None:
        return None
    step = dispatch.next_step(claim, now, policy, TIMING)
    outbox.release(claim)
    if not isinstance(step, Send):
        return None
    dispatch.record(step, accepted_as(new_sid()), now, TIMING)
    return step.text.body


def asked(message: Message) -> list[str]:
    return [notice.text for notice in fresh(message).notices]


def writes(seconds: float, body: str = "Actually, can we do 6?") -> Message:
    return received(body, now=CALM + timedelta(seconds=seconds))


def test_what_nothing_came_across_leaves() -> None:
    talk()
    answer()
    assert leaves() == "Hi there"


@pytest.mark.parametrize("seconds", [-4, -1, 0, 3, 4.99])
def test_a_text_that_the_customer_crossed_waits_for_its_author(seconds: float) -> None:
    talk()
    if seconds <= 0:
        writes(seconds)
    message = answer()
    if seconds > 0:
        writes(seconds)
    assert leaves() is None
    found = fresh(message)
    assert (found.status, found.question, due(message, "dispatch")) == ("held", "collision", None)
    assert "“Actually, can we do 6?”." in asked(message)[0]


def test_what_the_customer_wrote_before_is_no_collision() -> None:
    talk()
    writes(-4.001)
    answer()
    assert leaves() == "Hi there"


def test_the_question_says_who_wrote_what_and_offers_both_ways() -> None:
    talk()
    contact = customer()
    message = answer()
    writes(1, "Two\nlines")
    leaves()
    (notice,) = fresh(message).notices
    assert notice.text == f"{contact.name} wrote while you were answering: “Two lines”."
    assert (notice.user_id, notice.tried) == (AGENT, False)
    assert [(one.label, one.action) for one in notice.choices] == list(guard.CHOICES)
    assert due(message, "relay") == CALM + timedelta(seconds=5)


def test_the_newest_of_several_texts_is_told() -> None:
    talk()
    message = answer()
    writes(1, "One")
    writes(2, "Two")
    leaves()
    assert "“Two”" in asked(message)[0]


def test_a_colleague_who_was_faster_is_told() -> None:
    talk()
    answer("Sam's", CALM - timedelta(seconds=3), user_id="U2")
    message = answer("Ann's")
    assert leaves() == "Sam's"
    assert leaves() is None
    assert asked(message) == ["Sam answered 3 seconds before you."]


def test_who_was_first_is_not_asked() -> None:
    talk()
    first = answer("Ann's")
    second = answer("Sam's", CALM + timedelta(seconds=1), user_id="U2")
    assert leaves(10) == "Ann's"
    assert leaves(10) is None
    assert (asked(first), asked(second)) == ([], ["Ann Agent answered 1 second before you."])


def test_of_two_at_the_same_moment_one_is_asked() -> None:
    talk()
    answer("Ann's")
    answer("Sam's", user_id="U2", origin="slack:T1/C1/x")
    assert [leaves(), leaves()] == ["Ann's", None]


@pytest.mark.parametrize("status", ["refused", "canceled"])
def test_a_colleagues_text_that_will_not_leave_is_no_answer(status: str) -> None:
    talk()
    theirs = answer("Sam's", CALM - timedelta(seconds=1), user_id="U2")
    Message.objects(id=theirs.id).update(set__status=status, unset__dispatch=True)
    answer("Ann's")
    assert leaves() == "Ann's"


def test_ones_own_earlier_text_is_no_collision() -> None:
    talk()
    answer("One")
    answer("Two", CALM + timedelta(seconds=1))
    assert [leaves(10), leaves(10)] == ["One", "Two"]


def test_a_colleague_of_long_ago_is_no_collision() -> None:
    talk()
    answer("Sam's", CALM - timedelta(seconds=4.001), user_id="U2")
    answer("Ann's")
    assert [leaves(), leaves()] == ["Sam's", "Ann's"]


def test_both_are_told_when_both_happened() -> None:
    talk()
    answer("Sam's", CALM - timedelta(seconds=2), user_id="U2")
    message = answer("Ann's")
    assert leaves(4) == "Sam's"
    writes(4)
    leaves()
    assert asked(message)[0].endswith(
        "“Actually, can we do 6?”. Sam answered 2 seconds before you."
    )


def test_texts_behind_it_do_not_wait() -> None:
    talk()
    answer("Crossed")
    writes(1)
    queued("From a program", at=CALM + timedelta(seconds=2))
    assert leaves(5) == "From a program"


def test_a_guard_that_is_off_asks_nobody() -> None:
    talk()
    answer()
    writes(1)
    assert leaves(policy=POLICY) == "Hi there"


def test_programs_and_schedules_are_not_asked() -> None:
    talk()
    writes(0)
    queued("Now", at=CALM)
    assert leaves(0) == "Now"
    message = answer("By an agent, put off")
    put_off = {"$set": {"status": "scheduled", "sendAt": CALM}}
    Message._get_collection().update_one({"_id": message.id}, put_off)
    assert leaves() == "By an agent, put off"


@pytest.mark.parametrize("purpose", ["informational", "marketing"])
def test_only_conversation_is_asked_about(purpose: str) -> None:
    talk()
    writes(0)
    message = answer()
    Message.objects(id=message.id).update(set__purpose=purpose)
    assert guard.collision(fresh(message), GUARDED) is None


def test_whoever_lets_it_go_is_on_record_and_not_asked_again() -> None:
    talk()
    message = answer()
    writes(1)
    assert leaves() is None
    released = outbound.release(message.id, CALM + timedelta(seconds=20), SAM)
    assert (released.status, released.question) == ("queued", None)
    assert released.decided_by
    assert released.decided_by.key == "U2"
    writes(21)
    assert leaves(22) == "Hi there"
    assert len(asked(message)) == 1


def test_a_text_that_is_not_to_be_sent_is_called_back() -> None:
    talk()
    message = answer()
    writes(1)
    leaves()
    canceled = outbound.cancel(message.id, CALM + timedelta(seconds=9), SAM)
    assert (canceled.status, canceled.question, asked(message)[1:]) == ("canceled", None, [])
    assert canceled.decided_by
    with pytest.raises(Conflict) as refusal:
        outbound.release(message.id, CALM + timedelta(seconds=10), SAM)
    assert refusal.value.message.startswith(outbound.NOT_HELD)
    assert "called back" in refusal.value.message


def test_a_second_click_is_too_late() -> None:
    talk()
    message = answer()
    writes(1)
    leaves()
    outbound.release(message.id, CALM + timedelta(seconds=9), SAM)
    with pytest.raises(Conflict) as refusal:
        outbound.release(message.id, CALM + timedelta(seconds=9), SAM)
    assert refusal.value.code == "TOO_LATE"


def test_clicks_at_once_have_one_effect() -> None:
    talk()
    message = answer()
    writes(1)
    leaves()
    now = CALM + timedelta(seconds=9)

    def click(act: partial[Message]) -> str | None:
        try:
            return str(act().status)
        except Conflict:
            return None

    acts = [partial(outbound.release, message.id, now, SAM)] * 3
    done = race(*[partial(click, act) for act in acts])
    assert [one for one in done if one] == ["queued"]
    assert statuses(message) == ["held", "queued"]


def test_after_stop_a_click_says_why_it_does_not_leave() -> None:
    talk()
    message = answer()
    writes(1, "STOP")
    assert leaves() is None
    with pytest.raises(Conflict) as refusal:
        outbound.release(message.id, CALM + timedelta(seconds=9), SAM)
    assert "opted out" in refusal.value.message
    assert leaves(60) is None


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


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", "a picture or file."),
        ("Yes!", "“Yes!”."),
        ("x" * 81, f"“{'x' * 79}…”."),
        ("word " * 40, f"“{('word ' * 16).rstrip()}…”."),
    ],
)
def test_an_excerpt_is_short_and_on_one_line(body: str, told: str) -> None:
    assert guard.excerpt(body) == told


@pytest.mark.parametrize("kind", ["edited", "deleted"])
def test_an_answer_that_waits_can_still_be_changed(kind: str) -> None:
    talk()
    message = answer()
    writes(1)
    leaves()
    now = CALM + timedelta(seconds=9)
    if kind == "deleted":
        edits.retract(said(at=CALM), now, GUARDED, TIMING)
        assert (fresh(message).status, len(asked(message))) == ("canceled", 1)
        return
    edits.edit(said("At 6", CALM, edited_ts=f"{now.timestamp():.6f}"), now, GUARDED, TIMING)
    found = fresh(message)
    assert (found.status, found.question, found.body) == ("held", "collision", "At 6")
    assert leaves(60) is None
