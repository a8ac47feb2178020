"""A text that has not left can be given other words or another time; afterwards it is too late."""

from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from domain.errors import Conflict, InvalidInput, NotFound
from domain.model import Message
from domain.services import dispatch, outbound
from domain.services.dispatch import Send
from domain.services.dispatch import Step as Leaving
from domain.services.programs import revising
from tests.clock import NOON
from tests.domain.build import (
    POLICY,
    TIMING,
    TOKEN,
    accepted_as,
    answered,
    conversation,
    due,
    fresh,
    handed_over,
    later,
    leased,
    leaving,
    queued,
    race,
    received,
    statuses,
)

pytestmark = pytest.mark.usefixtures("db")
TEN = later(hours=2)


def scheduled(**changes: Any) -> Message:
    """A program's text for later, to somebody who wrote."""
    received()
    return queued(send_at=TEN, **changes)


def reworded(message: Message, body: str = "New words", at: datetime = NOON) -> Message:
    return revising.reword(message.id, body, TOKEN, at, POLICY)


def moved(message: Message, to: datetime, at: datetime = NOON) -> Message:
    return revising.reschedule(message.id, to, at, POLICY)


def refusal(message: Message) -> Conflict:
    """Why its words cannot be changed."""
    with pytest.raises(Conflict) as conflict:
        reworded(message)
    return conflict.value


def test_a_scheduled_text_gets_new_words_and_their_measure() -> None:
    message = scheduled()
    changed = reworded(message, "It’s " + "x" * 70)
    assert (changed.body[:4], changed.segments, changed.encoding) == ("It’s", 2, "UCS2")
    assert (changed.rev, changed.status, due(changed, "dispatch")) == (2, "scheduled", TEN)
    assert due(changed, "relay") == NOON


def test_a_held_answer_gets_new_words() -> None:
    conversation()
    message = answered("Hi there")
    assert reworded(message, "Good morning").body == "Good morning"
    assert fresh(message).notices[0].user_id == "U1"


def test_the_new_words_are_what_leaves() -> None:
    message = scheduled()
    reworded(message)
    assert leaving(TEN).text.body == "New words"
    assert message.id


def test_the_same_words_change_nothing() -> None:
    message = scheduled()
    assert reworded(message, message.body).rev == message.rev


@pytest.mark.parametrize("body", ["", "  ", "x" * 1601, "a\0b"])
def test_words_that_cannot_be_sent_change_nothing(body: str) -> None:
    message = scheduled()
    with pytest.raises(InvalidInput):
        reworded(message, body)
    assert fresh(message).body == message.body


def test_a_picture_may_be_left_without_words() -> None:
    message = scheduled(media_urls=("https://m.example/1",))
    assert reworded(message, "").body == ""


def test_a_queued_text_is_leaving_and_can_be_called_back() -> None:
    received()
    told = refusal(queued())
    assert (told.code, told.message) == ("TOO_LATE", "This text is on its way already.")
    assert "cancelMessage" in (told.help or "")


def test_a_text_that_has_left_can_be_corrected() -> None:
    received()
    told = refusal(handed_over())
    assert (told.code, told.help) == ("TOO_LATE", "To put it right, send a correction.")


def test_a_text_that_was_called_back_is_told_as_such() -> None:
    message = outbound.cancel(scheduled().id, NOON)
    assert "called back" in refusal(message).message


def test_a_text_in_doubt_is_told_as_such() -> None:
    message = scheduled()
    Message.objects(id=message.id).update(set__status="unknown")
    assert "not known" in refusal(message).message


def test_a_customers_text_cannot_be_changed() -> None:
    assert refusal(received()).code == "CONFLICT"


def test_a_text_that_does_not_exist_is_not_found() -> None:
    for wrong in ("nonsense", "0" * 24, "x\0"):
        with pytest.raises(NotFound):
            revising.reword(wrong, "New words", TOKEN, NOON, POLICY)


def test_what_leaves_is_what_was_acknowledged_even_at_the_last_moment() -> None:
    message = scheduled()
    claim = leased("dispatch", TEN)
    results: list[object] = []

    def change() -> None:
        with suppress(Conflict):
            results.append(reworded(message, at=TEN))

    def leave() -> Leaving | None:
        return dispatch.next_step(claim, TEN, POLICY, TIMING)

    _, step = race(change, leave)
    assert isinstance(step, Send)
    assert step.text.body == ("New words" if results else message.body)


def test_a_scheduled_text_is_put_off() -> None:
    message = scheduled()
    changed = moved(message, later(days=1))
    assert (changed.send_at, due(changed, "dispatch")) == (later(days=1), later(days=1))
    assert (changed.status, changed.rev, due(changed, "relay")) == ("scheduled", 2, NOON)


def test_a_scheduled_text_is_brought_forward_and_leaves_then() -> None:
    message = scheduled()
    moved(message, later(minutes=5))
    step = leaving(later(minutes=5))
    assert step.text.message_id == str(message.id)


@pytest.mark.parametrize("seconds", [0, -59])
def test_a_moment_that_is_about_now_is_at_once(seconds: float) -> None:
    message = moved(scheduled(), later(seconds))
    assert (message.status, message.send_at) == ("queued", None)
    assert due(message, "dispatch") == NOON
    assert statuses(message) == ["scheduled", "queued"]


@pytest.mark.parametrize("seconds", [-61, -86_400, 367 * 86_400])
def test_a_moment_that_has_passed_or_is_far_away_is_a_mistake(seconds: float) -> None:
    message = scheduled()
    with pytest.raises(InvalidInput) as problem:
        moved(message, later(seconds))
    assert [field.field for field in problem.value.fields] == ["sendAt"]
    assert fresh(message).send_at == TEN


def test_the_same_moment_changes_nothing() -> None:
    assert moved(scheduled(), TEN).rev == 1


def test_only_a_scheduled_text_has_a_time() -> None:
    conversation()
    held = answered()
    for message, code in ((held, "CONFLICT"), (queued(), "TOO_LATE"), (received(), "CONFLICT")):
        with pytest.raises(Conflict) as conflict:
            moved(message, TEN)
        assert conflict.value.code == code
    assert fresh(held).status == "held"


def test_a_text_that_has_left_cannot_be_moved() -> None:
    message = scheduled()
    dispatch.record(leaving(TEN), accepted_as("SM1"), TEN, TIMING)
    with pytest.raises(Conflict) as conflict:
        moved(message, later(days=1), at=TEN)
    assert conflict.value.code == "TOO_LATE"


def test_putting_off_and_leaving_at_once_is_exactly_one_of_them() -> None:
    message = scheduled()
    claim = leased("dispatch", TEN)

    def put_off() -> bool:
        with suppress(Conflict):
            return moved(message, later(days=1), at=TEN).status == "scheduled"
        return False

    off, step = race(put_off, partial(dispatch.next_step, claim, TEN, POLICY, TIMING))
    assert off != isinstance(step, Send)


def test_an_agents_answer_that_is_scheduled_is_not_released_but_rescheduled() -> None:
    with pytest.raises(Conflict) as conflict:
        outbound.release(scheduled().id, NOON)
    assert (conflict.value.code, conflict.value.message) == (
        "CONFLICT",
        "This text is scheduled, not held.",
    )
    assert "rescheduleMessage" in (conflict.value.help or "")
