"""Documents as Block Kit, within its limits; a customer's words are always harmless."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from domain.rules.mrkdwn import escaped
from domain.values import Button, Card, Post

Block: TypeAlias = dict[str, Any]

MOST_SECTION, MOST_TEXT, MOST_BLOCKS_TEXT = 3_000, 4_000, 12_000
MOST_LABEL, MOST_VALUE, MOST_NAME, MOST_TOPIC = 75, 2_000, 80, 250
MOST_BUTTONS, LONGEST_ENTITY = 25, 6
NOTHING = "(no text)"
REPLY = "reply"


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


def card(shown: Card) -> list[Block]:
    """The head of a conversation in the inbox channel, with the way to answer it."""
    blocks = sections(headline(shown))
    if shown.notice:
        blocks.append(context(shown.notice))
    return [*blocks, actions([Button("Reply", REPLY, shown.thread_id)])]


def headline(shown: Card) -> str:
    """Who the conversation is with, in the chat's markup."""
    who = escaped(shown.name)
    number = "" if shown.name == shown.phone else f" ({escaped(shown.phone)})"
    return f"Texts with *{who}*{number} at {escaped(shown.sender)}"


def topic(shown: Card) -> str:
    """A channel's topic, in plain words: shown as it is."""
    who = shown.phone if shown.name == shown.phone else f"{shown.name} · {shown.phone}"
    return clipped(escaped(f"{who} · texts from {shown.sender}"), MOST_TOPIC)


def whisper(text: str, buttons: Sequence[Button]) -> list[Block]:
    """A remark with choices below it."""
    blocks = sections(clipped(escaped(text) or NOTHING, MOST_BLOCKS_TEXT))
    return [*blocks, actions(buttons)] if buttons else blocks


def sections(markup: str) -> list[Block]:
    """Escaped text in sections, split between words where that is possible."""
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": part}}
        for part in _parts(markup, MOST_SECTION)
    ]


def context(text: str) -> Block:
    """A remark in small print."""
    small = {"type": "mrkdwn", "text": clipped(escaped(text), MOST_SECTION)}
    return {"type": "context", "elements": [small]}


def actions(buttons: Sequence[Button]) -> Block:
    """A row of buttons; the action's name is what a listener waits for."""
    elements = [
        {
            "type": "button",
            "text": {"type": "plain_text", "text": button.label[:MOST_LABEL]},
            "action_id": button.action,
            "value": button.value[:MOST_VALUE],
        }
        for button in buttons[:MOST_BUTTONS]
    ]
    return {"type": "actions", "elements": elements}


def clipped(markup: str, most: int) -> str:
    """At most that long, never ending inside an entity."""
    return markup if len(markup) <= most else markup[: _cut(markup, most - 1)] + "…"


def _words(post: Post) -> str:
    text = escaped(post.text)
    words = [text] if text.strip() else []
    files = [f"📎 {escaped(name)}" for name in post.file_names]
    return "\n".join([*words, *files, *(escaped(url) for url in post.media_urls)]) or NOTHING


def _parts(markup: str, most: int) -> list[str]:
    parts = []
    while len(markup) > most:
        end = _cut(markup, most)
        space = max(markup.rfind(gap, end // 2, end) for gap in ("\n", " "))
        end = space if space > 0 else end
        parts.append(markup[:end])
        markup = markup[end:]
    return [part for part in [*parts, markup] if part.strip()] or [NOTHING]


def _cut(markup: str, end: int) -> int:
    """A place not after `end` that is outside of `&amp;` and its like."""
    start = markup.rfind("&", max(0, end - LONGEST_ENTITY), end)
    return start if start > 0 and ";" not in markup[start:end] else end
