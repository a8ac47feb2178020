"""Advertising waits until somebody has said that the number is still theirs."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain import outbox
from domain.model import Chore, ConsentEvent, Message
from domain.policy import ConsentPolicy
from domain.services import consent, dispatch, messages, numbers
from domain.services.consent import Statement
from domain.services.dispatch import Send, Step, Verify, verifying
from domain.services.dispatch.verifying import DATA_SINCE, DECLINED_FOR, FRESH
from domain.values import Declined, Holder, Postponed
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    TIMING,
    due,
    fresh,
    later,
    leased,
    queued,
    received,
    statuses,
)

pytestmark = pytest.mark.usefixtures("db")
ASKING = replace(POLICY, consent=ConsentPolicy(verify=True))
LONG_AGO = NOON - timedelta(days=60)
OFFER = "Twenty percent off today. Reply STOP to opt out."


def agreed(at: datetime = LONG_AGO, phone: str = CUSTOMER) -> None:
    said = Statement("opt_in", "form", at, level="written", ip="203.0.113.7", wording="Yes")
    consent.record(f"agreed:{phone}/{at}", phone, said, at)


def offer(purpose: str = "marketing", **changes: Any) -> Message:
    return queued(OFFER, purpose=purpose, **changes)


def step(now: datetime = NOON, policy: Any = ASKING) -> Step | None:
    claim = leased("dispatch", now)
    found = dispatch.next_step(claim, now, policy, TIMING)
    outbox.release(claim)
    return found


def asked(now: datetime = NOON) -> Verify:
    found = step(now)
    assert isinstance(found, Verify)
    return found


def test_without_the_setting_nobody_is_asked() -> None:
    agreed()
    offer()
    assert isinstance(step(policy=POLICY), Send)


def test_a_number_not_heard_of_for_a_month_is_asked_about() -> None:
    """Row: §1.10"""
    agreed()
    text = offer()
    assert asked() == Verify(str(text.id), CUSTOMER, LONG_AGO.date())
    assert fresh(text).status == "queued"


@pytest.mark.parametrize(("days", "asks"), [(30, False), (30.1, True)])
def test_a_recent_agreement_is_enough(days: float, asks: bool) -> None:
    agreed(NOON - timedelta(days=days))
    offer()
    assert isinstance(step(), Verify) is asks
    assert timedelta(days=30) == FRESH


def test_a_text_from_the_number_is_as_good_as_a_yes() -> None:
    """Row: §8.2"""
    agreed()
    received(now=NOON - timedelta(days=29))
    offer()
    assert isinstance(step(), Send)


def test_the_day_that_is_asked_about_is_the_latest_on_which_we_knew() -> None:
    agreed()
    received(now=NOON - timedelta(days=40))
    offer()
    assert asked().since == (NOON - timedelta(days=40)).date()


def test_only_advertising_is_asked_about() -> None:
    agreed()
    offer("informational")
    assert isinstance(step(), Send)


def test_what_the_gate_refuses_costs_no_question() -> None:
    agreed()
    offer()
    no = Statement("opt_out", "agent", NOON, level="none")
    consent.record("no", CUSTOMER, no, NOON)
    assert step() is None


def test_still_theirs_is_recorded_and_the_text_leaves() -> None:
    """Row: §1.10"""
    agreed()
    text = offer()
    verifying.record(asked(), Holder.SAME, NOON, ASKING)
    assert numbers.state_of(CUSTOMER).verified_at == NOON
    assert isinstance(step(), Send)
    assert fresh(text).status == "sending"


def test_an_answer_is_good_for_a_month() -> None:
    agreed()
    offer()
    verifying.record(asked(), Holder.SAME, NOON, ASKING)
    assert isinstance(step(later(days=31)), Verify)


def test_somebody_elses_number_ends_the_agreement_and_refuses_the_text() -> None:
    """Row: §8.2"""
    agreed()
    text = offer()
    verifying.record(asked(), Holder.OTHER, NOON, ASKING)
    number = numbers.state_of(CUSTOMER)
    assert (number.level, number.voided_at) == ("none", NOON)
    stored = fresh(text)
    assert stored.decision
    assert (stored.status, stored.decision.code) == ("refused", "OPT_IN_REQUIRED")
    assert "consent" in (stored.error_help or "")
    assert [one.action for one in ConsentEvent.objects.order_by("recorded_at")][-1] == "voided"


@pytest.mark.parametrize(
    ("at", "status"),
    [(datetime(2021, 1, 26, 12, tzinfo=NOON.tzinfo), "refused"), (LONG_AGO, "queued")],
)
def test_no_data_counts_as_a_new_owner_only_of_times_before_there_was_any(
    at: datetime, status: str
) -> None:
    """Row: §8.2"""
    agreed(at)
    text = offer()
    verifying.record(asked(), Holder.UNKNOWN, NOON, ASKING)
    assert fresh(text).status == status
    assert (numbers.state_of(CUSTOMER).level == "none") is (at.date() < DATA_SINCE)
    assert date(2021, 1, 27) == DATA_SINCE


def test_who_wrote_while_the_carrier_was_asked_keeps_their_word() -> None:
    agreed()
    text = offer()
    question = asked()
    received(now=later(1))
    verifying.record(question, Holder.OTHER, later(2), ASKING)
    assert numbers.state_of(CUSTOMER).level == "written"
    assert fresh(text).status == "queued"


def test_an_answer_that_does_not_come_puts_the_text_off_and_nobody_else() -> None:
    agreed()
    text, news = offer(), queued("Your keys are ready", purpose="informational")
    verifying.postponed(asked(), Postponed("busy", 30), NOON, TIMING)
    assert (fresh(text).status, due(text, "dispatch")) == ("scheduled", later(30))
    found = step()
    assert isinstance(found, Send)
    assert found.text.message_id == str(news.id)
    assert isinstance(step(later(30)), Verify)


def test_tries_are_no_news() -> None:
    agreed()
    text = offer()
    verifying.postponed(asked(), Postponed("busy", 30), NOON, TIMING)
    verifying.postponed(asked(later(30)), Postponed("busy", 30), later(30), TIMING)
    assert statuses(text) == ["queued", "scheduled"]
    slot = fresh(text).dispatch
    assert slot
    assert slot.attempts == 2


def test_after_a_day_it_is_given_up_in_words() -> None:
    agreed()
    text = offer()
    verifying.postponed(asked(), Postponed("busy"), later(hours=25), TIMING)
    stored = fresh(text)
    assert (stored.status, stored.error_message) == ("failed", verifying.GAVE_UP)
    assert due(text, "dispatch") is None


def test_a_refusal_of_the_carriers_is_seen_until_it_answers() -> None:
    agreed()
    text = offer()
    verifying.postponed(asked(), Declined("HTTP 403"), NOON, TIMING)
    assert Chore.objects.get().trouble == "HTTP 403"
    assert due(text, "dispatch") == NOON + DECLINED_FOR
    verifying.record(asked(NOON + DECLINED_FOR), Holder.SAME, NOON + DECLINED_FOR, ASKING)
    assert Chore.objects.get().trouble is None


def test_a_number_that_the_carrier_does_not_know_gets_nothing() -> None:
    agreed()
    text = offer()
    verifying.postponed(asked(), Declined("HTTP 404", missing=True), NOON, TIMING)
    assert (fresh(text).status, Chore.objects.count()) == ("refused", 0)


def test_what_was_called_back_meanwhile_stays_so() -> None:
    agreed()
    text = offer()
    question = asked()
    messages.cancel_for(CUSTOMER, NOON, "Called back.")
    verifying.postponed(question, Postponed("busy"), NOON, TIMING)
    verifying.record(question, Holder.OTHER, NOON, ASKING)
    assert fresh(text).status == "canceled"
