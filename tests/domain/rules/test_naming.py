"""Channel names: readable, allowed, unlike one another, and no full number in them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.naming import MOST_TRIES, channel_name

PHONE = "+17605551234"
ALLOWED = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


def name(person: str, tries: int = 0, phone: str = PHONE) -> str:
    """The name that is tried."""
    return channel_name(person, phone, "6560a1", tries)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("Jane Doe", "sms-jane-doe-1234"),
        ("José Müller", "sms-jose-muller-1234"),
        ("O'Neil, Ann-Marie", "sms-o-neil-ann-marie-1234"),
        ("Studio 54", "sms-studio-54-1234"),
        ("漢字", "sms-1234"),
        ("", "sms-1234"),
    ],
)
def test_a_name_says_who_it_is(person: str, expected: str) -> None:
    assert name(person) == expected


@pytest.mark.parametrize(
    "person", [PHONE, "(760) 555-1234", "Bob 760-555-1234", "Bob +17605551234", "bob7605551234"]
)
def test_a_contact_that_is_called_a_number_does_not_show_it(person: str) -> None:
    assert "5551234" not in re.sub(r"\D", "", name(person).removesuffix("-1234"))
    assert not re.search(r"760.?555", name(person))


def test_names_that_are_taken_are_followed_by_numbers_then_by_letters() -> None:
    tried = [name("Jane", tries) for tries in range(MOST_TRIES)]
    assert tried[:3] == ["sms-jane-1234", "sms-jane-1234-2", "sms-jane-1234-3"]
    assert tried[8] == "sms-jane-1234-9"
    assert all(re.fullmatch(r"sms-jane-1234-[a-z]{4}", late) for late in tried[9:])
    assert len(set(tried)) == MOST_TRIES


def test_the_letters_are_the_same_after_a_crash_and_differ_between_conversations() -> None:
    assert name("Jane", 10) == name("Jane", 10)
    assert channel_name("Jane", PHONE, "other", 10) != name("Jane", 10)


@pytest.mark.parametrize(
    ("phone", "expected"), [("72345", "sms-2345"), ("ACME", "sms-acme"), ("!", "sms-text")]
)
def test_senders_that_are_no_numbers_have_names_too(phone: str, expected: str) -> None:
    assert name("", phone=phone) == expected


@given(st.text(max_size=120), st.text(max_size=40), st.integers(0, MOST_TRIES))
def test_every_name_is_one_that_the_chat_takes(person: str, phone: str, tries: int) -> None:
    assert ALLOWED.fullmatch(name(person, tries, phone))


@given(st.text(max_size=60), st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True))
def test_no_name_says_more_than_the_last_four_digits(person: str, phone: str) -> None:
    assert phone[2:] not in re.sub(r"\D", "", name(f"{person} {phone}", phone=phone))
