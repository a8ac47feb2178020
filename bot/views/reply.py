"""The modal behind `Reply`."""

from bot.views import parts
from bot.views.parts import View
from domain.rules.segments import MAX_BODY

FORM = "reply_form"
TEXT = "text"


def reply(thread_id: str, person: str) -> View:
    """A text to that person; the form remembers which conversation it is about."""
    label = f"Your text to {person}"
    text = parts.area(most=MAX_BODY, focus=True)
    fields = [parts.field(TEXT, label, text)]
    return parts.modal(FORM, "Reply by text", fields, submit="Send", metadata=thread_id)
