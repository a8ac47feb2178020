"""Marks on an agent's message, when a try to set them was cut off."""

import pytest

from domain import outbox
from domain.model import Message
from domain.rules.status import MessageStatus
from domain.services import messages, relay
from domain.services.relay import Mark
from domain.values import Failed, Unclear
from tests.clock import NOON
from tests.domain.build import answered, conversation, fresh, furnished, leased

pytestmark = pytest.mark.usefixtures("db")
WAITING, SENT, TROUBLE = "hourglass_flowing_sand", "heavy_check_mark", "exclamation"


def _shown_answer() -> Message:
    furnished(conversation().id)
    return answered()


def _mark() -> Mark | None:
    """The next step of the conversation whose relay is due; its lease is given back."""
    claim = leased("relay", NOON)
    step = relay.next_step(claim, NOON)
    outbox.release(claim)
    assert step is None or isinstance(step, Mark)
    return step


def _becomes(message: Message, status: MessageStatus) -> None:
    messages.move({"_id": message.id}, status, NOON)


def _next() -> Mark:
    found = _mark()
    assert found is not None
    return found


def test_a_mark_that_was_cut_off_is_set_again() -> None:
    _shown_answer()
    first = _next()
    again = _next()
    assert first.want == again.want == {WAITING}
    assert again.have == frozenset()


def test_a_mark_that_may_be_there_is_taken_away_when_another_comes() -> None:
    message = _shown_answer()
    relay.marked(_next(), Unclear("no_answer"))
    _becomes(message, MessageStatus.SENT)
    step = _next()
    assert step.want == {SENT}
    assert step.have == {WAITING}


def test_a_mark_that_may_be_gone_is_set_again_when_it_is_wanted_after_all() -> None:
    message = _shown_answer()
    relay.marked(_next(), None)
    _becomes(message, MessageStatus.SENT)
    relay.marked(_next(), Unclear("no_answer"))
    _becomes(message, MessageStatus.QUEUED)
    step = _next()
    assert step.want == {WAITING}
    assert step.have == {SENT}


@pytest.mark.parametrize("outcome", [None, Failed("message_not_found")])
def test_a_clear_outcome_leaves_nothing_to_do(outcome: Failed | None) -> None:
    message = _shown_answer()
    relay.marked(_next(), outcome)
    assert _mark() is None
    assert fresh(message).shadow.tried_marks == []
