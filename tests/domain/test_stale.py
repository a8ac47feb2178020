"""Whatever changes what a conversation's place shows makes its upkeep due, with the change."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from domain.errors import Conflict
from domain.model import Contact, Thread
from domain.services import consent, stale, summaries, threads
from domain.services.consent import Statement
from domain.services.desk import conversations, places, waking
from domain.services.people import contacts, deletion, merging, profiles
from domain.services.people.profiles import Profile
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    CUSTOMER,
    OURS,
    POLICY,
    STRANGER,
    TOKEN,
    conversation,
    later,
    received,
)

pytestmark = pytest.mark.usefixtures("db")
SOON = later(60)
LATER = SOON + timedelta(hours=1)


@pytest.fixture
def thread() -> Thread:
    """A conversation whose place is as it should be."""
    made = conversation()
    settle()
    return threads.get(made.id)


def settle() -> None:
    """Everything has been seen to."""
    Thread._get_collection().update_many({}, {"$unset": {"upkeep": ""}})


def due(thread: Thread) -> datetime | None:
    """When its upkeep is due."""
    upkeep = threads.get(thread.id).upkeep
    return upkeep.due_at if upkeep else None


def change(thread: Thread, said: Profile) -> None:
    profiles.change(thread.contact_id, said, SOON, POLICY)


CHANGES: dict[str, Callable[[Thread], object]] = {
    "assigned": lambda one: conversations.assign(one.id, AGENT, TOKEN, SOON),
    "closed": lambda one: conversations.set_status(one.id, "closed", None, TOKEN, SOON),
    "snoozed": lambda one: conversations.set_status(one.id, "snoozed", LATER, TOKEN, SOON),
    "mode": lambda one: conversations.set_mode(one.id, "internal", TOKEN, SOON),
    "moved": lambda one: places.move(one.id, False, TOKEN, SOON),
    "named": lambda one: change(one, Profile(first_name="Jane")),
    "tagged": lambda one: change(one, Profile(add_tags=("vip",))),
    "another number": lambda one: change(one, Profile(add_phones=(STRANGER,))),
    "one field": lambda one: contacts.update(one.contact_id, {"lastName": "Doe"}, SOON),
    "consented": lambda one: consent.record("x", CUSTOMER, Statement("opt_in", "api", NOON), SOON),
    "opted out": lambda one: consent.record("x", CUSTOMER, Statement("opt_out", "sms", NOON), SOON),
    "gone": lambda one: deletion.delete(one.contact_id, SOON),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_what_is_shown_makes_the_upkeep_due(thread: Thread, name: str) -> None:
    CHANGES[name](thread)
    assert due(thread) == SOON
    assert threads.get(thread.id).upkeep_asked == thread.upkeep_asked + 1


def test_what_is_so_already_makes_nothing_due(thread: Thread) -> None:
    conversations.set_status(thread.id, "open", None, TOKEN, SOON)
    assert due(thread) is None


def test_a_text_alone_makes_nothing_due(thread: Thread) -> None:
    received(now=later(5))
    summaries.refresh(thread.id)
    assert due(thread) is None


def test_a_text_that_reopens_a_conversation_makes_it_due(thread: Thread) -> None:
    conversations.set_status(thread.id, "closed", None, TOKEN, SOON)
    settle()
    received(now=LATER)
    summaries.refresh(thread.id)
    assert due(thread)


def test_one_that_wakes_up_is_due(thread: Thread) -> None:
    conversations.set_status(thread.id, "snoozed", later(120), TOKEN, SOON)
    settle()
    waking.wake(later(120))
    assert due(thread) == later(120)


def test_a_merged_contacts_conversations_are_due(thread: Thread) -> None:
    kept = contacts.add(Contact(first_name="Jane", phone=STRANGER), NOON)
    merging.merge(kept.id, thread.contact_id, TOKEN, SOON)
    assert due(thread) == SOON
    settle()
    profiles.change(kept.id, Profile(add_tags=("vip",)), LATER, POLICY)
    assert due(thread) == LATER


def test_a_no_from_one_number_is_shown_with_all_numbers_of_the_person(thread: Thread) -> None:
    change(thread, Profile(add_phones=(STRANGER,)))
    settle()
    consent.record("x", STRANGER, Statement("opt_out", "sms", NOON), LATER)
    assert due(thread) == LATER


def test_a_new_contact_is_shown_where_their_number_wrote_before(thread: Thread) -> None:
    deletion.delete(thread.contact_id, NOON)
    settle()
    contacts.add(Contact(first_name="Jane", phone=CUSTOMER), SOON)
    assert due(thread) == SOON


def test_other_conversations_are_left_alone(thread: Thread) -> None:
    other = threads.get(received(sender=STRANGER).thread_id)
    change(thread, Profile(first_name="Jane"))
    assert due(other) is None


def test_a_change_that_fails_makes_nothing_due(thread: Thread) -> None:
    contacts.add(Contact(first_name="Sam", phone=STRANGER), NOON)
    with pytest.raises(Conflict):
        change(thread, Profile(add_phones=(STRANGER,)))
    assert due(thread) is None


def test_the_revision_of_a_conversation_counts_its_own_changes_alone(thread: Thread) -> None:
    stale.with_people([thread.contact_id], SOON)
    assert threads.get(thread.id).rev == thread.rev


def test_what_an_update_said_before_it_still_says() -> None:
    update = stale.along({"$set": {"a": 1}, "$inc": {"rev": 1}, "$unset": {"b": ""}}, NOON)
    assert update["$set"] == {"a": 1, "upkeep.state": "due", "upkeep.due_at": NOON}
    assert update["$inc"] == {"rev": 1, "upkeepAsked": 1}
    assert update["$unset"] == {"b": ""}


def test_the_conversations_of_a_number_are_found_whoever_has_it() -> None:
    other = threads.get(received(sender=STRANGER).thread_id)
    consent.record("x", STRANGER, Statement("opt_out", "sms", NOON), SOON)
    assert (due(other), other.sender) == (SOON, OURS)
