"""The modal behind `Reply`."""

from bot.views import compose, parts
from bot.views.compose import Filled, Notes
from bot.views.parts import View

FORM = "reply_form"
TEXT = compose.TEXT


def reply(
    thread_id: str, person: str, filled: Filled | None = None, notes: Notes | None = None
) -> View:
    """A text to that person; the form remembers which conversation it is about."""
    filled, notes = filled or Filled(thread_id, person), notes or Notes()
    label = f"Your text to {person}"
    fields = [*compose.words(filled, notes, label), *compose.template(filled, notes)]
    fields += compose.at_night(notes)
    return parts.modal(FORM, "Reply by text", fields, submit="Send", metadata=thread_id)
