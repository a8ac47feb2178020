"""What can be done with people."""

from typing import Annotated

import strawberry

from domain.services import profiles
from graph.context import Call, Info
from graph.fields import mutation, said
from graph.inputs.people import CreateContactInput, UpdateContactInput, profile
from graph.mutations.consent import record, statement_of
from graph.results import (
    ContactId,
    ContactResult,
    contact_of,
)
from graph.types.contact import Contact


@strawberry.type(description="What can be done with people.")
class ContactMutations:
    """One of the roots of writing."""

    @mutation("Make a contact.")
    async def create_contact(
        self, info: Info, input: Annotated[CreateContactInput, said("Who it is.")]
    ) -> ContactResult:
        """Once per idempotency key."""
        return await info.context.act(info, lambda call: _create(call, input))

    @mutation("Change a contact, field by field.")
    async def update_contact(
        self,
        info: Info,
        id: ContactId,
        input: Annotated[UpdateContactInput, said("What is to change.")],
    ) -> ContactResult:
        """What is left out stays."""
        return await info.context.act(info, lambda call: _update(call, id, input))


def _create(call: Call, input: CreateContactInput) -> Contact:
    key = input.idempotency_key or None
    origin = f"api:{call.author.key}/{key}" if key else None
    said_of_consent = input.consent or None
    if said_of_consent:
        statement_of(call, said_of_consent)  # refuse what cannot be before anything is stored
    made = profiles.create(profile(input), origin, call.now, call.policy, call.author)
    if said_of_consent:
        record(call, made, said_of_consent, f"api:{call.author.key}/{key or made.id}")
    return contact_of(call, made)


def _update(call: Call, id: str, input: UpdateContactInput) -> Contact:
    changed = profiles.change(id, profile(input), call.now, call.policy, call.author)
    return contact_of(call, changed)
