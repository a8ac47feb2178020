"""What Twilio reports about our texts is placed in any order, or kept when it fits nothing."""

import pytest

from domain.model import Stray
from domain.rules.status import MessageStatus
from tests.adapters.twilio.hooks import Twilio, report
from tests.domain.build import fresh, handed_over, leaving, queued, received


def test_a_report_that_comes_before_our_own_record_brings_the_sid(twilio: Twilio) -> None:
    received()
    message = queued()
    leaving()
    answer = twilio.report(report("delivered", "SM7"), message.id)
    assert answer.status_code == 204
    assert (fresh(message).twilio_sid, fresh(message).status) == ("SM7", MessageStatus.DELIVERED)


def test_reports_in_the_wrong_order_leave_the_highest(twilio: Twilio) -> None:
    received()
    message = handed_over(sid="SM7")
    for word in ("delivered", "sent", "queued"):
        assert twilio.report(report(word, "SM7")).status_code == 204
    assert fresh(message).status == MessageStatus.DELIVERED


def test_a_report_of_failure_brings_its_code_and_advice(twilio: Twilio) -> None:
    received()
    message = handed_over(sid="SM7")
    twilio.report(report("undelivered", "SM7", ErrorCode="30006"))
    failed = fresh(message)
    assert (failed.status, failed.error_code) == (MessageStatus.UNDELIVERED, 30006)
    assert failed.error_message


@pytest.mark.parametrize("message", [None, "64b000000000000000000000", "not-an-id", "%00"])
def test_a_report_about_nothing_of_ours_is_kept(twilio: Twilio, message: str | None) -> None:
    answers = [twilio.report(report("sent", "SM404"), message) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {204}
    assert Stray.objects.get().raw["MessageSid"] == "SM404"


def test_a_report_about_a_customers_text_does_not_change_it(twilio: Twilio) -> None:
    message = received(sid="SM5")
    assert twilio.report(report("failed", "SM6"), message.id).status_code == 204
    assert fresh(message).status == MessageStatus.RECEIVED
    assert Stray.objects.count() == 1


def test_a_signed_report_without_a_sid_is_kept(twilio: Twilio) -> None:
    fields = report("sent", "SM1")
    del fields["MessageSid"]
    assert twilio.report(fields).status_code == 200
    assert Stray.objects.get().kind == "status"


def test_a_word_that_nobody_knows_is_written_down(twilio: Twilio) -> None:
    received()
    message = handed_over(sid="SM7")
    assert twilio.report(report("teleported", "SM7")).status_code == 204
    assert fresh(message).status == MessageStatus.QUEUED
    assert Stray.objects.get().raw["MessageStatus"] == "teleported"
