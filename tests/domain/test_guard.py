"""Somebody else wrote while an agent was writing: they are asked before their text leaves."""

from datetime import timedelta
from functools import partial

import pytest

from domain.errors import Conflict
from domain.model import Message
from domain.services import edits, guard, outbound
from tests.domain.build import (
    AGENT,
    POLICY,
    TIMING,
    customer,
    due,
    fresh,
    queued,
    race,
    said,
    statuses,
)
from tests.domain.crossing import CALM, GUARDED, SAM, answer, asked, leaves, talk, writes

pytestmark = pytest.mark.usefixtures("db")


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
    assert (canceled.status, canceled.question) == ("canceled", None)
    assert asked(message)[1:] == ["Sam called this text back, so it was not sent."]
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
