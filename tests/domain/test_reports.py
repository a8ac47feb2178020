"""Status callbacks: in any order, twice, early, late, for nobody; the highest one counts."""

from dataclasses import replace
from functools import partial
from itertools import permutations
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.model import ConsentEvent, Contact, Message, Stray
from domain.rules.status import highest
from domain.services import dispatch, numbers, reports
from tests.clock import NOON
from tests.domain.build import (
    BAD_NUMBER,
    CUSTOMER,
    STOP_ADVICE,
    STRANGER,
    TIMING,
    accepted_as,
    callback,
    due,
    fresh,
    handed_over,
    later,
    leaving,
    new_sid,
    queued,
    race,
    received,
    statuses,
)
from tests.ledger import only

pytestmark = pytest.mark.usefixtures("db")
WORDS = [
    "accepted",
    "queued",
    "sending",
    "sent",
    "delivered",
    "undelivered",
    "failed",
    "read",
    "canceled",
    "scheduled",
    "partially_delivered",
]


@pytest.fixture
def message() -> Message:
    """A text that the carrier has accepted under SM1."""
    received()
    return handed_over(sid="SM1")


def report(word: str, sid: str = "SM1", seconds: float = 1, bad: bool = False) -> Message | None:
    """The carrier says how far it has come."""
    told = callback(word, sid)
    if bad:
        told = replace(told, error_code=30003, advice=BAD_NUMBER)
    return reports.receive(told, later(seconds))


def words(message: Message) -> list[str]:
    """The carrier's words in the history, in their order of arrival."""
    return [line.word for line in fresh(message).history if line.word]


@pytest.mark.parametrize("order", list(permutations(["queued", "sent", "delivered"])))
def test_three_callbacks_in_any_order_end_as_delivered(
    message: Message, order: tuple[str, ...]
) -> None:
    for word in order:
        report(word)
    assert fresh(message).status == "delivered"
    assert words(message) == ["accepted", *order]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), st.randoms())
def test_every_order_of_arrival_ends_the_same(told: list[str], chance: Random) -> None:
    ends = set()
    for _ in range(3):
        sid = new_sid()
        text = Message(origin=sid, direction="outbound", status="sending", from_="a", to="b")
        text.created_at = NOON
        text.save()
        shuffled = list(told)
        chance.shuffle(shuffled)
        for word in shuffled:
            reports.receive(callback(word, sid, text.id), NOON)
        ends.add((fresh(text).status, fresh(text).rank))
    best = highest(told)
    assert best
    assert ends == {(str(best.status), best.rank)}


def test_callbacks_at_once_end_as_the_highest(message: Message) -> None:
    told = ["queued", "sending", "sent", "delivered", "sent", "delivered"]
    race(*[partial(report, word) for word in told])
    assert fresh(message).status == "delivered"
    assert sorted(words(message)) == ["accepted", "delivered", "queued", "sending", "sent"]


def test_a_callback_twice_is_one_line_of_history(message: Message) -> None:
    report("sent")
    report("sent", seconds=2)
    assert words(message) == ["accepted", "sent"]


def test_every_line_of_history_keeps_its_time(message: Message) -> None:
    report("delivered", seconds=5)
    report("sent", seconds=6)
    assert [line.at for line in fresh(message).history][-2:] == [later(5), later(6)]


def test_a_lower_callback_is_history_only_and_not_shown(message: Message) -> None:
    report("delivered")
    Message.objects(id=message.id).update_one(unset__relay__due_at=True)
    report("sent", seconds=2)
    found = fresh(message)
    assert (found.status, due(message, "relay")) == ("delivered", None)


def test_a_higher_callback_asks_to_be_shown(message: Message) -> None:
    report("delivered", seconds=3)
    assert due(message, "relay") == later(3)
    assert fresh(message).delivered_at == later(3)


def test_read_is_delivered_with_its_time(message: Message) -> None:
    report("delivered", seconds=3)
    report("read", seconds=60)
    found = fresh(message)
    assert (found.status, found.read_at) == ("delivered", later(60))


def test_an_error_comes_with_its_sentence_and_next_step(message: Message) -> None:
    report("undelivered", bad=True)
    found = fresh(message)
    assert (found.status, found.error_code) == ("undelivered", 30003)
    assert (found.error_message, found.error_help) == (BAD_NUMBER.sentence, BAD_NUMBER.help)
    assert found.history[-1].error_code == 30003


@pytest.mark.parametrize("word", ["sent", "delivered", "undelivered", "failed"])
def test_an_error_is_never_wiped(message: Message, word: str) -> None:
    report("failed", bad=True)
    report(word, seconds=2)
    assert fresh(message).error_code == 30003


def test_a_callback_before_the_sid_is_known_finds_the_message_by_its_id() -> None:
    received()
    message = queued()
    send = leaving()
    told = reports.receive(callback("sent", "SM1", message.id), later(1))
    assert told
    assert (told.twilio_sid, told.status) == ("SM1", "sent")
    dispatch.record(send, accepted_as("SM1"), later(2), TIMING)
    assert (fresh(message).status, due(message, "dispatch")) == ("sent", None)


def test_a_callback_and_the_answer_of_the_call_at_once_are_one_sid() -> None:
    received()
    message = queued()
    send = leaving()
    race(
        lambda: reports.receive(callback("sent", "SM1", message.id), NOON) and None,
        lambda: dispatch.record(send, accepted_as("SM1"), NOON, TIMING),
    )
    assert (fresh(message).twilio_sid, fresh(message).status) == ("SM1", "sent")
    assert fresh(message).other_sids == []


