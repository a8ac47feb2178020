"""Automatic answers on the Home, and the form of a rule."""

from dataclasses import dataclass

from bot.blocks.elements import Block, actions, clipped, context, section
from bot.views import parts
from bot.views.parts import View
from domain.rules.words.mrkdwn import escaped
from domain.services.automation.phrasing import LONGEST
from domain.services.automation.replies import LONGEST_NAME
from domain.values import Button, Responder, Week

NEW, EDIT, DELETE = "new_reply", "edit_reply", "delete_reply"
DISABLE, ENABLE = "disable_reply", "enable_reply"
HOURS, TRY = "business_hours", "try_reply"
FORM = "rule_form"
NAME, KEYWORDS, MATCH, BODY, WHEN, PRIORITY = (
    *("name", "keywords", "match", "body"),
    *("duringHours", "priority"),
)
ANYTIME, OPEN, CLOSED = "anytime", "open", "closed"
TIMES = {
    ANYTIME: "At any time",
    OPEN: "Only while the business is open",
    CLOSED: "Only while the business is closed",
}
MATCHES = {
    "exact": "The text is one of them",
    "starts_with": "The text starts with one of them",
    "contains": "The text contains one of them",
}
MOST_WORDS, MOST_KEYWORDS, MOST_ROW = 1_500, 1_200, 600
COMMAS = "With commas between. Case, accents and punctuation do not matter; words count whole."
VARIABLES = (
    "Each variable says what stands there without a value: `{first_name|there}`. "
    "`{opens|soon}` is when the business opens next, `{business}` its name."
)
HIGHEST = "A whole number. Of several rules that know a text the highest answers."
ADMINS = "Admins change what is answered and when."
NO_AWAY = "There is no away message."


@dataclass(frozen=True)
class Draft:
    """What is in the form of a rule."""

    rule_id: str = ""
    name: str = ""
    keywords: str = ""
    match: str = "exact"
    body: str = ""
    when: str = ANYTIME
    priority: str = "0"


def above(admin: bool) -> list[Block]:
    """What the tab offers above its rows."""
    made = [Button("New rule", NEW, "new", "primary"), Button("Business hours", HOURS, "hours")]
    offered = actions([*(made if admin else []), Button("Try a text", TRY, "try")], "offers")
    return [offered] if admin else [offered, context(ADMINS)]


def week(one: Week) -> list[Block]:
    """When the business is open, and what is said when it is not."""
    state = "open now" if one.opened else "closed now"
    away = f"Away message:\n{_quoted(one.away)}" if one.away else NO_AWAY
    return [section(f"*Business hours* · {state}\n{escaped(one.hours)}\n{away}")]


def responder(one: Responder) -> list[Block]:
    """A rule."""
    rests = "" if one.enabled else " · switched off"
    said = f"*{escaped(one.name)}*{rests}\n{escaped(one.when)}\n{_quoted(one.words)}"
    if not one.editable:
        return [section(said)]
    switch = Button("Switch off", DISABLE, one.rule_id)
    if not one.enabled:
        switch = Button("Switch on", ENABLE, one.rule_id)
    gone = f"“{one.name}” answers no more. What it has answered stays."
    deeds = [
        Button("Edit", EDIT, one.rule_id),
        switch,
        Button("Delete", DELETE, one.rule_id, "danger", gone),
    ]
    return [section(said), actions(deeds)]


def form(draft: Draft) -> View:
    """A new rule, or another one as it is."""
    matches = [parts.option(label, kind) for kind, label in MATCHES.items()]
    times = [parts.option(label, when) for when, label in TIMES.items()]
    blocks = [
        parts.field(NAME, "Name", parts.line(draft.name, placeholder="Hours", most=LONGEST_NAME)),
        parts.field(
            KEYWORDS,
            "Keywords",
            parts.line(draft.keywords, placeholder="hours, open, closing", most=MOST_KEYWORDS),
            hint=COMMAS,
        ),
        parts.field(MATCH, "It answers when", parts.menu(matches, draft.match)),
        parts.field(BODY, "Answer", parts.area(draft.body, most=LONGEST)),
        section(VARIABLES),
        parts.field(WHEN, "When", parts.menu(times, draft.when)),
        parts.field(PRIORITY, "Priority", parts.line(draft.priority, most=6), hint=HIGHEST),
    ]
    title = "Change a rule" if draft.rule_id else "New rule"
    return parts.modal(FORM, title, blocks, submit="Save", metadata=draft.rule_id)


def _quoted(words: str) -> str:
    return f"> {clipped(escaped(' '.join(words.split())), MOST_ROW)}"
