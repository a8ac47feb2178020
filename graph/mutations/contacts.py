"""What can be done with people."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.services import consent
from domain.services.people import (
    activities,
    contacts,
    deletion,
    erasure,
    merging,
    profiles,
    values,
)
from graph.context import Call, Info
from graph.enums import ContactMethod
from graph.fields import mutation, said
from graph.inputs.consent import ConsentInput
from graph.inputs.people import CreateContactInput, UpdateContactInput, profile
from graph.mutations.consent import record, statement_of
from graph.results import (
    ActivityResult,
    ContactId,
    ContactResult,
    Deleted,
    DeleteResult,
    activity_of,
    contact_of,
)
from graph.types.activity import Activity
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

    @mutation("Delete a contact: an opt-out of their numbers stays.")
    async def delete_contact(
        self,
        info: Info,
        id: ContactId,
        erase_messages: Annotated[
            bool | None,
            said(
                "Leave nothing of the person: texts, files and proof go too, and of a blocked "
                "number only a keyed hash is kept. After a CONFLICT, call again at `retryAt`."
            ),
        ] = False,
    ) -> DeleteResult:
        """Texts that wait to leave are called back."""
        return await info.context.act(info, lambda call: _delete(call, id, bool(erase_messages)))

    @mutation("Make one contact of two. There is no way back.")
    async def merge_contacts(
        self,
        info: Info,
        keep_id: Annotated[strawberry.ID, said("The contact that stays.")],
        merge_id: Annotated[strawberry.ID, said("The contact that becomes part of it.")],
    ) -> ContactResult:
        """An opt-out of either stays in force."""
        return await info.context.act(
            info,
            lambda call: contact_of(call, merging.merge(keep_id, merge_id, call.author, call.now)),
        )

    @mutation("Note something about a contact.")
    async def add_note(
        self, info: Info, contact_id: ContactId, text: Annotated[str, said("The note.")]
    ) -> ActivityResult:
        """A line of their timeline."""
        return await info.context.act(
            info,
            lambda call: activity_of(
                call, activities.note(contact_id, text, call.author, call.now)
            ),
        )

    @mutation("Write down that you were in touch with a contact outside of this product.")
    async def log_contact(
        self,
        info: Info,
        contact_id: ContactId,
        method: Annotated[ContactMethod, said("In which way.")],
        at: Annotated[datetime | None, said("When; now if it is left out.")] = UNSET,
        note: Annotated[str | None, said("What was said.")] = UNSET,
    ) -> ActivityResult:
        """The latest one counts as their last contact."""
        return await info.context.act(
            info, lambda call: _log(call, contact_id, method, at or None, note or None)
        )

    @mutation("Write down what a contact brought: a figure of analytics and of campaigns.")
    async def record_value(
        self,
        info: Info,
        contact_id: ContactId,
        amount: Annotated[
            Decimal,
            said(
                "How much, in the currency of the prices, to the cent; what was paid back is "
                "negative."
            ),
        ],
        campaign_id: Annotated[
            strawberry.ID | None,
            said(
                "The campaign to which it is owed, of which they got a text; without one it "
                "counts for none."
            ),
        ] = UNSET,
        note: Annotated[str | None, said("What it was for.")] = UNSET,
        idempotency_key: Annotated[
            str | None,
            said("With the same key it is written down once; for another value it is a CONFLICT."),
        ] = UNSET,
    ) -> ActivityResult:
        """A line of their timeline."""
        key = idempotency_key or None
        return await info.context.act(
            info,
            lambda call: activity_of(
                call,
                values.record(
                    *(contact_id, amount, campaign_id or None, note or None),
                    *(call.author, call.now),
                    origin=f"value:{call.author.key}/{key}" if key else None,
                ),
            ),
        )


def _delete(call: Call, id: str, erase: bool) -> Deleted:
    if erase:
        gone = erasure.erase(id, call.now, call.policy, call.files)
    else:
        gone = deletion.delete(id, call.now)
    return Deleted(id=strawberry.ID(str(gone)))


def _log(
    call: Call, contact_id: str, method: ContactMethod, at: datetime | None, note: str | None
) -> Activity:
    made = activities.log(contact_id, str(method.value), at, note, call.author, call.now)
    return activity_of(call, made)


def _check(call: Call, given: str, said_of_consent: ConsentInput) -> None:
    """Refuse what cannot be recorded of a new number before anything is stored."""
    statement = statement_of(call, said_of_consent)
    phone = contacts.readable(given, call.policy.region)
    if contacts.by_phone(phone) is None:
        consent.recognise(phone, call.policy.secret, call.now)
        consent.check(phone, statement)


def _create(call: Call, input: CreateContactInput) -> Contact:
    key = input.idempotency_key or None
    origin = f"api:{call.author.key}/{key}" if key else None
    said_of_consent = input.consent or None
    if said_of_consent:
        _check(call, input.phone, said_of_consent)
    made = profiles.create(profile(input), origin, call.now, call.policy, call.author)
    if said_of_consent:
        record(call, made, said_of_consent, f"api:{call.author.key}/{key or made.id}")
    return contact_of(call, made)


def _update(call: Call, id: str, input: UpdateContactInput) -> Contact:
    changed = profiles.change(id, profile(input), call.now, call.policy, call.author)
    return contact_of(call, changed)
