"""What can be recorded of people's consent."""

from typing import Annotated
from uuid import uuid4

import strawberry

from domain import model
from domain.errors import Conflict
from domain.services import consent, contacts, messages
from graph.context import Call, Info
from graph.enums import ConsentAction
from graph.fields import mutation, said
from graph.inputs.consent import ConsentInput, statement
from graph.results import (
    ConsentEventResult,
    ContactId,
)
from graph.types.consent import ConsentEvent

OTHER_STATEMENT = "This idempotency key was already used for another statement."


@strawberry.type(description="What can be recorded of consent.")
class ConsentMutations:
    """One of the roots of writing."""

    @mutation("Record what a person said about being texted. An opt-out is in force at once.")
    async def record_consent(
        self,
        info: Info,
        contact_id: ContactId,
        input: Annotated[ConsentInput, said("What they said, with its proof.")],
    ) -> ConsentEventResult:
        """Into the ledger, which is never changed."""
        return await info.context.act(info, lambda call: _consent(call, contact_id, input))


def _consent(call: Call, contact_id: str, input: ConsentInput) -> ConsentEvent:
    contact = contacts.get(contact_id)
    key = input.idempotency_key or uuid4().hex
    event = record(call, contact, input, f"api:{call.author.key}/consent/{key}")
    return call.load.consent_event(event, call.plan)


def record(
    call: Call, contact: model.Contact, input: ConsentInput, origin: str
) -> model.ConsentEvent:
    """Into the ledger; an opt-out also calls back what has not left yet."""
    said_now = statement_of(call, input)
    event = consent.record(origin, contact.phone, said_now, call.now)
    if (event.action, event.phone) != (input.action.value, contact.phone):
        raise Conflict(OTHER_STATEMENT)
    if input.action is ConsentAction.OPT_OUT:
        _silence(call, contact, said_now, origin)
    return event


def _silence(call: Call, contact: model.Contact, said_no: consent.Statement, origin: str) -> None:
    """A no is meant by the person: it holds for all their numbers and for what waits to leave."""
    for phone in contact.phones:
        if phone != contact.phone:
            consent.record(f"{origin}/{phone}", phone, said_no, call.now)
        messages.cancel_for(phone, call.now, consent.STOPPED)


def statement_of(call: Call, input: ConsentInput) -> consent.Statement:
    """What was said, in the ledger's words; InvalidInput for what cannot be."""
    return statement(input, call.author, call.ip, call.now, call.policy.business_name)
