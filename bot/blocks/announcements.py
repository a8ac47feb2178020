"""What the product itself says in a place, as Slack's posts take it."""

from typing import Any

from bot.blocks import campaigns, cards, digests, inquiries, latecomers
from bot.blocks.elements import MOST_BLOCKS_TEXT, MOST_TEXT, Block, clipped, context, sections
from domain.rules.words.mrkdwn import escaped
from domain.values import (
    Announced,
    Card,
    Digest,
    Inquiry,
    Latecomers,
    Past,
    Progress,
    Remark,
    Spoken,
)

MOST_WORDS = 800
BEFORE = "What was said before this channel was made:"


def content(what: Announced, *, movable: bool) -> dict[str, Any]:
    """`text` for notifications and screen readers, `blocks` for the rest."""
    match what:
        case Card():
            return {"text": cards.headline(what), "blocks": cards.card(what, movable=movable)}
        case Inquiry():
            return inquiries.content(what)
        case Progress():
            return campaigns.content(what)
        case Digest():
            return digests.content(what)
        case Latecomers():
            return latecomers.content(what)
        case Past():
            return {"text": BEFORE, "blocks": _past(what)}
        case Remark():
            words = escaped(what.text)
            words += f" {cards.mention(what.link)}." if what.link else ""
            return {"text": clipped(words, MOST_TEXT), "blocks": sections(words)}


def _past(told: Past) -> list[Block]:
    """One paragraph a text; each is cut so that all of them fit."""
    most = min(MOST_WORDS, MOST_BLOCKS_TEXT // max(len(told.texts), 1))
    said = (block for one in told.texts for block in sections(_line(one, most)))
    return [context(BEFORE), *said]


def _line(one: Spoken, most: int) -> str:
    head = f"*{escaped(one.author)}* · {cards.moment(one.at)}"
    return f"{clipped(head, most // 2)}\n{clipped(escaped(one.text), most // 2)}"
