"""Templates: what braces mean, and that values are never read as words of the template."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.segments import Encoding, measure
from domain.rules.words.rendering import (
    LONGEST,
    Malformed,
    Missing,
    Slot,
    named,
    parse,
    render,
    variables,
    worst,
)

anything = st.text(max_size=20)
plain = st.text(max_size=30).filter(lambda text: not set("{}") & set(text))
names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
# What would mean something in a template, if anybody read it as one.
tricky = st.text("{}|ab \n\\$%_😀é", max_size=20)
said = st.one_of(tricky, anything).filter(str.strip)
slots = st.builds(
    Slot, names, st.none() | plain.map(str.strip).filter(lambda words: "|" not in words)
)
pieces = st.lists(st.one_of(anything, slots), max_size=4)


def written(parts: list[str | Slot]) -> str:
    """A template that has these words and variables."""

    def one(part: str | Slot) -> str:
        if isinstance(part, str):
            return part.replace("{", "{{").replace("}", "}}")
        return f"{{{part.name}}}" if part.fallback is None else f"{{{part.name}|{part.fallback}}}"

    return "".join(map(one, parts))


def joined(parts: tuple[str | Slot, ...] | list[str | Slot]) -> list[str | Slot]:
    """With neighbouring words in one."""
    found: list[str | Slot] = []
    for part in parts:
        last = found[-1] if found else None
        if isinstance(part, str) and isinstance(last, str):
            found[-1] = last + part
        elif part != "":
            found.append(part)
    return found


@pytest.mark.parametrize(
    ("body", "values", "text"),
    [
        ("Hi {first_name}!", {"first_name": "Jane"}, "Hi Jane!"),
        ("Hi {first_name|there}!", {}, "Hi there!"),
        ("Hi {first_name|there}!", {"first_name": "  "}, "Hi there!"),
        ("Hi {First Name|there}!", {"first-name": "Jane"}, "Hi Jane!"),
        ("Hi{name|}", {}, "Hi"),
        ("Hi {name| a | b }", {}, "Hi a | b"),
        ("{{first_name}} is a name", {}, "{first_name} is a name"),
        ("{{{name}}}", {"name": "Jane"}, "{Jane}"),
        ("{{{{}}}}", {}, "{{}}"),
        ("{a} {a}", {"a": "{b|c}"}, "{b|c} {b|c}"),
        ("{a}{b}", {"a": "{b}", "b": "{a}"}, "{b}{a}"),
        ("{стрит}", {"СТРИТ": "5"}, "5"),
    ],
)
def test_variables_are_filled_in(body: str, values: dict[str, str], text: str) -> None:
    assert render(body, values) == text


@pytest.mark.parametrize(
    "body",
    ["{", "}", "{}", "{ }", "a { b", "{a|b", "{1a}", "{a.b}", "{a{b}}", "{|x}", "}{", "{{a}"],
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


@given(pieces)
def test_what_is_written_down_is_read_back(parts: list[str | Slot]) -> None:
    assert joined(parse(written(parts))) == joined(parts)


@given(pieces, st.dictionaries(names, said, max_size=4))
def test_a_value_stands_as_it_is_where_its_name_stood(
    parts: list[str | Slot], values: dict[str, str]
) -> None:
    known = {one.name: "{x}" for one in parts if isinstance(one, Slot) and one.fallback is None}
    known |= values
    expected = "".join(
        one if isinstance(one, str) else known.get(one.name, one.fallback or "") for one in parts
    )
    assert render(written(parts), known) == expected


@given(pieces, st.dictionaries(names, said, max_size=3))
def test_there_is_a_text_exactly_where_nothing_is_missing(
    parts: list[str | Slot], values: dict[str, str]
) -> None:
    needed = [one.name for one in parts if isinstance(one, Slot) and one.fallback is None]
    lacking = tuple(dict.fromkeys(name for name in needed if name not in values))
    if not lacking:
        assert isinstance(render(written(parts), values), str)
        return
    with pytest.raises(Missing) as raised:
        render(written(parts), values)
    assert raised.value.names == lacking


@given(names, plain.map(str.strip).filter(lambda words: "|" not in words), said)
def test_a_fallback_is_said_only_without_a_value(name: str, fallback: str, value: str) -> None:
    body = f"{{{name}|{fallback}}}"
    assert render(body, {}) == render(body, {name: " \t\n"}) == fallback
    assert render(body, {name: value}) == value


@given(
    st.from_regex(r"[a-z]{1,4}(_[a-z0-9]{1,4})?", fullmatch=True),
    st.sampled_from([str.upper, str.title, lambda name: name.replace("_", " "), named]),
)
def test_a_name_is_the_same_however_it_is_written(name: str, way: object) -> None:
    assert callable(way)
    assert render(f"{{{way(name)}}}", {name: "x"}) == render(f"{{{name}}}", {way(name): "x"}) == "x"
    assert named(named(name)) == named(name)


@given(st.text(max_size=80) | tricky)
def test_any_words_are_a_template_or_are_told_why_not(body: str) -> None:
    with suppress(Malformed):
        assert "" not in parse(body)


# Letters, signs that GSM-7 sends as two, and emoji, which are two units that are never parted.
characters = st.sampled_from("ab€[é{Ł😀👍")
bodies = st.lists(st.one_of(st.text(characters, max_size=70), slots), max_size=4)


@given(bodies, st.data())
def test_no_value_takes_more_than_the_worst_case(
    parts: list[str | Slot], data: st.DataObject
) -> None:
    body = written(parts)
    usual = st.text(characters, min_size=1, max_size=LONGEST).filter(_fits)
    values = {name: data.draw(usual) for name in variables(body)}
    size = worst(body)
    assert measure(render(body, values)).segments <= size.segments
    with suppress(Missing):
        assert measure(render(body, {})).segments <= size.segments


def _fits(value: str) -> bool:
    return len(value.encode("utf-16-le")) // 2 <= LONGEST


def test_an_emoji_at_the_end_of_a_segment_is_reckoned_with() -> None:
    body = f"{'a' * 66}{{name}}{'b' * 43}"  # 134 units in all: two segments, were none parted
    assert measure(render(body, {"name": "Ł" * LONGEST})).segments == 2
    assert measure(render(body, {"name": "😀" * (LONGEST // 2) + "x"})).segments == 3
    assert worst(body).segments == 3


def test_the_worst_case_is_a_name_that_needs_unicode() -> None:
    assert worst("Hi {first_name}").encoding is Encoding.UCS2
    assert worst(f"Hi {{first_name|{'😀' * 30}}}").units == 63


def test_names_are_compared_without_case_and_blanks() -> None:
    assert named(" First-Name ") == named("first_name") == "first_name"
