"""How a message changes: one update, counted once, shown if it is to be seen."""

from functools import partial

import pytest

from domain.errors import NotFound
from domain.model import Message
from domain.rules.status import STOPPABLE, MessageStatus
from domain.services import messages
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    STRANGER,
    due,
    fresh,
    handed_over,
    later,
    queued,
    race,
    received,
    statuses,
)

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def message() -> Message:
    """A program's text, queued."""
    received()
    return queued()


def test_a_message_is_found_by_its_id_or_its_text(message: Message) -> None:
    assert messages.get(message.id) == messages.get(str(message.id)) == message


@pytest.mark.parametrize("message_id", ["", "nonsense", "6560a1b2c3d4e5f60718293a", None])
def test_what_does_not_exist_is_not_found(message_id: object) -> None:
    with pytest.raises(NotFound):
        messages.get(message_id)


def test_a_message_is_found_by_what_caused_it(message: Message) -> None:
    assert messages.by_origin(message.origin) == message
    assert messages.by_origin("api:nobody/1") is None


def test_a_change_counts_once_and_asks_to_be_shown(message: Message) -> None:
    changed = messages.change({"_id": message.id}, later(1), fields={"body": "new"})
    assert changed
    assert (changed.body, changed.rev) == ("new", message.rev + 1)
    assert due(message, "relay") == later(1)


def test_a_change_that_is_not_to_be_seen_in_the_chat_leaves_it_alone(message: Message) -> None:
    messages.change({"_id": message.id}, later(1), fields={"segments": 2}, show=False)
    assert due(message, "relay") == NOON


def test_a_change_whose_condition_no_longer_holds_changes_nothing(message: Message) -> None:
    match = {"_id": message.id, "status": "held"}
    assert messages.change(match, later(1), fields={"body": "new"}) is None
    assert fresh(message).to_mongo() == message.to_mongo()


def test_a_move_is_in_the_history(message: Message) -> None:
    messages.move({"_id": message.id}, MessageStatus.CANCELED, later(1))
    last = fresh(message).history[-1]
    assert (last.status, last.at, statuses(message)) == (
        "canceled",
        later(1),
        ["queued", "canceled"],
    )


def test_a_move_can_end_the_work(message: Message) -> None:
    messages.move({"_id": message.id}, MessageStatus.FAILED, NOON, close=("dispatch", "dead"))
    slot = fresh(message).dispatch
    assert slot
    assert (slot.state, slot.due_at) == ("dead", None)


def test_of_moves_at_once_with_one_condition_one_is_made(message: Message) -> None:
    match = {"_id": message.id, "status": "queued"}
    made = race(*[partial(messages.move, match, MessageStatus.CANCELED, NOON)] * 6)
    assert [move is not None for move in made].count(True) == 1
    assert statuses(message) == ["queued", "canceled"]


def test_a_line_of_history_says_only_what_is_known() -> None:
    line = messages.entry(MessageStatus.SENT, NOON)["statusHistory"]
    assert line == {"status": "sent", "at": NOON}
    full = messages.entry(MessageStatus.FAILED, NOON, word="failed", error=0)["statusHistory"]
    assert (full["word"], full["errorCode"]) == ("failed", 0)


def test_calling_back_says_how_many_it_was(message: Message) -> None:
    received(sender=STRANGER)
    queued(phone=STRANGER)
    queued(key="2", send_at=later(60))
    assert messages.cancel_for(CUSTOMER, later(1), "because") == 2
    assert messages.cancel_for(CUSTOMER, later(1), "because") == 0
    assert fresh(message).error_message == "because"


def test_calling_back_leaves_what_the_carrier_has() -> None:
    received()
    handed_over()
    assert messages.cancel_for(CUSTOMER, later(1), "because") == 0


def test_what_can_be_called_back_is_said_once() -> None:
    assert set(messages.STOPPABLE) == STOPPABLE


def test_nobody_wrote_in_a_conversation_that_does_not_exist() -> None:
    received()
    assert messages.last_inbound_at(None) is None
