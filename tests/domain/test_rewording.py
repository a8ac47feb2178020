"""A post of ours that shows a program's text follows the text while that can still change."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain import outbox
from domain.model import Message
from domain.services import agents, consent, dispatch, messages, outbound, relay, threads
from domain.services.programs import revising
from domain.services.relay import Mark, Reword, Say, Step, Tell
from domain.services.relay.posts import worded
from domain.values import Failed, Postponed, Shown, Unclear
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    CUSTOMER,
    POLICY,
    TIMING,
    TOKEN,
    answered,
    conversation,
    due,
    fresh,
    later,
    leased,
    person,
    queued,
    received,
)

pytestmark = pytest.mark.usefixtures("db")


def step_at(now: datetime = NOON) -> Step | None:
    """What a worker does next, if anything is due."""
    claim = outbox.claim("relay", now, TIMING.lease)
    if claim is None:
        return None
    step = relay.next_step(claim, now)
    outbox.release(claim)
    return step


def scheduled(body: str = "See you at nine") -> Message:
    """A program's text for later, which the channel shows, with its mark."""
    conversation()
    message = queued(body, send_at=later(hours=2))
    step = step_at()
    assert isinstance(step, Say)
    relay.said(step, Shown("9.9"))
    settled()
    return message


def settled(now: datetime = NOON) -> None:
    """Marks are set until nothing is due any more."""
    while isinstance(step := step_at(now), Mark):
        relay.marked(step, None)
    assert step is None


def rewording(now: datetime = NOON) -> Reword:
    """The next step, which is to change a post."""
    step = step_at(now)
    assert isinstance(step, Reword)
    return step


def test_a_text_that_did_not_change_is_left_as_it_is() -> None:
    message = scheduled()
    assert due(message, "relay") is None
    assert fresh(message).shadow.wording


def test_new_words_are_shown_in_the_same_post() -> None:
    message = scheduled()
    revising.reword(message.id, "See you at ten", TOKEN, NOON, POLICY)
    step = rewording()
    assert (step.ts, step.post.text, step.post.author) == ("9.9", "See you at ten", "CRM (API)")
    relay.reworded(step, None)
    settled()


def test_a_scheduled_text_says_when_it_leaves() -> None:
    message = scheduled()
    post = worded(fresh(message), threads.get(message.thread_id))
    assert post.note == "Leaves Wed, Mar 4, 2026, 2:00 PM PST."


def test_another_time_is_shown_in_the_same_post() -> None:
    message = scheduled()
    revising.reschedule(message.id, later(hours=24), NOON, POLICY)
    step = rewording()
    assert (step.ts, step.post.note) == ("9.9", "Leaves Thu, Mar 5, 2026, 12:00 PM PST.")
    relay.reworded(step, None)
    settled()
    assert fresh(message).shadow.marks == ["hourglass_flowing_sand"]


def test_an_agents_scheduled_text_says_it_in_their_time_too() -> None:
    message = scheduled()
    agents.learn(replace(person(), timezone="America/New_York"), NOON)
    author = {"kind": "agent", "key": AGENT, "name": ""}
    Message._get_collection().update_one({"_id": message.id}, {"$set": {"sentBy": author}})
    revising.reschedule(message.id, later(hours=24), NOON, POLICY)
    note = rewording().post.note or ""
    assert note.endswith("12:00 PM PST for the customer, 3:00 PM EST for Ann Agent.")


def test_a_text_whose_time_has_come_says_it_no_more() -> None:
    message = scheduled()
    revising.reschedule(message.id, NOON, NOON, POLICY)
    step = rewording()
    assert (step.post.note, fresh(message).status) == (None, "queued")


def test_a_text_that_was_called_back_says_so() -> None:
    message = scheduled()
    outbound.cancel(message.id, NOON, TOKEN)
    step = rewording()
    assert (step.post.text, step.post.note) == (
        "See you at nine",
        "Called back: this text was not sent.",
    )


