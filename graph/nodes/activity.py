"""Lines of a contact's timeline as the API shows them."""

from domain.services.people.telling import Telling
from graph.nodes.stored import Raw, identity
from graph.types.activity import Activity
from graph.types.consent import ConsentEvent
from graph.types.message import Message
from graph.types.people import Actor


def activity(
    entry: Raw, told: Telling, actor: Actor, message: Message | None, event: ConsentEvent | None
) -> Activity:
    """A line with what was loaded beside it."""
    return Activity(
        id=identity(entry),
        at=entry["at"],
        actor=actor,
        kind=told.kind,
        text=told.text,
        message=message,
        consent_event=event,
    )
