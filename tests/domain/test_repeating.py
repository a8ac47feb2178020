"""A text that did not arrive is tried again once per click; one that did can be corrected."""

from functools import partial
from typing import Any

import pytest

from domain.errors import Conflict, InvalidInput, NotFound, Refused
from domain.model import Contact, Message, Thread
from domain.rules.status import MessageStatus
from domain.services import dispatch, messages, outbound, reports
from domain.services.programs import repeating
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    TIMING,
    TOKEN,
    answered,
    callback,
    conversation,
    due,
    fresh,
    handed_over,
    later,
    leased,
    leaving,
    queued,
    race,
    received,
)
from tests.domain.test_sending import opted_in

pytestmark = pytest.mark.usefixtures("db")


def retried(message: Message, **changes: Any) -> Message:
    return repeating.retry(message.id, TOKEN, changes.get("at", NOON), POLICY)


def corrected(message: Message, body: str = "At ten, sorry") -> Message:
    return repeating.correct(message.id, body, TOKEN, NOON, POLICY)


def now_is(message: Message, status: str, **fields: Any) -> Message:
    """That text, in that state."""
    changed = messages.change({"_id": message.id}, NOON, fields={"status": status} | fields)
    assert changed
    return changed


def failed(**changes: Any) -> Message:
    """A program's text that did not arrive, to somebody who wrote."""
    received()
    match = {"_id": queued(**changes).id}
    given_up = messages.move(match, MessageStatus.FAILED, NOON, close=("dispatch", "dead"))
    assert given_up
    return given_up


def conflict(act: partial[Message]) -> Conflict:
    with pytest.raises(Conflict) as error:
        act()
    return error.value


def test_a_failed_text_is_tried_again_as_a_text_of_its_own() -> None:
    source = failed(tags=("vip",), media_urls=("https://m.example/1",))
    again = retried(source)
    assert (again.retry_of, again.body, again.purpose) == (source.id, source.body, "conversation")
    assert (again.tags, again.media_urls) == (["vip"], ["https://m.example/1"])
    assert (again.status, due(again, "dispatch"), due(again, "relay")) == ("queued", NOON, NOON)
    assert (again.thread_id, again.origin) == (source.thread_id, f"retry:{source.id}/1")
    assert fresh(source).status == "failed"


@pytest.mark.parametrize("status", ["failed", "undelivered", "refused", "canceled"])
def test_what_did_not_arrive_can_be_tried_again(status: str) -> None:
    assert retried(now_is(failed(), status)).status == "queued"


@pytest.mark.parametrize(
    "status", ["scheduled", "held", "queued", "sending", "sent", "delivered", "unknown"]
)
def test_what_arrived_or_may_arrive_is_not_tried_again(status: str) -> None:
    source = now_is(failed(), status)
    assert conflict(partial(retried, source)).code == "CONFLICT"
    assert Message.objects(direction="outbound").count() == 1


def test_while_nobody_knows_a_person_must_look_first() -> None:
    told = conflict(partial(retried, now_is(failed(), "unknown")))
    assert "not known" in told.message
    assert "Twilio's log" in (told.help or "")


def test_two_clicks_at_once_are_one_text() -> None:
    source = failed()
    made = race(*[partial(retried, source)] * 6)
    assert len({one.id for one in made}) == 1
    assert Message.objects(retry_of=source.id).count() == 1


def test_a_second_click_is_answered_with_the_first_try() -> None:
    source = failed()
    first = retried(source)
    assert retried(source, at=later(60)).id == first.id
    now_is(first, "delivered")
    assert retried(source, at=later(120)).id == first.id


def test_a_try_that_failed_too_is_followed_by_another() -> None:
    source = failed()
    first = now_is(retried(source), "failed")
    second = retried(source)
    assert (second.origin, second.retry_of) == (f"retry:{source.id}/2", source.id)
    assert second.id != first.id


def test_a_try_of_a_try_is_counted_with_the_others() -> None:
    source = failed()
    first = now_is(retried(source), "failed")
    second = retried(first)
    assert (second.origin, second.retry_of) == (f"retry:{source.id}/2", first.id)
    assert retried(source).id == second.id


def test_while_nobody_knows_of_the_last_try_there_is_no_other() -> None:
    source = failed()
    last = now_is(retried(source), "unknown")
    assert conflict(partial(retried, source)).conflict_id == str(last.id)


def test_tries_of_other_texts_do_not_count() -> None:
    one = failed()
    two = now_is(queued(), "failed")
    retried(one)
    assert retried(two).origin == f"retry:{two.id}/1"


def test_somebody_who_has_left_is_not_tried_again() -> None:
    source = failed()
    received("STOP")
    with pytest.raises(Refused) as refusal:
        retried(source)
    assert (refusal.value.code, refusal.value.conflict_id) == ("OPTED_OUT", None)
    assert Message.objects(direction="outbound").count() == 1


