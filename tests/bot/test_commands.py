"""What is typed after `/sms`, read as a wish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import LONGEST, Verb, Wish, parse
from bot.views import help as helping
from domain.rules.phone import is_phone

JANE = "+17605550111"


@pytest.mark.parametrize("typed", ["", "  ", "\n", "\u200b"])
def test_no_words_ask_for_the_form(typed: str) -> None:
    assert parse(typed) == Wish(Verb.TEXT)


@pytest.mark.parametrize(
    ("typed", "verb", "words"),
    [
        ("search doe", Verb.SEARCH, "doe"),
        ("SEARCH  760 555", Verb.SEARCH, "760 555"),
        ("search", Verb.SEARCH, ""),
        ("schedule", Verb.SCHEDULE, ""),
        ("scheduled", Verb.SCHEDULE, ""),
        ("Templates", Verb.TEMPLATE, ""),
        ("help", Verb.HELP, ""),
        ("?", Verb.HELP, ""),
    ],
)
def test_a_verb_stands_first(typed: str, verb: Verb, words: str) -> None:
    assert parse(typed) == Wish(verb, words)


@pytest.mark.parametrize("typed", ["Jane", "jane@example.com", "Help Desk Inc", "schedule smith"])
def test_anything_else_is_somebody_to_be_found(typed: str) -> None:
    assert parse(typed) == Wish(Verb.FIND, typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("760-555-0111", ""),
        ("(760) 555-0111", ""),
        ("+1 760 555 0111", ""),
        ("7605550111 See you at 5", "See you at 5"),
        ("760 555 0111 5 pm works", "5 pm works"),
        ("+17605550111 Line one\nand two", "Line one\nand two"),
        ("<tel:+17605550111|760-555-0111> Hi &amp; bye", "Hi & bye"),
    ],
)
def test_a_number_may_be_followed_by_a_text(typed: str, words: str) -> None:
    assert parse(typed) == Wish(Verb.TEXT, words, JANE)


@pytest.mark.parametrize(
    ("typed", "words", "number"),
    [
        ("new Jane Doe 760-555-0111", "Jane Doe", JANE),
        ("contact (760) 555-0111 Jane Doe", "Jane Doe", JANE),
        ("new Jane Doe", "Jane Doe", None),
        ("new 760-555-0111", "", JANE),
        ("new", "", None),
    ],
)
def test_a_contact_has_a_name_and_a_number_in_any_order(
    typed: str, words: str, number: str | None
) -> None:
    assert parse(typed) == Wish(Verb(typed.split(maxsplit=1)[0]), words, number)


@pytest.mark.parametrize("typed", ["555", "123-456", "+1 760 555 0111 x12"])
def test_what_is_no_whole_number_is_looked_for(typed: str) -> None:
    wish = parse(typed)
    assert wish.verb is Verb.FIND or wish.words == "x12"


@given(st.text(max_size=300))
def test_whatever_is_typed_is_a_wish(typed: str) -> None:
    wish = parse(typed)
    assert wish.number is None or is_phone(wish.number)
    assert len(wish.words) <= LONGEST


def test_a_wall_of_digits_is_read_at_once() -> None:
    assert parse("1 " * 10_000).verb is Verb.FIND


def test_help_begins_with_the_reason_and_mentions_nobody() -> None:
    blocks = helping.blocks("Nobody is found under “<!channel>”.")
    assert "<!channel>" not in blocks[0]["text"]["text"]
    assert "/sms 760-555-1234 See you at 5" in blocks[1]["text"]["text"]
    assert len(helping.blocks()) == len(blocks) - 1
