"""Addresses in texts: found whole, made short, and nothing else touched."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.rules.linting import lint
from domain.rules.words import linking

BASE = "https://go.example.com"
SHORT = f"{BASE}/l/{'0' * linking.CODE_LENGTH}"
CODES = st.text(linking.LETTERS, min_size=11, max_size=11)
NASTY = st.sampled_from(
    (
        *("https://", "http://", "HTTPS://", "example.com", "https://example.com/a?b=c#d", BASE),
        *(f"{BASE}/l/", SHORT, "(", ")", ".", ",", "@", ":", "/", "\\", "%", "\n", "\u200b", "“"),
        *("bücher", "ß", "。", "user:pw@", ":99999", "[::1]", "localhost", "javascript:", "\r"),
    )
)
TEXTS = st.lists(NASTY | st.text(max_size=6), max_size=12).map("".join)


def found(text: str, base: str = BASE) -> list[str]:
    """Where the addresses in it lead."""
    return [one.target for one in linking.places(text, base)]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("See https://example.com/a.", "https://example.com/a"),
        ("See https://example.com/a…", "https://example.com/a"),
        ("Really (https://example.com/a)?", "https://example.com/a"),
        ("https://example.com/a_(b)", "https://example.com/a_(b)"),
        ("[https://example.com/a](b)", "https://example.com/a](b)"),
        ("“https://example.com/a”", "https://example.com/a"),
        ("<https://example.com/a>", "https://example.com/a"),
        ("link:HTTPS://Example.COM/Path", "https://example.com/Path"),
        ("https://example.com:8443/?a=1&b=[2]#end", "https://example.com:8443/?a=1&b=[2]#end"),
        ("https://example.com", "https://example.com"),
        ("https://my_shop.example.com/%20x%2F", "https://my_shop.example.com/%20x%2F"),
        ("https://bücher.example/ü?q=ä|b", "https://xn--bcher-kva.example/%C3%BC?q=%C3%A4%7Cb"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
        ("看https://example.com/路。", "https://example.com/%E8%B7%AF"),
        ("http://127.0.0.1:8000/sandbox", "http://127.0.0.1:8000/sandbox"),
        ("http://localhost/x", "http://localhost/x"),
    ],
)
def test_an_address_is_found_as_it_is_meant(text: str, target: str) -> None:
    assert found(text) == [target]


@pytest.mark.parametrize(
    "text",
    [
        "No address at all",
        "example.com/a",
        "mail me@example.com",
        "ftp://example.com javascript:alert(1) data:text/html,x file:///etc/passwd",
        "https:// https://. http:///x https://-.com https://a..b/",
        "https://user:pw@example.com/ https://user@example.com/ https://@example.com/",
        "https://example.com@evil.example/",
        "https://example.com\\@evil.example/",
        "https://example.com:0/ https://example.com:99999/ https://example.com:x/",
        "https://intranet/x https://example.1/ https://0x7f.1/ https://256.1.1.1/ https://[::1]/",
        "https://straße.example/",
        "https://exam\u200bple.com/ https://example.com/\u202ea",
        "https://a.example,https://b.example",
        "example.com/?next=https://example.com/a",
        "https://bit.ly/abc https://www.tinyurl.com/x",
        f"https://example.com/{'x' * linking.LONGEST}",
        f"https://example.com/{'ü' * (linking.LONGEST // 3)}",
        f"{SHORT} {BASE}/l/ {BASE.upper()}/l/x?to=https://example.com",
        f"{BASE}:443/l/a http://go.example.com:80/l/a http://GO.example.com/l/a",
    ],
)
def test_what_is_none_or_may_not_be_made_short_stays(text: str) -> None:
    assert found(text) == []
    assert linking.measured(text, BASE) == text


def test_without_an_origin_nothing_is_made_short() -> None:
    assert linking.measured("https://example.com", "") == "https://example.com"


def test_the_words_around_stay() -> None:
    text = "Hi, see https://example.com/a, (http://b.example/c) or\nhttps://example.com/a!"
    codes: list[str] = []

    def code(target: str) -> str:
        codes.append(target)
        return str(len(codes)) * linking.CODE_LENGTH

    said = linking.replaced(text, BASE, code)
    one, two, three = (f"{BASE}/l/{digit * 11}" for digit in "123")
    assert said == f"Hi, see {one}, ({two}) or\n{three}!"
    assert codes == ["https://example.com/a", "http://b.example/c", "https://example.com/a"]


def test_our_links_are_no_concern_of_the_linter() -> None:
    text = linking.measured("Cedar & Pine: https://example.com/a Reply STOP to opt out.", BASE)
    assert SHORT in text
    assert lint(text, "marketing", "Cedar & Pine") == ()


def test_another_host_that_looks_like_ours_is_not_ours() -> None:
    texts = ("https://go.example.com.evil.example/l/a", "https://go.example.com:444/l/a")
    assert all(linking.measured(text, BASE) == SHORT for text in texts)


@given(TEXTS, CODES)
@example(f"https://example.com/a){SHORT}", "0" * 11)
def test_made_short_once_is_made_short_for_ever(text: str, code: str) -> None:
    said = linking.replaced(text, BASE, lambda _: code)
    assert linking.replaced(said, BASE, lambda _: "other" + "0" * 6) == said
    assert len(said) == len(linking.measured(text, BASE))


@given(TEXTS, CODES)
def test_what_stands_between_addresses_is_untouched(text: str, code: str) -> None:
    places, end, rest = linking.places(text, BASE), 0, linking.replaced(text, BASE, lambda _: code)
    for place in places:
        between = text[end : place.start] + linking.short(BASE, code)
        assert rest.startswith(between)
        rest, end = rest[len(between) :], place.end
    assert rest == text[end:]


@given(TEXTS)
@example("https://go.example.combücher")
def test_a_target_is_a_plain_address_of_a_page(text: str) -> None:
    for place in linking.places(text, BASE):
        parts = urlsplit(place.target)
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert "@" not in parts.netloc
        assert place.target.isascii()
        assert place.target.isprintable()
        assert " " not in place.target
        assert len(place.target) <= linking.LONGEST
        assert linking.target(place.target) == place.target
        assert text[place.start :].lower().startswith("http")


@pytest.mark.parametrize(
    "said", ["", "a" * 10, "a" * 12, "a" * 10 + "/", "a" * 10 + "é", "a" * 11 + "\n"]
)
def test_what_we_never_give_is_no_code(said: Any) -> None:
    assert not linking.is_code(said)
