"""The form of a campaign: whom it is for, what it says, from which number, when and how fast.

Each field has the name by which errors call it. Like a text's, the words get a field of a new name
whenever they are filled in anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import memory
from bot.blocks.elements import Block, context, divider, section
from bot.views import compose, parts
from bot.views.compose import Chosen
from bot.views.parts import View
from domain.model.contact import STATUSES
from domain.rules.segments import MAX_BODY
from domain.services.campaigns.planning.drafting import FASTEST

FORM = "campaign_form"
NAME, ANY, ALL, STATUS = "name", "tags_any", "tags_all", "statuses"
SEARCH, PEOPLE, TABLE = "search", "people", "csv"
TEMPLATE, TEXT, PURPOSE, SENDER = compose.TEMPLATE, compose.TEXT, "purpose", compose.FROM
DATE, TIME, PACE = compose.DATE, compose.TIME, "per_minute"
PROGRAM, OFTEN, TERMS, PRIVACY = "program_name", "frequency", "terms_url", "privacy_url"
PURPOSES = (
    ("marketing", "Advertising: needs consent in writing, leaves by day only"),
    ("informational", "Information: what they asked to be told"),
)
LONGEST_NAME, MOST_WARNED = 100, 10
WHOM = (
    "*Whom it is for* – every field that you fill in must hold. The list is made when the campaign "
    "begins, and only those who agreed to such texts get one."
)
LISTS = "A CSV file with a column phone; others are first name, last name, tags and consent."
VARIABLES = "Variables as in templates: {first_name|there}, {city}, any custom field."
PROGRAMS = "What carriers ask of advertising that repeats; leave it empty otherwise."


@dataclass(frozen=True)
class Filled:
    """What is in the form; empty words stand for nothing.

    `listed` (ids, how many) are contacts that a program listed, more than a field can hold: they
    stay. `import_id` is a list that was read in before. `day` and `clock` are the business's.
    """

    campaign_id: str = ""
    name: str = ""
    any: str = ""
    all: str = ""
    statuses: tuple[str, ...] = ()
    search: str = ""
    people: str = ""
    listed: int = 0
    import_id: str = ""
    file_id: str = ""
    template: Chosen | None = None
    text: str = ""
    revision: int = 0
    purpose: str = "marketing"
    sender: str = ""
    day: str = ""
    clock: str = ""
    pace: str = "60"
    program: str = ""
    often: str = ""
    terms: str = ""
    privacy: str = ""
    at_home: bool = False


@dataclass(frozen=True)
class Notes:
    """What the product says of it: how many fit, what the words weigh, what may be disliked.

    `table` is what is known of the list that was read in before.
    """

    people: str = ""
    preview: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    table: str = ""
    clock: str = ""


def form(filled: Filled, notes: Notes, senders: Sequence[tuple[str, str]] = ()) -> View:
    """A new campaign, or another one; `senders` are asked about when there are several."""
    name = parts.line(filled.name, placeholder="Open house on Saturday", most=LONGEST_NAME)
    blocks = [
        parts.field(NAME, "Name", name),
        *_audience(filled, notes),
        divider(),
        *_words(filled, notes),
        *(_senders(filled, senders) if len(senders) > 1 else []),
        divider(),
        *_when(filled, notes),
        *_program(filled),
    ]
    title = "Change the campaign" if filled.campaign_id else "New campaign"
    kept = remembered(filled)
    return parts.modal(FORM, title, blocks, submit="Save and preview", metadata=kept)


def remembered(filled: Filled) -> str:
    """What the form keeps beside its fields."""
    home = "yes" if filled.at_home else ""
    return memory.kept(id=filled.campaign_id, table=filled.import_id, home=home)


def _audience(filled: Filled, notes: Notes) -> list[Block]:
    statuses = parts.menus([parts.option(one.title(), one) for one in STATUSES], filled.statuses)
    file = {"type": "file_input", "filetypes": ["csv"], "max_files": 1}
    blocks = [
        section(WHOM),
        _line(ANY, "Has one of these tags", filled.any, "buyer, open house", live=True),
        _line(ALL, "Has all of these tags", filled.all, "buyer, first home", live=True),
        parts.field(STATUS, "Status", statuses, optional=True, live=True),
        _line(SEARCH, "Words of a name, e-mail or number", filled.search, "jane", live=True),
    ]
    if filled.listed:
        blocks.append(context(f"A list of {filled.listed:,} contacts that a program gave stays."))
    else:
        blocks.append(_people(filled))
    blocks += [context(notes.table)] if notes.table else []
    blocks.append(parts.field(TABLE, "Or a list as a file", file, optional=True, hint=LISTS))
    return [*blocks, *([context(notes.people)] if notes.people else [])]


def _people(filled: Filled) -> Block:
    area = parts.area(filled.people, placeholder="760-555-0101\n760-555-0102")
    hint = "Numbers of contacts, or contacts' ids, one a line."
    return parts.field(PEOPLE, "Only these people", area, optional=True, hint=hint)


def _words(filled: Filled, notes: Notes) -> list[Block]:
    chosen = parts.option(filled.template.text, filled.template.value) if filled.template else None
    found = parts.search("Search templates", chosen)
    area = parts.area(filled.text, most=MAX_BODY, on_typing=True)
    name = f"{TEXT}:{filled.revision}" if filled.revision else TEXT
    purposes = [parts.option(label, value) for value, label in PURPOSES]
    return [
        parts.field(TEMPLATE, "Template", found, optional=True, live=True),
        parts.field(name, "Text", area, hint=VARIABLES, live=True),
        *map(context, notes.preview),
        *(context(f"⚠ {one}") for one in notes.warnings[:MOST_WARNED]),
        parts.field(PURPOSE, "What it is", parts.menu(purposes, filled.purpose), live=True),
    ]


def _senders(filled: Filled, senders: Sequence[tuple[str, str]]) -> list[Block]:
    options = [parts.option(label, value) for value, label in senders]
    menu = parts.menu(options, filled.sender, placeholder="The usual one")
    return [parts.field(SENDER, "From", menu, optional=True)]


def _when(filled: Filled, notes: Notes) -> list[Block]:
    pace = {"type": "number_input", "is_decimal_allowed": False, "initial_value": filled.pace}
    pace |= {"min_value": "1", "max_value": str(FASTEST)}
    hint = "Empty: as soon as you start it. Nothing leaves before somebody presses Start."
    return [
        parts.field(DATE, "Begins on", parts.date(filled.day or None), optional=True, hint=hint),
        parts.field(TIME, f"Time ({notes.clock})", parts.time(filled.clock or None), optional=True),
        parts.field(PACE, "Texts a minute, at most", pace),
    ]


def _program(filled: Filled) -> list[Block]:
    return [
        divider(),
        context(PROGRAMS),
        _line(PROGRAM, "Programme's name", filled.program, "Vista Open Houses"),
        _line(OFTEN, "How often it texts", filled.often, "2 texts a month"),
        _line(TERMS, "Its terms", filled.terms, "https://example.com/terms"),
        _line(PRIVACY, "Its privacy policy", filled.privacy, "https://example.com/privacy"),
    ]


def _line(name: str, label: str, value: str, example: str, *, live: bool = False) -> Block:
    told = parts.line(value, placeholder=example, most=500)
    told |= {"dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}} if live else {}
    return parts.field(name, label, told, optional=True, live=live)
