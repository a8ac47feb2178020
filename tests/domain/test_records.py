"""What nobody told us of is found in the chat's records: it is asked about, never sent."""

from datetime import timedelta

import pytest

from domain import outbox
from domain.model import Message, Round, Thread
from domain.rules.status import MessageStatus
from domain.services import agents, edits, messages, outbound, threads
from domain.services.recovery import chat, rounds
from domain.services.recovery.chat import Read
from domain.values import Failed, Place, Span
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    CHANNEL,
    POLICY,
    TIMING,
    answered,
    conversation,
    furnished,
    later,
    leased,
    person,
    received,
    said,
)
from tests.domain.records import LEASE, at_work, looked, outgoing, page, read, typed

SOON, AWAY = later(minutes=1), later(minutes=5)
pytestmark = pytest.mark.usefixtures("db")


def test_an_answer_that_was_missed_waits_for_a_click_of_its_author() -> None:
    thread = conversation()
    step = read(page(typed("On my way", SOON)))
    assert step.place.channel_id == CHANNEL
    (found,) = outgoing()
    assert (found.status, found.question, found.body) == ("held", "recovered", "On my way")
    (notice,) = found.notices
    assert notice.user_id == AGENT
    assert notice.text == (
        "You wrote this at 3:01 PM EST while I was away, so it is waiting for you. Send it? "
        "“On my way”."
    )
    assert [(one.label, one.action) for one in notice.choices] == [
        ("Send it", "release"),
        ("Leave it", "call_back"),
    ]
    assert outbox.claim("dispatch", later(days=2), LEASE) is None
    assert looked(thread) == AWAY - chat.YOUNG


def test_even_one_of_a_few_seconds_ago_is_asked_about() -> None:
    thread = conversation()
    step = Read(thread.id, Place(CHANNEL), Span(chat.BEGINNING, "9"))
    chat.take(step, page(typed("Hi", AWAY)), AWAY, POLICY, TIMING)
    assert [one.question for one in outgoing()] == ["recovered"]


def test_of_another_day_the_whole_date_is_said() -> None:
    conversation()
    read(page(typed("Hi", SOON)), later(days=1))
    assert "at Wed, Mar 4, 2026, 3:01 PM EST while" in outgoing()[0].notices[0].text


def test_the_click_lets_it_go_like_any_other() -> None:
    conversation()
    read(page(typed("Hi", SOON)))
    released = outbound.release(outgoing()[0].id, AWAY)
    assert (released.status, released.question) == ("queued", None)
    assert leased("dispatch", AWAY).thread_id == released.thread_id


def test_an_event_that_still_comes_finds_it_there() -> None:
    conversation()
    read(page(typed("Hi", SOON)))
    again = outbound.answer(said("Hi", SOON), AWAY, POLICY, TIMING)
    assert [one.id for one in outgoing()] == [again and again.id]
    assert outgoing()[0].question == "recovered"


def test_what_was_heard_is_left_alone_however_often_it_is_read() -> None:
    conversation()
    before = answered("Hi", SOON)
    for hours in range(3):
        read(page(typed("Hi", SOON)), later(hours=hours, minutes=5))
    (after,) = outgoing()
    assert (after.rev, after.question, after.status) == (before.rev, None, "held")


def test_what_is_young_is_left_to_its_event() -> None:
    conversation()
    _, step = at_work(later(minutes=3))
    assert step.span.before == threads.stamp(SOON)


def test_a_note_is_no_answer_whenever_the_rule_was_changed() -> None:
    thread = conversation()
    switch(thread, "internal", NOON)
    read(page(typed("Careful with them", SOON)))
    switch(thread, "send", later(minutes=10))
    note = typed("So rude", later(minutes=7))
    read(page(typed("Careful with them", SOON), note), later(hours=2))
    assert outgoing() == []


def test_an_answer_from_before_notes_were_the_rule_is_asked_about() -> None:
    thread = conversation()
    switch(thread, "internal", later(minutes=3))
    read(page(typed("Hi", SOON)))
    assert [one.question for one in outgoing()] == ["recovered"]


def switch(thread: Thread, mode: str, at: object) -> None:
    fields = {"replyMode": mode, "replyModeAt": at}
    Thread._get_collection().update_one({"_id": thread.id}, {"$set": fields})


def test_a_reply_in_a_thread_is_a_note() -> None:
    conversation()
    read(page(typed("Who takes this?", SOON, thread_ts="1772654400.000001")))
    assert outgoing() == []


