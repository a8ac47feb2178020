"""The form in which a text is written: to whom, from which sender, of which template, and when.

Slack keeps what was typed into a field as long as its name stays; so a text that we fill in gets
a field of a new name, `text:1`, `text:2`, and so on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.blocks.elements import Block, actions, context, section
from bot.forms import ANYWAY, NIGHT, OPENING
from bot.views import parts
from bot.views.parts import View
from domain.rules import zones
from domain.rules.segments import MAX_BODY
from domain.rules.words.mrkdwn import escaped
from domain.values import Button

FORM, DONE = "compose_form", "compose_done"
TO, FROM, TEMPLATE, TEXT = "contact", "sender", "template", "text"
WHEN, DATE, TIME, ZONE = "when", "date", "time", "zone"
NOW, LATER = "now", "later"
CUSTOMER, AGENT = "customer", "agent"
MOST_MINUTES = 1_000_000
WHENS = ((NOW, "Now"), (LATER, "At a date and time"))
ZONES = ((CUSTOMER, "The customer's time"), (AGENT, "My time"), *zones.COMMON.items())
CALL_BACK = "cancel_scheduled"
THEN = "Send at {clock}"


@dataclass(frozen=True)
class Chosen:
    """An option of a menu: what it says, and what it stands for."""

    text: str
    value: str


@dataclass(frozen=True)
class Filled:
    """What is in the form. `to` is shown instead of the menu where the conversation is settled.

    `day` is YYYY-MM-DD, `clock` HH:MM, `zone` a zone's name, or whose zone. `kept` is the very
    moment of a text as long as these show it: they know no seconds, and of a time that comes twice
    not which of the two it is.
    """

    thread_id: str = ""
    to: str = ""
    contact: Chosen | None = None
    sender: str = ""
    template: Chosen | None = None
    text: str = ""
    revision: int = 0
    later: bool = False
    day: str = ""
    clock: str = ""
    zone: str = CUSTOMER
    night: str = ""
    kept: datetime | None = None


@dataclass(frozen=True)
class Night:
    """When the night ends for the customer, and that time of day in words."""

    ends: datetime
    clock: str


@dataclass(frozen=True)
class Notes:
    """What the product says below the fields; at `night` it asks."""

    template: str = ""
    preview: tuple[str, ...] = ()
    moment: str = ""
    night: Night | None = None


def form(filled: Filled, notes: Notes, senders: Sequence[tuple[str, str]] = ()) -> View:
    """A new text; `senders` (ours, and what to call them) are asked about when there are several.

    It remembers the conversation, if it is settled.
    """
    blocks = [_addressee(filled)]
    if len(senders) > 1 and not filled.thread_id:
        blocks.append(_senders(filled, senders))
    blocks += [*template(filled, notes), *words(filled, notes)]
    whens = parts.menu([parts.option(label, value) for value, label in WHENS], _when(filled))
    blocks.append(parts.field(WHEN, "Send", whens, live=True))
    blocks += moment(filled, notes) if filled.later else []
    blocks += at_night(notes)
    submit = "Schedule" if filled.later else "Send"
    return parts.modal(FORM, "New text", blocks, submit=submit, metadata=filled.thread_id)


def words(filled: Filled, notes: Notes, label: str = "Text") -> list[Block]:
    """The field for the words, with what they weigh below it."""
    area = parts.area(filled.text, most=MAX_BODY, focus=bool(filled.to), on_typing=True)
    name = f"{TEXT}:{filled.revision}" if filled.revision else TEXT
    return [parts.field(name, label, area, live=True), *map(context, notes.preview)]


def at_night(notes: Notes) -> list[Block]:
    """Whether it may wake them; in another night the field is another one."""
    if notes.night is None:
        return []
    name = f"{NIGHT}:{int(notes.night.ends.timestamp()) // 60 % MOST_MINUTES}"
    opening = parts.option(THEN.format(clock=notes.night.clock), OPENING)
    choice = parts.radios([opening, parts.option("Send anyway", ANYWAY)], OPENING)
    return [parts.field(name, "It is night for them", choice)]


def template(filled: Filled, notes: Notes) -> list[Block]:
    """The menu of templates, with what is amiss below it."""
    found = parts.search("Search templates", _option(filled.template))
    field = parts.field(TEMPLATE, "Template", found, optional=True, live=True)
    return [field, context(notes.template)] if notes.template else [field]


def moment(filled: Filled, notes: Notes) -> list[Block]:
    """Day, time and zone, with what that means for both sides below them."""
    zone = parts.menu([parts.option(label, value) for value, label in ZONES], filled.zone)
    fields = [
        parts.field(DATE, "Date", parts.date(filled.day or None), live=True),
        parts.field(TIME, "Time", parts.time(filled.clock or None), live=True),
        parts.field(ZONE, "In whose time", zone, live=True),
    ]
    return [*fields, context(notes.moment)] if notes.moment else fields


def done(
    message_id: str, said: str, channel_id: str | None, *, later: bool = False, doubt: str = ""
) -> View:
    """What becomes of the text, where it shows, and the way to call it back.

    `doubt` is why it may not leave at its time after all.
    """
    where = f"It shows in <#{channel_id}>." if channel_id else "Its channel is being made."
    undo = Button("Call it back", CALL_BACK, message_id, "danger", "Nothing will be sent.")
    told = section(f"{escaped(said)} {where}")
    blocks = [told, *([context(doubt)] if doubt else []), actions([undo])]
    return parts.modal(DONE, "Scheduled" if later else "On its way", blocks, close="Close")


def over(said: str) -> View:
    """It will not leave after all."""
    return parts.modal(DONE, "Called back", [section(escaped(said))], close="Close")


def _addressee(filled: Filled) -> Block:
    if filled.thread_id:
        return section(f"To *{escaped(filled.to)}*")
    people = parts.search("A name, e-mail or number", _option(filled.contact))
    return parts.field(TO, "To", people, live=True)


def _senders(filled: Filled, senders: Sequence[tuple[str, str]]) -> Block:
    options = [parts.option(label, value) for value, label in senders]
    hint = "Empty: the number of your latest conversation with them."
    menu = parts.menu(options, filled.sender, placeholder="The usual one")
    return parts.field(FROM, "From", menu, optional=True, hint=hint, live=True)


def _option(chosen: Chosen | None) -> Block | None:
    return parts.option(chosen.text, chosen.value) if chosen else None


def _when(filled: Filled) -> str:
    return LATER if filled.later else NOW
