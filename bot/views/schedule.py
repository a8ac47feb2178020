"""Texts that wait for their time: the list, with what can be done, and the form to change one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.blocks.elements import Block, actions, clipped, context, section
from bot.views import compose, parts
from bot.views.compose import CALL_BACK, Filled, Notes
from bot.views.parts import View
from domain.rules import zones
from domain.rules.words.mrkdwn import escaped
from domain.services.desk.schedules import Waiting
from domain.values import Button

LIST, CHANGE = "scheduled_list", "scheduled_form"
NEW, EDIT, RELEASE, CANCEL = "new_scheduled", "change_scheduled", "send_scheduled", CALL_BACK
EARLIER, LATER = "earlier_scheduled", "later_scheduled"
NONE = "No text is scheduled."
ALL = "What colleagues and programs have scheduled is in the app's Home, under *Scheduled*."
AT_ONCE = "It leaves at once, whatever time it is for the customer."
ANYBODY = "anybody"
MOST_WORDS = 300
MOST_PAGES = 200


@dataclass(frozen=True)
class Leaf:
    """One page of a conversation's list, or (no `thread_id`) of one's own; the first is 0."""

    thread_id: str = ""
    page: int = 0

    @classmethod
    def read(cls, text: str) -> "Leaf":
        """As a form or a button remembers it; the first page for what is none."""
        thread_id, _, page = text.partition(":")
        return cls(thread_id, min(int(page), MOST_PAGES) if page.isdecimal() else 0)

    @property
    def text(self) -> str:
        """To be read again."""
        return f"{self.thread_id}:{self.page}" if self.page else self.thread_id

    def turned(self, pages: int) -> "Leaf":
        """So many pages on."""
        return replace(self, page=max(self.page + pages, 0))


def listing(waiting: Sequence[Waiting], more: bool, leaf: Leaf, zone: str | None) -> View:
    """A page of the list as a modal; `zone`: the agent's. It remembers which page it is."""
    about = section(escaped(_whose(waiting, leaf.thread_id)))
    new = Button("Schedule a text", NEW, leaf.thread_id or ANYBODY)
    blocks = [about, actions([new]), *rows(waiting, zone), *_turning(leaf, more)]
    blocks += [] if leaf.thread_id else [context(ALL)]
    return parts.modal(LIST, "Scheduled texts", blocks, close="Close", metadata=leaf.text)


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
        one.thread_id,
        one.name,
        text=one.body,
        later=True,
        day=day,
        clock=clock,
        zone=whose,
        kept=one.send_at,
    )


def kept(filled: Filled, one: Waiting, zone: str | None) -> Filled:
    """With the text's very moment while the fields still show it."""
    before = as_filled(one, zone)
    shown = (before.day, before.clock, before.zone)
    same = (filled.day, filled.clock, filled.zone) == shown
    return replace(filled, later=True, kept=one.send_at if same else None)


def local(at: datetime, zone: str) -> tuple[str, str]:
    """The day and the time there, as pickers have them."""
    there = zones.local(at, zone)
    return there.date().isoformat(), f"{there:%H:%M}"


def _turning(leaf: Leaf, more: bool) -> list[Block]:
    """The way to the other pages."""
    turns = [Button("Earlier", EARLIER, leaf.turned(-1).text)] if leaf.page else []
    turns += [Button("Later", LATER, leaf.turned(1).text)] if more else []
    return [actions(turns)] if turns else []


def _whose(waiting: Sequence[Waiting], thread_id: str) -> str:
    if not waiting:
        return NONE
    if thread_id:
        return f"Scheduled for {waiting[0].name}:"
    return "Your scheduled texts, the next one first:"


def _row(one: Waiting, zone: str | None) -> list[Block]:
    said = clipped(escaped(" ".join(one.body.split())), MOST_WORDS)
    when = zones.for_both(one.send_at, one.zone, zone)
    leaves = f"Leaves {when}{one.since}. Scheduled by {one.by}."
    buttons = [
        Button("Change", EDIT, one.id),
        Button("Send now", RELEASE, one.id, asks=AT_ONCE),
        Button("Cancel", CANCEL, one.id, "danger", "Nothing will be sent."),
    ]
    return [section(f"*{escaped(one.name)}*\n{said}"), context(leaves), actions(buttons)]
