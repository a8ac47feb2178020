"""People work on conversations: each change once, told in the timeline, none lost."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from domain.errors import InvalidInput, NotFound
from domain.model import Activity, Author, Thread
from domain.services import agents, summaries, threads
from domain.services.desk import conversations
from tests.clock import NOON
from tests.domain.build import AGENT, TOKEN, answered, conversation, later, person, race, received

pytestmark = pytest.mark.usefixtures("db")
TONIGHT = later(hours=8)
NOBODY = "0" * 24


@pytest.fixture
def thread() -> Thread:
    """A customer has written and an agent is known; it is summed up."""
    made = conversation()
    summaries.refresh(made.id)
    return threads.get(made.id)


def told() -> list[tuple[str, str]]:
    """The timeline's lines, oldest first: kind and text."""
    return [(one.kind, one.text) for one in Activity.objects.order_by("at", "id")]


def assigned(thread: Thread, agent_id: str | None = AGENT) -> Thread:
    return conversations.assign(str(thread.id), agent_id, TOKEN, later(1))


def put(thread: Thread, status: str, until: datetime | None = None) -> Thread:
    """The conversation in that status."""
    return conversations.set_status(thread.id, status, until, TOKEN, later(1))


def test_an_agent_is_assigned_and_the_timeline_says_by_whom(thread: Thread) -> None:
    after = assigned(thread)
    assert (after.assigned_to, after.rev) == (AGENT, thread.rev + 1)
    line = Activity.objects.get()
    assert (line.kind, line.text) == ("thread_assigned", "Assigned to Ann Agent.")
    assert (line.contact_id, line.at) == (thread.contact_id, later(1))
    assert (line.author.kind, line.author.name) == ("token", "CRM")


def test_an_assignment_is_taken_back(thread: Thread) -> None:
    assigned(thread)
    after = assigned(thread, None)
    assert (after.assigned_to, after.rev) == (None, thread.rev + 2)
    assert Thread._get_collection().find_one({"assignedTo": {"$exists": True}}) is None
    assert told()[-1] == ("thread_assigned", "Assigned to nobody.")


@pytest.mark.parametrize("agent_id", [AGENT, None])
def test_what_is_so_already_is_no_assignment(thread: Thread, agent_id: str | None) -> None:
    before = assigned(thread, agent_id)
    after = assigned(thread, agent_id)
    assert (after.rev, len(told())) == (before.rev, 1 if agent_id else 0)


