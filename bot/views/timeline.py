"""What happened to a contact, a page at a time, and the form to write something down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.blocks.elements import Block, actions, clipped, context, section
from bot.views import parts
from bot.views.parts import View
from domain.rules.words.mrkdwn import escaped
from domain.rules.words.visible import without_controls
from domain.services.people.fields import LONGEST_NOTES
from domain.values import Button

PAGE, FORM = "timeline_page", "log_form"
OLDER, NEWER, LOG = "timeline_older", "timeline_newer", "log_contact"
TEXT, METHOD, DAY, TIME = "text", "method", "day", "time"
AMOUNT, CAMPAIGN = "amount", "campaign"
BROUGHT = "Only for what they brought, such as 1200.50; what was paid back begins with a minus."
LINES = 15
LONGEST_LINE = 600
NOTHING = "Nothing has happened yet."
NOTE, VALUE = "note", "value"
METHODS = {
    NOTE: "Just a note",
    VALUE: "What they brought",
    "phone": "A call",
    "email": "An e-mail",
    "in-person": "A meeting in person",
}


@dataclass(frozen=True)
class Line:
    """One line: when, what, and who did it."""

    at: datetime
    text: str
    who: str


@dataclass(frozen=True)
class Page:
    """Some lines, the newest first, and which buttons lead on from here."""

    person: str
    contact_id: str
    lines: Sequence[Line]
    older: bool
    newer: bool


def timeline(page: Page, zone: ZoneInfo, remember: str) -> View:
    """One page of a timeline; `remember` says whose it is and how to go back."""
    told = [_told(line, zone) for line in page.lines] or [section(NOTHING)]
    steps = [
        *([Button("Newer", NEWER, page.contact_id)] if page.newer else []),
        *([Button("Older", OLDER, page.contact_id)] if page.older else []),
        Button("Write down…", LOG, page.contact_id, "primary"),
    ]
    head = section(f"*{escaped(page.person)}*")
    small = context(f"Times are those of {zone.key.replace('_', ' ')}.")
    blocks = [head, *told, actions(steps), small]
    return parts.modal(PAGE, "Timeline", blocks, close="Close", metadata=remember)


def log(
    person: str, remember: str, today: datetime, campaigns: Sequence[tuple[str, str]] = ()
) -> View:
    """A note, that somebody was in touch, or an amount that is owed to one of these campaigns.

    `today` is the present moment where the agent is; campaigns are their ids and names.
    """
    methods = [parts.option(label, method) for method, label in METHODS.items()]
    when = "Only for a call, an e-mail or a meeting; without it, now."
    text = parts.area(most=min(parts.LONGEST_INPUT, LONGEST_NOTES), focus=True)
    blocks = [
        section(f"*{escaped(person)}*"),
        parts.field(METHOD, "What it was", parts.menu(methods, NOTE)),
        parts.field(TEXT, "What is to be known", text, optional=True),
        parts.field(DAY, "Day", parts.date(f"{today:%Y-%m-%d}"), optional=True, hint=when),
        parts.field(TIME, "Time", parts.time(), optional=True),
        parts.field(AMOUNT, "Amount", parts.line("", most=30), optional=True, hint=BROUGHT),
    ]
    if campaigns:
        known = [parts.option(name, key) for key, name in campaigns]
        chosen = parts.menu(known, placeholder="None")
        blocks.append(parts.field(CAMPAIGN, "Owed to the campaign", chosen, optional=True))
    return parts.modal(FORM, "Write down", blocks, submit="Save", metadata=remember)


def _told(line: Line, zone: ZoneInfo) -> Block:
    at = line.at.astimezone(zone)
    words = clipped(escaped(without_controls(line.text)), LONGEST_LINE)
    return section(f"*{at:%Y-%m-%d %H:%M}* · {escaped(line.who)}\n{words}")
