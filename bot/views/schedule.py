"""Texts that wait for their time: the list, with what can be done, and the form to change one."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks.elements import Block, actions, clipped, context, section
from bot.views import compose, parts
from bot.views.compose import CALL_BACK, Filled, Notes
from bot.views.parts import View
from domain.rules import zones
from domain.rules.mrkdwn import escaped
from domain.services.desk.schedules import Waiting
from domain.values import Button

LIST, CHANGE = "scheduled_list", "scheduled_form"
NEW, EDIT, RELEASE, CANCEL = "new_scheduled", "change_scheduled", "send_scheduled", CALL_BACK
NONE = "No text is scheduled."
MORE = "There are more; they show here when these have left."
AT_ONCE = "It leaves at once, whatever time it is for the customer."
ANYBODY = "anybody"
MOST_WORDS = 300
SHOWN = 20


def listing(waiting: Sequence[Waiting], more: bool, thread_id: str, zone: str | None) -> View:
    """The list as a modal, of a conversation or (no `thread_id`) one's own; `zone`: the agent's."""
    about = section(escaped(_whose(waiting, thread_id)))
    blocks = [about, actions([Button("Schedule a text", NEW, thread_id or ANYBODY)])]
    blocks += rows(waiting[:SHOWN], zone)
    blocks += [context(MORE)] if more or len(waiting) > SHOWN else []
    return parts.modal(LIST, "Scheduled texts", blocks, close="Close", metadata=thread_id)


def rows(waiting: Sequence[Waiting], zone: str | None) -> list[Block]:
    """One after the other, each with its buttons; three blocks each."""
    return [block for one in waiting for block in _row(one, zone)]


def change(one: Waiting, filled: Filled, notes: Notes, list_of: str) -> View:
    """Other words and another time; it remembers the text and which list it came from."""
    blocks = [
        section(f"To *{escaped(one.name)}*"),
        *compose.words(filled, notes),
        *compose.moment(filled, notes),
    ]
    remembered = f"{one.id} {list_of}"
    return parts.modal(CHANGE, "Change the text", blocks, submit="Save", metadata=remembered)


def as_filled(one: Waiting, zone: str | None) -> Filled:
    """The form as it is opened: the customer's time where it is known, else the agent's."""
    day, clock = local(one.send_at, one.zone or zone or "UTC")
    whose = compose.CUSTOMER if one.zone or zone else "UTC"
    return Filled(
        one.thread_id, one.name, text=one.body, later=True, day=day, clock=clock, zone=whose
    )


def local(at: datetime, zone: str) -> tuple[str, str]:
    """The day and the time there, as pickers have them."""
    there = zones.local(at, zone)
    return there.date().isoformat(), f"{there:%H:%M}"


def _whose(waiting: Sequence[Waiting], thread_id: str) -> str:
    if not waiting:
        return NONE
    if thread_id:
        return f"Scheduled for {waiting[0].name}:"
    return "Your scheduled texts, the next one first:"


def _row(one: Waiting, zone: str | None) -> list[Block]:
    said = clipped(escaped(" ".join(one.body.split())), MOST_WORDS)
    leaves = f"{zones.for_both(one.send_at, one.zone, zone)} · scheduled by {one.by}"
    buttons = [
        Button("Change", EDIT, one.id),
        Button("Send now", RELEASE, one.id, asks=AT_ONCE),
        Button("Cancel", CANCEL, one.id, "danger", "Nothing will be sent."),
    ]
    return [section(f"*{escaped(one.name)}*\n{said}"), context(leaves), actions(buttons)]