def test_who_may_not_send_is_told_so_and_not_asked() -> None:
    conversation()
    agents.learn(person("U2", guest=True), NOON)
    read(page(typed("Hi", SOON, user_id="U2")))
    (found,) = outgoing()
    assert (found.status, found.question) == ("refused", None)


def test_whoever_is_unknown_is_looked_up_first() -> None:
    conversation()
    _, step = at_work(AWAY)
    history = page(typed("Hi", SOON, user_id="U9"), typed("Ho", SOON + timedelta(seconds=1)))
    assert chat.strangers(step, history, AWAY) == ["U9"]


def test_what_was_judged_in_an_earlier_round_is_not_judged_again() -> None:
    conversation()
    read(page())
    read(page(typed("Hi", SOON)), later(hours=2))
    assert outgoing() == []


def test_a_conversation_is_read_from_its_beginning_or_as_far_back_as_is_wanted() -> None:
    conversation()
    _, step = at_work(AWAY)
    assert step.since == threads.stamp(NOON)
    Round.objects.delete()
    _, step = at_work(later(days=10))
    assert step.since == threads.stamp(later(days=7) - chat.YOUNG)


def test_an_edit_that_was_missed_changes_a_text_that_waits() -> None:
    conversation()
    read(page(typed("Hi", SOON)))
    read(page(typed("Hello", SOON, edited_ts=threads.stamp(AWAY))), later(hours=2))
    (found,) = outgoing()
    assert (found.body, found.question, found.status) == ("Hello", "recovered", "held")


def test_an_older_edit_does_not_undo_a_newer_one() -> None:
    conversation()
    answered("Hi", SOON)
    newer = said("Newer", SOON, edited_ts=threads.stamp(later(minutes=4)))
    edits.edit(newer, AWAY, POLICY, TIMING)
    read(page(typed("Older", SOON, edited_ts=threads.stamp(later(minutes=3)))))
    assert [one.body for one in outgoing()] == ["Newer"]


def test_a_text_whose_original_was_deleted_does_not_leave() -> None:
    conversation()
    answered("Oops", SOON)
    read(page(others=("1.000000",)))
    assert [one.status for one in outgoing()] == ["canceled"]


def test_once_it_has_left_its_author_is_told_that_it_came_too_late_once() -> None:
    conversation()
    kept = answered("Oops", SOON)
    gone = {"status": "sent", "twilioMessageSid": "SM1", "dispatch.state": "done"}
    Message._get_collection().update_one({"_id": kept.id}, {"$set": gone})
    for hours in (0, 1, 2):
        read(page(others=("1.000000",)), later(hours=hours, minutes=5))
    (found,) = outgoing()
    assert found.status == "sent"
    assert [one.text for one in found.notices] == [edits.TOO_LATE]


def test_records_that_do_not_reach_so_far_back_delete_nothing() -> None:
    conversation()
    answered("Hi", SOON)
    held, step = at_work(AWAY)
    rounds.took(held, step, page(), AWAY, POLICY, TIMING)
    probe = rounds.next_read(held, AWAY, POLICY)
    assert probe
    assert probe.doubted == (threads.stamp(SOON),)
    assert probe.span == Span(chat.BEGINNING, threads.stamp(SOON))
    rounds.took(held, probe, page(), AWAY, POLICY, TIMING)
    assert [one.status for one in outgoing()] == ["held"]


def test_one_older_message_proves_that_it_was_deleted() -> None:
    conversation()
    answered("Oops", SOON)
    held, step = at_work(AWAY)
    rounds.took(held, step, page(), AWAY, POLICY, TIMING)
    probe = rounds.next_read(held, AWAY, POLICY)
    assert probe
    rounds.took(held, probe, page(others=("1.000000",)), AWAY, POLICY, TIMING)
    assert [one.status for one in outgoing()] == ["canceled"]


def test_what_is_on_another_page_is_not_missed_on_this_one() -> None:
    conversation()
    answered("Hi", SOON)
    held, step = at_work(AWAY)
    rest = Span(step.span.after, threads.stamp(later(minutes=2)))
    first = page(typed("Later", later(minutes=2)), left=rest)
    rounds.took(held, step, first, AWAY, POLICY, TIMING)
    onwards = rounds.next_read(held, AWAY, POLICY)
    assert onwards
    assert onwards.span == rest
    rounds.took(held, onwards, page(typed("Hi", SOON)), AWAY, POLICY, TIMING)
    assert [(one.body, one.question) for one in outgoing()] == [
        ("Hi", None),
        ("Later", "recovered"),
    ]


