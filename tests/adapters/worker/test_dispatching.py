"""Texts leave once, in order and in time, whatever the carrier and the chat answer."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from adapters.worker.dispatching import Dispatcher
from domain.model import Agent, Message, Thread
from domain.rules.status import MessageStatus
from domain.services import agents, dispatch, messages, numbers
from domain.values import Failed, Person, Postponed, Rejected, Unclear
from tests.adapters.worker.fakes import FakeChat, FakeSms
from tests.adapters.worker.hands import work
from tests.clock import FakeClock
from tests.domain.build import (
    AGENT,
    BAD_NUMBER,
    CUSTOMER,
    OURS,
    POLICY,
    STOP_ADVICE,
    TIMING,
    accepted_as,
    answered,
    carried,
    conversation,
    due,
    fresh,
    leased,
    person,
    queued,
    received,
    statuses,
)


@pytest.fixture
def text(db: Database[Any]) -> Message:
    """A program's text to a customer who has written before, due now."""
    received()
    return queued("Your keys are ready")


@pytest.fixture
def answer(db: Database[Any], clock: FakeClock) -> Message:
    """An agent's answer whose hold is over; nobody knows the agent."""
    conversation()
    Agent.objects.delete()
    held = answered("On my way")
    clock.advance(10)
    return held


async def test_a_text_that_is_due_leaves_and_its_sid_is_recorded(
    dispatcher: Dispatcher, sms: FakeSms, text: Message
) -> None:
    sms.outcomes = [accepted_as("SM1")]
    assert await work(dispatcher)
    sent = sms.sent[0]
    assert (sent.message_id, sent.to, sent.body) == (str(text.id), CUSTOMER, text.body)
    assert (sent.from_phone, sent.service_sid) == (OURS, None)
    assert fresh(text).twilio_sid == "SM1"
    assert statuses(text) == ["queued", "sending", "queued"]


async def test_afterwards_nothing_is_left_to_do(
    dispatcher: Dispatcher, sms: FakeSms, text: Message
) -> None:
    await work(dispatcher)
    assert not await work(dispatcher)
    assert due(text, "dispatch") is None
    assert len(sms.sent) == 1


async def test_the_thread_is_given_back(dispatcher: Dispatcher, text: Message) -> None:
    await work(dispatcher)
    assert Thread.objects(id=text.thread_id).get().dispatch_lease is None


async def test_the_texts_of_a_conversation_leave_in_order(
    dispatcher: Dispatcher, sms: FakeSms
) -> None:
    received()
    for body in ("one", "two", "three"):
        queued(body)
    await work(dispatcher)
    assert [sent.body for sent in sms.sent] == ["one", "two", "three"]


async def test_a_text_that_must_wait_keeps_those_behind_it_waiting(
    dispatcher: Dispatcher, sms: FakeSms, clock: FakeClock
) -> None:
    received()
    queued("one")
    queued("two")
    sms.outcomes = [Postponed("429", 20)]
    await work(dispatcher)
    assert not await work(dispatcher)
    clock.advance(20)
    await work(dispatcher)
    assert [sent.body for sent in sms.sent] == ["one", "one", "two"]


async def test_somebody_unknown_is_looked_up_before_their_answer_leaves(
    dispatcher: Dispatcher, sms: FakeSms, chat: FakeChat, answer: Message
) -> None:
    await work(dispatcher)
    assert chat.told("person") == [(AGENT,)]
    assert [sent.body for sent in sms.sent] == ["On my way"]
    assert Agent.objects(user_id=AGENT).get().name == "Ann Agent"


async def test_somebody_known_is_not_looked_up_again(
    dispatcher: Dispatcher, sms: FakeSms, chat: FakeChat, answer: Message
) -> None:
    agents.learn(person(), answer.created_at)
    await work(dispatcher)
    assert chat.calls == []
    assert len(sms.sent) == 1


