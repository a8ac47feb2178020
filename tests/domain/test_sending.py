"""A program sends: once per key, to whom it says, and with its refusals on record."""

from functools import partial
from typing import Any

import pytest

from domain.errors import Conflict, InvalidInput, NotFound, Refused
from domain.model import Author, Contact, Message, Thread
from domain.policy import Policy
from domain.services import consent, threads
from domain.services.consent import Statement
from domain.services.programs import sending
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    OURS,
    POLICY,
    SERVICE,
    STRANGER,
    THROUGH_SERVICE,
    TOKEN,
    customer,
    draft,
    due,
    fresh,
    later,
    queued,
    race,
    received,
)

pytestmark = pytest.mark.usefixtures("db")


def opted_in(phone: str = CUSTOMER, level: str = "express") -> None:
    """That number has agreed to be texted."""
    said = Statement("opt_in", "form", NOON, level=level)
    consent.record(f"form:{phone}/{level}", phone, said, NOON)


def test_a_text_is_queued_at_once() -> None:
    received()
    message = queued("Your keys are ready", tags=("keys", "desk"))
    assert (message.status, due(message, "dispatch"), due(message, "relay")) == (
        "queued",
        NOON,
        NOON,
    )
    assert (message.to, message.from_, message.tags) == (CUSTOMER, OURS, ["keys", "desk"])
    assert message.sent_by
    assert (message.sent_by.kind, message.sent_by.name) == ("token", "CRM")


def test_a_text_to_somebody_who_wrote_joins_their_conversation() -> None:
    thread_id = received().thread_id
    message = queued()
    assert (message.thread_id, Thread.objects.count(), Contact.objects.count()) == (thread_id, 1, 1)


def test_a_first_text_makes_contact_and_conversation() -> None:
    opted_in()
    message = queued()
    assert threads.get(message.thread_id).contact_id == message.contact_id
    assert Contact.objects.get().source == "api"


@pytest.mark.parametrize("phone", ["760-555-0111", "(760) 555-0111", "+1 760 555 0111"])
def test_a_number_may_be_given_in_any_usual_form(phone: str) -> None:
    opted_in()
    assert queued(phone=phone).to == CUSTOMER


def test_a_text_may_name_the_contact_or_the_conversation() -> None:
    thread = threads.get(received().thread_id)
    by_contact = queued(phone=None, contact_id=str(thread.contact_id))
    by_thread = queued(phone=None, thread_id=str(thread.id))
    assert by_contact.thread_id == by_thread.thread_id == thread.id


def test_a_reply_leaves_from_the_number_that_the_customer_wrote_to() -> None:
    policy = Policy(numbers=(OURS, "+17605550199"))
    thread_id = received(recipient="+17605550199", policy=policy).thread_id
    message = sending.send(draft(phone=None, thread_id=str(thread_id)), NOON, policy)
    assert message.from_ == "+17605550199"


def test_the_service_is_the_default_sender() -> None:
    opted_in()
    message = sending.send(draft(), NOON, THROUGH_SERVICE)
    assert threads.get(message.thread_id).sender == SERVICE


def test_a_program_may_choose_among_our_senders() -> None:
    opted_in()
    message = sending.send(draft(sender=OURS), NOON, THROUGH_SERVICE)
    assert threads.get(message.thread_id).sender == OURS


def test_the_same_key_twice_is_one_text() -> None:
    received()
    assert queued(key="k1").id == queued(key="k1", at=later(60)).id
    assert Message.objects(direction="outbound").count() == 1


def test_the_same_key_at_once_is_one_text() -> None:
    received()
    made = race(*[partial(sending.send, draft(key="k1"), NOON, POLICY)] * 6)
    assert len({message.id for message in made}) == 1


def test_without_a_key_every_call_is_a_text_of_its_own() -> None:
    received()
    assert queued().id != queued().id


def test_a_key_belongs_to_its_program() -> None:
    received()
    other = Author(kind="token", key="token2", name="Shop")
    assert queued(key="k1").id != queued(key="k1", author=other).id


def test_a_key_cannot_be_used_again_for_other_words() -> None:
    received()
    queued("one", key="k1")
    with pytest.raises(Conflict) as conflict:
        queued("two", key="k1")
    assert conflict.value.code == "CONFLICT"


def test_a_key_cannot_be_used_again_for_somebody_else() -> None:
    received()
    opted_in(STRANGER)
    queued(key="k1")
    with pytest.raises(Conflict):
        queued(key="k1", phone=STRANGER)
    assert Message.objects(to=STRANGER).count() == 0


def test_a_refusal_is_raised_and_on_record() -> None:
    with pytest.raises(Refused) as refusal:
        queued()
    message = Message.objects.get()
    assert (refusal.value.code, refusal.value.conflict_id) == ("OPT_IN_REQUIRED", str(message.id))
    assert refusal.value.help
    assert (message.status, due(message, "dispatch")) == ("refused", None)