@pytest.mark.parametrize("agent_id", ["U9", "", "ann\0", "x" * 5_000, "*", "{}"])
def test_nobody_unknown_is_assigned(thread: Thread, agent_id: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        assigned(thread, agent_id)
    assert refused.value.fields[0].field == "agentId"
    assert (threads.get(thread.id).rev, told()) == (thread.rev, [])


@pytest.mark.parametrize("flag", ["guest", "bot", "foreign", "deleted"])
def test_nobody_who_cannot_answer_is_assigned(thread: Thread, flag: str) -> None:
    agents.learn(person("U2", **{flag: True}), NOON)
    with pytest.raises(InvalidInput):
        assigned(thread, "U2")


def test_of_two_assignments_at_once_each_is_told_and_one_stands(thread: Thread) -> None:
    names = [f"U{number}" for number in range(2, 6)]
    for name in names:
        agents.learn(person(name), NOON)
    race(*[partial(assigned, thread, name) for name in names])
    after = threads.get(thread.id)
    assert after.assigned_to in names
    assert (after.rev, len(told())) == (thread.rev + 4, 4)


def test_changes_of_different_kinds_at_once_all_stand(thread: Thread) -> None:
    race(
        partial(assigned, thread),
        partial(put, thread, "closed"),
        partial(conversations.set_mode, thread.id, "internal", TOKEN, later(1)),
    )
    after = threads.get(thread.id)
    assert (after.assigned_to, after.status, after.reply_mode) == (AGENT, "closed", "internal")
    assert after.rev == thread.rev + 3


def test_a_conversation_is_snoozed_until_a_moment_and_opened(thread: Thread) -> None:
    asleep = put(thread, "snoozed", TONIGHT)
    assert (asleep.status, asleep.snoozed_until, asleep.rev) == ("snoozed", TONIGHT, thread.rev + 1)
    awake = put(thread, "open")
    assert (awake.status, awake.snoozed_until) == ("open", None)
    assert [text for _, text in told()] == ["Snoozed until 2026-03-05 04:00 UTC.", "Opened."]


def test_a_snooze_is_moved(thread: Thread) -> None:
    put(thread, "snoozed", TONIGHT)
    after = put(thread, "snoozed", TONIGHT + timedelta(microseconds=7, hours=1))
    assert after.snoozed_until == TONIGHT + timedelta(hours=1)


def test_closing_ends_a_snooze(thread: Thread) -> None:
    put(thread, "snoozed", TONIGHT)
    after = put(thread, "closed")
    assert (after.status, after.snoozed_until) == ("closed", None)


@pytest.mark.parametrize(
    ("status", "until"), [("open", None), ("closed", None), ("snoozed", TONIGHT)]
)
def test_what_is_so_already_is_no_change(
    thread: Thread, status: str, until: datetime | None
) -> None:
    before = put(thread, status, until)
    lines = told()
    assert (put(thread, status, until).rev, told()) == (before.rev, lines)


@pytest.mark.parametrize(
    ("status", "until"),
    [
        ("snoozed", None),
        ("snoozed", later(1)),
        ("snoozed", NOON),
        ("snoozed", later(days=367)),
        ("snoozed", datetime.max.replace(tzinfo=NOON.tzinfo)),
        ("snoozed", datetime.min.replace(tzinfo=NOON.tzinfo)),
        ("open", TONIGHT),
        ("closed", TONIGHT),
    ],
)
def test_a_moment_and_a_status_must_fit(
    thread: Thread, status: str, until: datetime | None
) -> None:
    with pytest.raises(InvalidInput) as refused:
        put(thread, status, until)
    assert refused.value.fields[0].field == "snoozedUntil"
    assert (threads.get(thread.id).rev, told()) == (thread.rev, [])


def test_a_snooze_may_last_a_year(thread: Thread) -> None:
    assert put(thread, "snoozed", later(days=365)).status == "snoozed"


@pytest.mark.parametrize("status", ["closed", "snoozed"])
def test_a_text_opens_it_again_and_ends_the_snooze(thread: Thread, status: str) -> None:
    put(thread, status, TONIGHT if status == "snoozed" else None)
    received("One more thing", now=later(60))
    summaries.refresh(thread.id)
    after = threads.get(thread.id)
    assert (after.status, after.snoozed_until) == ("open", None)


def test_who_closes_it_after_a_text_has_seen_the_text(thread: Thread) -> None:
    put(thread, "closed")
    message = received("Thanks", now=later(60))
    slow = threads.get(thread.id)
    summaries.refresh(thread.id)
    put(thread, "closed")
    summaries._summarise(slow, message)
    assert threads.get(thread.id).status == "closed"


def test_a_conversation_is_turned_internal_and_back(thread: Thread) -> None:
    first = conversations.set_mode(thread.id, "internal", TOKEN, later(1))
    again = conversations.set_mode(thread.id, "internal", TOKEN, later(2))
    back = conversations.set_mode(thread.id, "send", TOKEN, later(3))
    assert [one.rev - thread.rev for one in (first, again, back)] == [1, 1, 2]
    assert (first.reply_mode, back.reply_mode) == ("internal", "send")
    assert [kind for kind, _ in told()] == ["thread_mode", "thread_mode"]


def test_what_was_seen_is_read_and_what_came_after_it_is_not(thread: Thread) -> None:
    texts = [received(f"text {number}", now=later(number)) for number in (1, 2, 3)]
    summaries.refresh(thread.id)
    before = threads.get(thread.id)
    after = conversations.mark_read(thread.id, str(texts[1].id))
    assert (before.unread_count, after.unread_count, after.rev) == (4, 1, before.rev + 1)
    assert told() == []


def test_an_older_text_makes_nothing_unread_again(thread: Thread) -> None:
    first, last = (received(now=later(seconds)) for seconds in (1, 2))
    read = conversations.mark_read(thread.id, str(last.id))
    again = conversations.mark_read(thread.id, str(first.id))
    assert (again.unread_count, again.rev) == (0, read.rev)


def test_our_own_text_may_be_the_last_that_was_seen(thread: Thread) -> None:
    ours = answered(at=later(1))
    received(now=later(2))
    assert conversations.mark_read(thread.id, str(ours.id)).unread_count == 1


def test_readers_at_once_leave_the_furthest_mark(thread: Thread) -> None:
    texts = [received(f"text {number}", now=later(number)) for number in range(1, 7)]
    race(*[partial(conversations.mark_read, thread.id, str(one.id)) for one in texts])
    assert threads.get(thread.id).unread_count == 0


def test_a_summary_that_is_late_does_not_undo_the_reading(thread: Thread) -> None:
    message = received(now=later(1))
    slow = threads.get(thread.id)
    conversations.mark_read(thread.id, str(message.id))
    summaries._summarise(slow, message)
    assert threads.get(thread.id).unread_count == 2
    summaries.refresh(thread.id)
    assert threads.get(thread.id).unread_count == 0


@pytest.mark.parametrize("up_to", ["", "nonsense", NOBODY, "\0", "x" * 5_000])
def test_what_is_no_text_of_it_cannot_have_been_read(thread: Thread, up_to: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        conversations.mark_read(thread.id, up_to)
    assert refused.value.fields[0].field == "upTo"


def test_another_conversations_text_is_none_of_this_one(thread: Thread) -> None:
    other = received(sender="+17605550133")
    with pytest.raises(InvalidInput):
        conversations.mark_read(thread.id, str(other.id))


@pytest.mark.parametrize("thread_id", [NOBODY, "nonsense", ""])
def test_a_conversation_that_is_not_there_is_not_found(thread_id: str) -> None:
    author = Author(kind="token")
    for change in (
        partial(conversations.assign, thread_id, None, author, NOON),
        partial(conversations.set_status, thread_id, "closed", None, author, NOON),
        partial(conversations.set_mode, thread_id, "send", author, NOON),
        partial(conversations.mark_read, thread_id, NOBODY),
    ):
        with pytest.raises(NotFound):
            change()
    assert told() == []
