"""Pieces of Block Kit, each within Slack's limits; whatever they are given is made to fit."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from domain.rules.words.mrkdwn import escaped
from domain.values import Button

Block: TypeAlias = dict[str, Any]

MOST_SECTION, MOST_TEXT, MOST_BLOCKS_TEXT = 3_000, 4_000, 12_000
MOST_LABEL, MOST_VALUE, MOST_HEADER = 75, 2_000, 150
MOST_ALT = 1_000
MOST_BUTTONS, LONGEST_ENTITY = 25, 6
NOTHING = "(no text)"


def plain_text(text: str, most: int) -> dict[str, str]:
    """Words without markup, at most that long, on one line."""
    words = " ".join(text.split()) or NOTHING
    return {"type": "plain_text", "text": words if len(words) <= most else f"{words[: most - 1]}…"}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain_text(text, MOST_HEADER)}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def section(markup: str, accessory: Block | None = None) -> Block:
    """One paragraph of escaped text, with a button or menu beside it."""
    text = {"type": "mrkdwn", "text": clipped(markup, MOST_SECTION) or NOTHING}
    beside = {"accessory": accessory} if accessory else {}
    return {"type": "section", "text": text, **beside}


def sections(markup: str) -> list[Block]:
    """Escaped text in sections, split between words where that is possible."""
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": part}}
        for part in _parts(markup, MOST_SECTION)
    ]


def context(text: str) -> Block:
    """A remark in small print."""
    return small(clipped(escaped(text), MOST_SECTION))


def small(markup: str) -> Block:
    """The same of our own markup, as it is."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": markup}]}


def image(file_id: str, name: str) -> Block:
    """A picture that Slack has already, whole."""
    told = plain_text(name, MOST_ALT)["text"]
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": told}


def actions(buttons: Sequence[Button], block_id: str | None = None) -> Block:
    """A row of buttons; the action's name is what a listener waits for."""
    named = {"block_id": block_id} if block_id else {}
    elements = [button(one) for one in buttons[:MOST_BUTTONS]]
    return {"type": "actions", "elements": elements, **named}


def button(one: Button) -> Block:
    """A button by itself, for beside a paragraph."""
    look = {"style": one.style} if one.style else {}
    return {
        "type": "button",
        "text": plain_text(one.label, MOST_LABEL),
        "action_id": one.action,
        "value": one.value[:MOST_VALUE],
        **look,
        **({"confirm": confirmation(one.asks)} if one.asks else {}),
    }


def confirmation(question: str, yes: str = "Yes") -> Block:
    """The question that a dangerous button asks first."""
    return {
        "title": plain_text("Are you sure?", 100),
        "text": plain_text(question, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text("Cancel", 30),
    }


def clipped(markup: str, most: int) -> str:
    """At most that long, never ending inside an entity."""
    return markup if len(markup) <= most else markup[: _cut(markup, most - 1)] + "…"


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
