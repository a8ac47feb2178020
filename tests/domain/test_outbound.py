"""An agent answers: held first, once per chat message, and refused with a reason."""

from functools import partial
from typing import Any

import pytest

from domain.errors import Conflict, NotFound
from domain.model import Agent, Message, Thread
from domain.services import agents, dispatch, edits, outbound, threads
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    CHANNEL,
    CUSTOMER,
    OURS,
    POLICY,
    TIMING,
    answered,
    conversation,
    due,
    fresh,
    handed_over,
    later,
    leased,
    leaving,
    person,
    queued,
    race,
    received,
    said,
    statuses,
)

pytestmark = pytest.mark.usefixtures("db")
HELD_UNTIL = NOON + POLICY.hold


def notices(message: Message) -> list[tuple[str, str]]:
    """What its author is to be told: keys and texts."""
    return [(notice.key, notice.text) for notice in fresh(message).notices]


def test_an_answer_is_held_and_goes_to_the_customer() -> None:
    thread = conversation()
    message = answered("On my way")
    assert (message.status, due(message, "dispatch")) == ("held", HELD_UNTIL)
    assert (message.from_, message.to, message.body) == (OURS, CUSTOMER, "On my way")
    assert (message.thread_id, message.contact_id) == (thread.id, thread.contact_id)


def test_an_answer_knows_who_wrote_it_and_where() -> None:
    conversation()
    message = answered()
    assert message.sent_by
    assert (message.sent_by.kind, message.sent_by.key) == ("agent", AGENT)
    assert (message.shadow.channel_id, message.shadow.ts) == (CHANNEL, said().ts)


def test_an_answer_keeps_the_gates_verdict() -> None:
    conversation()
    decision = answered().decision
    assert decision
    assert (decision.allowed, decision.reasons, decision.at) == (True, ["wrote_recently"], NOON)


def test_an_answer_counts_its_segments() -> None:
    conversation()
    message = answered("é" * 200)
    assert (message.segments, message.encoding) == (2, "GSM7")


def test_the_same_chat_message_twice_is_one_answer() -> None:
    conversation()
    assert answered().id == answered().id
    assert Message.objects(direction="outbound").count() == 1


def test_the_same_chat_message_in_six_processes_at_once_is_one_answer() -> None:
    conversation()
    made = race(*[partial(outbound.answer, said(), NOON, POLICY, TIMING)] * 6)
    assert len({message.id for message in made if message}) == 1
    assert Message.objects(direction="outbound").count() == 1


def test_where_no_conversation_lives_nothing_is_an_answer() -> None:
    conversation()
    elsewhere = said(channel_id="C9")
    assert outbound.answer(elsewhere, NOON, POLICY, TIMING) is None
    assert edits.edit(elsewhere, NOON, POLICY, TIMING) is None
    assert edits.retract(elsewhere, NOON, POLICY, TIMING) is None
    assert Message.objects(direction="outbound").count() == 0


def test_a_conversation_in_the_inbox_is_found_by_its_thread() -> None:
    thread = conversation()
    Thread.objects(id=thread.id).update_one(set__channel__thread_ts="7.0")
    assert outbound.answer(said(), NOON, POLICY, TIMING) is None
    message = outbound.answer(said(thread_ts="7.0", ts=None), NOON, POLICY, TIMING)
    assert message
    assert (message.thread_id, message.shadow.ts) == (thread.id, None)


def test_answers_are_ordered_by_when_they_were_written() -> None:
    conversation()
    second = outbound.answer(said("second", later(2)), later(3), POLICY, TIMING)
    first = outbound.answer(said("first", later(1)), later(4), POLICY, TIMING)
    assert first
    assert second
    assert first.position < second.position


@pytest.mark.parametrize("body", ["", "   ", "\n"])
def test_an_empty_answer_is_refused(body: str) -> None:
    conversation()
    message = answered(body)
    assert (message.status, due(message, "dispatch")) == ("refused", None)
    assert notices(message) == [("refused", "Not sent. There is no text to send.")]


def test_an_answer_that_is_too_long_is_refused_with_its_length() -> None:
    conversation()
    message = answered("x" * 1601)
    assert message.status == "refused"
    assert "1,601" in notices(message)[0][1]


def test_the_longest_answer_is_not_too_long() -> None:
    conversation()
    assert answered("x" * 1600).status == "held"


def test_what_cannot_be_a_text_is_refused_with_the_reason() -> None:
    conversation()
    objection = ("MEDIA_REJECTED", "Files cannot be sent yet.")
    message = answered("See this", objection=objection)
    assert (message.status, message.decision and message.decision.code) == (
        "refused",
        "MEDIA_REJECTED",
    )
    assert notices(message) == [("refused", "Not sent. Files cannot be sent yet.")]


def test_an_answer_to_somebody_who_has_left_is_refused() -> None:
    conversation()
    received("STOP", now=later(1))
    message = answered(at=later(2))
    assert (message.status, statuses(message)) == ("refused", ["refused"])
    assert message.error_message == "This person has opted out of texts."
    assert "START" in notices(message)[0][1]


