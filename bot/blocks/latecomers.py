"""What came late, as one post: how many texts, and in which conversations."""

from typing import Any

from bot.blocks.cards import mention, moment
from bot.blocks.elements import MOST_TEXT, Block, clipped, sections, small
from domain.rules.words.mrkdwn import escaped
from domain.values import Latecomer, Latecomers

ONE = "1 text came late: the webhook missed it, and Twilio's records had it."
MANY = "{count:,} texts came late: the webhook missed them, and Twilio's records had them."
LOOK = "Nothing was answered by itself. Each is marked where it stands."
MORE = "…and in {more:,} more conversations."


def content(what: Latecomers) -> dict[str, Any]:
    """`text` for notifications and screen readers, `blocks` for the rest."""
    head = ONE if what.count == 1 else MANY.format(count=what.count)
    lines = [head, *map(_line, what.talks)]
    lines += [MORE.format(more=what.more)] if what.more else []
    blocks: list[Block] = sections("\n".join(lines))
    return {"text": clipped(head, MOST_TEXT), "blocks": [*blocks, small(LOOK)]}


def _line(one: Latecomer) -> str:
    """One conversation: whose, since when, and where it lives."""
    several = f" ({one.count:,} texts)" if one.count > 1 else ""
    where = ""
    if one.place:
        where = f" {'in a thread of ' if one.place.thread_ts else 'in '}{mention(one.place)}"
    name = escaped(one.name)
    return f"• *{name}*{several}, sent {moment(one.at)}{where}"
