"""A text longer than the owner likes waits for a click, which says what it would cost."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from domain.model import Author, Message
from domain.rules.pricing import Rates
from domain.services import dispatch, edits, guard, outbound
from domain.values import FileRef, Postponed
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    POLICY,
    TIMING,
    conversation,
    due,
    fresh,
    later,
    leased,
    leaving,
    queued,
    said,
    statuses,
)

pytestmark = pytest.mark.usefixtures("db")
SHORT, LONG, LONGER = "x" * 306, "x" * 307, "x" * 460
ASKING = replace(POLICY, ask_above=2)
SAM = Author(kind="agent", key="U2", name="Sam")


def answer(text: str = LONG, at: datetime = NOON, **changes: Any) -> Message:
    made = outbound.answer(said(text, **changes), at, ASKING, TIMING)
    assert made
    return made


def edit(text: str, seconds: float = 2) -> Message:
    stamp = f"{later(seconds).timestamp():.6f}"
    made = edits.edit(said(text, edited_ts=stamp), later(seconds), ASKING, TIMING)
    assert made
    return made


def asked(message: Message) -> list[str]:
    return [notice.text for notice in fresh(message).notices]


def test_a_long_answer_waits_for_a_click() -> None:
    conversation()
    message = answer()
    assert (message.status, message.question, due(message, "dispatch")) == ("held", "long", None)
    (notice,) = message.notices
    assert notice.text == "This text is long: 3 segments, about US$0.0237."
    assert [(one.label, one.action) for one in notice.choices] == list(guard.CHOICES)
    assert notice.user_id == AGENT


def test_the_longest_that_is_not_asked_about_leaves() -> None:
    conversation()
    assert due(answer(SHORT), "dispatch") == NOON + ASKING.hold


def test_the_characters_that_make_it_long_are_named() -> None:
    conversation()
    assert asked(answer("x" * 150 + "☃”")) == [
        "This text is long: 3 segments, about US$0.0237. Without ☃ ” it would be 1 segment."
    ]


def test_the_price_is_the_owners() -> None:
    question = guard.length(LONG, replace(ASKING, rates=Rates(unit="EUR")))
    assert question
    assert "€0.0237" in question.text


def test_with_a_picture_its_words_cost_nothing() -> None:
    conversation()
    picture = FileRef("F1", "plan.png", "image/png")
    message = answer(files=(picture,))
    assert message.question is None
    edit(LONG)
    assert (fresh(message).question, fresh(message).wanted) == ("long", [])


def test_where_no_limit_is_set_nobody_is_asked() -> None:
    conversation()
    message = outbound.answer(said("x" * 1600), NOON, POLICY, TIMING)
    assert message
    assert message.notices == []


def test_a_form_that_showed_it_does_not_ask_again() -> None:
    conversation()
    assert answer(previewed=True).question is None
    assert answer(clicked=True, origin="slack:T1/C1/2").question == "long"


def test_programs_are_not_asked() -> None:
    conversation()
    assert queued(LONG).status == "queued"


def test_a_late_and_long_answer_is_asked_about_once() -> None:
    conversation()
    message = answer(at=later(120))
    (notice,) = message.notices
    assert notice.text.startswith(outbound.LATE)
    assert "3 segments" in notice.text
    assert message.question == "late"


def test_what_is_not_allowed_is_refused_instead() -> None:
    conversation()
    message = answer(objection=("MEDIA_REJECTED", "No files."))
    assert (message.status, message.question) == ("refused", None)


def test_an_edit_that_makes_it_short_gives_it_its_normal_hold() -> None:
    conversation()
    message = answer()
    edit(SHORT)
    found = fresh(message)
    assert (found.status, found.question) == ("held", None)
    assert due(message, "dispatch") == later(2) + ASKING.hold
    assert asked(message) == []  # the question had not been told yet


def test_a_question_that_was_told_stays_told() -> None:
    conversation()
    message = answer()
    Message._get_collection().update_one({"_id": message.id}, {"$set": {"notices.0.tried": True}})
    edit(SHORT)
    assert len(asked(message)) == 1
    assert leaving(later(7), ASKING).text.body == SHORT


def test_an_edit_that_makes_it_long_asks() -> None:
    conversation()
    message = answer("Hi")
    edit(LONG)
    found = fresh(message)
    assert (found.status, found.question, found.body) == ("held", "long", LONG)
    assert due(message, "dispatch") is None
    assert asked(message) == ["This text is long: 3 segments, about US$0.0237."]


def test_an_edit_that_makes_it_longer_tells_the_new_price() -> None:
    conversation()
    message = answer()
    edit(LONGER)
    assert [told.split(": ")[1] for told in asked(message)] == [
        "3 segments, about US$0.0237.",
        "4 segments, about US$0.0316.",
    ]


def test_an_edit_that_is_as_long_does_not_ask_again() -> None:
    conversation()
    message = answer()
    edit("y" * 307)
    assert (fresh(message).body[0], len(asked(message))) == ("y", 1)
    assert due(message, "dispatch") is None


def test_a_late_answer_that_is_edited_short_goes_on_waiting() -> None:
    conversation()
    message = answer(at=later(120))
    edit(SHORT, 121)
    assert (fresh(message).question, due(message, "dispatch")) == ("late", None)


def test_a_late_answer_that_is_edited_long_is_asked_about_and_goes_on_waiting() -> None:
    conversation()
    message = answer("Hi", at=later(120))
    edit(LONG, 121)
    assert (fresh(message).question, len(asked(message))) == ("late", 2)
    edit(SHORT, 122)
    assert (fresh(message).question, due(message, "dispatch")) == ("late", None)


def test_what_was_let_go_is_not_asked_about_again() -> None:
    conversation()
    message = answer()
    outbound.release(message.id, later(3), SAM)
    edit("y" * 307, 3.5)
    assert leaving(later(4), ASKING).text.body == "y" * 307
    assert len(asked(message)) == 1


def test_what_was_let_go_when_it_was_short_is_asked_about_once_it_is_long() -> None:
    conversation()
    message = answer("Hi", at=later(120))
    outbound.release(message.id, later(130), SAM)
    edit(LONG, 131)
    assert (fresh(message).question, due(message, "dispatch")) == ("long", None)
    assert statuses(message) == ["held", "queued", "held"]


def test_an_edit_that_overtakes_its_original_is_asked_about() -> None:
    conversation()
    message = edit(LONG)
    assert (message.question, answer("Hi").id) == ("long", message.id)


def test_a_deletion_calls_it_back() -> None:
    conversation()
    message = answer()
    edits.retract(said(LONG), later(1), ASKING, TIMING)
    assert (fresh(message).status, fresh(message).question) == ("canceled", None)


def test_an_edit_into_no_text_withdraws_it() -> None:
    conversation()
    message = answer()
    edit("")
    assert (fresh(message).status, fresh(message).question) == ("refused", None)


def test_an_edit_during_a_call_that_failed_is_asked_about_when_it_is_long() -> None:
    conversation()
    message = answer("Hi")
    send = leaving(later(5), ASKING)
    edit(LONG, 6)
    dispatch.record(send, Postponed("429", 5), later(7), TIMING)
    claim = leased("dispatch", later(20))
    assert dispatch.next_step(claim, later(20), ASKING, TIMING) is None
    found = fresh(message)
    assert (found.status, found.question, found.body, found.recall) == ("held", "long", LONG, None)
    assert statuses(message) == ["held", "sending", "queued", "held"]
