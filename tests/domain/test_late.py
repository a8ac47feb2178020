"""A STOP or START that is found late takes the place that it had in time; in doubt the no wins."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count, islice, permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.model import ConsentEvent
from domain.rules.recovery import SURE
from domain.services import consent, inbound, numbers, threads
from domain.services.automation import answers, arbiter
from domain.services.consent import Statement, confirming, reading
from domain.services.ledger import states
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    fresh,
    later,
    new_sid,
    queued,
    race,
    received,
    text_in,
)

pytestmark = pytest.mark.usefixtures("db")
EARLIER, FOUND = later(hours=-5), later(hours=1)


def found(body: str, sent_at: datetime, now: datetime = FOUND, **changes: Any) -> str:
    """A text is taken in from the carrier's records; its sid."""
    text = text_in(body, sent_at=sent_at, **changes)
    inbound.receive(text, now, POLICY)
    return text.sid


def blocked() -> bool:
    return numbers.state_of(CUSTOMER).blocked


def test_a_stop_that_is_found_late_is_in_force_since_it_was_sent() -> None:
    received("Is it still available?")
    waiting = queued()
    found("STOP", EARLIER)
    number = numbers.state_of(CUSTOMER)
    assert (number.blocked, number.blocked_at) == (True, EARLIER)
    assert fresh(waiting).status == "canceled"


def test_an_older_stop_does_not_undo_a_start_that_we_know() -> None:
    received("START", NOON)
    waiting = queued()
    found("STOP", EARLIER)
    assert not blocked()
    assert numbers.state_of(CUSTOMER).consent_at == NOON
    assert fresh(waiting).status == "queued"
    actions = [one.action for one in reading.of_phone(CUSTOMER)]
    assert actions == ["opt_in", "opt_out", "opt_in"]


def test_an_older_start_does_not_undo_a_newer_stop() -> None:
    received("STOP", NOON)
    found("START", EARLIER)
    number = numbers.state_of(CUSTOMER)
    assert (number.blocked, number.blocked_at) == (True, NOON)


def test_a_newer_start_that_is_found_late_undoes_the_stop() -> None:
    received("STOP", EARLIER)
    found("START", NOON)
    assert not blocked()


@pytest.mark.parametrize("apart", [timedelta(0), SURE - timedelta(seconds=1)])
def test_what_cannot_be_told_apart_in_time_is_a_no(apart: timedelta) -> None:
    received("START", NOON)
    found("STOP", NOON - apart)
    assert blocked()


def test_a_claim_of_somebody_else_does_not_outweigh_a_stop_found_late() -> None:
    said = Statement("opt_in", "form", NOON, level="written", wording="I agree")
    consent.record("agreed", CUSTOMER, said, NOON)
    found("STOP", EARLIER)
    assert blocked()


def test_a_phrase_that_waits_for_a_decision_makes_the_older_stop_count() -> None:
    received("START", later(hours=-2))
    received("please stop texting me", NOON)
    found("STOP", EARLIER)
    assert blocked()


def test_a_late_start_decides_nothing_that_was_asked_since() -> None:
    received("please stop texting me", NOON)
    found("START", EARLIER)
    assert numbers.state_of(CUSTOMER).held


def test_a_yes_of_before_the_question_does_not_confirm() -> None:
    said = Statement("opt_in", "form", NOON, level="written", wording="I agree")
    asked = confirming.waiting(said, numbers.state_of(CUSTOMER), NOON)
    consent.record("asked", CUSTOMER, asked, NOON)
    found("YES", EARLIER)
    number = numbers.state_of(CUSTOMER)
    assert (number.level, number.pending) == ("none", "written")


def test_a_stop_by_whatsapp_found_late_leaves_a_newer_start_of_the_number_alone() -> None:
    received("START", NOON)
    found("STOP", EARLIER, sender=f"whatsapp:{CUSTOMER}")
    assert not blocked()
    assert numbers.state_of(f"whatsapp:{CUSTOMER}").blocked


@pytest.mark.parametrize("first", ["webhook", "records"])
def test_a_webhook_and_the_records_make_one_event(first: str) -> None:
    sid = new_sid()
    ways = [text_in("STOP", sid), text_in("STOP", sid, sent_at=EARLIER)]
    for text in ways if first == "webhook" else reversed(ways):
        inbound.receive(text, FOUND, POLICY)
    assert ConsentEvent.objects.count() == 1
    assert blocked()


def test_at_the_same_moment_they_make_one_event_too() -> None:
    received("START", NOON)
    texts = [text_in("STOP", "SM1", sent_at=EARLIER)] * 4
    race(*[lambda text=text: inbound.receive(text, FOUND, POLICY) for text in texts])
    actions = [one.action for one in reading.of_phone(CUSTOMER)]
    assert actions == ["opt_in", "opt_out", "opt_in"]


OURS_TO_ANSWER = replace(POLICY, consent=replace(POLICY.consent, confirms="threadline"))


@pytest.mark.parametrize("word", ["STOP", "HELP", "START"])
@pytest.mark.parametrize(("minutes", "answered"), [(4, True), (6, False)])
def test_a_keyword_that_comes_late_is_not_answered_as_if_it_were_new(
    word: str, minutes: int, answered: bool
) -> None:
    sent_at = FOUND - timedelta(minutes=minutes)
    text = received(word, FOUND, sent_at=sent_at, policy=OURS_TO_ANSWER)
    assert text.answer == word.lower()
    assert (answers.give(text, FOUND, OURS_TO_ANSWER) is not None) is answered


def test_no_rule_answers_a_text_of_hours_ago() -> None:
    text = received("Hours?", FOUND, sent_at=EARLIER)
    heard = arbiter.Heard(threads.get(text.thread_id), text.body, text.written_at)
    assert arbiter._barred(heard, None, FOUND, POLICY) == arbiter.LATE


told = st.lists(
    st.tuples(st.sampled_from(["STOP", "START"]), st.integers(0, 300)), min_size=1, max_size=4
)
phones = count(1000)


def _out(said: Sequence[tuple[str, int]]) -> bool:
    """The last STOP holds, unless a START was sent surely later."""
    stops = [at for word, at in said if word == "STOP"]
    starts = [at for word, at in said if word == "START"]
    return bool(stops) and not any(at >= max(stops) + SURE.total_seconds() for at in starts)


def _check(said: list[tuple[str, int]], most: int) -> None:
    for order in islice(permutations(said), most):
        phone = f"+1760555{next(phones)}"
        for word, seconds in order:
            at = NOON + timedelta(seconds=seconds)
            inbound.heed(text_in(word, sent_at=at, sender=phone), FOUND, POLICY)
        assert numbers.state_of(phone).blocked is _out(said), order


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=told)
def test_whoever_is_found_first_the_outcome_is_the_same(said: list[tuple[str, int]]) -> None:
    _check(said, 3)


@pytest.mark.long
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=told)
def test_in_many_orders_of_finding_the_outcome_is_the_same(said: list[tuple[str, int]]) -> None:
    _check(said, 12)


def test_the_ledger_alone_comes_to_the_same() -> None:
    received("START", NOON)
    found("STOP", EARLIER)
    found("START", later(hours=-6))
    assert not blocked()
    assert list(states.found(lambda _: None, mend=False)) == []
