"""Lines of a contact's timeline."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.types.people import Actor

if TYPE_CHECKING:
    from graph.types.consent import ConsentEvent
    from graph.types.message import Message


@strawberry.type(description="Something that happened to a contact.")
class Activity:
    """A text, a consent event, or what somebody did or noted."""

    id: strawberry.ID = strawberry.field(
        description="The id of the text, the consent event or the note that it is."
    )
    at: datetime = strawberry.field(description="When it happened.")
    actor: Actor = strawberry.field(description="Who did it.")
    kind: str = strawberry.field(
        description="What it is, in a stable word: text_in, text_out, consent, note, log, status, "
        "assigned, created, imported, merged, value, revocation, thread_status and so on."
    )
    text: str = strawberry.field(description="What happened, as a plain sentence.")
    message: Annotated["Message", strawberry.lazy("graph.types.message")] | None = strawberry.field(
        description="The text that it is, or that it is about."
    )
    consent_event: Annotated["ConsentEvent", strawberry.lazy("graph.types.consent")] | None = (
        strawberry.field(description="The consent event that it is.")
    )
