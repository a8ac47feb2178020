"""Double opt-in: who agreed is asked once, and counts as agreed when they say so."""

from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest

from domain.errors import Conflict
from domain.model import Author, Message, Number
from domain.policy import ConsentPolicy, Policy
from domain.rules.status import MessageStatus
from domain.services import consent, dispatch, numbers
from domain.services.automation import answers, inviting
from domain.services.consent import Entry, Statement, asking, confirming, reading
from domain.services.desk import agreements
from domain.services.desk.agreements import Yes
from domain.services.dispatch.steps import Send
from domain.services.tables import importing
from tests.clock import NOON, FakeClock
from tests.domain.build import (
    CUSTOMER,
    OURS,
    TIMING,
    accepted_as,
    conversation,
    fresh,
    later,
    leased,
    new_sid,
    race,
    received,
)
from tests.domain.tables import csv, files, handed_in

pytestmark = pytest.mark.usefixtures("db")
DOUBLE = Policy(
    numbers=(OURS,),
    business_name="Acme Realty",
    consent=ConsentPolicy(double_opt_in=True, confirms="threadline"),
)
JOINING = replace(DOUBLE, consent=replace(DOUBLE.consent, join_wording="Text JOIN for listings."))
FORM = Statement(
    "opt_in",
    "form",
    NOON,
    level="written",
    wording="I agree to get texts.",
    wording_version="consent-1",
    ip="198.51.100.7",
    user_agent="Mozilla/5.0",
)


def agreed(said: Statement = FORM, now: datetime = NOON, origin: str = "form:1") -> Entry:
    """Somebody ticks the box."""
    return confirming.record(origin, CUSTOMER, said, now, DOUBLE)


def asked(now: datetime = NOON, policy: Policy = DOUBLE) -> Message | None:
    """Whoever is to be asked first is asked; None when nobody is."""
    number = asking.claim(now, TIMING.lease)
    return inviting.ask(number, now, policy) if number else None


def leave(now: datetime) -> str | None:
    """The next text of the conversation leaves: its words; None when none may."""
    step = dispatch.next_step(leased("dispatch", now), now, DOUBLE, TIMING)
    if not isinstance(step, Send):
        return None
    dispatch.record(step, accepted_as(new_sid()), now, TIMING)
    return step.text.body


def said(body: str, now: datetime, policy: Policy = DOUBLE) -> Message | None:
    """The customer writes, and gets our answer if we owe one."""
    return answers.give(received(body, now, policy=policy), now, policy)


def number() -> Number:
    """The customer's number."""
    return numbers.state_of(CUSTOMER)


def test_an_agreement_waits_and_is_no_consent_meanwhile() -> None:
    assert agreed().action == "pending"
    assert (number().pending, number().level, number().opted_in) == ("written", "none", False)


def test_the_request_says_who_asks_how_to_agree_and_how_to_leave() -> None:
    """Row: §1.11"""
    entry = agreed()
    made = asked()
    assert made is not None
    assert (made.origin, made.purpose) == (f"optin:{entry.id}", "auto_reply")
    assert leave(NOON) == made.body
    for part in ("Acme Realty", "Reply YES", "STOP", "HELP", "recurring"):
        assert part in made.body


@pytest.mark.parametrize("word", ["YES", "Yes!", "START", "JOIN"])
def test_who_says_yes_has_agreed_with_the_proof_of_then(word: str) -> None:
    agreed()
    asked()
    leave(NOON)
    welcome = said(word, later(60))
    assert (number().level, number().pending, number().opted_in) == ("written", None, True)
    event = reading.latest(CUSTOMER, "confirmed")
    assert event is not None
    assert (event.wording, event.ip, event.user_agent) == (FORM.wording, FORM.ip, FORM.user_agent)
    assert (event.method, event.at, bool(event.message_sid)) == ("keyword", later(60), True)
    assert welcome is not None
    assert "recurring" in welcome.body
    assert leave(later(60)) == welcome.body


def test_who_says_yes_to_twilios_question_is_still_told_what_they_will_get() -> None:
    """Row: §1.11"""
    agreed()
    twilio = replace(DOUBLE, consent=replace(DOUBLE.consent, confirms="twilio"))
    assert said("YES", later(60), twilio) is not None


def test_who_says_stop_is_not_asked_any_more() -> None:
    agreed()
    asked()
    leave(NOON)
    said("STOP", later(60))
    assert (number().pending, number().blocked) == (None, True)
    said("YES", later(120))
    assert (number().level, number().blocked) == ("express", False)


def test_who_says_stop_before_the_request_left_does_not_get_it() -> None:
    agreed()
    made = asked()
    said("STOP", later(1))
    assert made is not None
    assert "no more texts" in str(leave(later(2)))
    assert fresh(made).status == MessageStatus.CANCELED


def test_after_a_month_nothing_waits_any_more() -> None:
    agreed()
    asked()
    assert said("YES", later(days=30, seconds=1)) is None
    assert (number().level, number().opted_in) == ("none", False)
    agreed(replace(FORM, at=later(days=31)), later(days=31), "form:2")
    assert asked(later(days=31)) is not None


def test_a_yes_that_nobody_asked_for_says_nothing() -> None:
    assert said("YES", NOON) is None
    assert number().level == "none"


def test_at_night_the_request_waits_for_the_morning() -> None:
    """Row: §1.1"""
    night = later(hours=14)
    agreed(now=night)
    made = asked(night)
    assert made is not None
    assert made.status == MessageStatus.SCHEDULED
    assert made.send_at is not None
    assert made.send_at > night
    assert leave(made.send_at) == made.body