def test_an_answer_after_the_window_is_refused() -> None:
    conversation()
    assert answered(at=later(hours=25)).status == "refused"


@pytest.mark.parametrize("flag", ["guest", "bot", "foreign", "deleted"])
def test_those_who_are_not_ours_cannot_answer(flag: str) -> None:
    conversation()
    known: dict[str, Any] = {flag: True}
    agents.learn(person(**known), NOON)
    message = answered()
    assert (message.status, message.decision and message.decision.code) == ("refused", "FORBIDDEN")


def test_a_member_of_another_organisation_is_refused_without_being_looked_up() -> None:
    conversation()
    message = answered(user_id="U9", foreign=True)
    assert message.status == "refused"
    assert not Agent.objects(user_id="U9").get().may_send


def test_somebody_whom_nobody_has_looked_up_is_held_until_then() -> None:
    conversation()
    assert answered(user_id="U9").status == "held"


def test_a_refusal_is_shown_but_never_due() -> None:
    conversation()
    message = answered("")
    assert (due(message, "relay"), due(message, "dispatch")) == (NOON, None)


def test_an_answer_that_reached_us_late_waits_for_a_click() -> None:
    conversation()
    message = outbound.answer(said(), later(61), POLICY, TIMING)
    assert message
    assert (message.status, due(message, "dispatch")) == ("held", None)
    notice = message.notices[0]
    offered = [(choice.action, choice.label) for choice in notice.choices]
    assert offered == [("release", "Send anyway"), ("call_back", "Don't send")]
    assert (notice.user_id, message.question) == (AGENT, "late")


def test_an_answer_that_took_a_minute_is_not_late() -> None:
    conversation()
    message = outbound.answer(said(), later(60), POLICY, TIMING)
    assert message
    assert due(message, "dispatch") == later(60) + POLICY.hold
    assert message.notices == []


def test_a_click_lets_a_late_answer_go() -> None:
    conversation()
    message = outbound.answer(said(), later(61), POLICY, TIMING)
    assert message
    released = outbound.release(message.id, later(70))
    assert (released.status, due(released, "dispatch")) == ("queued", later(70))
    assert leaving(later(70)).text.message_id == str(message.id)


def test_releasing_ends_the_hold() -> None:
    conversation()
    message = answered()
    outbound.release(str(message.id), later(1))
    assert due(message, "dispatch") == later(1)
    assert statuses(message) == ["held", "queued"]


def test_releasing_twice_is_too_late_the_second_time() -> None:
    conversation()
    message = answered()
    outbound.release(message.id, later(1))
    with pytest.raises(Conflict) as refusal:
        outbound.release(message.id, later(2))
    assert refusal.value.code == "TOO_LATE"


def test_canceling_calls_a_held_answer_back() -> None:
    conversation()
    message = outbound.cancel(answered().id, later(1))
    assert (message.status, due(message, "dispatch")) == ("canceled", None)
    with pytest.raises(Conflict):
        outbound.release(message.id, later(2))


def test_canceling_works_for_what_is_queued_or_scheduled() -> None:
    received()
    for text in (queued(key="a"), queued(key="b", send_at=later(hours=2))):
        assert outbound.cancel(text.id, later(1)).status == "canceled"


def test_canceling_is_too_late_once_the_carrier_has_it_in_its_queue() -> None:
    received()
    text = handed_over()
    assert text.status == "queued"
    with pytest.raises(Conflict):
        outbound.cancel(text.id, later(1))


def test_canceling_is_too_late_once_the_call_has_begun() -> None:
    conversation()
    message = answered()
    leaving(HELD_UNTIL)
    with pytest.raises(Conflict) as refusal:
        outbound.cancel(message.id, later(6))
    assert (refusal.value.code, fresh(message).status) == ("TOO_LATE", "sending")


def test_canceling_twice_is_too_late_the_second_time() -> None:
    conversation()
    message = answered()
    outbound.cancel(message.id, later(1))
    with pytest.raises(Conflict):
        outbound.cancel(message.id, later(2))
    assert statuses(message) == ["held", "canceled"]


def test_canceling_and_leaving_at_once_is_exactly_one_of_them() -> None:
    conversation()
    message = answered()
    claim = leased("dispatch", HELD_UNTIL)

    def cancel() -> object:
        try:
            return outbound.cancel(message.id, HELD_UNTIL)
        except Conflict:
            return None

    done = race(cancel, lambda: dispatch.next_step(claim, HELD_UNTIL, POLICY, TIMING))
    assert [bool(result) for result in done].count(True) == 1
    assert fresh(message).status == ("canceled" if done[0] else "sending")


@pytest.mark.parametrize("message_id", ["", "nonsense", "6560a1b2c3d4e5f60718293a"])
def test_what_does_not_exist_is_not_found(message_id: str) -> None:
    with pytest.raises(NotFound):
        outbound.cancel(message_id, NOON)
    with pytest.raises(NotFound):
        outbound.release(message_id, NOON)


def test_an_answer_makes_no_new_conversation() -> None:
    thread = conversation()
    answered()
    assert Thread.objects.count() == 1
    assert threads.get(thread.id).position == thread.position