@pytest.mark.parametrize(
    "told",
    [
        person(guest=True),
        person(foreign=True),
        person(bot=True),
        person(deleted=True),
        Failed("user_not_found"),
    ],
)
async def test_an_answer_of_somebody_who_is_not_one_of_ours_is_refused(
    dispatcher: Dispatcher, sms: FakeSms, chat: FakeChat, answer: Message, told: Person | Failed
) -> None:
    chat.will["person"] = [told]
    await work(dispatcher)
    refused = fresh(answer)
    assert sms.sent == []
    assert refused.status == MessageStatus.REFUSED
    assert refused.notices[-1].text.startswith("Not sent.")


async def test_an_answer_waits_as_long_as_the_chat_asks_for(
    dispatcher: Dispatcher, sms: FakeSms, chat: FakeChat, answer: Message, clock: FakeClock
) -> None:
    chat.will["person"] = [Postponed("ratelimited", 30)]
    await work(dispatcher)
    assert sms.sent == []
    assert due(answer, "dispatch") == clock.now() + timedelta(seconds=30)
    clock.advance(30)
    await work(dispatcher)
    assert len(sms.sent) == 1


@pytest.mark.parametrize("told", [Postponed("away"), Unclear("timeout"), Failed("missing_scope")])
async def test_an_answer_waits_a_little_when_the_chat_says_nothing(
    dispatcher: Dispatcher, sms: FakeSms, chat: FakeChat, answer: Message, told: Any
) -> None:
    chat.will["person"] = [told]
    await work(dispatcher)
    wait = due(answer, "dispatch")
    assert sms.sent == []
    assert wait is not None
    assert timedelta(0) < wait - dispatcher.clock.now() <= timedelta(seconds=60)
    assert fresh(answer).status == MessageStatus.HELD


async def test_without_a_chat_nobody_unknown_sends(
    sms: FakeSms, answer: Message, clock: FakeClock
) -> None:
    await work(Dispatcher(sms, None, clock, POLICY, TIMING))
    assert sms.sent == []
    assert fresh(answer).status == MessageStatus.HELD


async def test_a_process_that_slept_past_its_lease_makes_no_call(
    dispatcher: Dispatcher, sms: FakeSms, text: Message, clock: FakeClock
) -> None:
    step = dispatch.next_step(leased("dispatch", clock.now()), clock.now(), POLICY, TIMING)
    assert isinstance(step, dispatch.Send)
    clock.advance((TIMING.lease - TIMING.call).total_seconds() + 1)
    await dispatcher._do(step)
    assert sms.sent == []
    assert fresh(text).status == MessageStatus.SENDING


async def test_what_a_crashed_process_left_is_looked_for_before_it_is_sent_again(
    dispatcher: Dispatcher, sms: FakeSms, text: Message, clock: FakeClock
) -> None:
    dispatch.next_step(leased("dispatch", clock.now()), clock.now(), POLICY, TIMING)
    clock.advance(TIMING.lease.total_seconds())
    sms.records = [[carried(text.body, sid="SM7")]]
    await work(dispatcher)
    assert (sms.looked_for, sms.sent) == ([CUSTOMER], [])
    assert fresh(text).twilio_sid == "SM7"


async def test_nothing_is_taken_from_a_process_that_still_has_its_lease(
    dispatcher: Dispatcher, sms: FakeSms, text: Message, clock: FakeClock
) -> None:
    leased("dispatch", clock.now())
    assert not await work(dispatcher)
    clock.advance(TIMING.lease.total_seconds() - 1)
    assert not await work(dispatcher)
    assert sms.sent == []


async def test_a_refusal_for_good_ends_the_text(
    dispatcher: Dispatcher, sms: FakeSms, text: Message
) -> None:
    sms.outcomes = [Rejected(21211, BAD_NUMBER)]
    await work(dispatcher)
    failed = fresh(text)
    assert (failed.status, failed.error_code) == (MessageStatus.FAILED, 21211)
    assert failed.error_message == BAD_NUMBER.sentence
    assert not await work(dispatcher)


