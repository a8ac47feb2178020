"""A contact is deleted: the conversations stay, and so does a no."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from domain.errors import Conflict, DomainError, NotFound
from domain.model import Activity, Author, Contact, Message, Number, Thread
from domain.services import consent
from domain.services.consent import Statement, calling
from domain.services.people import activities, contacts, deletion, merging, profiles
from domain.services.people.profiles import Profile
from domain.services.programs import sending
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    STRANGER,
    TOKEN,
    customer,
    draft,
    fresh,
    later,
    leaving,
    queued,
    race,
    received,
)

pytestmark = pytest.mark.usefixtures("db")


def stop(phone: str = CUSTOMER) -> None:
    said = Statement("opt_out", "keyword", NOON, level="none", message_sid="SM1")
    consent.record(f"stop:{phone}", phone, said, NOON)


def test_texts_and_conversations_stay_without_a_contact() -> None:
    message = received()
    rev = Thread.objects.get().rev
    deletion.delete(message.contact_id, later(1))
    assert Contact.objects.count() == 0
    thread = Thread.objects.get()
    assert (thread.contact_id, thread.rev, fresh(message).body) == (None, rev + 1, "Hello")


def test_what_waits_to_leave_is_called_back() -> None:
    received()
    waiting = [queued(), queued(key="2", send_at=later(3600))]
    deletion.delete(waiting[0].contact_id, later(1))
    assert [fresh(one).status for one in waiting] == ["canceled", "canceled"]
    assert fresh(waiting[0]).error_message == deletion.DELETED


def test_a_call_under_way_goes_on() -> None:
    received()
    message = queued()
    leaving()
    deletion.delete(message.contact_id, later(1))
    assert fresh(message).status == "sending"


def test_the_timeline_goes_with_the_contact_and_nobody_elses() -> None:
    own, other = customer(), contacts.add(Contact(first_name="Bob", phone=STRANGER), NOON)
    for one in (own, other):
        activities.note(one.id, "Likes tea", TOKEN, NOON)
    deletion.delete(own.id, NOON)
    assert Activity.objects.get().contact_id == other.id


def test_a_no_outlives_the_contact_and_is_shown_again() -> None:
    received()
    stop()
    contact = customer()
    deletion.delete(contact.id, later(1))
    said = Profile(first_name="Jane", last_name="Doe", phone=CUSTOMER)
    again = profiles.create(said, None, later(2), POLICY)
    assert again.id != contact.id
    assert not again.preferences.sms_opt_in
    assert Number.objects.get().blocked
    with pytest.raises(DomainError) as refused:
        sending.send(draft(), later(3), POLICY)
    assert refused.value.code == "OPTED_OUT"


def test_conversations_go_to_whom_has_the_number_next() -> None:
    deletion.delete(received().contact_id, later(1))
    again = contacts.add(Contact(first_name="Jane", phone=CUSTOMER), later(2))
    assert Thread.objects.get().contact_id == again.id


def test_a_text_after_the_deletion_makes_a_stranger_of_them() -> None:
    first = received()
    deletion.delete(first.contact_id, later(1))
    second = received("Me again", later(2))
    assert Contact.objects.get().id == second.contact_id
    assert second.thread_id == first.thread_id
    assert Thread.objects.get().contact_id == second.contact_id


@pytest.mark.parametrize("never", [True, False])
def test_who_must_not_be_called_is_remembered(never: bool) -> None:
    contact = customer()
    contacts.update(contact.id, {"doNotCall": not never}, NOON)
    calling.mark([CUSTOMER], Author(), NOON, on=not never)
    contacts.update(contact.id, {"doNotCall": never}, NOON)
    deletion.delete(contact.id, NOON)
    assert contacts.add(Contact(first_name="J", phone=CUSTOMER), NOON).do_not_call is never


def test_those_who_were_merged_go_with_the_kept_one() -> None:
    keep, other = customer(), contacts.add(Contact(first_name="Bob", phone=STRANGER), NOON)
    received(sender=STRANGER)
    merging.merge(keep.id, other.id, TOKEN, NOON)
    with pytest.raises(Conflict) as refused:
        deletion.delete(other.id, NOON)
    assert refused.value.conflict_id == str(keep.id)
    assert deletion.delete(keep.id, NOON) == keep.id
    assert Contact.objects.count() == 0
    assert Thread.objects(contact_id__exists=True).count() == 0


@pytest.mark.parametrize("strange", ["", "nobody", "\0", "0" * 24])
def test_an_unknown_contact_is_said_so(strange: str) -> None:
    with pytest.raises(NotFound):
        deletion.delete(strange, NOON)


def test_after_a_crash_the_call_repeated_finishes() -> None:
    contact = customer()
    activities.note(contact.id, "Likes tea", TOKEN, NOON)
    contacts.update(contact.id, {"notes": "x"}, NOON)
    assert not deletion.removed(contact)  # it was changed since
    assert deletion.delete(contact.id, NOON) == contact.id
    assert Contact.objects.count() == Activity.objects.count() == 0


def test_deleted_and_merged_at_once_it_is_either_gone_or_part_of_the_other() -> None:
    for place in range(4):
        one = contacts.add(Contact(first_name="A", phone=f"+1760555080{place}"), NOON)
        two = contacts.add(Contact(first_name="B", phone=f"+1760555090{place}"), NOON)

        merge = partial(merging.merge, two.id, one.id, TOKEN, NOON)
        delete = partial(deletion.delete, one.id, NOON)
        outcomes = race(partial(attempt, merge), partial(attempt, delete))
        assert outcomes.count("done") == 1, outcomes
        expected = 2 if outcomes[0] == "done" else 1
        assert len(contacts.get(two.id).phones) == expected


def attempt(work: Callable[[], object]) -> str:
    try:
        work()
    except DomainError as error:
        return error.code
    return "done"


def test_a_message_of_nobody_can_still_be_answered() -> None:
    message = received()
    deletion.delete(message.contact_id, later(1))
    answer = sending.send(
        replace(draft(), phone=None, thread_id=str(message.thread_id)), later(2), POLICY
    )
    assert Message.objects.get(id=answer.id).contact_id == Contact.objects.get().id
