"""Until when a conversation rests, and who is to have it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.blocks.elements import section
from bot.views import parts
from bot.views.parts import View
from domain.rules import snoozing
from domain.rules.snoozing import MONDAY, OWN, TOMORROW
from domain.rules.words.mrkdwn import escaped

FORM, ASSIGN_FORM = "snooze_form", "assign_form"
CHOICE, DAY, TIME, AGENT = "choice", "day", "time", "agentId"
LABELS = {"hour": "For an hour", "hours": "For three hours"}
OWN_LABEL = "Until the day and time below"
NOBODY = "Empty: it is nobody's, and the first who answers takes it."


def snooze(person: str, now: datetime, zone: ZoneInfo, remember: str) -> View:
    """The usual choices, each with its moment, and a day and time of one's own."""
    morning = {
        one: f"Until {snoozing.moment(one, now, zone):%A, %H:%M}" for one in (TOMORROW, MONDAY)
    }
    if morning[TOMORROW] == morning[MONDAY]:
        del morning[MONDAY]
    labels = LABELS | morning | {OWN: OWN_LABEL}
    choices = [parts.option(label, choice) for choice, label in labels.items()]
    where = f"Times are those of {zone.key.replace('_', ' ')}."
    blocks = [
        section(f"*{escaped(person)}* · A new text opens it sooner."),
        parts.field(CHOICE, "Let it rest", parts.menu(choices, "hour")),
        parts.field(DAY, "Day", parts.date(), optional=True),
        parts.field(TIME, "Time", parts.time(), optional=True, hint=where),
    ]
    return parts.modal(FORM, "Snooze", blocks, submit="Snooze", metadata=remember)


def assign(person: str, agent_id: str | None, remember: str) -> View:
    """Who is to have the conversation."""
    blocks = [
        section(f"*{escaped(person)}*"),
        parts.field(AGENT, "Who answers", parts.person(agent_id), optional=True, hint=NOBODY),
    ]
    return parts.modal(ASSIGN_FORM, "Assign", blocks, submit="Assign", metadata=remember)
