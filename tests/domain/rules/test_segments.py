"""Segments are counted as carriers bill them; the vectors are texts whose count is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.segments import MAX_BODY, Encoding, measure, smart

VECTORS = [
    ("a" * 160, 160, 1),
    ("a" * 161, 161, 2),
    ("a" * 306, 306, 2),
    ("a" * 307, 307, 3),
    ("€" * 80, 160, 1),
    ("€" * 81, 162, 2),
    ("’" * 70, 70, 1),
    ("’" * 71, 71, 2),
    ("’" * 134, 134, 2),
    ("’" * 135, 135, 3),
    ("😀" * 35, 70, 1),
    ("😀" * 36, 72, 2),
    ("😀" * 33 + "a", 67, 1),
    ("this is a " + "]" * 74 + "😘", 86, 2),
    ("|" * 24 + "{" + "|" * 28 + "∞" + "|" * 10 + "^" + "|" * 5, 70, 1),
    ("]" * 153, 306, 3),
    (("a" * 152 + "€") * 2, 308, 3),
    ("a" * 305 + "€", 307, 3),
    ("e" + "\u0301" * 3 + "a" * 69, 73, 2),
    ("a" * 153 + "`", 154, 3),
]
BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡§¿äöñüÄÖÑÜà"
TEXTS = st.text(st.one_of(st.sampled_from(BASIC + "^{}\\[]~|€\f"), st.characters()), max_size=400)


@pytest.mark.parametrize(("body", "units", "segments"), VECTORS)
def test_known_texts_have_their_known_measure(body: str, units: int, segments: int) -> None:
    measured = measure(body)
    assert (measured.units, measured.segments) == (units, segments)


def test_nothing_is_no_segment() -> None:
    assert (measure("").units, measure("").segments) == (0, 0)


@pytest.mark.parametrize("char", BASIC)
def test_basic_characters_cost_one_septet(char: str) -> None:
    assert (measure(char).units, measure(char).encoding) == (1, Encoding.GSM7)


@pytest.mark.parametrize("char", "^{}\\[]~|€\f")
def test_escaped_characters_cost_two_in_gsm7_and_one_in_ucs2(char: str) -> None:
    assert measure(char).units == 2
    assert measure(char + "你").units == 2


def test_a_line_break_of_two_characters_costs_two() -> None:
    assert measure("\r\n").units == 2


@pytest.mark.parametrize("char", ["`", "ç", "á", "’", "…", "\t", "\u00a0", "😀", "你"])
def test_one_character_outside_gsm7_switches_the_whole_text_and_is_named(char: str) -> None:
    measured = measure(f"hello {char} and {char}")
    assert measured.encoding is Encoding.UCS2
    assert measured.culprits == (char,)


def test_culprits_are_named_once_in_the_order_of_the_text() -> None:
    assert measure("“Hi”, it’s “me”").culprits == ("“", "”", "’")


def test_the_longest_text_fits_eleven_plain_segments() -> None:
    assert measure("a" * MAX_BODY).segments == 11


@given(TEXTS)
def test_there_are_never_fewer_segments_than_the_units_need(body: str) -> None:
    measured = measure(body)
    alone, each = (160, 153) if measured.encoding is Encoding.GSM7 else (70, 67)
    assert (measured.segments == 1) == (0 < measured.units <= alone)
    assert measured.segments * (alone if measured.segments == 1 else each) >= measured.units


@given(TEXTS)
def test_straddling_pairs_waste_at_most_one_unit_a_segment(body: str) -> None:
    measured = measure(body)
    least = 152 if measured.encoding is Encoding.GSM7 else 66
    assert (measured.segments - 1) * least <= measured.units


@given(TEXTS)
def test_ucs2_is_chosen_exactly_when_something_forces_it(body: str) -> None:
    measured = measure(body)
    assert (measured.encoding is Encoding.UCS2) == bool(measured.culprits)
    assert all(measure(culprit).encoding is Encoding.UCS2 for culprit in measured.culprits)


@given(TEXTS, TEXTS)
def test_a_longer_text_never_costs_less(body: str, more: str) -> None:
    if measure(body).encoding is measure(body + more).encoding:
        assert measure(body + more).segments >= measure(body).segments


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_ucs2_units_are_the_utf16_length(body: str) -> None:
    measured = measure(body + "你")
    assert measured.units == len((body + "你").encode("utf-16-le")) // 2


def test_a_lone_surrogate_is_counted_and_does_not_fail() -> None:
    assert measure("\ud83d").units == 1


def test_smart_encoding_makes_typographic_marks_plain() -> None:
    assert smart("“It’s here” – now…\u00a0ok\u200b") == '"It\'s here" - now... ok'


@pytest.mark.parametrize("body", ["“Hi” 😀", "naïve “quote”", "plain", "", "façade’s"])
def test_smart_encoding_leaves_a_text_alone_when_nothing_is_saved(body: str) -> None:
    assert smart(body) == body


@given(TEXTS)
def test_smart_encoding_is_stable_and_never_worse(body: str) -> None:
    better = smart(body)
    assert smart(better) == better
    assert measure(better).segments <= measure(body).segments or "…" in body


@given(TEXTS)
def test_smart_encoding_never_touches_a_gsm7_text(body: str) -> None:
    if measure(body).encoding is Encoding.GSM7:
        assert smart(body) == body
