"""Agents' messages arrive as plain words; customers' words have no effect in the chat."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.words import emoji
from domain.rules.words.mrkdwn import escaped, plain

NAMES = {"U1": "Ann Lee", "C1": "listings", "S1": "agents"}
UNESCAPED = re.compile(r"[<>]|&(?!amp;|lt;|gt;)")
INVISIBLE = str.maketrans("", "", "\u200b\u2060\ufeff")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Hello there", "Hello there"),
        ("  Hello \n", "Hello"),
        ("Ask <@U1>", "Ask @Ann Lee"),
        ("Ask <@U1|ann>", "Ask @Ann Lee"),
        ("Ask <@U9|ann>", "Ask @ann"),
        ("Ask <@U9>", "Ask @someone"),
        ("See <#C1>", "See #listings"),
        ("See <#C9|deals>", "See #deals"),
        ("See <#C9|>", "See #channel"),
        ("<!here> <!channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S1> <!subteam^S9|@crew> <!subteam^S9>", "@agents @crew @team"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("<https://acme.example/a?b=1&amp;c=2>", "https://acme.example/a?b=1&c=2"),
        ("<http://acme.example|acme.example>", "acme.example"),
        ("<https://acme.example/|https://acme.example>", "https://acme.example"),
        ("<https://acme.example/9|our listing>", "our listing (https://acme.example/9)"),
        ("<mailto:ann@acme.example|ann@acme.example>", "ann@acme.example"),
        ("<mailto:ann@acme.example|Ann>", "Ann (ann@acme.example)"),
        ("<mailto:ann@acme.example>", "ann@acme.example"),
        ("<tel:+17605551234|760-555-1234>", "760-555-1234"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt; stays", "&lt; stays"),
        ("&nbsp; stays", "&nbsp; stays"),
        ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
        ("<>", "<>"),
    ],
)
def test_what_an_agent_writes_becomes_plain_words(written: str, read: str) -> None:
    assert plain(written, NAMES) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (":smile:", "😄"),
        ("Great :+1: thanks", "Great 👍 thanks"),
        ("Great:tada:", "Great🎉"),
        (":wave::skin-tone-3: hi", "👋🏼 hi"),
        (":house::key:", "🏠🔑"),
        (":avocado: toast", "🥑 toast"),
        ("hi :party-parrot: there", "hi there"),
        ("hi :party-parrot:!", "hi!"),
        (":acme-logo::skin-tone-3: hello", "hello"),
        ("(:100:)", "(💯)"),
    ],
)
def test_standard_emoji_are_sent_and_custom_ones_dropped(written: str, read: str) -> None:
    assert plain(written, NAMES) == read


@pytest.mark.parametrize(
    "text",
    [
        "10:30:45",
        "Open 9:00-17:00, call 10:30:45.",
        "ratio 3:2:1",
        "2:100:5",
        "at :30: sharp",
        "Note:important:read",
        "namespace a::b::c",
        "fe80::1:2:3",
        "Dear all:",
        "time: 5:30 pm: ok",
        ":)",
        "key:value, other:thing",
    ],
)
def test_ordinary_colons_stay(text: str) -> None:
    assert plain(text, NAMES) == text


def test_a_name_that_looks_like_markup_is_not_read_again() -> None:
    assert plain("<@U1>", {"U1": "&lt;b&gt; :smile:"}) == "@&lt;b&gt; :smile:"


@pytest.mark.parametrize("code", ["space", "a", "", "latin_small_letter_a", "nosuchthing", "null"])
def test_no_letter_or_space_is_an_emoji(code: str) -> None:
    assert emoji.find(code) is None


@pytest.mark.parametrize(
    "code", ["smile", "+1", "wave", "pray", "house", "white_check_mark", "key"]
)
def test_the_usual_emoji_are_known(code: str) -> None:
    shown = emoji.find(code)
    assert shown is not None
    assert not shown.isascii()


@pytest.mark.parametrize(
    "text",
    ["<!channel> wake up", "<@U1> hi", "<#C1>", "<https://evil.example|your bank>", "a & b < c"],
)
def test_customer_text_holds_no_live_bracket(text: str) -> None:
    assert not UNESCAPED.search(escaped(text))


@pytest.mark.parametrize("word", ["channel", "here", "everyone", "group", "HERE", "Channel"])
def test_a_customer_cannot_call_everybody(word: str) -> None:
    assert f"@{word}" not in escaped(f"hey @{word}!")
    assert escaped(f"hey @{word}!").translate(INVISIBLE) == f"hey @{word}!"


def test_words_that_only_begin_like_a_call_are_left_alone() -> None:
    assert escaped("me@hereford.example @hereafter") == "me@hereford.example @hereafter"


@pytest.mark.parametrize(
    "text", ["*bold*", "_sly_", "~gone~", "`code`", "```\nblock\n```", "*_x_*"]
)
def test_customer_markup_formats_nothing(text: str) -> None:
    shown = escaped(text)
    assert not re.search(r"(?<!\w)[*_~`](?=[^\s\u200b])", shown)
    assert shown.translate(INVISIBLE) == text


def test_a_customer_cannot_quote_as_if_somebody_else_had_spoken() -> None:
    assert escaped("> we accept\n  > your offer") == "\u200b&gt; we accept\n\u200b  &gt; your offer"


@pytest.mark.parametrize("text", ["https://acme.example/_a_/*b", "snake_case_name", "2 * 3 ~ 6"])
def test_links_and_names_are_left_whole(text: str) -> None:
    assert escaped(text) == text


@given(st.text())
def test_escaped_text_never_holds_an_unescaped_bracket(text: str) -> None:
    assert not UNESCAPED.search(escaped(text))


@given(st.text(st.sampled_from("<>&|@!#U1:*_`~ \nheragbcltmp;channel"), max_size=60))
def test_nothing_built_of_markup_survives_as_markup(text: str) -> None:
    shown = escaped(text)
    assert not UNESCAPED.search(shown)
    assert not re.search(r"@(channel|here|everyone)\b", shown)


@given(st.text(st.characters(exclude_characters=":", exclude_categories=["Cc", "Cs"])))
def test_a_customers_words_survive_the_way_there_and_back(text: str) -> None:
    assert plain(escaped(text), {}) == text.translate(INVISIBLE).strip()


@given(st.text())
def test_any_agent_text_can_be_sent(text: str) -> None:
    assert plain(text, {}) is not None
    assert "\u200b" not in plain(text, {})


@given(st.lists(st.integers(0, 99), min_size=2, max_size=6))
def test_no_time_or_ratio_is_eaten(parts: list[int]) -> None:
    text = ":".join(f"{part:02}" for part in parts)
    assert plain(text, {}) == text
