"""Contacts as they come, change and go."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import ports
from domain.services.lists import filters
from graph.context import Info
from graph.enums import Change
from graph.fields import said, subscription
from graph.inputs import lists
from graph.inputs.lists import ContactFilter
from graph.live import Topic, events
from graph.loading import Loader
from graph.plan import Plan
from graph.scalars import Cursor
from graph.subscriptions.events import AfterEvent, kind_of, maker_of, matching
from graph.types.contact import Contact

CONTACTS = "contacts"


@strawberry.type(description="Something happened to a contact.")
class ContactEvent:
    """A checkpoint has a cursor alone."""

    cursor: Cursor = strawberry.field(description="Give it as `after` to resume from here.")
    change: Change = strawberry.field(
        description="What happened; a contact that was merged into another is removed."
    )
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The contact's id, also when the contact is gone."
    )
    contact: Contact | None = strawberry.field(
        default=None, description="The contact as it is now; null when it is gone."
    )


@strawberry.type(description="What can be followed of contacts.")
class ContactSubscriptions:
    """One of the roots of following."""

    @subscription("Contacts as they come, change and go.")
    async def contacts(
        self,
        info: Info,
        filter: Annotated[
            ContactFilter | None, said("Which ones, judged as they are after the change.")
        ] = UNSET,
        after: AfterEvent = UNSET,
    ) -> AsyncGenerator[ContactEvent, None]:
        """Each change once."""
        wanted = lists.contact_filter(None, filter or None)
        async with aclosing(events(info, after or None, _of_contacts(info, wanted))) as stream:
            async for event in stream:
                yield event


def _of_contacts(info: Info, wanted: filters.ContactFilter) -> Topic[ContactEvent]:
    maker, admitted = maker_of(info, "contact"), matching(CONTACTS, wanted.admits)
    return Topic(
        matches=lambda change: admitted(_seen(change)),
        event=lambda change: maker.make(_seen(change), _contact_event),
        checkpoint=lambda cursor: ContactEvent(cursor=Cursor(cursor), change=Change.CHECKPOINT),
    )


def _seen(change: ports.Change) -> ports.Change:
    """Somebody merged into another is gone, like somebody deleted."""
    if not (change.document or {}).get("mergedInto"):
        return change
    kind = "delete" if "mergedInto" in change.touched else change.kind
    return replace(change, kind=kind, document=None)


def _contact_event(change: ports.Change, load: Loader, plan: Plan) -> ContactEvent:
    return ContactEvent(
        cursor=Cursor(change.cursor),
        change=kind_of(change),
        id=strawberry.ID(str(change.id)),
        contact=load.contacts([change.document], plan)[0] if change.document else None,
    )