def test_in_the_inbox_only_what_was_sent_by_a_click_is_looked_for() -> None:
    thread = conversation()
    inbox = {"channel.threadTs": "1772000000.000001"}
    Thread._get_collection().update_one({"_id": thread.id}, {"$set": inbox})
    rounds.begin([""], AWAY)
    held = rounds.claim(AWAY, LEASE)
    assert held
    assert rounds.next_read(held, AWAY, POLICY) is None
    rounds.done(held, AWAY)
    answered("Hi", SOON, thread_ts="1772000000.000001", clicked=True)
    edited = typed("Hello", SOON, thread_ts="1772000000.000001", edited_ts=threads.stamp(AWAY))
    note = typed("A note", later(minutes=2), thread_ts="1772000000.000001")
    step = read(page(edited, note, others=("1772000000.000001",)), later(hours=1, minutes=5))
    assert step.place.thread_ts == "1772000000.000001"
    assert [one.body for one in outgoing()] == ["Hello"]


@pytest.mark.parametrize(
    ("code", "status", "step"),
    [
        ("is_archived", "closed", "archived"),
        ("not_in_channel", "open", "wanted"),
        ("channel_not_found", "open", "wanted"),
        ("missing_scope", "open", "ready"),
    ],
)
def test_what_a_refusal_says_of_the_channel_is_what_its_event_would_have_said(
    code: str, status: str, step: str
) -> None:
    thread = conversation()
    held, reading = at_work(AWAY)
    gone = code != "missing_scope"
    rounds.refused(held, reading, Failed(code, gone=gone), AWAY)
    found = threads.get(thread.id)
    assert (found.status, found.channel.step) == (status, step)
    assert looked(thread) is None
    assert rounds.next_read(held, AWAY, POLICY) is None


def test_a_page_may_be_taken_twice_by_two_who_hold_it_to_be_theirs() -> None:
    conversation()
    held, step = at_work(AWAY)
    history = page(typed("Hi", SOON))
    chat.take(step, history, AWAY, POLICY, TIMING)  # and then it was killed
    after = AWAY + LEASE
    other = rounds.claim(after, LEASE)
    assert other
    again = rounds.next_read(other, after, POLICY)
    assert again == step
    rounds.took(other, step, history, after, POLICY, TIMING)
    rounds.took(held, step, history, after, POLICY, TIMING)
    assert len(outgoing()) == 1
    assert rounds.next_read(other, after, POLICY) is None


def test_the_liveliest_conversations_come_first_and_resting_ones_not_at_all() -> None:
    first = conversation()
    second = threads.get(received(now=SOON, sender="+17605550133").thread_id)
    furnished(second.id, "C2")
    assert chat.active("", AWAY) == [second.id, first.id]
    resting = {"$set": {"channel.step": "archived"}}
    Thread._get_collection().update_one({"_id": second.id}, resting)
    assert chat.active("", AWAY) == [first.id]
    assert chat.active("", AWAY + chat.ACTIVE) == []


def test_a_workspace_reads_its_own_conversations_only() -> None:
    mine = conversation()
    Thread._get_collection().update_one({"_id": mine.id}, {"$set": {"channel.teamId": "T1"}})
    assert (chat.active("T1", AWAY), chat.active("T2", AWAY)) == ([mine.id], [])


def test_a_conversation_that_was_forgotten_meanwhile_is_passed_over() -> None:
    thread = conversation()
    held, step = at_work(AWAY)
    Thread.objects(id=thread.id).delete()
    rounds.took(held, step, page(typed("Hi", SOON)), AWAY, POLICY, TIMING)
    assert rounds.next_read(held, AWAY, POLICY) is None
    assert outgoing() == []
    assert messages.by_origin(typed("Hi", SOON).origin) is None


def test_a_canceled_text_stays_canceled_when_its_original_is_read_again() -> None:
    conversation()
    read(page(typed("Hi", SOON)))
    outbound.cancel(outgoing()[0].id, AWAY)
    read(page(typed("Hi", SOON)), later(hours=1, minutes=5))
    assert [one.status for one in outgoing()] == [MessageStatus.CANCELED]
