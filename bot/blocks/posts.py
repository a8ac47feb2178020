"""Texts and remarks as Block Kit; a customer's words are always harmless."""

from collections.abc import Sequence

from bot.blocks.elements import (
    MOST_BLOCKS_TEXT,
    MOST_TEXT,
    NOTHING,
    Block,
    actions,
    clipped,
    context,
    sections,
)
from domain.rules.mrkdwn import escaped
from domain.values import Button, Post

MOST_NAME = 80


def spoken(post: Post) -> str:
    """What notifications and screen readers say of a post."""
    return clipped(_words(post), MOST_TEXT)


def aloud(text: str) -> str:
    """The same of a remark."""
    return clipped(escaped(text) or NOTHING, MOST_TEXT)


def message(post: Post) -> list[Block]:
    """The text in as many sections as it needs, its files' addresses, the product's remark."""
    blocks = sections(clipped(_words(post), MOST_BLOCKS_TEXT))
    if post.note:
        blocks.append(context(post.note))
    return blocks


def whisper(text: str, buttons: Sequence[Button]) -> list[Block]:
    """A remark with choices below it."""
    blocks = sections(clipped(escaped(text) or NOTHING, MOST_BLOCKS_TEXT))
    return [*blocks, actions(buttons)] if buttons else blocks


def _words(post: Post) -> str:
    text = escaped(post.text)
    words = [text] if text.strip() else []
    files = [f"📎 {escaped(name)}" for name in post.file_names]
    return "\n".join([*words, *files, *(escaped(url) for url in post.media_urls)]) or NOTHING
