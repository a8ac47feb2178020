"""What a customer received is put right by a text of its own, once for each late change."""

from functools import partial
from typing import Any

import pytest

from domain.errors import Conflict, DomainError, InvalidInput, NotFound
from domain.model import Author, Message
from domain.services import agents, corrections, dispatch, edits, guard, messages, outbound
from domain.services.edits import OFFER, PERHAPS_TOO_LATE, TOO_LATE
from domain.values import Rejected, Unclear
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    BAD_NUMBER,
    POLICY,
    TIMING,
    accepted_as,
    answered,
    conversation,
    due,
    fresh,
    handed_over,
    later,
    leaving,
    new_sid,
    person,
    race,
    received,
    said,
)

pytestmark = pytest.mark.usefixtures("db")
HELD_UNTIL = NOON + POLICY.hold
SAM = Author(kind="agent", key="U2", name="Sam")


def sent(text: str = "See you at 5") -> Message:
    """An answer of noon that the carrier has."""
    conversation()
    message = answered(text)
    dispatch.record(leaving(HELD_UNTIL), accepted_as(new_sid()), HELD_UNTIL, TIMING)
    return fresh(message)


def edit(text: str = "See you at 6", seconds: float = 60, **changes: Any) -> str:
    """It is edited so late; the name of that change."""
    stamp = f"{later(seconds).timestamp():.6f}"
    changed = said(text, edited_ts=stamp, **changes)
    edits.edit(changed, later(seconds), POLICY, TIMING)
    return stamp


def delete(seconds: float = 60) -> str:
    edits.retract(said("See you at 5"), later(seconds), POLICY, TIMING)
    return corrections.GONE


def correct(
    message: Message, change: str, text: str = "At 6, sorry", view: str = "V1", **changes: Any
) -> Message:
    told: dict[str, Any] = {"origin": f"slack:T1/view/{view}", "ts": None, "clicked": True}
    wording = said(text, later(90), **(told | changes))
    return corrections.send(message.id, change, wording, later(90), POLICY, TIMING)


def refused(call: partial[Any]) -> DomainError:
    with pytest.raises(DomainError) as error:
        call()
    return error.value


def choices(message: Message) -> list[list[str]]:
    return [[one.action for one in notice.choices] for notice in fresh(message).notices]


def test_a_late_edit_offers_a_correction_that_begins_with_the_new_words() -> None:
    message = sent()
    change = edit()
    (notice,) = fresh(message).notices
    assert (notice.text, [one.label for one in notice.choices]) == (TOO_LATE, [OFFER["label"]])
    wish = corrections.wanted(message.id, POLICY)
    assert (wish.words, wish.change, wish.source.body) == ("See you at 6", change, "See you at 5")


def test_a_late_deletion_offers_one_that_begins_empty() -> None:
    message = sent()
    change = delete()
    assert choices(message) == [["correct"]]
    assert corrections.wanted(message.id, POLICY)[1:] == ("", change)


def test_a_correction_is_held_like_an_answer_and_says_what_it_corrects() -> None:
    message = sent()
    made = correct(message, edit())
    assert (made.correction_of, made.body, made.status) == (message.id, "At 6, sorry", "held")
    assert (made.thread_id, due(made, "dispatch")) == (message.thread_id, later(90) + POLICY.hold)
    assert (made.sent_by and made.sent_by.key, made.shadow.ts) == (AGENT, None)
    assert leaving(later(95)).text.body == "At 6, sorry"


def test_a_form_that_is_submitted_twice_is_one_correction() -> None:
    message = sent()
    change = edit()
    assert correct(message, change).id == correct(message, change).id
    assert Message.objects(correction_of=message.id).count() == 1


def test_a_second_correction_of_the_same_change_is_refused_in_words() -> None:
    message = sent()
    change = edit()
    correct(message, change)
    assert refused(partial(corrections.wanted, message.id, POLICY)).message == corrections.ALREADY
    again = refused(partial(correct, message, change, view="V2"))
    assert (again.code, again.message) == ("CONFLICT", corrections.ALREADY)
    assert Message.objects(correction_of=message.id).count() == 1


def test_forms_submitted_at_once_make_one_correction() -> None:
    message = sent()
    change = edit()

    def submit(view: str) -> Message | None:
        try:
            return correct(message, change, view=view)
        except Conflict:
            return None

    made = race(*[partial(submit, view) for view in ("V1", "V2", "V3", "V3", "V3")])
    assert len({one.id for one in made if one}) == 1
    assert Message.objects(correction_of=message.id).count() == 1


def test_another_change_can_be_corrected_again() -> None:
    message = sent()
    correct(message, edit())
    assert correct(message, edit("See you at 7", 100), "At 7!", "V2").body == "At 7!"
    assert correct(message, delete(110), "Never mind", "V3").body == "Never mind"


def test_a_form_about_an_older_change_is_refused() -> None:
    message = sent()
    old = edit()
    edit("See you at 7", 70)
    assert refused(partial(correct, message, old)).message == corrections.CHANGED


