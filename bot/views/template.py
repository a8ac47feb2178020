"""The form for a template: its words with variables, tried on somebody while it is written."""

from dataclasses import dataclass

from bot.blocks.elements import Block, clipped, context, section
from bot.views import parts
from bot.views.parts import View
from domain.rules.segments import MAX_BODY
from domain.rules.words.mrkdwn import escaped
from domain.services.automation.templates import LONGEST_NAME
from domain.services.automation.trying import Tried

FORM = "template_form"
NAME, BODY, WHOSE, SAMPLE = "name", "body", "shared", "sample"
EVERYBODY, ME = "everybody", "me"
VARIABLES = (
    "*Variables* stand for what is known of a person: `{first_name}`, `{last_name}`, `{name}`, "
    "`{phone}`, `{email}`, `{city}`, `{state}`, and any custom field by its name.\n"
    "`{first_name|there}` says _there_ where nobody knows the first name. Any other name in "
    "braces, such as `{day}`, is filled in by whoever sends the text."
)
MOST_SHOWN = 1_500
MOST_WARNED = 10


@dataclass(frozen=True)
class Draft:
    """What is in the form. `sample` is a contact as the menu shows them: words, id."""

    template_id: str = ""
    name: str = ""
    body: str = ""
    shared: bool = True
    sample: tuple[str, str] | None = None
    at_home: bool = False


def form(draft: Draft, tried: Tried) -> View:
    """A new template, or another one's words."""
    name = parts.line(draft.name, placeholder="Open House Reminder", most=LONGEST_NAME)
    words = parts.area(draft.body, most=MAX_BODY, on_typing=True)
    options = [parts.option("Everybody", EVERYBODY), parts.option("Only me", ME)]
    whose = parts.menu(options, EVERYBODY if draft.shared else ME)
    chosen = parts.option(*draft.sample) if draft.sample else None
    blocks = [
        parts.field(NAME, "Name", name),
        parts.field(BODY, "Text", words, live=True),
        section(VARIABLES),
        parts.field(WHOSE, "For whom", whose),
        parts.field(SAMPLE, "Try it on", parts.search("A contact", chosen), live=True)
        | {"optional": True},
        *_preview(tried),
    ]
    title = "Change a template" if draft.template_id else "New template"
    return parts.modal(FORM, title, blocks, submit="Save", metadata=remembered(draft))


def remembered(draft: Draft) -> str:
    """What the form keeps: which template it is, and whether it was opened on the Home."""
    return f"{draft.template_id} {'home' if draft.at_home else ''}".rstrip()


def _preview(tried: Tried) -> list[Block]:
    """What somebody would read, and what it weighs."""
    if tried.wrong and not tried.words:
        return [context(f"⚠ {tried.wrong}")]
    if not tried.words:
        return []
    shown = [section(f"*Preview*\n{clipped(escaped(tried.words), MOST_SHOWN)}")]
    told = [tried.wrong or "", f"{tried.weight}.", f"With long names at worst {tried.worst}."]
    if tried.lacking:
        told.append(f"Whoever sends it fills in: {', '.join(tried.lacking)}.")
    warned = [context(f"⚠ {escaped(one)}") for one in tried.warnings[:MOST_WARNED]]
    return [*shown, context(" ".join(filter(None, told))), *warned]
