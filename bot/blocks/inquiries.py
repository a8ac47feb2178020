"""The question what a customer meant: their words, what hangs on it, until when, and the answers.

Each button's value is the conversation's id and the question's key.
"""

from typing import Any

from bot.blocks.cards import moment
from bot.blocks.elements import Block, actions, clipped, context, section, sections
from domain.rules.words.mrkdwn import escaped
from domain.values import Button, Inquiry

OPT_OUT, GO_ON, ASK = "review_opt_out", "review_go_on", "review_ask"
MOST_WORDS = 1_000
MAY_MEAN = "⚠️ *{name}* may be asking for no more texts:"
MAY_BE = "⚠️ *{name}* may say that this is somebody else's number:"
MEANWHILE = (
    "Automatic texts and campaigns wait; answers by hand may leave. If nobody decides by {moment}, "
    "it counts as an opt-out."
)
STRANGER = (
    "An opt-out also ends what was agreed to with this number. Then take the number off the "
    "contact (`Edit contact`), and tell whoever has it now nothing about them."
)
SURE = "They get no more texts from you, and what waits to leave is called back."


def content(asked: Inquiry) -> dict[str, Any]:
    """`text` for notifications and screen readers, `blocks` for the rest."""
    head = (MAY_BE if asked.stranger else MAY_MEAN).format(name=escaped(asked.name))
    called = f"<@{asked.asks}> " if asked.asks else ""
    words = clipped(escaped(asked.words), MOST_WORDS)
    quoted = "\n".join(f"> {line}" for line in words.splitlines())
    blocks = [*sections(f"{called}{head}"), *([section(quoted)] if quoted else [])]
    return {"text": f"{called}{head}", "blocks": [*blocks, *_rest(asked)]}


def value(thread_id: str, key: str) -> str:
    """What a button is about."""
    return f"{thread_id} {key}"


def _rest(asked: Inquiry) -> list[Block]:
    """The answer and who gave it; before that, what hangs on it and the choices."""
    told = [context(STRANGER)] if asked.stranger and (asked.opted_out or not asked.outcome) else []
    if asked.outcome:
        when = f" {moment(asked.decided_at)}" if asked.decided_at else ""
        return [section(f"*{escaped(asked.outcome)}*{when}"), *told]
    about = value(asked.thread_id, asked.key)
    choices = (
        Button("Opt out", OPT_OUT, about, "danger", SURE),
        Button("Not an opt-out", GO_ON, about),
        Button("Ask them", ASK, about),
    )
    return [section(MEANWHILE.format(moment=moment(asked.due_at))), *told, actions(choices)]
