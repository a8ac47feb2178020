"""A customer's text comes in: once, in order, from anybody, and whatever is killed half-way."""

from functools import partial
from typing import Any

import pytest
from bson import ObjectId

from domain.model import Contact, Message, Thread
from domain.services import inbound, messages, threads
from domain.services.consent import keywords
from domain.services.people import contacts
from domain.values import MediaRef
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    OURS,
    POLICY,
    SERVICE,
    STRANGER,
    THROUGH_SERVICE,
    customer,
    due,
    later,
    race,
    received,
    text_in,
)

pytestmark = pytest.mark.usefixtures("db")


def test_a_strangers_text_makes_a_contact_named_after_the_number() -> None:
    message = received("Is the house still free?", sender=STRANGER)
    contact = contacts.get(message.contact_id)
    assert (contact.first_name, contact.phones, contact.source) == (STRANGER, [STRANGER], "sms")
    assert not contact.preferences.sms_opt_in


def test_a_text_is_stored_as_it_came() -> None:
    message = received("Olá", sid="SM1", raw={"MessageSid": "SM1", "Body": "Olá"})
    assert (message.from_, message.to, message.direction) == (CUSTOMER, OURS, "inbound")
    assert (message.status, message.twilio_sid, message.origin) == ("received", "SM1", "twilio:SM1")
    assert (message.encoding, message.segments) == ("UCS2", 1)
    assert message.raw == {"MessageSid": "SM1", "Body": "Olá"}
    assert message.created_at == NOON


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"body": "", "media": (MediaRef("https://example.com/1", "image/png"),)},
        {"recipient": STRANGER, "service_sid": SERVICE, "segments": 2, "raw": {"To": STRANGER}},
    ],
)
def test_what_is_written_is_what_the_model_would_write(more: dict[str, Any]) -> None:
    receipt = inbound.receive(text_in(**more), NOON, POLICY)
    stored = Message._get_collection().find_one({"_id": ObjectId(receipt.message_id)})
    through_the_model = Message._from_son(stored)
    through_the_model.validate()
    assert through_the_model.to_mongo().to_dict() == stored


def test_what_is_still_to_be_done_is_inside_the_text() -> None:
    message = received()
    assert (due(message, "relay"), due(message, "effects")) == (NOON, NOON)
    assert message.dispatch is None


def test_the_carriers_count_of_segments_is_believed() -> None:
    assert received("short", segments=3).segments == 3


def test_the_same_sid_twice_is_one_text() -> None:
    first = inbound.receive(text_in(sid="SM1"), NOON, POLICY)
    again = inbound.receive(text_in(sid="SM1"), later(60), POLICY)
    assert (first.first_time, again.first_time) == (True, False)
    assert first.message_id == again.message_id
    assert Message.objects.count() == 1


def test_the_same_sid_in_eight_processes_at_once_is_one_text() -> None:
    receipts = race(*[partial(inbound.receive, text_in(sid="SM1"), NOON, POLICY)] * 8)
    assert [receipt.first_time for receipt in receipts].count(True) == 1
    assert len({receipt.message_id for receipt in receipts}) == 1
    assert (Message.objects.count(), Contact.objects.count(), Thread.objects.count()) == (1, 1, 1)


def test_eight_texts_of_one_stranger_at_once_meet_in_one_conversation() -> None:
    texts = [text_in(f"text {n}", sid=f"SM{n}") for n in range(8)]
    race(*[partial(inbound.receive, text, NOON, POLICY) for text in texts])
    assert (Message.objects.count(), Contact.objects.count(), Thread.objects.count()) == (8, 1, 1)
    assert len({message.position for message in Message.objects}) == 8
    assert {message.thread_id for message in Message.objects} == {Thread.objects.get().id}


def test_texts_of_the_same_instant_keep_the_order_in_which_they_were_taken_in() -> None:
    taken = [received(f"text {n}") for n in range(5)]
    assert [m.body for m in Message.objects.order_by("position")] == [m.body for m in taken]


def test_a_clock_that_runs_back_does_not_reorder_texts() -> None:
    first, second = received("first", now=later(5)), received("second", now=NOON)
    assert first.position < second.position


def test_texts_of_two_customers_are_two_conversations() -> None:
    assert received().thread_id != received(sender=STRANGER).thread_id


def test_two_numbers_of_ours_are_two_conversations_of_one_contact() -> None:
    one, two = received(), received(recipient="+17605550199")
    assert one.thread_id != two.thread_id
    assert one.contact_id == two.contact_id


def test_a_text_from_any_of_a_contacts_numbers_is_theirs() -> None:
    contact = Contact(first_name="Jane", phone=CUSTOMER, phones=[CUSTOMER, STRANGER])
    contacts.add(contact, NOON)
    assert received(sender=STRANGER).contact_id == contact.id
    assert Contact.objects.count() == 1


def test_a_text_for_a_number_that_is_not_ours_is_kept_and_flagged() -> None:
    message = received(recipient="+17605550199")
    assert message.unplaced
    assert not threads.get(message.thread_id).known


def test_a_text_for_a_number_of_ours_is_not_flagged() -> None:
    message = received()
    assert not message.unplaced
    assert threads.get(message.thread_id).known


def test_the_configured_service_is_our_side_of_the_conversation() -> None:
    message = received(service_sid=SERVICE, policy=THROUGH_SERVICE)
    thread = threads.get(message.thread_id)
    assert (thread.sender, thread.own_number, message.unplaced) == (SERVICE, OURS, False)


def test_a_service_that_is_not_ours_leaves_the_number_as_our_side() -> None:
    message = received(service_sid="MG-other", policy=THROUGH_SERVICE)
    assert threads.get(message.thread_id).sender == OURS
    assert message.service_sid == "MG-other"


def test_all_media_are_kept_in_their_order() -> None:
    media = tuple(MediaRef(f"https://m.example/{n}", "image/jpeg") for n in range(10))
    message = received("", media=media)
    assert message.media_urls == [f"https://m.example/{n}" for n in range(10)]
    assert message.media_types == ["image/jpeg"] * 10


def test_an_empty_text_is_kept_too() -> None:
    message = received("")
    assert (message.body, message.segments) == ("", 0)


@pytest.mark.parametrize("sender", ["72345", "ACME", "whatsapp:+17605550111"])
def test_senders_that_are_no_phone_numbers_are_kept(sender: str) -> None:
    message = received(sender=sender)
    assert message.from_ == sender
    assert contacts.get(message.contact_id).phone == sender


def test_a_crash_before_the_contact_is_made_good_by_the_next_delivery() -> None:
    text = text_in("STOP", sid="SM1")
    keywords.honour(text, NOON, POLICY)
    receipt = inbound.receive(text, later(15), POLICY)
    assert receipt.first_time
    assert Contact.objects.count() == 1


def test_a_crash_between_contact_and_text_leaves_one_of_each_after_the_next_delivery() -> None:
    contact = customer()
    thread = threads.advance(OURS, CUSTOMER, NOON, contact_id=contact.id)
    message = received(now=later(15))
    assert (message.contact_id, message.thread_id) == (contact.id, thread.id)
    assert message.position > thread.position


def test_a_delivery_after_the_commit_changes_nothing_that_a_person_could_see() -> None:
    message = received(sid="SM1")
    before = (message.to_mongo(), threads.get(message.thread_id).rev)
    again = received(sid="SM1", now=later(15))
    assert (again.to_mongo(), threads.get(again.thread_id).rev) == before


def test_when_the_customer_last_wrote_is_read_from_the_texts() -> None:
    received()
    message = received(now=later(60))
    assert messages.last_inbound_at(message.thread_id) == later(60)
