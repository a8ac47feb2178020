"""Texts and remarks as Block Kit; a customer's words are always harmless."""

import re
from collections.abc import Sequence

from bot.blocks.cards import moment
from bot.blocks.elements import (
    MOST_BLOCKS_TEXT,
    MOST_TEXT,
    NOTHING,
    Block,
    actions,
    clipped,
    context,
    image,
    sections,
    small,
)
from domain.rules.words.mrkdwn import escaped
from domain.values import Button, Picture, Post

MOST_NAME, MOST_PLAIN = 80, 3_000
PICTURE = "📷"
LATE = "Sent {moment}, arrived late: the webhook missed it."
PERSON, GROUP = re.compile(r"[UW][A-Z0-9]+"), re.compile(r"S[A-Z0-9]+")
LINK = re.compile(r"https?://[^\s<>|]+")


def spoken(post: Post) -> str:
    """What notifications and screen readers say of a post."""
    return clipped(_words(post), MOST_PLAIN if post.plain else MOST_TEXT)


def aloud(text: str) -> str:
    """The same of a remark."""
    return clipped(escaped(text) or NOTHING, MOST_TEXT)


def message(post: Post) -> list[Block]:
    """The text in as many sections as it needs, its pictures, the product's remark."""
    blocks = sections(clipped(_words(post), MOST_BLOCKS_TEXT))
    blocks += [image(one.id, one.name) for one in post.pictures if one.framed]
    if post.note:
        blocks.append(context(post.note))
    if post.late:
        blocks.append(small(LATE.format(moment=moment(post.late))))
    return [*blocks, actions(post.buttons)] if post.buttons else blocks


def whisper(text: str, buttons: Sequence[Button]) -> list[Block]:
    """A remark with choices below it."""
    blocks = sections(clipped(escaped(text) or NOTHING, MOST_BLOCKS_TEXT))
    return [*blocks, actions(buttons)] if buttons else blocks


def _words(post: Post) -> str:
    text = escaped(post.text)
    words = [text] if text.strip() else []
    files = [f"📎 {escaped(name)}" for name in post.file_names]
    links = [f"📎 {_link(one)}" for one in post.pictures if not one.framed]
    if not words and any(one.framed for one in post.pictures):
        words = [PICTURE]
    addresses = [escaped(url) for url in post.media_urls]
    called = " ".join(filter(None, (_mention(one) for one in post.mentions)))
    words = [" ".join([called, *words[:1]]), *words[1:]] if called else words
    return "\n".join([*words, *files, *links, *addresses]) or (PICTURE if post.note else NOTHING)


def _mention(own: str) -> str:
    """A user or a user group by id; nothing for what cannot be one."""
    if PERSON.fullmatch(own):
        return f"<@{own}>"
    return f"<!subteam^{own}>" if GROUP.fullmatch(own) else ""


def _link(file: Picture) -> str:
    """The chat's own address of it, under its name."""
    name = escaped(file.name).replace("|", "¦")
    return f"<{file.link}|{name}>" if LINK.fullmatch(file.link) else name
