"""A program's key stands for one wish: the same wish is one text, another wish is refused."""

from functools import partial
from typing import Any

import pytest

from domain.errors import Conflict, DomainError, InvalidInput, Refused
from domain.model import Contact, Message, Thread
from domain.policy import Policy
from domain.services import dispatch, messages, reports
from domain.services.programs import sending
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    OURS,
    POLICY,
    TIMING,
    accepted_as,
    callback,
    customer,
    draft,
    due,
    fresh,
    later,
    leased,
    leaving,
    queued,
    race,
    received,
)

pytestmark = pytest.mark.usefixtures("db")
TWO_SENDERS = Policy(numbers=(OURS, "+17605550199"))


def made() -> tuple[int, int, int]:
    """How many texts, conversations and people there are."""
    return Message.objects.count(), Thread.objects.count(), Contact.objects.count()


@pytest.mark.parametrize(
    "other",
    [
        {"body": "Something else"},
        {"purpose": "informational"},
        {"media_urls": ("https://m.example/1",)},
        {"send_at": later(hours=2)},
        {"tags": ("vip",)},
        {"sender": OURS},
        {"phone": "+17605550122"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_key_cannot_be_used_again_for_any_other_wish(other: dict[str, Any]) -> None:
    received()
    first = queued(key="k1")
    with pytest.raises(Conflict) as conflict:
        queued(**({"key": "k1"} | other))
    assert (conflict.value.code, conflict.value.conflict_id) == ("CONFLICT", str(first.id))
    assert [one.field for one in conflict.value.fields] == ["idempotencyKey"]
    assert made() == (2, 1, 1)


def test_a_number_in_another_form_is_the_same_wish() -> None:
    received()
    assert queued(key="k1", phone="(760) 555-0111").id == queued(key="k1", phone=CUSTOMER).id


def test_the_same_wish_is_answered_with_the_text_as_it_is_now() -> None:
    received()
    queued(key="k1")
    dispatch.record(leaving(), accepted_as("SM1"), NOON, TIMING)
    reports.receive(callback("delivered", "SM1"), later(5))
    assert queued(key="k1", at=later(hours=30)).status == "delivered"


def test_the_same_wish_is_known_after_the_contact_has_changed_their_number() -> None:
    contact = customer()
    received()
    first = queued(key="k1", phone=None, contact_id=str(contact.id))
    Contact.objects.update(set__phone="+17605550133", set__phones=["+17605550133"])
    assert queued(key="k1", phone=None, contact_id=str(contact.id)).id == first.id


def test_a_text_that_was_changed_is_still_what_its_key_asked_for() -> None:
    received()
    first = queued("Before", key="k1", send_at=later(hours=1))
    messages.change({"_id": first.id}, NOON, fields={"body": "After"})
    assert queued("Before", key="k1", send_at=later(hours=1)).body == "After"


def test_two_wishes_at_once_under_one_key_are_one_text_and_one_conflict() -> None:
    received()

    def ask(body: str) -> Message | DomainError:
        try:
            return sending.send(draft(body, key="k1"), NOON, POLICY)
        except Conflict as conflict:
            return conflict

    answers = race(partial(ask, "one"), partial(ask, "two"))
    assert sorted(isinstance(answer, Conflict) for answer in answers) == [False, True]
    assert Message.objects(direction="outbound").count() == 1


def test_a_text_that_a_stop_called_back_is_shown_as_such() -> None:
    received()
    first = queued(key="k1")
    received("STOP")
    again = queued(key="k1")
    assert (again.id, again.status) == (first.id, "canceled")


def test_a_text_that_the_gate_stopped_when_it_was_to_leave_is_shown_as_refused() -> None:
    received()
    first = queued(key="k1")
    claim = leased("dispatch", later(hours=25))
    assert dispatch.next_step(claim, later(hours=25), POLICY, TIMING) is None
    again = queued(key="k1", at=later(hours=25))
    assert (again.id, again.status) == (first.id, "refused")


def test_a_refusal_makes_no_contact_and_no_conversation() -> None:
    with pytest.raises(Refused) as refusal:
        queued(key="k1")
    assert made() == (1, 0, 0)
    record = Message.objects.get(id=refusal.value.conflict_id)
    assert (record.status, record.to, record.from_) == ("refused", CUSTOMER, OURS)
    assert (record.thread_id, record.contact_id) == (None, None)
    assert [due(record, slot) for slot in ("dispatch", "relay", "effects")] == [None] * 3


def test_a_refusal_of_a_known_contact_is_linked_to_them() -> None:
    contact = customer()
    with pytest.raises(Refused):
        queued()
    assert Message.objects.get().contact_id == contact.id
    assert Thread.objects.count() == 0


def test_a_refusal_leaves_the_conversation_as_it_was() -> None:
    thread = Thread.objects.get(id=received("STOP").thread_id)
    with pytest.raises(Refused):
        queued()
    assert Message.objects.get(status="refused").thread_id == thread.id
    assert Thread.objects.get(id=thread.id).to_mongo() == thread.to_mongo()


def test_a_refusal_has_the_same_answer_for_its_key() -> None:
    told = []
    for _ in range(2):
        with pytest.raises(Refused) as refusal:
            queued(key="k1")
        told.append((refusal.value.code, refusal.value.message, refusal.value.conflict_id))
    assert told[0] == told[1]
    with pytest.raises(Conflict):
        queued("Something else", key="k1")


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"key": "k" * 201}, "idempotencyKey", "INVALID_INPUT"),
        ({"key": ""}, "idempotencyKey", "INVALID_INPUT"),
        ({"key": "k\0"}, "idempotencyKey", "INVALID_INPUT"),
        ({"tags": tuple(map(str, range(51)))}, "tags", "INVALID_INPUT"),
        ({"tags": ("x" * 51,)}, "tags", "INVALID_INPUT"),
        ({"tags": ("a\0b",)}, "tags", "INVALID_INPUT"),
        ({"media_urls": ("https://m.example/" + "x" * 2000,)}, "mediaUrls", "MEDIA_REJECTED"),
        ({"sender": "+1" * 50}, "senderId", "INVALID_INPUT"),
        ({"send_at": later(days=367)}, "sendAt", "INVALID_INPUT"),
        ({"body": "Hi\0"}, "body", "INVALID_INPUT"),
    ],
)
def test_what_is_beyond_the_limits_is_named_and_nothing_is_made(
    wrong: dict[str, Any], field: str, code: str
) -> None:
    received()
    before = made()
    with pytest.raises(InvalidInput) as problem:
        queued(**wrong)
    assert (problem.value.code, [one.field for one in problem.value.fields]) == (code, [field])
    assert made() == before


def test_what_is_just_within_the_limits_is_taken() -> None:
    received()
    message = queued(key="k" * 200, tags=tuple(map(str, range(50))), send_at=later(days=366))
    assert (len(fresh(message).tags), message.status) == (50, "scheduled")


def test_tags_are_tidied() -> None:
    received()
    assert queued(tags=(" vip ", "vip", "", "two  words")).tags == ["vip", "two words"]


def test_a_conversation_keeps_its_own_sender() -> None:
    thread_id = received(recipient="+17605550199", policy=TWO_SENDERS).thread_id
    wish = draft(phone=None, thread_id=str(thread_id), sender=OURS)
    assert sending.send(wish, NOON, TWO_SENDERS).from_ == "+17605550199"
