"""What programs send into the night: told, confirmed, put off or planned anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.errors import Conflict, DomainError, Refused
from domain.model import Agent, Author, Message
from domain.services import consent, messages, outbound, threads
from domain.services.consent import Statement
from domain.services.desk import schedules
from domain.services.programs import (
    broadcasts,
    previews,
    releasing,
    repeating,
    revising,
    sending,
)
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    STRANGER,
    TOKEN,
    draft,
    due,
    fresh,
    handed_over,
    later,
    queued,
    received,
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
ANN = Author(kind="agent", key="U1", name="Ann Agent")
EVENING = later(hours=7, minutes=59, seconds=58)
"""Two seconds before eight, there: advertising ends."""
NINE = MORNING + timedelta(hours=1)


def refused(call: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as error:
        call()
    return error.value


# An answer within the reply window.


def test_a_programs_answer_at_night_is_told_of_and_nothing_is_stored() -> None:
    talk()
    no = refused(lambda: queued("On its way", NIGHT, key="k1"))
    assert isinstance(no, Refused)
    assert (no.code, no.retry_at, no.conflict_id) == ("QUIET_HOURS", MORNING, None)
    assert "11:40 PM PST" in no.message
    assert no.help == sending.NIGHT
    assert Message.objects(direction="outbound").count() == 0


@pytest.mark.parametrize(("at", "confirmed"), [(NIGHT, True), (MORNING, False)])
def test_the_same_key_works_confirmed_or_in_the_morning(at: datetime, confirmed: bool) -> None:
    talk()
    refused(lambda: queued("On its way", NIGHT, key="k1"))
    made = queued("On its way", at, key="k1", confirmed=confirmed)
    assert (made.status, due(made, "dispatch")) == ("queued", at)
    assert queued("On its way", at, key="k1").id == made.id
    assert leaves(at) == "On its way"


def test_confirmed_it_leaves_though_it_is_night() -> None:
    """Row: §1.1"""
    talk()
    made = queued("On its way", NIGHT, confirmed=True)
    assert made.quiet_confirmed
    assert leaves(NIGHT) == "On its way"


def test_confirmed_by_day_it_may_leave_after_nightfall() -> None:
    talk()
    queued("On its way", DUSK, confirmed=True)
    assert leaves(DUSK + timedelta(minutes=59)) == "On its way"


def test_confirmed_by_day_it_is_not_good_for_all_the_night() -> None:
    talk()
    made = queued("On its way", DUSK, confirmed=True)
    assert leaves(NIGHT) is None
    assert fresh(made).send_at == MORNING


@pytest.mark.parametrize("planned", [later(hours=1), NEXT_NIGHT])
def test_rescheduled_into_another_night_it_waits_for_its_morning(planned: datetime) -> None:
    """Row: §1.1"""
    talk()
    made = queued("On its way", NOON, confirmed=True, send_at=planned)
    moved = revising.reschedule(made.id, NIGHT, NOON, POLICY)
    assert (moved.send_at, moved.wanted_at, moved.quiet_confirmed) == (MORNING, NIGHT, None)
    assert leaves(NIGHT) is None


def test_rescheduled_within_the_night_it_was_confirmed_for_it_leaves() -> None:
    talk()
    made = queued("On its way", NOON, confirmed=True, send_at=NIGHT)
    moved = revising.reschedule(made.id, NIGHT + timedelta(hours=1), NOON, POLICY)
    assert (moved.send_at, moved.quiet_confirmed) == (NIGHT + timedelta(hours=1), True)
    assert leaves(NIGHT + timedelta(hours=1)) == "On its way"


def test_a_confirmation_is_not_good_for_the_night_after() -> None:
    talk()
    made = queued("On its way", NIGHT, confirmed=True)
    writes(NIGHT + timedelta(hours=12))
    assert leaves(NEXT_NIGHT) is None
    assert (fresh(made).status, fresh(made).send_at) == ("scheduled", MORNING + timedelta(days=1))


def test_unconfirmed_it_is_put_off_when_night_falls_before_it_leaves() -> None:
    """Row: §10.2"""
    talk()
    made = queued("On its way", DUSK)
    assert leaves(DUSK + timedelta(seconds=4)) is None
    found = fresh(made)
    assert (found.status, found.send_at, found.notices) == ("scheduled", MORNING, [])
    assert found.decision
    assert (found.decision.code, found.decision.earliest) == ("QUIET_HOURS", MORNING)
    assert leaves(MORNING) == "On its way"


def test_a_preview_says_both_ways() -> None:
    talk()
    plain = previews.preview(draft(), NIGHT, POLICY).verdict
    assert (plain.allowed, plain.needs_confirmation, plain.earliest) == (False, True, MORNING)
    assert previews.preview(draft(confirmed=True), NIGHT, POLICY).verdict.allowed
    planned = previews.preview(draft(send_at=NIGHT), NOON, POLICY).verdict
    assert (planned.needs_confirmation, planned.earliest) == (False, MORNING)
    assert previews.preview(draft(send_at=MORNING), NIGHT, POLICY).verdict.allowed


def test_of_several_each_is_told_by_itself() -> None:
    talk()
    received("Hello", sender=STRANGER)
    shared = replace(draft(key="k1"), phone=None)
    whom = broadcasts.recipients([CUSTOMER, STRANGER], [])
    answers = broadcasts.send(shared, whom, NIGHT, POLICY)
    assert [one.retry_at for one in answers if isinstance(one, DomainError)] == [MORNING] * 2
    sent = broadcasts.send(replace(shared, confirmed=True), whom, NIGHT, POLICY)
    assert [one.status for one in sent if isinstance(one, Message)] == ["queued", "queued"]


# What needs no answer: informational texts and advertising.


def test_an_informational_text_at_night_is_committed_for_the_morning() -> None:
    """Row: §1.1"""
    jane()
    agreed()
    made = queued("Your keys", NIGHT, purpose="informational", key="k1")
    assert (made.status, made.send_at, due(made, "dispatch")) == ("scheduled", MORNING, MORNING)
    assert (statuses(made), made.error_message) == (["scheduled"], None)
    assert queued("Your keys", MORNING, purpose="informational", key="k1").id == made.id
    assert (leaves(NIGHT), leaves(MORNING), leaves(MORNING)) == (None, "Your keys", None)


def test_no_confirmation_lets_it_leave_earlier() -> None:
    jane()
    agreed()
    made = queued("Your keys", NIGHT, purpose="informational", confirmed=True)
    assert (made.status, made.send_at) == ("scheduled", MORNING)


def test_advertising_made_just_before_eight_and_late_by_two_seconds_waits() -> None:
    """Row: §10.2"""
    jane()
    agreed("written")
    made = queued("New listing", EVENING, purpose="marketing")
    assert made.status == "queued"
    assert leaves(EVENING + timedelta(seconds=4)) is None
    assert (fresh(made).status, fresh(made).send_at) == ("scheduled", NINE)
    assert leaves(NINE - timedelta(seconds=1)) is None
    assert leaves(NINE) == made.body


def test_who_has_opted_out_is_refused_at_night_as_by_day() -> None:
    jane()
    agreed()
    received("STOP")
    no = refused(lambda: queued("Your keys", NIGHT, purpose="informational"))
    assert (no.code, no.retry_at) == ("OPTED_OUT", None)


# What is planned.


def test_what_is_planned_for_the_night_is_moved_to_the_morning() -> None:
    talk()
    made = queued("See you", send_at=NIGHT)
    assert (made.status, made.send_at, made.wanted_at) == ("scheduled", MORNING, NIGHT)
    assert made.decision
    assert (made.decision.allowed, made.decision.needs_confirmation) == (False, None)


def test_what_is_planned_for_the_night_and_confirmed_leaves_then() -> None:
    talk()
    made = queued("See you", send_at=NIGHT, confirmed=True)
    assert (made.send_at, made.wanted_at) == (NIGHT, None)
    assert leaves(NIGHT) == "See you"


def test_what_is_planned_at_night_for_the_day_is_taken_as_it_is() -> None:
    talk()
    agreed()
    made = queued("See you", NIGHT, send_at=MORNING)
    assert (made.status, made.send_at, made.wanted_at) == ("scheduled", MORNING, None)
    assert made.decision
    assert made.decision.allowed


def test_consent_is_judged_when_it_is_planned() -> None:
    received("STOP")
    assert refused(lambda: queued("See you", NIGHT, send_at=MORNING)).code == "OPTED_OUT"


def test_after_the_reply_window_it_is_taken_and_judged_when_it_leaves() -> None:
    talk()
    made = queued("See you", NIGHT, send_at=later(hours=30))
    assert (made.status, made.send_at) == ("scheduled", later(hours=30))
    assert leaves(later(hours=30)) is None
    assert fresh(made).status == "refused"


@pytest.mark.parametrize("at", [NIGHT, NEXT_NIGHT])
def test_a_new_time_in_the_night_becomes_the_morning(at: datetime) -> None:
    talk()
    agreed()
    made = queued("See you", send_at=later(hours=1))
    moved = revising.reschedule(made.id, at, NOON, POLICY)
    opening = MORNING if at == NIGHT else MORNING + timedelta(days=1)
    assert (moved.send_at, moved.wanted_at, due(made, "dispatch")) == (opening, at, opening)
    assert moved.decision
    assert not moved.decision.allowed
    again = revising.reschedule(made.id, at, NOON, POLICY)
    assert again.rev == moved.rev


def test_a_new_time_by_day_ends_the_wait() -> None:
    talk()
    agreed()
    made = queued("See you", send_at=NIGHT)
    moved = revising.reschedule(made.id, later(hours=1), NOON, POLICY)
    assert (moved.send_at, moved.wanted_at) == (later(hours=1), None)
    assert moved.decision
    assert moved.decision.allowed
    assert messages.undefer(CUSTOMER, "quiet_hours", NOON) == 0


def test_to_let_it_leave_now_at_night_is_to_wait() -> None:
    talk()
    agreed()
    made = queued("See you", send_at=MORNING + timedelta(hours=3))
    moved = revising.reschedule(made.id, NIGHT, NIGHT, POLICY)
    assert (moved.status, moved.send_at) == ("scheduled", MORNING)


# Let go.


def test_a_deferred_answer_is_let_go_by_releasing_it() -> None:
    talk()
    made = queued("On its way", DUSK)
    leaves(DUSK + timedelta(seconds=4))
    released = releasing.release(made.id, TOKEN, NIGHT, POLICY)
    assert (released.status, released.send_at) == ("queued", None)
    assert (released.quiet_confirmed, released.quiet_until) == (True, MORNING)
    assert leaves(NIGHT) == "On its way"


def test_another_deferred_text_is_not() -> None:
    jane()
    agreed()
    made = queued("Your keys", NIGHT, purpose="informational")
    no = refused(lambda: releasing.release(made.id, TOKEN, NIGHT, POLICY))
    assert (no.code, no.retry_at, no.help) == ("QUIET_HOURS", MORNING, releasing.NOT_YET)
    assert fresh(made).status == "scheduled"
    assert releasing.release(made.id, TOKEN, MORNING, POLICY).status == "queued"


def test_a_deferred_text_to_somebody_who_has_left_is_refused() -> None:
    jane()
    agreed()
    made = queued("Your keys", NIGHT, purpose="informational")
    no_more = Statement("opt_out", "agent", NIGHT, level="none")
    consent.record("agent:1", CUSTOMER, no_more, NIGHT)
    no = refused(lambda: releasing.release(made.id, TOKEN, NIGHT, POLICY))
    assert no.code == "OPTED_OUT"


def test_what_somebody_planned_is_not_released() -> None:
    talk()
    made = queued("See you", send_at=later(hours=1))
    no = refused(lambda: releasing.release(made.id, TOKEN, NOON, POLICY))
    assert (type(no), no.help) == (Conflict, outbound.RESCHEDULE)


def test_a_click_on_send_now_is_a_confirmation() -> None:
    talk()
    made = queued("See you", send_at=later(hours=14))
    assert schedules.send_now(made.id, ANN, NIGHT, POLICY).quiet_confirmed
    assert leaves(NIGHT) == "See you"


def test_what_waits_says_when_and_why() -> None:
    jane()
    agreed()
    made = queued("Your keys", NIGHT, purpose="informational")
    thread = threads.get(made.thread_id)
    said = schedules.when(made, thread)
    assert said == "Leaves Thu, Mar 5, 2026, 8:00 AM PST, because of the hour where they are."
    reader = Agent(timezone="America/New_York")
    assert schedules.when(made, thread, reader) == (
        "Leaves Thu, Mar 5, 2026, 8:00 AM PST for the customer, 11:00 AM EST for you, "
        "because of the hour where they are."
    )


# Once more.


@pytest.mark.parametrize("again", ["retry", "correct"])
def test_once_more_at_night_a_program_confirms_or_waits(again: str) -> None:
    talk()
    sent = handed_over()
    Message.objects(id=sent.id).update(set__status="failed" if again == "retry" else "sent")

    def ask(at: datetime, **more: Any) -> Message:
        if again == "retry":
            return repeating.retry(sent.id, TOKEN, at, POLICY, **more)
        return repeating.correct(sent.id, "Other words", TOKEN, at, POLICY, **more)

    no = refused(lambda: ask(NIGHT))
    assert (no.code, no.retry_at, no.help) == ("QUIET_HOURS", MORNING, repeating.NIGHT)
    made = ask(NIGHT, confirmed=True)
    assert (made.status, ask(MORNING).id) == ("queued", made.id)
    assert leaves(NIGHT) == made.body