def test_a_stop_after_the_click_still_counts() -> None:
    again = retried(failed())
    received("STOP")
    assert fresh(again).status == "canceled"


def test_the_gate_is_asked_when_a_try_leaves() -> None:
    again = retried(failed())
    at = later(hours=25)
    assert dispatch.next_step(leased("dispatch", at), at, POLICY, TIMING) is None
    assert fresh(again).status == "refused"


def test_a_refusal_of_a_stranger_can_be_tried_again_once_they_agree() -> None:
    with pytest.raises(Refused) as refusal:
        queued()
    opted_in()
    again = repeating.retry(refusal.value.conflict_id, TOKEN, NOON, POLICY)
    assert (again.to, again.status) == (CUSTOMER, "queued")
    assert Thread.objects.get().contact_id == Contact.objects.get().id == again.contact_id


def test_a_refused_try_makes_nobody() -> None:
    with pytest.raises(Refused) as refusal:
        queued()
    with pytest.raises(Refused):
        repeating.retry(refusal.value.conflict_id, TOKEN, NOON, POLICY)
    assert (Message.objects.count(), Thread.objects.count(), Contact.objects.count()) == (1, 0, 0)


def test_a_text_whose_words_were_erased_is_not_tried_again() -> None:
    source = now_is(failed(), "failed", body="")
    with pytest.raises(InvalidInput):
        retried(source)
    assert Message.objects(retry_of=source.id).count() == 0


def test_an_agents_answer_can_be_tried_again_by_a_program() -> None:
    conversation()
    again = retried(now_is(answered("Hi there"), "failed"))
    assert (again.body, again.sent_by and again.sent_by.name) == ("Hi there", "CRM")


@pytest.mark.parametrize("act", [retried, corrected])
def test_only_texts_to_customers_can_be_repeated(act: Any) -> None:
    assert conflict(partial(act, received())).code == "CONFLICT"
    ours = now_is(failed(), "failed", purpose="auto_reply")
    assert conflict(partial(act, ours)).code == "CONFLICT"


@pytest.mark.parametrize("wrong", ["nonsense", "0" * 24, "x\0"])
def test_a_text_that_does_not_exist_is_not_found(wrong: str) -> None:
    with pytest.raises(NotFound):
        repeating.retry(wrong, TOKEN, NOON, POLICY)
    with pytest.raises(NotFound):
        repeating.correct(wrong, "At ten", TOKEN, NOON, POLICY)


def test_a_text_that_has_left_is_corrected_in_its_conversation() -> None:
    received()
    source = handed_over("At nine")
    reports.receive(callback("delivered", source.twilio_sid or ""), later(1))
    made = corrected(source)
    assert (made.correction_of, made.thread_id) == (source.id, source.thread_id)
    assert (made.body, made.status, due(made, "relay")) == ("At ten, sorry", "queued", NOON)
    assert (fresh(source).body, made.retry_of) == ("At nine", None)


def test_what_the_carrier_has_queued_has_left() -> None:
    received()
    assert corrected(handed_over()).status == "queued"


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("scheduled", "updateMessage"),
        ("held", "updateMessage"),
        ("queued", "updateMessage"),
        ("sending", "in a moment"),
        ("unknown", "Twilio's log"),
        ("failed", "new text"),
        ("canceled", "new text"),
    ],
)
def test_what_has_not_left_is_not_corrected(status: str, advice: str) -> None:
    told = conflict(partial(corrected, now_is(failed(), status)))
    assert told.code == "CONFLICT"
    assert advice in (told.help or "")


def test_the_same_correction_is_sent_once() -> None:
    received()
    source = handed_over()
    made = race(*[partial(corrected, source)] * 4)
    assert len({one.id for one in made}) == 1
    assert corrected(source, "At eleven").id != made[0].id


def test_a_correction_must_be_a_text() -> None:
    received()
    source = handed_over()
    for body in ("", " ", "x" * 1601, "a\0b"):
        with pytest.raises(InvalidInput):
            corrected(source, body)
    assert Message.objects(correction_of=source.id).count() == 0


def test_somebody_who_has_left_gets_no_correction() -> None:
    received()
    source = handed_over()
    received("STOP")
    with pytest.raises(Refused):
        corrected(source)
    assert Message.objects(correction_of=source.id).count() == 0


def test_a_correction_can_be_called_back_like_any_text() -> None:
    received()
    made = corrected(handed_over())
    assert outbound.cancel(made.id, NOON).status == "canceled"


def test_a_correction_leaves_with_its_own_words() -> None:
    received()
    corrected(handed_over())
    assert leaving().text.body == "At ten, sorry"
