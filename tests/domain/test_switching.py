"""Small deeds of agents that come twice or at once, and what they leave behind."""

from datetime import timedelta
from functools import partial

import pytest

from domain.errors import Conflict, InvalidInput, NotFound
from domain.model import Activity, Contact, Thread
from domain.services import summaries, threads
from domain.services.desk import conversations
from domain.services.people import activities, contacts, merging, profiles
from domain.services.people.profiles import Profile
from domain.services.people.telling import telling
from tests.clock import NOON
from tests.domain.build import (
    POLICY,
    STRANGER,
    TOKEN,
    conversation,
    customer,
    later,
    race,
    received,
)

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def thread() -> Thread:
    """A customer has written."""
    made = conversation()
    summaries.refresh(made.id)
    return threads.get(made.id)


def bob() -> Contact:
    said = Profile(first_name="Bob", last_name="Ray", phone=STRANGER, tags=("buyer",))
    return profiles.create(said, None, NOON, POLICY)


def test_a_switch_goes_back_and_forth_with_time(thread: Thread) -> None:
    for minute, mode in ((1, "internal"), (2, "send"), (3, "internal")):
        after = conversations.toggle_mode(thread.id, TOKEN, later(minutes=minute))
        assert after.reply_mode == mode
    assert Activity.objects.count() == 3


def test_clicks_at_the_same_moment_are_one_switch(thread: Thread) -> None:
    found = race(*[partial(conversations.toggle_mode, thread.id, TOKEN, later(5))] * 5)
    assert {one.reply_mode for one in found} == {"internal"}
    assert Activity.objects.count() == 1


def test_a_click_within_moments_means_the_same(thread: Thread) -> None:
    conversations.toggle_mode(thread.id, TOKEN, later(5))
    rest = conversations.TOGGLE_REST - timedelta(milliseconds=1)
    assert conversations.toggle_mode(thread.id, TOKEN, later(5) + rest).reply_mode == "internal"


def test_closing_settles_what_has_come_so_far(thread: Thread) -> None:
    closed = conversations.set_status(thread.id, "closed", None, TOKEN, later(60))
    assert (closed.settled_up_to, closed.waiting) == (thread.position, None)
    assert closed.unread_count == 1
    summaries.refresh(thread.id)
    assert threads.get(thread.id).waiting is None


def test_a_text_that_came_while_it_was_closed_waits(thread: Thread) -> None:
    conversations.set_status(thread.id, "closed", None, TOKEN, later(60))
    text = received("One more thing", later(90))
    summaries.refresh(thread.id)
    after = threads.get(thread.id)
    assert after.waiting
    assert (after.status, after.waiting.position) == ("open", text.position)
    assert after.opened_at == later(90)


def test_several_texts_are_one_wait_since_the_first(thread: Thread) -> None:
    received("Hello?", later(60))
    summaries.refresh(thread.id)
    waiting = threads.get(thread.id).waiting
    assert waiting
    assert (waiting.since, waiting.position) == (NOON, thread.position)


def test_of_summing_up_at_once_nothing_is_lost(thread: Thread) -> None:
    received("Hello?", later(60))
    race(*[partial(summaries.refresh, thread.id)] * 5)
    after = threads.get(thread.id)
    assert after.waiting
    assert (after.unread_count, after.waiting.since) == (2, NOON)


def test_a_note_is_written_once_for_its_origin() -> None:
    person = customer()
    for _ in range(2):
        activities.note(person.id, "Two dogs", TOKEN, NOON, "slack:T1/view/V1")
        activities.log(person.id, "phone", None, None, TOKEN, NOON, "slack:T1/view/V2")
    assert [one.kind for one in Activity.objects.order_by("kind")] == ["log", "note"]


def test_what_a_merge_would_be_is_shown_without_doing_it() -> None:
    jane, other = customer(), bob()
    after, part = merging.foreseen(jane.id, other.id, later(60))
    assert (after.phones, after.tags) == ([jane.phone, STRANGER], ["buyer"])
    assert (after.name, part.name) == ("Bob Ray", "Bob Ray")
    assert Contact.objects.count() == 2
    merged = merging.merge(jane.id, other.id, TOKEN, later(60))
    assert (merged.name, merged.phones, merged.tags) == (after.name, after.phones, after.tags)


def test_what_cannot_be_merged_is_said_beforehand() -> None:
    jane, other = customer(), bob()
    with pytest.raises(InvalidInput, match="itself"):
        merging.foreseen(jane.id, jane.id, NOON)
    with pytest.raises(NotFound):
        merging.foreseen(jane.id, "0" * 24, NOON)
    merging.merge(jane.id, other.id, TOKEN, NOON)
    with pytest.raises(Conflict, match="already"):
        merging.foreseen(jane.id, other.id, NOON)
    assert str(contacts.get(other.id).id) == str(jane.id)


@pytest.mark.parametrize("author", [None, "Dana", 7, {"kind": "agent", "key": "U1"}])
def test_lines_of_earlier_programs_are_told_too(author: object) -> None:
    raw = {"kind": "", "text": None, "author": author}
    told = telling({"source": "activity", "raw": raw})
    assert (told.kind, told.text) == ("note", "")
    assert told.author["kind"] in ("agent", "system")