@pytest.mark.parametrize("status", ["refused", "canceled", "failed", "undelivered"])
def test_a_correction_that_did_not_arrive_can_be_sent_anew(status: str) -> None:
    message = sent()
    change = edit()
    first = correct(message, change)
    messages.change({"_id": first.id}, later(91), fields={"status": status})
    assert corrections.wanted(message.id, POLICY).words == "See you at 6"
    assert correct(message, change, view="V2").id != first.id
    assert refused(partial(correct, message, change, view="V3")).message == corrections.ALREADY


def test_the_gate_is_asked() -> None:
    message = sent()
    change = edit()
    received("STOP", now=later(80))
    made = correct(message, change)
    assert (made.status, made.correction_of) == ("refused", message.id)
    assert "START" in made.notices[0].text


@pytest.mark.parametrize("flag", ["guest", "deleted", "foreign"])
def test_those_who_are_not_ours_correct_nothing(flag: str) -> None:
    message = sent()
    change = edit()
    known: dict[str, Any] = {flag: True}
    agents.learn(person(**known), later(85))
    assert correct(message, change).status == "refused"


def test_words_that_cannot_be_a_text_are_told() -> None:
    message = sent()
    change = edit()
    assert refused(partial(correct, message, change, "")).code == "MESSAGE_EMPTY"
    same = refused(partial(correct, message, change, "See you at 5"))
    assert isinstance(same, InvalidInput)
    assert same.message == corrections.SAME
    assert correct(message, change).status == "held"


def test_what_was_not_changed_has_nothing_to_correct() -> None:
    message = sent()
    assert refused(partial(corrections.wanted, message.id, POLICY)).message == corrections.NOTHING
    assert refused(partial(correct, message, "1.000000")).message == corrections.NOTHING


def test_what_was_changed_back_has_nothing_to_correct() -> None:
    message = sent()
    edit()
    edit("See you at 5", 70)
    assert len(fresh(message).notices) == 1
    assert refused(partial(corrections.wanted, message.id, POLICY)).message == corrections.NOTHING


def test_of_edits_in_the_wrong_order_the_newest_is_the_wish() -> None:
    message = sent()
    newest = edit("third", 70)
    edit("second", 65)
    assert corrections.wanted(message.id, POLICY)[1:] == ("third", newest)
    assert len(fresh(message).notices) == 1


def test_after_a_deletion_no_edit_is_a_wish() -> None:
    message = sent()
    delete()
    edit("again", 70)
    assert corrections.wanted(message.id, POLICY)[1:] == ("", corrections.GONE)


def test_a_text_that_still_waits_is_changed_instead() -> None:
    conversation()
    message = answered("Hi")
    assert refused(partial(corrections.wanted, message.id, POLICY)).message == corrections.WAITS


def test_while_its_call_is_under_way_there_is_a_moment_to_wait() -> None:
    conversation()
    message = answered("See you at 5")
    send = leaving(HELD_UNTIL)
    edit(seconds=6)
    assert [notice.text for notice in fresh(message).notices] == [PERHAPS_TOO_LATE]
    assert choices(message) == [["correct"]]
    assert "on its way" in refused(partial(corrections.wanted, message.id, POLICY)).message
    dispatch.record(send, accepted_as(new_sid()), later(7), TIMING)
    assert corrections.wanted(message.id, POLICY).words == "See you at 6"


def test_what_nobody_knows_the_outcome_of_is_not_corrected() -> None:
    conversation()
    message = answered("See you at 5")
    send = leaving(HELD_UNTIL)
    edit(seconds=6)
    dispatch.record(send, Unclear("timeout"), later(7), TIMING)
    assert "not known" in refused(partial(corrections.wanted, message.id, POLICY)).message


def test_what_failed_after_all_is_written_anew() -> None:
    conversation()
    message = answered("See you at 5")
    send = leaving(HELD_UNTIL)
    edit(seconds=6)
    dispatch.record(send, Rejected(21211, BAD_NUMBER), later(7), TIMING)
    told = refused(partial(corrections.wanted, message.id, POLICY))
    assert "new text" in (told.help or "")


def test_a_programs_text_and_a_customers_have_no_wish() -> None:
    customers = received()
    assert refused(partial(corrections.wanted, customers.id, POLICY)).code == "CONFLICT"
    assert (
        refused(partial(corrections.wanted, handed_over().id, POLICY)).message
        == corrections.NOTHING
    )


@pytest.mark.parametrize("message_id", ["", "nonsense", "6560a1b2c3d4e5f60718293a"])
def test_what_does_not_exist_is_not_found(message_id: str) -> None:
    with pytest.raises(NotFound):
        corrections.wanted(message_id, POLICY)


def test_a_long_correction_is_asked_about_like_an_answer() -> None:
    message = sent()
    asking = POLICY.__class__(numbers=POLICY.numbers, ask_above=1)
    words = said("x" * 200, later(90), origin="slack:T1/view/V1", ts=None, clicked=True)
    made = corrections.send(message.id, edit(), words, later(90), asking, TIMING)
    assert made.question == guard.LONG
    assert outbound.release(made.id, later(95), SAM).status == "queued"
