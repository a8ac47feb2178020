"""What we say by ourselves: short, plain, and nothing but what is to be known."""

import pytest

from domain.rules.consent.answers import PURPOSES, Answer, origin, worded
from domain.rules.segments import Encoding, measure

NAME = "Acme Realty"
CONTACTS = [None, "help@acme.example", "(760) 555-0100", "https://acme.example/help?a={b}"]
EVERY = [
    (answer, contact, language, left)
    for answer in Answer
    for contact in CONTACTS
    for language in ("en", "fr")
    for left in (False, True)
]


def test_every_answer_names_the_brand_and_costs_one_segment() -> None:
    """Row: §1.12"""
    for answer, contact, language, left in EVERY:
        said = worded(answer, NAME, contact, language, left=left)
        assert said.startswith(f"{NAME}: ")
        assert (measure(said).encoding, measure(said).segments) == (Encoding.GSM7, 1)


def test_no_answer_has_a_link_but_the_owners_contact() -> None:
    """Row: §1.4"""
    for answer, contact, language, left in EVERY:
        said = worded(answer, NAME, contact, language, left=left)
        assert "http" not in said.replace(contact or "\0", "")


@pytest.mark.parametrize("contact", CONTACTS[1:])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_help_and_the_confirmation_say_whom_to_ask(contact: str, language: str) -> None:
    """Row: §1.12"""
    assert contact in worded(Answer.HELP, NAME, contact, language)
    assert contact in worded(Answer.STOP, NAME, contact, language)


def test_the_confirmation_says_how_to_come_back() -> None:
    """Row: §5.2"""
    assert "START" in worded(Answer.STOP, NAME, None)
    assert "no more texts" in worded(Answer.STOP, NAME, None)


@pytest.mark.parametrize("answer", [Answer.JOIN, Answer.ASK])
def test_who_joins_reads_that_texts_recur_and_how_to_get_help_and_out(answer: Answer) -> None:
    """Row: §1.11"""
    said = worded(answer, NAME, None)
    assert all(word in said for word in ("recurring", "HELP", "STOP", "rates may apply"))


def test_help_tells_somebody_who_left_how_to_come_back_and_others_how_to_leave() -> None:
    assert "STOP" in worded(Answer.HELP, NAME, None)
    assert "STOP" not in worded(Answer.HELP, NAME, None, left=True)
    assert "START" in worded(Answer.HELP, NAME, None, left=True)


def test_no_answer_is_anything_that_others_may_send() -> None:
    assert set(PURPOSES) == set(Answer)
    assert {str(one) for one in PURPOSES.values()} == {"optout_confirmation", "help", "auto_reply"}


def test_an_answer_is_known_by_what_caused_it() -> None:
    assert origin(Answer.STOP, "SM1") == "stop:SM1"
    assert origin(Answer.ASK, "65f0") == "optin:65f0"
