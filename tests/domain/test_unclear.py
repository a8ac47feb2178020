"""Nobody knows whether it left: looked up, adopted, sent once more, or asked of a person."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain import outbox
from domain.model import Message, Thread
from domain.services import dispatch, reports, unclear
from domain.services.dispatch import Look
from domain.services.programs import sending
from domain.services.unclear import ASK, ASK_HELP, SKEW
from domain.values import CarriedText, Postponed, Unclear
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    SERVICE,
    STRANGER,
    THROUGH_SERVICE,
    TIMING,
    accepted_as,
    callback,
    carried,
    draft,
    due,
    fresh,
    handed_over,
    later,
    leased,
    leaving,
    queued,
    received,
    statuses,
)

pytestmark = pytest.mark.usefixtures("db")
BODY = "Your keys are ready"
LOOKS = [later(45), later(105), later(345)]


@pytest.fixture
def lost() -> Message:
    """A text whose call at noon timed out."""
    received()
    message = queued(BODY)
    dispatch.record(leaving(), Unclear("timeout"), NOON, TIMING)
    return message


def look(
    message: Message, found: Sequence[CarriedText] | Postponed | None, now: datetime = LOOKS[0]
) -> Message:
    """The carrier's records were read, with this result."""
    unclear.resolve(Look(str(message.id), CUSTOMER), found, now, TIMING)
    return fresh(message)


def sent_once_more(message: Message, now: datetime = LOOKS[2]) -> None:
    """Three looks found nothing, so it is handed over again; unclear again."""
    for moment in LOOKS:
        look(message, [], moment)
    dispatch.record(leaving(now), Unclear("timeout"), now, TIMING)


def test_one_text_in_the_records_is_adopted(lost: Message) -> None:
    found = look(lost, [carried(BODY, sid="SM1")])
    assert (found.twilio_sid, found.status, due(lost, "dispatch")) == ("SM1", "sent", None)
    assert statuses(lost) == ["queued", "sending", "unknown", "sent"]


def test_callbacks_of_what_was_adopted_find_it(lost: Message) -> None:
    look(lost, [carried(BODY, sid="SM1")])
    reports.receive(callback("delivered", "SM1"), later(60))
    assert fresh(lost).status == "delivered"


def test_a_text_with_an_unknown_word_in_the_records_is_adopted(lost: Message) -> None:
    found = look(lost, [carried(BODY, sid="SM1", status=None, rank=None, word="pondering")])
    assert (found.twilio_sid, found.status) == ("SM1", "queued")


def test_words_that_the_carrier_put_in_front_do_not_hide_it(lost: Message) -> None:
    assert look(lost, [carried(f"Sent from a trial account - {BODY}", sid="SM1")]).twilio_sid


def test_a_queued_text_that_has_no_date_yet_is_found(lost: Message) -> None:
    assert look(lost, [carried(BODY, created_at=None, word="queued")]).twilio_sid


@pytest.mark.parametrize(
    "change",
    [
        {"body": "Other words"},
        {"body": f"{BODY}, all of them"},
        {"to": STRANGER},
        {"from_phone": "+17605550199"},
        {"from_phone": None},
        {"created_at": NOON - SKEW - timedelta(seconds=1)},
    ],
)
def test_what_cannot_be_ours_is_not_adopted(lost: Message, change: dict[str, Any]) -> None:
    strange = carried(**({"body": BODY} | change))
    assert look(lost, [strange]).twilio_sid is None


def test_a_clock_that_differs_a_little_does_not_hide_it(lost: Message) -> None:
    assert look(lost, [carried(BODY, created_at=NOON - timedelta(minutes=4))]).twilio_sid


def test_the_same_words_of_another_message_are_not_taken(lost: Message) -> None:
    other = queued(BODY, at=later(1))
    Message.objects(id=other.id).update_one(set__twilio_sid="SM1")
    assert look(lost, [carried(BODY, sid="SM1")]).status == "unknown"
    assert look(lost, [carried(BODY, sid="SM1"), carried(BODY, sid="SM2")]).twilio_sid == "SM2"


def test_texts_among_others_are_told_apart() -> None:
    handed_over_before = _accepted("SM0")
    message = queued(BODY, key="again")
    dispatch.record(leaving(), Unclear("timeout"), NOON, TIMING)
    listed = [carried("Hello"), carried(BODY, sid="SM1"), carried(BODY, sid="SM0")]
    assert look(message, listed).twilio_sid == "SM1"
    assert fresh(handed_over_before).twilio_sid == "SM0"


def _accepted(sid: str) -> Message:
    received()
    return handed_over(BODY, sid)


def test_a_text_through_the_service_is_known_by_the_service() -> None:
    received(service_sid=SERVICE, policy=THROUGH_SERVICE)
    message = sending.send(draft(BODY), NOON, THROUGH_SERVICE)
    dispatch.record(leaving(policy=THROUGH_SERVICE), Unclear("timeout"), NOON, TIMING)
    found = look(message, [carried(BODY, from_phone=None, service_sid=SERVICE)])
    assert found.twilio_sid


def test_nothing_in_the_records_is_looked_for_again_after_a_minute(lost: Message) -> None:
    found = look(lost, [])
    assert (found.status, found.looks, due(lost, "dispatch")) == ("unknown", 1, LOOKS[1])
    assert found.rev == fresh(lost).rev


