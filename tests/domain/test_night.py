"""An answer at night waits for its author's word; what it says is good for that night."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.errors import Conflict, Refused
from domain.model import Author, Message
from domain.policy import Policy
from domain.services import agents, deferral, edits, guard, initiating, night, outbound
from domain.services.programs import releasing, repeating
from tests.domain.build import (
    AGENT,
    POLICY,
    TIMING,
    answered,
    conversation,
    draft,
    due,
    fresh,
    person,
    race,
    received,
    said,
    statuses,
)
from tests.domain.nights import (
    DUSK,
    MORNING,
    NEXT_NIGHT,
    NIGHT,
    agreed,
    jane,
    leaves,
    talk,
    writes,
)

pytestmark = pytest.mark.usefixtures("db")
ANN = Author(kind="agent", key=AGENT, name="Ann Agent")
TOLL_FREE = "+18005550144"
ASKED = "It is 11:40 PM for Jane Doe."


def answer(at: datetime = NIGHT, policy: Policy = POLICY, **changes: Any) -> Message:
    made = outbound.answer(said(at=at, **changes), at, policy, TIMING)
    assert made
    return made


def asked(message: Message) -> list[str]:
    return [one.text for one in fresh(message).notices]


def labels(message: Message) -> list[str]:
    return [choice.label for choice in fresh(message).notices[-1].choices]


def test_an_answer_at_night_waits_and_its_author_is_asked() -> None:
    """Row: §1.1"""
    talk()
    held = answer()
    assert (held.status, held.question, due(held, "dispatch")) == ("held", guard.NIGHT, None)
    assert asked(held) == [ASKED]
    assert labels(held) == ["Send anyway", "Send at 8:00 AM PST", "Don't send"]
    assert (leaves(NIGHT), leaves(MORNING)) == (None, None)


def test_in_the_day_nobody_is_asked() -> None:
    talk()
    assert (answered().question, answered(at=MORNING).question) == (None, None)


def test_sent_anyway_it_leaves_now() -> None:
    talk()
    held = answer()
    released = outbound.release(held.id, NIGHT, ANN)
    assert (released.quiet_confirmed, released.quiet_until) == (True, MORNING)
    assert leaves(NIGHT) == held.body
    found = fresh(held)
    assert [one.allowed for one in found.decisions] == [False, True]
    assert found.decided_by
    assert found.decided_by.key == AGENT


def test_it_may_wait_for_the_morning() -> None:
    talk()
    held = answer()
    waiting = releasing.at_opening(held.id, ANN, NIGHT)
    assert (waiting.status, waiting.send_at, waiting.question) == ("scheduled", MORNING, None)
    assert statuses(held) == ["held", "scheduled"]
    assert leaves(MORNING - timedelta(seconds=1)) is None
    assert leaves(MORNING) == held.body
    assert leaves(MORNING) is None


def test_chosen_when_the_morning_is_there_it_leaves_at_once() -> None:
    talk()
    held = answer()
    released = releasing.at_opening(held.id, ANN, MORNING)
    assert (released.status, released.quiet_confirmed) == ("queued", None)
    assert leaves(MORNING) == held.body


def test_what_was_called_back_waits_for_no_morning() -> None:
    talk()
    held = answer()
    outbound.cancel(held.id, NIGHT, ANN)
    with pytest.raises(Conflict) as refused:
        releasing.at_opening(held.id, ANN, NIGHT)
    assert refused.value.code == "TOO_LATE"


def test_of_both_clicks_at_once_one_counts() -> None:
    talk()
    held = answer()

    def wait() -> str:
        try:
            return releasing.at_opening(held.id, ANN, NIGHT).status
        except Conflict:
            return "too late"

    def send() -> str:
        try:
            return outbound.release(held.id, NIGHT, ANN).status
        except Conflict:
            return "too late"

    assert "too late" in race(wait, send)
    assert len(statuses(held)) == 2


def test_a_yes_is_good_for_that_night_only() -> None:
    """It was let go, nobody was there to send it, and the next night has come."""
    talk()
    held = answer()
    outbound.release(held.id, NIGHT, ANN)
    writes(NIGHT + timedelta(hours=12))
    assert leaves(NEXT_NIGHT) is None
    found = fresh(held)
    assert (found.status, found.question) == ("held", guard.NIGHT)
    assert asked(held) == [ASKED, ASKED]
    outbound.release(held.id, NEXT_NIGHT, ANN)
    assert leaves(NEXT_NIGHT) == held.body


def test_a_click_on_last_nights_question_confirms_no_other_night() -> None:
    talk()
    held = answer()
    writes(NIGHT + timedelta(hours=12))
    released = outbound.release(held.id, NEXT_NIGHT, ANN)
    assert released.quiet_confirmed is None
    assert leaves(NEXT_NIGHT) is None
    assert len(asked(held)) == 2


def test_where_nobody_knows_their_zone_it_is_said_so() -> None:
    conversation(sender=TOLL_FREE)
    held = answer()
    assert asked(held) == [f"It may be night where {TOLL_FREE} is."]
    assert labels(held)[1] == "Send at 1:00 PM EST"


def test_an_agents_own_clock_does_not_matter() -> None:
    """Six in the morning in New York is the middle of the night in California."""
    talk()
    six = NIGHT + timedelta(hours=3, minutes=20)
    assert asked(answer(six)) == ["It is 3:00 AM for Jane Doe."]


# Together with other questions.


def test_of_a_late_answer_at_night_one_whisper_asks() -> None:
    talk()
    late = outbound.answer(said(at=NIGHT), NIGHT + timedelta(minutes=5), POLICY, TIMING)
    assert late
    assert asked(late) == [f"It is 11:45 PM for Jane Doe. {outbound.LATE}"]
    assert len(labels(late)) == 3
    outbound.release(late.id, NIGHT + timedelta(minutes=6), ANN)
    assert leaves(NIGHT + timedelta(minutes=6)) == late.body


def test_of_a_long_answer_at_night_one_whisper_asks() -> None:
    talk()
    long = answer(policy=replace(POLICY, ask_above=1), text="x" * 161)
    (told,) = asked(long)
    assert told.startswith(f"{ASKED} This text is long")
    assert fresh(long).question == guard.NIGHT


def test_who_wrote_across_it_at_nightfall_is_told_in_the_same_whisper() -> None:
    guarded = replace(POLICY, collision=timedelta(seconds=4))
    talk()
    crossed = answer(DUSK, guarded)
    writes(DUSK + timedelta(seconds=1))
    assert leaves(DUSK + timedelta(seconds=5), guarded) is None
    (told,) = asked(crossed)
    assert told == (
        "It is 9:00 PM for Jane Doe. Jane Doe wrote while you were answering: “Are you there?”."
    )
    outbound.release(crossed.id, DUSK + timedelta(seconds=9), ANN)
    assert leaves(DUSK + timedelta(seconds=9), guarded) == crossed.body


def test_a_late_answer_that_is_let_go_at_night_is_asked_about_once_more() -> None:
    talk()
    late = outbound.answer(said(at=DUSK - timedelta(hours=1)), DUSK, POLICY, TIMING)
    assert late
    outbound.release(late.id, NIGHT, ANN)
    assert leaves(NIGHT) is None
    assert asked(late) == [outbound.LATE, ASKED]


def test_an_edit_while_it_waits_changes_the_words_only() -> None:
    talk()
    held = answer()
    other = said("Other words", at=NIGHT, edited_ts="9.0")
    edits.edit(other, NIGHT, POLICY, TIMING)
    assert (fresh(held).body, fresh(held).question) == ("Other words", guard.NIGHT)
    edits.retract(said(at=NIGHT), NIGHT, POLICY, TIMING)
    assert fresh(held).status == "canceled"


def test_a_stop_calls_it_back() -> None:
    """Row: §1.3"""
    talk()
    held = answer()
    received("STOP", now=NIGHT)
    assert fresh(held).status == "canceled"
    assert leaves(MORNING) is None


# When it leaves.


def test_a_hold_that_ends_in_the_night_asks() -> None:
    talk()
    held = answer(DUSK)
    assert held.question is None
    assert leaves(DUSK + timedelta(seconds=5)) is None
    found = fresh(held)
    assert (found.status, found.question) == ("held", guard.NIGHT)
    assert asked(held) == ["It is 9:00 PM for Jane Doe."]
    assert releasing.at_opening(held.id, ANN, NIGHT).send_at == MORNING


def test_an_answer_to_somebody_who_agreed_but_wrote_long_ago_is_put_off() -> None:
    """Outside of the reply window it is judged as informational. Row: §1.1"""
    talk()
    agreed()
    late = answer(NEXT_NIGHT)
    tomorrow = MORNING + timedelta(days=1)
    assert (late.status, late.send_at, late.question) == ("scheduled", tomorrow, None)
    (told,) = asked(late)
    assert told.startswith("They get it Fri, Mar 6, 2026, 8:00 AM PST, because of the hour")
    assert leaves(tomorrow) == late.body


def test_what_an_agent_scheduled_and_comes_late_is_put_off_without_a_question() -> None:
    talk()
    held = answer()
    releasing.at_opening(held.id, ANN, NIGHT)
    writes(NIGHT + timedelta(hours=12))
    assert leaves(NEXT_NIGHT) is None
    found = fresh(held)
    assert (found.status, found.send_at) == ("scheduled", MORNING + timedelta(days=1))
    assert len(asked(held)) == 2


def test_the_question_is_decided_by_whom_it_was_put_to_or_a_colleague() -> None:
    talk()
    held = answer()
    outbound.release(held.id, NIGHT, Author(kind="agent", key="U2"))
    assert leaves(NIGHT) == held.body


def test_a_form_that_has_asked_already_asks_no_more() -> None:
    talk()
    anyway = answer(confirmed=True, origin="slack:T1/view/1")
    assert (anyway.status, anyway.quiet_confirmed, anyway.notices) == ("held", True, [])
    patient = answer(patient=True, origin="slack:T1/view/2")
    assert (patient.status, patient.send_at, patient.notices) == ("scheduled", MORNING, [])
    assert leaves(NIGHT + timedelta(seconds=5)) == anyway.body
    assert leaves(MORNING) == patient.body


def test_a_form_that_has_not_asked_is_sent_back() -> None:
    talk()
    with pytest.raises(Refused) as refused:
        initiating.initiate(draft(author=ANN), "slack:T1/view/3", NIGHT, POLICY)
    assert (refused.value.code, refused.value.retry_at) == ("QUIET_HOURS", MORNING)
    assert Message.objects(direction="outbound").count() == 0


def test_what_an_agent_begins_at_night_is_put_off_and_told() -> None:
    jane()
    agreed()
    agents.learn(person(), NIGHT)
    made = initiating.initiate(draft(author=ANN), "slack:T1/view/3", NIGHT, POLICY)
    assert (made.status, made.send_at) == ("scheduled", MORNING)
    assert asked(made) == [
        "They get it Thu, Mar 5, 2026, 8:00 AM PST, because of the hour where they are."
    ]
    assert leaves(MORNING) == made.body
    assert asked(made)[1:] == [deferral.GONE]


def test_an_agents_second_try_at_night_is_asked_about() -> None:
    talk()
    failed = answered()
    Message.objects(id=failed.id).update(set__status="failed", unset__dispatch=True)
    again = repeating.retry(failed.id, ANN, NIGHT, POLICY)
    assert (again.status, again.question, labels(again)[0]) == ("held", "night", "Send anyway")
    assert asked(again) == [ASKED]


def test_a_question_that_nobody_answers_lets_later_answers_pass() -> None:
    talk()
    answer()
    morning = answer(MORNING, text="Good morning")
    assert leaves(MORNING + timedelta(seconds=5)) == morning.body


def test_an_untimely_confirmation_is_none() -> None:
    jane()
    message = Message(quiet_confirmed=True, quiet_until=MORNING)
    assert night.confirmed(message, NIGHT)
    assert not night.confirmed(message, MORNING)
    assert not night.confirmed(Message(), NIGHT)
