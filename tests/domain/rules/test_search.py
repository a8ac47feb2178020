"""A contact is found by any part of the number and by the beginning of any word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.search import LONGEST_WORD, MOST_TERMS, terms, wanted

JANE = terms(["Jane", "O'Neil-Smith", "Jane.Doe@Example.com"], ["+17605551234"])
digits = st.text("0123456789", min_size=7, max_size=14)
names = st.text("abcdefghijklmnopqrstuvwxyzÄéßñøŁЖя漢ABCXYZ", min_size=1, max_size=LONGEST_WORD)


def found(query: str, among: list[str]) -> bool:
    """Whether somebody with these terms is found: all that is wanted must be there."""
    asked = wanted(query)
    return bool(asked) and set(asked) <= set(among)


@pytest.mark.parametrize(
    "query",
    ["760", "5551234", "234", "17605551234", "+1 (760) 555-1234", "760.555.1234", "7605551234"],
)
def test_any_part_of_the_number_finds_it(query: str) -> None:
    assert found(query, JANE)


@pytest.mark.parametrize("query", ["j", "JANE", "neil", "smi", "o", "exam", "doe", "jane exa"])
def test_the_beginning_of_any_word_finds_it(query: str) -> None:
    assert found(query, JANE)


@pytest.mark.parametrize("query", ["ane", "mith", "761", "76", "jane bob", "12345678", "7 6"])
def test_what_is_not_there_is_not_found(query: str) -> None:
    assert not found(query, JANE)


@pytest.mark.parametrize("query", ["", "  ", "-", "()", "…"])
def test_a_query_of_nothing_asks_for_nothing(query: str) -> None:
    assert wanted(query) == []


def test_a_name_and_a_part_of_the_number_together_find_both() -> None:
    assert found("jane 1234", JANE)
    assert not found("jane 9999", JANE)


def test_accents_and_width_do_not_matter() -> None:
    assert found("jose", terms(["José"], []))
    assert found("JOSÉ", terms(["jose"], []))
    assert found("７６０", JANE)


def test_what_is_missing_of_a_contact_is_no_word() -> None:
    assert terms([None, "", "Bo"], []) == ["b", "bo"]


def test_a_very_long_word_is_found_by_all_of_it() -> None:
    word = "x" * 100
    assert found(word, terms([word], []))
    assert max(len(term) for term in terms([word], [])) == LONGEST_WORD


def test_terms_are_few_whatever_somebody_is_called() -> None:
    many = " ".join(f"{chr(97 + n % 26)}{n}somebody" for n in range(200))
    assert len(terms([many], ["+17605551234"])) <= MOST_TERMS


@given(digits, st.data())
def test_every_run_of_three_or_more_digits_of_the_number_finds_it(
    number: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(number) - 3))
    end = data.draw(st.integers(start + 3, len(number)))
    assert found(number[start:end], terms(["Jane"], [f"+{number}"]))


@given(st.lists(names, min_size=1, max_size=4), st.data())
def test_every_beginning_of_every_word_finds_it(words: list[str], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(words))
    end = data.draw(st.integers(1, len(word)))
    assert found(word[:end], terms([" ".join(words)], []))


@given(st.text(max_size=30), st.text(max_size=10))
def test_whoever_has_a_letter_in_their_name_is_found_by_all_of_it(before: str, after: str) -> None:
    name = f"{before}a{after}"
    assert found(name, terms([name], []))


@pytest.mark.parametrize("name", ["555-0142", "24/7 365"])
def test_a_name_without_letters_is_taken_for_a_number(name: str) -> None:
    assert wanted(name) == ["".join(filter(str.isdigit, name))]


@given(st.text(max_size=60))
def test_anything_can_be_asked_for(query: str) -> None:
    assert all(0 < len(word) <= 60 for word in wanted(query))
