"""The ledger's events."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.enums import ConsentAction, ConsentLevel, ConsentMethod, ConsentScope
from graph.scalars import Phone
from graph.types.people import Actor

if TYPE_CHECKING:
    from graph.types.contact import Contact
    from graph.types.message import Message


@strawberry.type(description="What a person said about being texted, with its proof.")
class ConsentEvent:
    """Never changed, never deleted."""

    id: strawberry.ID = strawberry.field(description="The event's id.")
    phone: Phone = strawberry.field(description="The number that it is about.")
    contact: Annotated["Contact", strawberry.lazy("graph.types.contact")] | None = strawberry.field(
        description="Whose number it was."
    )
    action: ConsentAction = strawberry.field(description="Yes or no.")
    level: ConsentLevel = strawberry.field(description="How strong a yes.")
    scope: ConsentScope = strawberry.field(description="How far it reaches.")
    at: datetime = strawberry.field(description="When the person said it.")
    method: ConsentMethod = strawberry.field(description="How it came to us.")
    wording: str | None = strawberry.field(description="The sentence that was shown.")
    wording_version: str | None = strawberry.field(description="Which version of the sentence.")
    ip: str | None = strawberry.field(description="The person's IP address, as the form gave it.")
    user_agent: str | None = strawberry.field(description="The person's browser.")
    evidence_url: str | None = strawberry.field(description="Where more proof is kept.")
    note: str | None = strawberry.field(description="What else should be known.")
    recorded_by: Actor = strawberry.field(description="Who wrote it down.")
    recorded_at: datetime = strawberry.field(description="When it was written down.")
    recorded_from_ip: str | None = strawberry.field(description="From which IP address.")
    message: Annotated["Message", strawberry.lazy("graph.types.message")] | None = strawberry.field(
        description="The text that said it."
    )


@strawberry.type(description="The sentence beside a consent box.")
class ConsentWording:
    """One version of it."""

    version: str = strawberry.field(description="To be given as `wordingVersion` with the yes.")
    text: str = strawberry.field(description="What is to be shown, word for word.")
