"""Where notes are the rule, only a click sends; a switch never sends what was typed as a note."""

from functools import partial
from typing import Any

import pytest

from domain.model import Author, Message, Thread
from domain.services import edits, outbound
from domain.services.desk import conversations
from tests.domain.build import (
    POLICY,
    TIMING,
    conversation,
    due,
    fresh,
    later,
    leaving,
    race,
    said,
)

pytestmark = pytest.mark.usefixtures("db")
DANA = Author(kind="agent", key="U1", name="Dana")


@pytest.fixture
def thread(db: object) -> Thread:
    """A conversation in its own channel, switched to notes a minute after noon."""
    made = conversation()
    return switch(made, "internal", 60)


def switch(thread: Thread, mode: str, seconds: float) -> Thread:
    return conversations.set_mode(thread.id, mode, DANA, later(seconds))


def types(seconds: float, arrives: float | None = None, **changes: Any) -> Message | None:
    """A message is typed then, and heard of at once unless it `arrives` later."""
    now = later(seconds if arrives is None else arrives)
    return outbound.answer(said("Psst", later(seconds), **changes), now, POLICY, TIMING)


def edits_it(seconds: float, typed: float, text: str = "Psst!") -> Message | None:
    stamp = f"{later(seconds).timestamp():.6f}"
    return edits.edit(said(text, later(typed), edited_ts=stamp), later(seconds), POLICY, TIMING)


def deletes_it(seconds: float, typed: float) -> Message | None:
    return edits.retract(said("Psst", later(typed)), later(seconds), POLICY, TIMING)


def texts() -> int:
    return int(Message.objects(direction="outbound").count())


def test_what_is_typed_is_a_note_and_leaves_no_trace(thread: Thread) -> None:
    assert types(70) is None
    assert texts() == 0


def test_edits_and_deletions_of_a_note_are_nothing(thread: Thread) -> None:
    types(70)
    assert edits_it(71, 70) is None
    assert deletes_it(72, 70) is None
    assert texts() == 0


def test_a_deletion_that_overtakes_its_note_is_nothing(thread: Thread) -> None:
    assert deletes_it(72, 70) is None
    assert types(70, 73) is None
    assert texts() == 0


def test_a_click_sends_it(thread: Thread) -> None:
    made = types(70, clicked=True)
    assert made
    assert (made.status, made.question) == ("held", None)
    assert leaving(later(75)).text.body == "Psst"


def test_a_message_sent_so_follows_its_edits(thread: Thread) -> None:
    made = types(70, clicked=True)
    assert made
    edits_it(71, 70)
    assert fresh(made).body == "Psst!"
    deletes_it(72, 70)
    assert fresh(made).status == "canceled"


def test_what_was_an_answer_before_the_switch_still_follows_its_edits() -> None:
    thread = conversation()
    made = types(1)
    assert made
    switch(thread, "internal", 2)
    edits_it(3, 1)
    assert fresh(made).body == "Psst!"
    assert leaving(later(6)).text.body == "Psst!"


def test_what_was_typed_right_before_the_switch_and_comes_after_it_is_asked_about(
    thread: Thread,
) -> None:
    made = types(59.9, 61)
    assert made
    assert (made.question, due(made, "dispatch")) == ("switched", None)
    assert [notice.text for notice in made.notices] == [outbound.SWITCHED]
    outbound.release(made.id, later(70), DANA)
    assert leaving(later(70)).text.body == "Psst"


def test_what_was_typed_as_a_note_and_comes_after_the_switch_back_is_asked_about(
    thread: Thread,
) -> None:
    switch(thread, "send", 120)
    made = types(119.9, 121)
    assert made
    assert (made.question, due(made, "dispatch")) == ("switched", None)


def test_a_note_that_is_edited_or_deleted_after_the_switch_back_stays_a_note(
    thread: Thread,
) -> None:
    types(70)
    switch(thread, "send", 120)
    assert edits_it(130, 70) is None
    assert deletes_it(131, 70) is None
    assert texts() == 0


def test_after_the_switch_back_what_is_typed_leaves(thread: Thread) -> None:
    switch(thread, "send", 120)
    made = types(125)
    assert made
    assert (made.question, due(made, "dispatch")) == (None, later(125) + POLICY.hold)


@pytest.mark.parametrize("seconds", [116, 119.9, 120, 124.9])
def test_so_close_to_the_switch_back_that_two_clocks_cannot_tell_we_ask(
    thread: Thread, seconds: float
) -> None:
    switch(thread, "send", 120)
    made = types(seconds, 125)
    assert made
    assert (made.question, due(made, "dispatch")) == ("switched", None)


@pytest.mark.parametrize("seconds", [56, 60, 64.9])
def test_so_close_to_the_switch_to_notes_we_ask_as_well(thread: Thread, seconds: float) -> None:
    made = types(seconds, 65)
    assert made
    assert (made.question, due(made, "dispatch")) == ("switched", None)
    assert types(65) is None


def test_news_of_what_was_typed_that_close_to_the_switch_back_is_asked_about(
    thread: Thread,
) -> None:
    switch(thread, "send", 120)
    made = edits_it(122, 118)
    assert made
    assert (made.question, made.body) == ("switched", "Psst!")
    late = types(118, 123)
    assert late
    assert (late.id, late.body) == (made.id, "Psst!")


def test_switching_to_what_it_is_changes_no_moment(thread: Thread) -> None:
    again = switch(thread, "internal", 300)
    assert again.reply_mode_at == later(60)


def test_news_of_an_answer_from_before_the_switch_makes_it_and_asks(thread: Thread) -> None:
    made = edits_it(61, 59.9)
    assert made
    assert (made.question, made.body) == ("switched", "Psst!")
    late = types(59.9, 62)
    assert late
    assert late.id == made.id


def test_a_deletion_of_an_answer_from_before_the_switch_is_final(thread: Thread) -> None:
    gone = deletes_it(61, 59.9)
    assert gone
    assert gone.status == "canceled"
    late = types(59.9, 62)
    assert late
    assert (late.id, late.status) == (gone.id, "canceled")


def test_an_answer_that_is_very_late_is_asked_about_in_one_sentence(thread: Thread) -> None:
    made = types(0, 200)
    assert made
    assert (made.question, len(made.notices)) == ("late", 1)


def test_programs_write_where_notes_are_the_rule(thread: Thread) -> None:
    assert types(70, user_id="U1", ts=None, clicked=True, previewed=True)


def test_whoever_hears_of_a_note_no_process_sends_it(thread: Thread) -> None:
    assert race(*[partial(types, 70, 71)] * 6) == [None] * 6
    assert texts() == 0


def test_a_mode_without_a_moment_is_as_good() -> None:
    thread = conversation()
    Thread.objects(id=thread.id).update_one(set__reply_mode="internal")
    assert types(1) is None