def test_a_text_that_the_gate_refused_says_why() -> None:
    message = scheduled()
    consent.record("x", CUSTOMER, consent.Statement("opt_out", "form", NOON, level="none"), NOON)
    claim = leased("dispatch", later(hours=2))
    assert dispatch.next_step(claim, later(hours=2), POLICY, TIMING) is None
    assert fresh(message).status == "refused"
    note = rewording(later(hours=2)).post.note
    assert note
    assert note.startswith("Not sent. This person has opted out")


def test_what_a_stop_called_back_is_explained_below_it_as_before() -> None:
    message = scheduled()
    received("STOP")
    settle_customers_text()
    first = rewording()
    assert first.post.note is None
    relay.reworded(first, None)
    step = step_at()
    assert isinstance(step, Say)
    assert (step.part, step.message_id) == ("failure", message.id)


def settle_customers_text() -> None:
    """The customer's own text is shown first."""
    newest: Message = Message.objects(direction="inbound").order_by("-position").first()
    shown = {"shadow.ts": "9.95", "shadow.channelId": "C1", "relay": {"state": "done"}}
    Message._get_collection().update_one({"_id": newest.id}, {"$set": shown})


@pytest.mark.parametrize("outcome", [Postponed("ratelimited", 30), Unclear("timeout")])
def test_a_change_that_did_not_come_through_is_tried_again(outcome: Postponed | Unclear) -> None:
    message = scheduled()
    revising.reword(message.id, "See you at ten", TOKEN, NOON, POLICY)
    step = rewording()
    relay.reworded(step, outcome)
    assert relay.unsettled(step, outcome)
    relay.rest(step.message_id, outcome, NOON, TIMING.lease)
    again = due(message, "relay")
    assert again
    assert rewording(again).post.text == "See you at ten"


def test_a_change_that_the_chat_refuses_is_given_up() -> None:
    message = scheduled()
    revising.reword(message.id, "See you at ten", TOKEN, NOON, POLICY)
    step = rewording()
    relay.reworded(step, Failed("cant_update_message"))
    assert not relay.unsettled(step, Failed("cant_update_message"))
    settled()


def test_words_that_change_twice_are_shown_as_they_are_last() -> None:
    message = scheduled()
    revising.reword(message.id, "at ten", TOKEN, NOON, POLICY)
    step = rewording()
    revising.reword(message.id, "at eleven", TOKEN, NOON, POLICY)
    relay.reworded(step, None)
    assert rewording().post.text == "at eleven"


def test_a_post_of_which_nobody_knows_what_it_says_is_written_again() -> None:
    conversation()
    message = queued("Before", send_at=later(hours=2))
    step = step_at()
    assert isinstance(step, Say)
    relay.said(step, Unclear("timeout"))
    revising.reword(message.id, "After", TOKEN, NOON, POLICY)
    found = step_at()
    assert isinstance(found, Say)
    relay.said(found, Shown("9.9"))
    assert rewording().post.text == "After"


def test_an_agents_own_message_is_never_rewritten_but_they_are_told() -> None:
    conversation()
    message = answered("Hi there")
    revising.reword(message.id, "Good morning", TOKEN, NOON, POLICY)
    step = step_at()
    assert isinstance(step, Tell)
    assert step.notice.user_id == "U1"
    assert step.notice.text.startswith("CRM (API) changed this text before it left.")
    assert step.notice.text.endswith("Good morning")


def test_an_agent_is_told_that_their_answer_was_called_back() -> None:
    conversation()
    outbound.cancel(answered().id, NOON, TOKEN)
    step = step_at()
    assert isinstance(step, Tell)
    assert step.notice.text == "CRM (API) called this text back, so it was not sent."


def test_the_customers_own_words_are_never_rewritten() -> None:
    conversation()
    message = received("Is it free?", now=later(1))
    step = step_at(later(1))
    assert isinstance(step, Say)
    relay.said(step, Shown("9.9"))
    messages.change({"_id": message.id}, later(1), fields={"body": ""})
    assert step_at(later(1)) is None
