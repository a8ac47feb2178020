"""People come in by a word, back by another, and are known again when they were forgotten."""

from dataclasses import replace
from typing import Any

import pytest

from domain.model import Message
from domain.policy import ConsentPolicy, Policy
from domain.services import gate, inbound, numbers
from domain.services.automation import answers
from domain.services.consent import reading
from tests.clock import NOON
from tests.domain.build import CUSTOMER, OURS, due, later, received, text_in

pytestmark = pytest.mark.usefixtures("db")
TOLL_FREE, BERLIN = "+18005550100", "+491701234567"
PLAIN = Policy(
    numbers=(OURS, TOLL_FREE),
    business_name="Acme Realty",
    consent=ConsentPolicy(
        join_words=("JOIN", "Homes"),
        stop_words={"DE": ("Stopp",)},
        start_words={"DE": ("Weiter",)},
        help_words={"DE": ("Hilfe",)},
    ),
)
WRITTEN = replace(PLAIN, consent=replace(PLAIN.consent, join_wording="Text JOIN for offers."))


def answer_to(body: str, policy: Policy = PLAIN, **changes: Any) -> Message | None:
    """What a customer's text is answered with."""
    now = changes.pop("now", NOON)
    return answers.give(received(body, now, policy=policy, **changes), now, policy)


def state(phone: str = CUSTOMER) -> tuple[bool, str]:
    """Whether that number is blocked, and what was agreed to."""
    number = numbers.state_of(phone)
    return number.blocked, number.level


@pytest.mark.parametrize("word", ["JOIN", "join!", "homes"])
def test_who_joins_has_agreed_and_reads_what_they_will_get(word: str) -> None:
    """Row: §1.11"""
    made = answer_to(word, sid="SM1")
    assert state() == (False, "express")
    assert made is not None
    assert (made.origin, made.purpose) == ("join:SM1", "auto_reply")
    assert "recurring" in made.body
    assert made.decision
    assert made.decision.allowed


def test_who_joins_below_a_wording_has_agreed_to_it_in_writing() -> None:
    """Row: §1.7 Row: §7.1"""
    answer_to("JOIN", WRITTEN)
    assert state() == (False, "written")
    event = reading.latest(CUSTOMER, "opt_in")
    assert event is not None
    assert (event.wording, event.method) == ("Text JOIN for offers.", "keyword")


def test_joining_twice_is_answered_once() -> None:
    assert answer_to("JOIN") is not None
    assert answer_to("JOIN", now=later(60)) is None


def test_who_has_left_may_join_again() -> None:
    """Row: §6"""
    answer_to("STOP")
    answer_to("JOIN", WRITTEN, now=later(60))
    assert state() == (False, "written")


def test_where_yes_is_confirmed_joining_again_brings_back_what_was_and_no_more() -> None:
    double = replace(WRITTEN, consent=replace(WRITTEN.consent, double_opt_in=True))
    answer_to("STOP", double)
    answer_to("JOIN", double, now=later(60))
    assert state() == (False, "express")
    assert numbers.state_of(CUSTOMER).pending is None


@pytest.mark.parametrize(("to", "lifted"), [(OURS, True), (TOLL_FREE, False)])
def test_yes_lifts_a_block_but_not_that_of_a_toll_free_number(to: str, lifted: bool) -> None:
    """Row: §4.3 Row: §4.6"""
    answer_to("STOP", recipient=to)
    answer_to("YES", now=later(60), recipient=to)
    assert state()[0] is not lifted
    answer_to("START", now=later(120), recipient=to)
    assert not state()[0]


def test_yes_is_an_ordinary_answer_of_somebody_who_never_left() -> None:
    """Row: §4.3"""
    assert answer_to("YES") is None
    assert state() == (False, "none")
    assert reading.of_phone(CUSTOMER) == []


def test_a_yes_that_comes_again_after_a_stop_lifts_nothing() -> None:
    yes = text_in("YES", sid="SM1")
    inbound.receive(yes, NOON, PLAIN)
    received("STOP", later(60), policy=PLAIN)
    inbound.receive(yes, later(90), PLAIN)
    assert state()[0]


@pytest.mark.parametrize(("body", "kind"), [("Stopp", "stop:"), ("HILFE", "help:")])
def test_the_owners_words_are_answered_by_us(body: str, kind: str) -> None:
    """Row: §4.5 Row: §5.2"""
    made = answer_to(body, sender=BERLIN)
    assert made is not None
    assert made.origin.startswith(kind)
    assert answer_to(body) is None


def test_the_owners_words_bring_back_too() -> None:
    """Row: §4.5"""
    answer_to("Stopp", sender=BERLIN)
    assert state(BERLIN)[0]
    answer_to("weiter", sender=BERLIN, now=later(60))
    assert not state(BERLIN)[0]


@pytest.mark.parametrize(
    ("body", "marked", "blocked"),
    [
        ("STOP", None, True),
        ("Adieu", "STOP", True),
        ("START", "STOP", True),
        ("STOP", "START", True),
    ],
)
def test_either_signal_suffices_and_a_no_counts(
    body: str, marked: str | None, blocked: bool
) -> None:
    """Row: §4.10"""
    received(body, opt_out_type=marked, policy=PLAIN, sid="SM1")
    inbound.receive(text_in(body, sid="SM1", opt_out_type=marked), later(5), PLAIN)
    assert state()[0] is blocked
    assert len(reading.of_phone(CUSTOMER)) == 1


def test_a_stop_means_everything_to_all_our_numbers() -> None:
    """Row: §1.5 Row: §6"""
    received("STOP", policy=PLAIN)
    (event,) = reading.of_phone(CUSTOMER)
    assert event.scope == "all"
    for sender in PLAIN.numbers:
        verdict = gate.ask(CUSTOMER, sender, None, "informational", None, later(1), PLAIN)
        assert verdict.code == "OPTED_OUT"


@pytest.mark.parametrize("word", ["STOP", "START", "HELP", "JOIN"])
def test_agents_see_keywords_like_any_text_and_no_rule_of_theirs_comes_first(word: str) -> None:
    """Row: §4.7"""
    text = received(word, policy=PLAIN)
    assert due(text, "relay") == NOON
    assert state()[0] is (word == "STOP")