def test_when_the_carrier_first_knew_it_is_kept() -> None:
    received()
    message = queued()
    leaving()
    reports.receive(callback("sent", "SM1", message.id), later(4))
    assert fresh(message).twilio_created_at == later(4)


def test_a_second_sid_of_the_same_message_is_kept_beside_the_first(message: Message) -> None:
    assert reports.receive(callback("sent", "SM2", message.id), later(1)) is None
    found = fresh(message)
    assert (found.twilio_sid, found.other_sids) == ("SM1", ["SM2"])
    assert found.status == "queued"


def test_a_second_sid_told_twice_is_kept_once(message: Message) -> None:
    for word in ("sent", "delivered", "sent"):
        reports.receive(callback(word, "SM2", message.id), later(1))
    assert fresh(message).other_sids == ["SM2"]
    assert Stray.objects.count() == 2


def test_a_callback_for_nobody_is_kept_once_per_word() -> None:
    assert report("sent", sid="SM9") is None
    assert report("sent", sid="SM9", seconds=60) is None
    stray = Stray.objects.get()
    assert (stray.kind, stray.raw, stray.created_at) == ("status", {"MessageSid": "SM9"}, later(1))


def test_callbacks_for_nobody_at_once_are_kept_once() -> None:
    race(*[partial(report, "sent", "SM9")] * 6)
    assert Stray.objects.count() == 1


@pytest.mark.parametrize("message_id", ["", "nonsense", "6560a1b2c3d4e5f60718293a", "{}"])
def test_an_id_that_is_not_ours_makes_it_a_stray(message_id: str) -> None:
    assert reports.receive(callback("sent", "SM9", message_id), NOON) is None
    assert Stray.objects.count() == 1


def test_a_callback_that_names_a_customers_text_is_a_stray() -> None:
    inbound = received(sid="SM1")
    assert report("failed", bad=True) is None
    assert reports.receive(callback("failed", "SM2", inbound.id), later(2)) is None
    assert (fresh(inbound).status, fresh(inbound).error_code) == ("received", None)
    assert Stray.objects.count() == 2


def test_a_callback_with_the_sid_of_another_message_goes_to_that_one(message: Message) -> None:
    other = queued("Another", key="2")
    reports.receive(callback("delivered", "SM1", other.id), later(1))
    assert (fresh(message).status, fresh(other).twilio_sid) == ("delivered", None)


def test_an_unknown_word_changes_nothing_and_is_kept(message: Message) -> None:
    report("pondering")
    assert (fresh(message).status, words(message)) == ("queued", ["accepted"])
    assert Stray.objects.get().origin == "status:SM1/pondering"


def test_an_unknown_word_that_comes_first_says_that_the_carrier_has_it() -> None:
    received()
    message = queued()
    leaving()
    reports.receive(callback("pondering", "SM1", message.id), later(1))
    assert (fresh(message).status, fresh(message).twilio_sid) == ("queued", "SM1")
    report("sent", seconds=2)
    assert fresh(message).status == "sent"


def test_a_callback_that_means_stop_is_an_opt_out(message: Message) -> None:
    waiting = queued("second", key="2")
    reports.receive(callback("failed", "SM1", error_code=21610, advice=STOP_ADVICE), later(1))
    assert numbers.state_of(CUSTOMER).blocked
    assert fresh(waiting).status == "canceled"
    assert only().origin == f"refused:{message.id}"


def test_what_waits_for_another_number_of_theirs_is_called_back_too(message: Message) -> None:
    """Row: §10.3 Row: §6"""
    Contact.objects(phones=CUSTOMER).update_one(add_to_set__phones=STRANGER)
    received(sender=STRANGER)
    waiting = queued("second", key="2", phone=STRANGER)
    reports.receive(callback("failed", "SM1", error_code=21610, advice=STOP_ADVICE), later(1))
    assert fresh(waiting).status == "canceled"
    assert "opted out" in str(fresh(waiting).error_message)


def test_a_callback_that_means_stop_told_twice_is_one_opt_out(message: Message) -> None:
    told = callback("failed", "SM1", error_code=21610, advice=STOP_ADVICE)
    race(*[partial(reports.receive, told, later(1))] * 3)
    assert ConsentEvent.objects.count() == 1


def test_an_old_callback_that_means_stop_does_not_undo_a_start(message: Message) -> None:
    told = callback("failed", "SM1", error_code=21610, advice=STOP_ADVICE)
    reports.receive(told, later(1))
    received("START", now=later(60))
    waiting = queued("second", later(70), key="2")
    reports.receive(told, later(90))
    assert not numbers.state_of(CUSTOMER).blocked
    assert fresh(waiting).status == "queued"


def test_a_callback_for_what_was_canceled_here_tells_the_truth() -> None:
    received()
    message = queued()
    Message.objects(id=message.id).update_one(set__status="canceled")
    reports.receive(callback("delivered", "SM1", message.id), later(1))
    assert fresh(message).status == "delivered"


def test_the_answer_of_a_call_counts_like_a_callback(message: Message) -> None:
    assert statuses(message) == ["queued", "sending", "queued"]
    assert dispatch.accepted(fresh(message), accepted_as("SM1", "sent"), later(1))
    assert fresh(message).status == "sent"


def test_a_second_answer_under_another_sid_is_not_believed(message: Message) -> None:
    assert not dispatch.accepted(fresh(message), accepted_as("SM2", "sent"), later(1))
    assert (fresh(message).status, fresh(message).other_sids) == ("queued", ["SM2"])