def test_another_look_is_no_change_that_a_person_could_see(lost: Message) -> None:
    rev = fresh(lost).rev
    assert look(lost, []).rev == rev


def test_nothing_in_three_looks_over_five_minutes_is_sent_once_more(lost: Message) -> None:
    for moment in LOOKS[:2]:
        assert look(lost, [], moment).status == "unknown"
    assert due(lost, "dispatch") == LOOKS[2]
    found = look(lost, [], LOOKS[2])
    assert (found.status, found.resends, due(lost, "dispatch")) == ("queued", 1, LOOKS[2])


def test_what_is_sent_once_more_leaves_as_it_was(lost: Message) -> None:
    for moment in LOOKS:
        look(lost, [], moment)
    send = leaving(LOOKS[2])
    assert send.text.body == BODY
    dispatch.record(send, accepted_as("SM2"), LOOKS[2], TIMING)
    assert fresh(lost).twilio_sid == "SM2"


def test_a_hit_at_the_last_look_is_adopted(lost: Message) -> None:
    look(lost, [], LOOKS[0])
    look(lost, [], LOOKS[1])
    assert look(lost, [carried(BODY, sid="SM1")], LOOKS[2]).twilio_sid == "SM1"


def test_unclear_again_and_nothing_again_is_asked_of_a_person(lost: Message) -> None:
    sent_once_more(lost)
    for seconds in (390, 450):
        assert look(lost, [], later(seconds)).error_message is None
    found = look(lost, [], later(690))
    assert (found.status, found.error_message, found.error_help) == ("unknown", ASK, ASK_HELP)
    assert (due(lost, "dispatch"), due(lost, "relay")) == (None, later(690))


def test_unclear_again_but_found_is_adopted(lost: Message) -> None:
    sent_once_more(lost)
    assert look(lost, [carried(BODY, sid="SM2", created_at=LOOKS[2])], later(390)).twilio_sid


def test_several_in_the_records_are_asked_of_a_person(lost: Message) -> None:
    found = look(lost, [carried(BODY), carried(BODY)])
    assert (found.status, found.twilio_sid, found.error_message) == ("unknown", None, ASK)
    assert due(lost, "dispatch") is None


def test_records_that_cannot_be_had_are_asked_of_a_person(lost: Message) -> None:
    found = look(lost, None)
    assert (found.status, found.error_message, due(lost, "dispatch")) == ("unknown", ASK, None)


def test_records_that_can_be_had_later_are_read_later(lost: Message) -> None:
    found = look(lost, Postponed("429", 30))
    assert (found.status, found.looks) == ("unknown", 0)
    assert due(lost, "dispatch") == LOOKS[0] + timedelta(seconds=30)


def test_records_that_cannot_be_had_for_now_are_asked_for_less_and_less_often(
    lost: Message,
) -> None:
    for _ in range(8):
        look(lost, Postponed("connection refused"))
    again = due(lost, "dispatch")
    assert again
    assert timedelta(seconds=30) <= again - LOOKS[0] <= timedelta(seconds=60)


def test_a_callback_answers_before_the_look(lost: Message) -> None:
    reports.receive(callback("delivered", "SM1", lost.id), later(20))
    found = look(lost, [])
    assert (found.status, found.twilio_sid, found.looks) == ("delivered", "SM1", 0)


def test_a_callback_answers_after_a_person_was_asked(lost: Message) -> None:
    look(lost, None)
    reports.receive(callback("delivered", "SM1", lost.id), later(600))
    found = fresh(lost)
    assert (found.status, found.error_message, found.error_help) == ("delivered", None, None)


def test_texts_behind_one_that_a_person_must_decide_go_on(lost: Message) -> None:
    second = queued("second", later(1), key="2")
    outbox.put_off("dispatch", [second], LOOKS[0])
    look(lost, None)
    assert leaving(LOOKS[0]).text.body == "second"


def test_a_look_for_what_was_settled_meanwhile_changes_nothing(lost: Message) -> None:
    Message.objects(id=lost.id).update_one(set__status="queued")
    assert look(lost, [carried(BODY)]).status == "queued"


def test_a_message_without_words_is_not_found_in_every_text() -> None:
    received()
    message = queued("", media_urls=("https://m.example/1",))
    dispatch.record(leaving(), Unclear("timeout"), NOON, TIMING)
    assert look(message, [carried("Something else")]).twilio_sid is None
    assert look(message, [carried("")]).twilio_sid


def test_the_number_on_which_the_customer_wrote_counts_as_ours(lost: Message) -> None:
    Thread.objects(id=lost.thread_id).update_one(set__own_number="+17605550150")
    assert look(lost, [carried(BODY, from_phone="+17605550150")]).twilio_sid


def test_a_crash_is_looked_for_like_a_timeout() -> None:
    received()
    message = queued(BODY)
    leaving()
    claim = leased("dispatch", LOOKS[0])
    assert dispatch.next_step(claim, LOOKS[0], POLICY, TIMING) == Look(str(message.id), CUSTOMER)
    assert look(message, [carried(BODY, sid="SM1")]).twilio_sid == "SM1"