async def test_when_the_carrier_says_that_they_opted_out_nothing_more_leaves(
    dispatcher: Dispatcher, sms: FakeSms, text: Message
) -> None:
    behind = queued("Are you there?")
    sms.outcomes = [Rejected(21610, STOP_ADVICE)]
    await work(dispatcher)
    assert len(sms.sent) == 1
    assert numbers.state_of(CUSTOMER).blocked
    assert fresh(behind).status == MessageStatus.CANCELED


async def test_an_unclear_call_is_looked_for_once_it_cannot_be_under_way_any_more(
    dispatcher: Dispatcher, sms: FakeSms, text: Message, clock: FakeClock
) -> None:
    sms.outcomes = [Unclear("timeout")]
    await work(dispatcher)
    assert fresh(text).status == MessageStatus.UNKNOWN
    assert not await work(dispatcher)
    clock.advance(TIMING.lease.total_seconds())
    sms.records = [[carried(text.body, sid="SM9")]]
    await work(dispatcher)
    assert len(sms.sent) == 1
    assert fresh(text).twilio_sid == "SM9"


async def test_what_no_look_finds_is_sent_once_more_and_never_a_third_time(
    dispatcher: Dispatcher, sms: FakeSms, text: Message, clock: FakeClock
) -> None:
    sms.outcomes = [Unclear("timeout"), Unclear("timeout")]
    for _ in range(40):
        await work(dispatcher)
        clock.advance(30)
    assert len(sms.sent) == 2
    assert len(sms.looked_for) == 2 * len(TIMING.looks)
    asked = fresh(text)
    assert asked.status == MessageStatus.UNKNOWN
    assert asked.error_help is not None


async def test_records_that_cannot_be_read_leave_it_to_a_person(
    dispatcher: Dispatcher, sms: FakeSms, text: Message, clock: FakeClock
) -> None:
    sms.outcomes, sms.records = [Unclear("timeout")], [None]
    await work(dispatcher)
    clock.advance(TIMING.lease.total_seconds())
    await work(dispatcher)
    assert not await work(dispatcher)
    assert len(sms.sent) == 1
    assert fresh(text).status == MessageStatus.UNKNOWN


async def test_what_came_of_a_call_is_recorded_though_the_lease_was_lost(
    dispatcher: Dispatcher, sms: FakeSms, text: Message, clock: FakeClock
) -> None:
    queued("Behind it")

    def overtaken() -> None:
        sms.during = lambda: None
        leased("dispatch", clock.advance(TIMING.lease.total_seconds()))

    sms.during, sms.outcomes = overtaken, [accepted_as("SM1")]
    await work(dispatcher)
    assert fresh(text).twilio_sid == "SM1"
    assert len(sms.sent) == 1
    assert Thread.objects(id=text.thread_id).get().dispatch_lease is not None


async def test_a_stop_that_comes_during_a_call_keeps_the_next_text_back(
    dispatcher: Dispatcher, sms: FakeSms, text: Message
) -> None:
    queued("Behind it")
    sms.during = lambda: received("STOP")
    await work(dispatcher)
    assert [sent.body for sent in sms.sent] == [text.body]
    assert not messages.under_way(CUSTOMER, dispatcher.clock.now())


async def test_no_text_leaves_while_no_clock_is_trusted(
    dispatcher: Dispatcher, sms: FakeSms, text: Message
) -> None:
    wary = replace(dispatcher, trusted=lambda: False)
    assert wary.claim() is wary.urgent() is None
    assert due(text, "dispatch") is not None
    assert await work(dispatcher)
    assert len(sms.sent) == 1


async def test_a_clock_that_is_set_in_the_middle_lets_nothing_more_leave(
    dispatcher: Dispatcher, sms: FakeSms, text: Message
) -> None:
    queued("And the garage is open")
    wary = replace(dispatcher, trusted=lambda: not sms.sent)
    assert await work(wary)
    assert [sent.body for sent in sms.sent] == [text.body]
    assert Thread.objects(id=text.thread_id).get().dispatch_lease is None
