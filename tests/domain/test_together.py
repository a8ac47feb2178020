"""Several texts taken in at once are the same as one after the other."""

from functools import partial

import pytest
from pymongo.errors import BulkWriteError

from domain.model import Contact, Message, Number, Thread
from domain.services import inbound
from domain.services.inbound import Receipt
from domain.values import InboundText
from tests.clock import NOON
from tests.domain.build import CUSTOMER, OURS, POLICY, STRANGER, customer, later, race, text_in

pytestmark = pytest.mark.usefixtures("db")


def together(*texts: InboundText) -> list[Receipt]:
    return inbound.receive_all(texts, NOON, POLICY)


def bodies() -> list[str]:
    return [message.body for message in Message.objects.order_by("position", "id")]


def test_each_text_gets_its_own_receipt_in_their_order() -> None:
    told = together(text_in("one", sid="SM1"), text_in("two", sid="SM2", sender=STRANGER))
    stored = [Message.objects(twilio_sid=sid).get() for sid in ("SM1", "SM2")]
    assert [one.message_id for one in told] == [str(message.id) for message in stored]
    assert all(one.first_time for one in told)


def test_texts_of_one_conversation_keep_their_order() -> None:
    together(*[text_in(str(number)) for number in range(20)])
    assert bodies() == [str(number) for number in range(20)]
    assert len(set(Message.objects.distinct("position"))) == 20


def places(*sids: str) -> list[tuple[object, int]]:
    found = [Message.objects(twilio_sid=sid).get() for sid in sids]
    return [(message.thread_id, message.position) for message in found]


def test_in_conversations_that_exist_each_text_is_the_last() -> None:
    for sender in (CUSTOMER, STRANGER):
        inbound.receive(text_in(sender=sender), NOON, POLICY)
    together(text_in("a", sid="SM1"), text_in("b", sid="SM2", sender=STRANGER))
    last = [Thread.objects(phone=phone).get() for phone in (CUSTOMER, STRANGER)]
    assert places("SM1", "SM2") == [(thread.id, thread.position) for thread in last]


def test_each_position_is_taken_once_however_many_take_them_together() -> None:
    senders = [f"+1760555010{number}" for number in range(6)]
    together(*[text_in(sender=sender) for sender in senders])
    batches = [[text_in(sender=sender) for sender in senders] for _ in range(6)]
    race(*[partial(inbound.receive_all, batch, NOON, POLICY) for batch in batches])
    taken = [(one.thread_id, one.position) for one in Message.objects]
    assert len(taken) == len(set(taken)) == 42


def test_one_conversation_among_others_keeps_its_order_and_the_others_theirs() -> None:
    inbound.receive(text_in("0"), NOON, POLICY)
    inbound.receive(text_in("hi", sender=STRANGER), NOON, POLICY)
    together(text_in("1"), text_in("ho", sender=STRANGER), text_in("2"), text_in("3"))
    mine = Message.objects(from_=CUSTOMER).order_by("position")
    assert [message.body for message in mine] == ["0", "1", "2", "3"]


def test_a_text_for_a_number_that_is_not_ours_is_flagged_among_others() -> None:
    for recipient in (OURS, STRANGER):
        inbound.receive(text_in(recipient=recipient), NOON, POLICY)
    together(text_in(sid="SM1"), text_in(sid="SM2", recipient=STRANGER))
    found = [Message.objects(twilio_sid=sid).get() for sid in ("SM1", "SM2")]
    assert [message.unplaced for message in found] == [False, True]
    assert {thread.sender: thread.known for thread in Thread.objects} == {
        OURS: True,
        STRANGER: False,
    }


def test_several_texts_of_a_stranger_make_one_contact() -> None:
    together(*[text_in(str(number), sender=STRANGER) for number in range(5)])
    contact = Contact.objects.get()
    assert set(Message.objects.distinct("contact_id")) == {contact.id}


def test_each_text_goes_to_the_contact_of_its_number() -> None:
    known = customer()
    together(text_in("a"), text_in("b", sender=STRANGER))
    assert Message.objects(from_=CUSTOMER).get().contact_id == known.id
    assert Message.objects(from_=STRANGER).get().contact_id != known.id


def test_a_repetition_among_them_is_the_text_that_is_there() -> None:
    before = inbound.receive(text_in("old", sid="SM1"), NOON, POLICY)
    told = together(text_in("new", sid="SM2"), text_in("old", sid="SM1"), text_in(sid="SM3"))
    assert [one.first_time for one in told] == [True, False, True]
    assert told[1].message_id == before.message_id
    assert Message.objects.count() == 3


def test_the_same_text_twice_among_them_is_one() -> None:
    told = together(text_in(sid="SM1"), text_in(sid="SM1"))
    assert [one.first_time for one in told] == [True, False]
    assert told[0].message_id == told[1].message_id


def test_stop_and_start_among_them_count_in_their_order() -> None:
    together(text_in("STOP"), text_in("Hello", sender=STRANGER), text_in("START"), text_in("STOP"))
    assert Number.objects(phone=CUSTOMER).get().blocked
    assert not Number.objects(phone=STRANGER)
    assert len(bodies()) == 4


def test_what_cannot_be_stored_is_told_and_not_taken_for_a_repetition() -> None:
    inbound.receive(text_in("first", sid="SM1"), NOON, POLICY)
    Message._get_collection().update_one({}, {"$set": {"origin": "api:adopted"}})
    with pytest.raises(BulkWriteError):
        together(text_in("new", sid="SM2"), text_in("same sid", sid="SM1"))


def test_many_at_once_in_many_processes_are_each_one_text() -> None:
    texts = [text_in(str(number), sid=f"SM{number}") for number in range(8)]
    race(*[partial(inbound.receive_all, texts, NOON, POLICY)] * 6)
    assert sorted(bodies()) == sorted(str(number) for number in range(8))


def test_a_later_text_stands_after_all_that_came_together() -> None:
    together(*[text_in(str(number)) for number in range(3)])
    inbound.receive(text_in("last"), later(1), POLICY)
    assert bodies()[-1] == "last"
    assert {message.to for message in Message.objects} == {OURS}
