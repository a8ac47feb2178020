"""What can be done. Each field decides and commits in one hop; what cannot be is a Problem."""

from typing import Annotated
from uuid import uuid4

import strawberry

from domain import model
from domain.errors import Conflict
from domain.services import consent, contacts, messages, outbound, pages, profiles, sending
from graph.context import Call, Info
from graph.enums import ConsentAction
from graph.fields import mutation
from graph.inputs.consent import ConsentInput, statement
from graph.inputs.people import CreateContactInput, UpdateContactInput, profile
from graph.inputs.texts import SendMessageInput, draft
from graph.problems import Problem
from graph.queries import said
from graph.types.consent import ConsentEvent
from graph.types.contact import Contact
from graph.types.message import Message

OTHER_STATEMENT = "This idempotency key was already used for another statement."

ContactResult = Annotated[
    Contact | Problem, strawberry.union("ContactResult", description="The contact, or why not.")
]
ConsentEventResult = Annotated[
    ConsentEvent | Problem,
    strawberry.union("ConsentEventResult", description="The event, or why not."),
]
MessageResult = Annotated[
    Message | Problem, strawberry.union("MessageResult", description="The text, or why not.")
]
ContactId = Annotated[strawberry.ID, said("The contact's id.")]
MessageId = Annotated[strawberry.ID, said("The text's id.")]


@strawberry.type(description="What can be done.")
class Mutation:
    """The root of all writing."""

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

    @mutation("Record what a person said about being texted. An opt-out is in force at once.")
    async def record_consent(
        self,
        info: Info,
        contact_id: ContactId,
        input: Annotated[ConsentInput, said("What they said, with its proof.")],
    ) -> ConsentEventResult:
        """Into the ledger, which is never changed."""
        return await info.context.act(info, lambda call: _consent(call, contact_id, input))

    @mutation("Send a text, now or later, if the gate allows it.")
    async def send_message(
        self, info: Info, input: Annotated[SendMessageInput, said("The text.")]
    ) -> MessageResult:
        """Once per idempotency key."""
        return await info.context.act(
            info,
            lambda call: _shown(
                call, sending.send(draft(input, call.author), call.now, call.policy)
            ),
        )

    @mutation("End a text's hold: it leaves now.")
    async def release_message(self, info: Info, id: MessageId) -> MessageResult:
        """Only while it is held."""
        return await info.context.act(
            info, lambda call: _shown(call, outbound.release(id, call.now))
        )

    @mutation("Call a text back before it leaves.")
    async def cancel_message(self, info: Info, id: MessageId) -> MessageResult:
        """Only before it is on its way."""
        return await info.context.act(
            info, lambda call: _shown(call, outbound.cancel(id, call.now))
        )


def _create(call: Call, input: CreateContactInput) -> Contact:
    key = input.idempotency_key or None
    origin = f"api:{call.author.key}/{key}" if key else None
    said_of_consent = input.consent or None
    if said_of_consent:
        _statement(call, said_of_consent)  # refuse what cannot be before anything is stored
    made = profiles.create(profile(input), origin, call.now, call.policy.region)
    if said_of_consent:
        _record(call, made, said_of_consent, f"api:{call.author.key}/{key or made.id}")
    return _person(call, made)


def _update(call: Call, id: str, input: UpdateContactInput) -> Contact:
    changed = profiles.change(id, profile(input), call.now, call.policy.region)
    return _person(call, changed)


def _consent(call: Call, contact_id: str, input: ConsentInput) -> ConsentEvent:
    contact = contacts.get(contact_id)
    key = input.idempotency_key or uuid4().hex
    event = _record(call, contact, input, f"api:{call.author.key}/consent/{key}")
    return call.load.consent_event(event, call.plan)


def _record(
    call: Call, contact: model.Contact, input: ConsentInput, origin: str
) -> model.ConsentEvent:
    """Into the ledger; an opt-out also calls back what has not left yet."""
    said_now = _statement(call, input)
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


def _statement(call: Call, input: ConsentInput) -> consent.Statement:
    return statement(input, call.author, call.ip, call.now, call.policy.business_name)


def _person(call: Call, contact: model.Contact) -> Contact:
    """As it is now, with what is selected beside it."""
    return call.load.contacts(pages.by_id(model.Contact, str(contact.id)), call.plan)[0]


def _shown(call: Call, message: model.Message) -> Message:
    """As it is now, with what is selected beside it."""
    return call.load.messages(pages.by_id(model.Message, str(message.id)), call.plan)[0]
