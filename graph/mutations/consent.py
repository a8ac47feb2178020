"""What can be recorded of people's consent."""

from typing import Annotated
from uuid import uuid4

import strawberry
from strawberry import UNSET
from strawberry.utils.str_converters import to_camel_case

from domain import model
from domain.errors import Conflict, FieldError
from domain.services import consent
from domain.services.consent import confirming, repeating
from domain.services.desk import reviews
from domain.services.people import contacts
from graph.context import Call, Info
from graph.enums import ConsentAction
from graph.fields import mutation, said
from graph.inputs import given
from graph.inputs.consent import ConsentInput, statement
from graph.results import ConsentEventResult, ContactId, ThreadResult, thread_of
from graph.types.consent import ConsentEvent

YES = ("opt_in", "pending")
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

    @mutation(
        "Decide whether a customer's words meant no more texts. An opt-out is in force at once; "
        "otherwise what was held goes on. Conflict when nothing is held."
    )
    async def decide_revocation(
        self,
        info: Info,
        thread_id: Annotated[strawberry.ID, said("The conversation that is held.")],
        opt_out: Annotated[bool, said("Whether they meant it.")],
        note: Annotated[str | None, said("Why, for the ledger and the timeline.")] = UNSET,
    ) -> ThreadResult:
        """Once; whoever is second learns that it is decided."""
        return await info.context.act(
            info,
            lambda call: thread_of(
                call,
                reviews.decide(thread_id, opt_out, note or None, call.author, call.now, call.ip),
            ),
        )


def _consent(call: Call, contact_id: str, input: ConsentInput) -> ConsentEvent:
    contact = contacts.get(contact_id)
    key = input.idempotency_key or uuid4().hex
    event = record(call, contact, input, f"api:{call.author.key}/consent/{key}")
    return call.load.consent_events([event], call.plan)[0]


def record(call: Call, contact: model.Contact, input: ConsentInput, origin: str) -> consent.Entry:
    """Into the ledger; an opt-out also calls back what has not left yet."""
    said_now = statement_of(call, input)
    event = confirming.record(origin, contact.phone, said_now, call.now, call.policy)
    meant = YES if input.action is ConsentAction.OPT_IN else (input.action.value,)
    other = ["action"] if event.action not in meant else _differences(event, said_now, input)
    if other or event.phone != contact.phone:
        raise _used(other or ["contactId"])
    if input.action is ConsentAction.OPT_OUT:
        _silence(call, contact, said_now, origin)
    return event


def _differences(
    event: consent.Entry, said_now: consent.Statement, input: ConsentInput
) -> list[str]:
    own = bool(input.wording)
    return repeating.differences(event, said_now, at=given(input.at), own_wording=own)


def _used(names: list[str]) -> Conflict:
    """What differs is named as the input has it."""
    shown = ", ".join(to_camel_case(name) for name in names)
    message = f"{OTHER_STATEMENT} It differs in: {shown}."
    fields = (FieldError("idempotencyKey", message),)
    return Conflict(message, help="Use a key of its own for each statement.", fields=fields)


def _silence(call: Call, contact: model.Contact, said_no: consent.Statement, origin: str) -> None:
    """A no is meant by the person: it holds for all their numbers and for what waits to leave."""
    for phone in contact.phones:
        if phone != contact.phone:
            consent.record(f"{origin}/{phone}", phone, said_no, call.now)
        consent.silence(phone, said_no.scope, call.now)


def statement_of(call: Call, input: ConsentInput) -> consent.Statement:
    """What was said, in the ledger's words; InvalidInput for what cannot be."""
    return statement(input, call.author, call.ip, call.now, call.policy)
