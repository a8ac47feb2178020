"""Block Kit's limits hold for any words."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.sandbox.slack.blocks import check_blocks
from bot.blocks import cards, elements, posts
from domain.rules.words.mrkdwn import escaped
from domain.values import Button, Card, Post

words = st.text(alphabet=st.sampled_from("ab &<>@*`~_\n\u200b🏡é"), max_size=9_000)


def joined(made: list[dict[str, Any]]) -> str:
    return "".join(block["text"]["text"] for block in made if block["type"] == "section")


@given(words, st.lists(words, max_size=3))
def test_slack_takes_any_post(text: str, media: list[str]) -> None:
    post = Post("k", text, media_urls=tuple(media), note=text or None)
    check_blocks([b for b in posts.message(post) if b["type"] == "section"], 50)
    assert 0 < len(posts.spoken(post)) <= elements.MOST_TEXT


def test_files_of_ours_are_named() -> None:
    (section, *_) = posts.message(Post("k", "Look", file_names=("a<b>.png", "c.pdf")))
    assert section["text"]["text"] == "Look\n📎 a&lt;b&gt;.png\n📎 c.pdf"
    assert elements.NOTHING not in str(posts.message(Post("k", "", file_names=("a.png",))))


@given(words)
def test_sections_lose_nothing_of_what_fits(text: str) -> None:
    markup = escaped(text)
    assert joined(elements.sections(markup)).split() == (markup.strip() or elements.NOTHING).split()


@given(words, st.integers(8, 200))
def test_a_cut_never_ends_inside_an_entity(text: str, most: int) -> None:
    cut = elements.clipped(escaped(text), most)
    assert len(cut) <= most
    assert "&" not in cut.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")


@given(words, words)
def test_slack_takes_any_card_and_topic(name: str, notice: str) -> None:
    shown = Card("t" * 24, name, "+17605551234", "+17605550100", False, notice or None)
    check_blocks([b for b in cards.card(shown) if b["type"] != "context"], 50)
    assert len(cards.topic(shown)) <= cards.MOST_TOPIC


@given(words, st.lists(st.text(min_size=1, max_size=100), max_size=4, unique=True))
def test_slack_takes_any_whisper(text: str, names: list[str]) -> None:
    buttons = [Button(name, name, name * 30) for name in names]
    check_blocks(posts.whisper(text, buttons), 50)


def test_words_are_kept_whole_between_sections() -> None:
    first, second = elements.sections("word " * 900)
    assert first["text"]["text"].endswith("word")
    assert second["text"]["text"].strip().startswith("word")