def test_nobody_is_asked_twice_whoever_is_killed_when() -> None:
    agreed()
    claimed = asking.claim(NOON, TIMING.lease)
    assert claimed is not None
    race(*[partial(inviting.ask, claimed, NOON, DOUBLE)] * 4)
    again = asking.claim(later(days=1), TIMING.lease)
    assert again is None
    assert Message.objects(direction="outbound").count() == 1


def test_a_worker_that_died_before_it_asked_is_followed_by_another() -> None:
    agreed()
    assert asking.claim(NOON, TIMING.lease)
    assert asked(later(1)) is None
    assert asking.earliest() == NOON + TIMING.lease
    assert asked(NOON + TIMING.lease) is not None


def test_who_sends_the_form_again_is_not_asked_again() -> None:
    agreed()
    first = asked()
    agreed(replace(FORM, at=later(60)), later(60), "form:2")
    assert asked(later(60)) is None
    assert asking.earliest() is None
    assert first


def test_the_same_form_twice_is_one_agreement() -> None:
    one, two = agreed(), agreed(now=later(5))
    assert one.id == two.id


def test_what_adds_nothing_needs_no_confirmation() -> None:
    consent.record("form:0", CUSTOMER, replace(FORM, at=NOON), NOON)
    assert agreed(replace(FORM, level="express")).action == "opt_in"


def test_what_was_agreed_to_before_counts_meanwhile() -> None:
    consent.record("form:0", CUSTOMER, replace(FORM, level="express"), NOON)
    assert agreed().action == "pending"
    assert (number().level, number().opted_in) == ("express", True)


def test_who_has_left_comes_back_by_their_own_text_alone() -> None:
    received("STOP", policy=DOUBLE)
    with pytest.raises(Conflict) as refusal:
        agreed(now=later(60))
    assert (refusal.value.code, refusal.value.help) == (
        "OPTED_OUT",
        "They can text START to opt in again.",
    )
    assert asking.earliest() is None


def test_without_the_setting_an_agreement_counts_at_once() -> None:
    plain = Policy(numbers=(OURS,))
    assert confirming.record("form:1", CUSTOMER, FORM, NOON, plain).action == "opt_in"
    assert number().level == "written"


def test_who_joins_is_asked_as_well() -> None:
    received("JOIN", policy=JOINING)
    assert (number().pending, number().level) == ("written", "none")
    request = asked(policy=JOINING)
    assert request is not None
    assert "Reply YES" in request.body


def test_what_was_agreed_to_long_ago_waits_from_now_on() -> None:
    entry = agreed(replace(FORM, at=later(days=-90)))
    assert (entry.at, number().pending_at) == (NOON, NOON)
    assert "Agreed at 2025-12-04" in str(entry.note)


def test_without_a_sender_the_request_waits() -> None:
    agreed()
    assert asked(policy=replace(DOUBLE, numbers=())) is None
    assert asking.earliest() == later(minutes=10)


def test_a_request_makes_no_place_of_its_own_but_uses_one_that_is_there() -> None:
    agreed()
    quiet = asked()
    assert quiet is not None
    assert quiet.quiet
    Message.objects.delete()
    conversation()
    agreed(replace(FORM, at=later(days=2)), later(days=2), "form:2")
    loud = asked(later(days=2))
    assert loud is not None
    assert not loud.quiet


def test_who_is_imported_is_asked_once_however_often_the_list_comes() -> None:
    """Row: §10.4"""
    stopped = "+17605550190"
    received("STOP", sender=stopped, policy=DOUBLE)
    row = {"firstName": "Jane", "smsOptIn": "yes", "consentWording": "I agree."}
    for day in (0, 1):
        people = csv(*({"phone": phone} | row for phone in (CUSTOMER, stopped)))
        made, clock = handed_in(people, now=later(days=day)), FakeClock(later(days=day))
        held = importing.claim(clock.now(), made.id)
        assert held
        importing.work(held, files(), clock, DOUBLE)
    assert (number().pending, number().opted_in) == ("express", False)
    assert numbers.state_of(stopped).pending is None
    assert [one.action for one in reading.of_phone(CUSTOMER)] == ["pending"]
    assert asked(later(days=1)) is not None
    assert asked(later(days=1)) is None


@pytest.mark.parametrize(
    ("level", "word", "still"),
    [("express", "YES", True), ("express", "START", False), ("written", "YES", False)],
)
def test_a_no_to_advertising_is_undone_by_what_was_asked_or_by_their_own_start(
    level: str, word: str, still: bool
) -> None:
    """Row: §6"""
    no = Statement("opt_out", "email", NOON, level="none", scope="program")
    consent.record("api:1", CUSTOMER, no, NOON)
    agreed(replace(FORM, level=level, at=later(1)), later(1))
    assert number().declined
    said(word, later(60))
    assert (number().declined, number().level, number().pending) == (still, level, None)


def test_what_an_agent_ticks_is_to_be_confirmed_too_and_lifts_no_block() -> None:
    ticked = Yes(level="express", way="in person", evidence="https://acme.example/form.pdf")
    ann = Author(kind="agent", key="U1", name="Ann")
    agreements.agree("slack:1", CUSTOMER, ticked, ann, NOON, DOUBLE)
    assert number().pending == "express"
    received("STOP", later(60), policy=DOUBLE)
    seen = agreements.known(CUSTOMER, DOUBLE).blocks
    with pytest.raises(Conflict) as refusal:
        agreements.lift("slack:2", CUSTOMER, ticked, ann, later(90), seen, DOUBLE)
    assert "START" in str(refusal.value.help)
    assert number().blocked
