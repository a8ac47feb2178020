"""What the carrier has on record is asked for and written down under the rules of its reports."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from domain.errors import Conflict, NotFound, Unavailable
from domain.model import Message, Number, Stray
from domain.rules.status import report
from domain.services import reports
from domain.services.programs import refreshing
from domain.values import CarriedText, Postponed, Rejected
from tests.domain.build import (
    BAD_NUMBER,
    CUSTOMER,
    STOP_ADVICE,
    callback,
    carried,
    due,
    fresh,
    handed_over,
    later,
    queued,
    race,
    received,
    statuses,
)

pytestmark = pytest.mark.usefixtures("db")
AT = later(60)


def told(word: str, **changes: Any) -> CarriedText:
    """The carrier's record, with that status."""
    meaning = report(word)
    known = (meaning.status, meaning.rank) if meaning else (None, None)
    status, rank = known
    return carried("Your keys are ready", word=word, status=status, rank=rank, **changes)


def refreshed(message: Message, record: refreshing.Told) -> Message:
    return refreshing.finish(refreshing.begin(message.id), record, AT)


@pytest.fixture
def sent() -> Message:
    """A text that the carrier has."""
    received()
    return handed_over(sid="SM1")


def test_the_question_is_about_the_carriers_id(sent: Message) -> None:
    assert refreshing.begin(sent.id) == refreshing.Question(sent.id, "SM1")


def test_the_status_follows_the_record(sent: Message) -> None:
    found = refreshed(sent, told("delivered"))
    assert (found.status, found.delivered_at) == ("delivered", AT)
    assert statuses(sent)[-1] == "delivered"
    assert due(found, "relay") == AT


def test_an_older_record_does_not_set_a_text_back(sent: Message) -> None:
    reports.receive(callback("delivered", "SM1"), later(1))
    assert refreshed(sent, told("sent")).status == "delivered"


def test_price_and_segments_are_written_down(sent: Message) -> None:
    record = told("sent", price=Decimal("0.0158"), price_unit="USD", segments=2)
    found = refreshed(sent, record)
    assert (found.price, found.price_unit, found.segments) == (Decimal("0.0158"), "USD", 2)


def test_an_error_that_no_callback_named_is_written_down(sent: Message) -> None:
    reports.receive(callback("undelivered", "SM1"), later(1))
    found = refreshed(sent, told("undelivered", error_code=30006, advice=BAD_NUMBER))
    assert (found.error_code, found.error_message) == (30006, BAD_NUMBER.sentence)
    assert due(found, "relay") == AT


def test_an_error_that_is_known_is_not_replaced(sent: Message) -> None:
    reports.receive(callback("failed", "SM1", error_code=30003), later(1))
    record = told("failed", error_code=30006, advice=BAD_NUMBER)
    assert refreshed(sent, record).error_code == 30003


def test_the_same_record_again_changes_nothing(sent: Message) -> None:
    record = told("delivered", price=Decimal("0.0079"), price_unit="USD", segments=1)
    first = refreshed(sent, record)
    assert refreshed(sent, record).to_mongo() == first.to_mongo()


def test_two_who_ask_at_once_change_it_once(sent: Message) -> None:
    record = told("accepted", price=Decimal("0.0079"), price_unit="USD")
    race(*[partial(refreshed, sent, record)] * 4)
    assert fresh(sent).rev == sent.rev + 1


def test_a_price_alone_is_nothing_to_show_in_the_chat(sent: Message) -> None:
    before = due(sent, "relay")
    found = refreshed(sent, told("accepted", price=Decimal("0.0079")))
    assert (found.rev, due(found, "relay")) == (sent.rev + 1, before)


def test_a_record_of_an_opt_out_is_believed(sent: Message) -> None:
    waiting = queued("More")
    refreshed(sent, told("failed", error_code=21610, advice=STOP_ADVICE))
    assert Number.objects.get(phone=CUSTOMER).blocked
    assert fresh(waiting).status == "canceled"


def test_a_word_that_nobody_knows_is_kept_and_changes_nothing(sent: Message) -> None:
    assert refreshed(sent, told("teleporting")).status == "queued"
    assert Stray.objects.count() == 1


def test_what_the_carrier_does_not_have_cannot_be_asked_for() -> None:
    received()
    message = queued()
    with pytest.raises(Conflict) as conflict:
        refreshing.begin(message.id)
    assert "does not have this text yet" in conflict.value.message
    Message.objects(id=message.id).update(set__status="unknown")
    with pytest.raises(Conflict, match="not known whether"):
        refreshing.begin(message.id)


def test_a_customers_text_has_no_status_there() -> None:
    with pytest.raises(Conflict):
        refreshing.begin(received().id)


def test_a_text_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound):
        refreshing.begin("nonsense")


@pytest.mark.parametrize(
    ("record", "code", "seconds"),
    [
        (Postponed("Twilio asks to slow down", 7.0, busy=True), "RATE_LIMITED", 7),
        (Postponed("Twilio asks to slow down", busy=True), "RATE_LIMITED", 5),
        (Postponed("Twilio could not be reached"), "UPSTREAM_ERROR", 30),
        (Rejected(20003, BAD_NUMBER), "UPSTREAM_ERROR", None),
        (None, "UPSTREAM_ERROR", None),
    ],
)
def test_without_an_answer_it_says_why_and_when_to_ask_again(
    sent: Message, record: refreshing.Told, code: str, seconds: float | None
) -> None:
    with pytest.raises(Unavailable) as problem:
        refreshed(sent, record)
    assert problem.value.code == code
    assert problem.value.retry_at == (None if seconds is None else later(60 + seconds))
    assert fresh(sent).rev == sent.rev
