"""What mutations answer with: the thing as it is now, or a Problem."""

from typing import Annotated

import strawberry

from domain import model
from domain.services import pages
from graph.context import Call
from graph.fields import said
from graph.problems import Problem
from graph.types.consent import ConsentEvent
from graph.types.contact import Contact
from graph.types.message import Message

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


def contact_of(call: Call, contact: model.Contact) -> Contact:
    """As it is now, with what is selected beside it."""
    return call.load.contacts(pages.by_id(model.Contact, str(contact.id)), call.plan)[0]


def message_of(call: Call, message: model.Message) -> Message:
    """As it is now, with what is selected beside it."""
    return call.load.messages(pages.by_id(model.Message, str(message.id)), call.plan)[0]
