"""What mutations answer with: the thing as it is now, or a Problem."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from domain import model
from domain.errors import DomainError
from domain.services.lists import pages
from domain.services.people import timeline
from graph.context import Call
from graph.fields import said
from graph.problems import Problem, problem_of
from graph.types.activity import Activity
from graph.types.campaign import Campaign
from graph.types.consent import ConsentEvent
from graph.types.contact import Contact
from graph.types.export import Export
from graph.types.hours import BusinessHours
from graph.types.imports import Import
from graph.types.message import Media, Message
from graph.types.people import CreatedToken
from graph.types.reply import AutoReply
from graph.types.template import Template
from graph.types.thread import Thread


@strawberry.type(description="Something that is gone.")
class Deleted:
    """Only its id is left."""

    id: strawberry.ID = strawberry.field(description="What its id was.")


ContactResult = Annotated[
    Contact | Problem, strawberry.union("ContactResult", description="The contact, or why not.")
]
ActivityResult = Annotated[
    Activity | Problem,
    strawberry.union("ActivityResult", description="What was written down, or why not."),
]
ConsentEventResult = Annotated[
    ConsentEvent | Problem,
    strawberry.union("ConsentEventResult", description="The event, or why not."),
]
MessageResult = Annotated[
    Message | Problem, strawberry.union("MessageResult", description="The text, or why not.")
]
DeleteResult = Annotated[
    Deleted | Problem, strawberry.union("DeleteResult", description="What is gone, or why not.")
]
ThreadResult = Annotated[
    Thread | Problem,
    strawberry.union("ThreadResult", description="The conversation, or why not."),
]
CreateTokenResult = Annotated[
    CreatedToken | Problem,
    strawberry.union("CreateTokenResult", description="The token with its secret, or why not."),
]
MediaResult = Annotated[
    Media | Problem, strawberry.union("MediaResult", description="The file, or why not.")
]
ExportResult = Annotated[
    Export | Problem, strawberry.union("ExportResult", description="Where it is, or why not.")
]
ImportResult = Annotated[
    Import | Problem, strawberry.union("ImportResult", description="The import, or why not.")
]
TemplateResult = Annotated[
    Template | Problem, strawberry.union("TemplateResult", description="The template, or why not.")
]
CampaignResult = Annotated[
    Campaign | Problem, strawberry.union("CampaignResult", description="The campaign, or why not.")
]
AutoReplyResult = Annotated[
    AutoReply | Problem, strawberry.union("AutoReplyResult", description="The rule, or why not.")
]
BusinessHoursResult = Annotated[
    BusinessHours | Problem,
    strawberry.union("BusinessHoursResult", description="The business hours, or why not."),
]
ContactId = Annotated[strawberry.ID, said("The contact's id.")]
ThreadId = Annotated[strawberry.ID, said("The conversation's id.")]
MessageId = Annotated[strawberry.ID, said("The text's id.")]


def contact_of(call: Call, contact: model.Contact) -> Contact:
    """As it is now, with what is selected beside it."""
    return call.load.contacts(pages.by_id(model.Contact, str(contact.id)), call.plan)[0]


def activity_of(call: Call, made: model.Activity) -> Activity:
    """With what is selected beside it."""
    entry = timeline.entry("activity", made.to_mongo().to_dict(), "at")
    return call.load.activities([entry], call.plan)[0]


def message_of(call: Call, message: model.Message) -> Message:
    """As it is now, with what is selected beside it."""
    return call.load.messages(pages.by_id(model.Message, str(message.id)), call.plan)[0]


def import_of(call: Call, made: model.Import) -> Import:
    """As it is now, with the part of its report that is selected."""
    return call.load.imports(pages.by_id(model.Import, str(made.id)), call.plan)[0]


def template_of(call: Call, made: model.Template) -> Template:
    """As it is now, with its owner where that is selected."""
    return call.load.templates(pages.by_id(model.Template, str(made.id)), call.plan)[0]


def campaign_of(call: Call, made: model.Campaign) -> Campaign:
    """As it is now, with what is selected beside it."""
    return call.load.campaigns(pages.by_id(model.Campaign, str(made.id)), call.plan)[0]


def thread_of(call: Call, thread: model.Thread) -> Thread:
    """As it is now, with what is selected beside it."""
    return call.load.threads(pages.by_id(model.Thread, str(thread.id)), call.plan)[0]


def messages_of(
    call: Call, found: Sequence[model.Message | DomainError]
) -> list[Message | Problem]:
    """The same for several with the reasons why not, in their order; read together."""
    ids = [one.id for one in found if isinstance(one, model.Message)]
    raws = pages.by_key(model.Message, "_id", ids)
    nodes = call.load.messages(raws, call.plan) if raws else []
    made = {raw["_id"]: node for raw, node in zip(raws, nodes, strict=True)}
    return [problem_of(one) if isinstance(one, DomainError) else made[one.id] for one in found]
