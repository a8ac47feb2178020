"""Entries of the audit log."""

from datetime import datetime

import strawberry

from graph.types.people import Actor


@strawberry.type(description="A small fact about a deed.")
class AuditFact:
    """A name and a short value."""

    name: str = strawberry.field(description="What it tells, such as `scopes` or `failed`.")
    value: str = strawberry.field(description="A short word; never a text, or a whole number.")


@strawberry.type(description="Somebody did something that an administrator may want to know.")
class AuditEntry:
    """Written once and never changed."""

    id: strawberry.ID = strawberry.field(description="Its id.")
    at: datetime = strawberry.field(description="When it was done.")
    actor: Actor = strawberry.field(description="Who did it.")
    action: str = strawberry.field(
        description="What it was, in a stable word: `token.create`, `contact.delete`, "
        "`proof.export`, `workspace.setup`, `refused` and so on."
    )
    subject: str | None = strawberry.field(description="The id of what it was done to.")
    ip: str | None = strawberry.field(description="The address that it was asked from, if any.")
    facts: list[AuditFact] = strawberry.field(
        description="More about it; `failed` has the code of the Problem that it ended in."
    )
