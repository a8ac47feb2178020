"""Templates: what braces mean, and that values are never read as words of the template."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.rendering import (
    Malformed,
    Missing,
    named,
    parse,
    render,
    variables,
    worst,
)
from domain.rules.segments import Encoding, measure

plain = st.text(max_size=60).filter(lambda text: not set("{}") & set(text))
names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


@pytest.mark.parametrize(
    ("body", "values", "text"),
    [
        ("Hi {first_name}!", {"first_name": "Jane"}, "Hi Jane!"),
        ("Hi {first_name|there}!", {}, "Hi there!"),
        ("Hi {first_name|there}!", {"first_name": "  "}, "Hi there!"),
        ("Hi {First Name|there}!", {"first-name": "Jane"}, "Hi Jane!"),
        ("Hi{name|}", {}, "Hi"),
        ("{{first_name}} is a name", {}, "{first_name} is a name"),
        ("{a} {a}", {"a": "{b|c}"}, "{b|c} {b|c}"),
    ],
)
def test_variables_are_filled_in(body: str, values: dict[str, str], text: str) -> None:
    assert render(body, values) == text


@pytest.mark.parametrize(
    "body", ["{", "}", "{}", "{ }", "a { b", "{a|b", "{1a}", "{a.b}", "{a{b}}"]
)
def test_what_is_no_template_says_what_to_write(body: str) -> None:
    with pytest.raises(Malformed, match=r"brace|name of a variable"):
        parse(body)


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(Missing) as raised:
        render("{a} {b|x} {c} {a}", {})
    assert raised.value.names == ("a", "c")


def test_variables_are_listed_once_in_their_order() -> None:
    assert variables("{b} {a|x} {B}") == ("b", "a")


@given(plain)
def test_words_without_braces_stay_as_they_are(text: str) -> None:
    assert render(text, {}) == text
    assert worst(text) == measure(text)


@given(plain, names, plain, st.text(min_size=1, max_size=20).filter(str.strip))
def test_a_value_stands_where_its_name_stood(before: str, name: str, after: str, own: str) -> None:
    assert render(f"{before}{{{name}}}{after}", {name: own}) == f"{before}{own}{after}"


@given(st.text(max_size=80))
def test_any_words_are_a_template_or_are_told_why_not(body: str) -> None:
    with suppress(Malformed):
        assert "" not in parse(body)


@given(plain, names, st.text("abcdef", max_size=25))
def test_nothing_usual_takes_more_than_the_worst_case(text: str, name: str, value: str) -> None:
    body = f"{text}{{{name}|}}"
    assert measure(render(body, {name: value})).segments <= worst(body).segments


def test_the_worst_case_is_a_name_that_needs_unicode() -> None:
    assert worst("Hi {first_name}").encoding is Encoding.UCS2


def test_names_are_compared_without_case_and_blanks() -> None:
    assert named(" First-Name ") == named("first_name") == "first_name"
