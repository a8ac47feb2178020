"""Where the proof of a person's consent can be fetched."""

from datetime import datetime

from bot.blocks.elements import Block, context, section
from bot.views import parts
from bot.views.parts import View
from domain.rules.words.mrkdwn import escaped

WAIT = "The proof is being written. With a long history this takes a moment."
ABOUT = (
    "All that proves their consent: what they were shown and said, every text, and every decision "
    "that let one leave or kept it back."
)
PAGE, DATA = "Page to read and print", "Data for programs (JSON)"


def waiting(person: str) -> View:
    """While it is being written."""
    return _modal([section(f"*{escaped(person)}*"), section(WAIT)])


def ready(person: str, page: str, data: str, until: datetime) -> View:
    """Both forms of it, by their addresses; Slack shows the end of the hour in one's own time."""
    stamp = int(until.timestamp())
    ends = f"<!date^{stamp}^The links work until {{time}}.|The links work for an hour.>"
    links = "\n".join(
        f":page_facing_up: <{url}|{name}>" for url, name in ((page, PAGE), (data, DATA))
    )
    whom, told = section(f"*{escaped(person)}*"), section(f"{ABOUT}\n\n{links}")
    return _modal([whom, told, context(f"{ends} Whoever has a link can open it.")])


def _modal(blocks: list[Block]) -> View:
    return parts.modal("contact_proof", "Proof of consent", blocks, close="Back")
