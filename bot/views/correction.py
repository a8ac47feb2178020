"""The modal behind `Send a correction`."""

from bot.blocks.elements import context, section
from bot.forms import BLOCK
from bot.views import parts
from bot.views.parts import View
from domain.rules.segments import MAX_BODY
from domain.rules.words.mrkdwn import escaped

FORM = "correction_form"
RECEIVED = "What the customer received:"
NOTHING = "(only a picture or file)"


def correction(remembered: str, received: str, words: str) -> View:
    """A text that begins with `words`, the author's new wording; empty after a deletion."""
    text = parts.area(words, most=MAX_BODY, focus=True)
    blocks = [
        context(RECEIVED),
        section(escaped(received) or NOTHING),
        parts.field(BLOCK, "Your correction", text),
    ]
    return parts.modal(FORM, "Send a correction", blocks, submit="Send", metadata=remembered)