def test_a_refusal_of_a_program_is_not_shown_to_agents() -> None:
    with pytest.raises(Refused):
        queued()
    assert due(Message.objects.get(), "relay") is None


def test_a_refusal_stays_a_refusal_for_its_key() -> None:
    with pytest.raises(Refused):
        queued(key="k1")
    opted_in()
    with pytest.raises(Refused):
        queued(key="k1", at=later(60))
    assert Message.objects.count() == 1


def test_somebody_who_has_left_is_refused() -> None:
    received("STOP")
    with pytest.raises(Refused) as refusal:
        queued()
    assert refusal.value.code == "OPTED_OUT"


@pytest.mark.parametrize(
    ("purpose", "level"), [("informational", "express"), ("marketing", "written")]
)
def test_what_is_no_answer_needs_an_opt_in(purpose: str, level: str) -> None:
    received()
    with pytest.raises(Refused):
        queued(purpose=purpose)
    opted_in(level=level)
    assert queued(purpose=purpose).purpose == purpose


def test_a_yes_without_writing_is_none_to_advertising() -> None:
    received()
    opted_in()
    with pytest.raises(Refused, match="in writing"):
        queued(purpose="marketing")


def test_a_later_time_is_a_schedule() -> None:
    received()
    message = queued(send_at=later(hours=3))
    assert (message.status, due(message, "dispatch")) == ("scheduled", later(hours=3))
    assert message.send_at == later(hours=3)


@pytest.mark.parametrize("seconds", [0, -60])
def test_a_time_that_has_passed_is_now(seconds: float) -> None:
    received()
    message = queued(send_at=later(seconds))
    assert (message.status, due(message, "dispatch"), message.send_at) == ("queued", NOON, None)


def test_media_alone_are_a_text() -> None:
    received()
    message = queued("", media_urls=("https://m.example/1",))
    assert (message.body, message.media_urls) == ("", ["https://m.example/1"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"body": "  "}, "MESSAGE_EMPTY"),
        ({"body": "x" * 1601}, "MESSAGE_TOO_LONG"),
        ({"phone": "12"}, "INVALID_PHONE"),
        ({"phone": "760-555-0111 ext 5"}, "INVALID_PHONE"),
        ({"phone": None}, "INVALID_INPUT"),
    ],
)
def test_what_cannot_be_sent_is_said_and_leaves_nothing(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidInput) as problem:
        queued(**changes)
    assert problem.value.code == code
    assert (Message.objects.count(), Thread.objects.count(), Contact.objects.count()) == (0, 0, 0)


def test_an_unreadable_number_names_the_field() -> None:
    with pytest.raises(InvalidInput) as problem:
        queued(phone="12")
    assert [field.field for field in problem.value.fields] == ["to"]
    assert "E.164" in problem.value.message


def test_without_a_sender_it_says_what_is_missing() -> None:
    with pytest.raises(InvalidInput) as problem:
        sending.send(draft(), NOON, Policy())
    assert problem.value.code == "NOT_CONFIGURED"
    assert "Twilio not configured" in problem.value.message


@pytest.mark.parametrize("field", ["thread_id", "contact_id"])
@pytest.mark.parametrize("value", ["nonsense", "6560a1b2c3d4e5f60718293a"])
def test_who_does_not_exist_is_not_found(field: str, value: str) -> None:
    whom: dict[str, Any] = {"phone": None, field: value}
    with pytest.raises(NotFound):
        queued(**whom)


def test_a_sender_that_is_not_ours_is_refused() -> None:
    opted_in()
    with pytest.raises(Refused) as refusal:
        queued(sender="+17605550199")
    assert refusal.value.code == "NOT_CONFIGURED"


def test_the_addressee_is_found_without_making_anybody() -> None:
    assert sending.addressee(draft(), POLICY) == (OURS, CUSTOMER, None, None)
    assert (Thread.objects.count(), Contact.objects.count()) == (0, 0)


def test_the_addressee_of_a_known_conversation_is_its_own() -> None:
    thread = threads.get(received().thread_id)
    found = sending.addressee(draft(phone=None, thread_id=str(thread.id)), POLICY)
    assert found == (OURS, CUSTOMER, thread.id, thread.contact_id)


def test_a_contact_is_texted_at_their_first_number() -> None:
    contact = customer()
    Contact.objects(id=contact.id).update_one(push__phones=STRANGER)
    opted_in()
    assert queued(phone=None, contact_id=str(contact.id)).to == CUSTOMER


def test_texts_of_programs_are_ordered_with_those_of_the_customer() -> None:
    first = received()
    second = queued()
    third = received("Thanks", now=NOON)
    assert first.position < second.position < third.position


def test_a_text_that_was_stored_reads_back_the_same() -> None:
    received()
    message = queued(author=TOKEN, key="k1", tags=("a",))
    assert fresh(message).to_mongo() == message.to_mongo()
