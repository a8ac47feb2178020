"""A conversation."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.enums import ReplyMode, ThreadStatus
from graph.fields import field
from graph.scalars import Phone
from graph.types.contact import After, Contact, First
from graph.types.page import Connection, Pages
from graph.types.people import Agent, Sender
from graph.types.stored import Stored

if TYPE_CHECKING:
    from graph.types.message import Message


@strawberry.type(description="Where agents see a conversation in Slack.")
class SlackChannel:
    """A channel of its own, or a thread of the inbox channel."""

    team_id: str = strawberry.field(description="The Slack workspace.")
    channel_id: str = strawberry.field(description="The channel.")
    thread_ts: str | None = strawberry.field(
        description="The Slack thread, where the conversation shares the inbox channel."
    )
    name: str | None = strawberry.field(description="The channel's name.")
    url: str | None = strawberry.field(description="Opens it in Slack.")
    reply_mode: ReplyMode = strawberry.field(description="What a plain message there is.")


@strawberry.type(description="One conversation: our sender and one number of a contact.")
class Thread(Stored):
    """Kept for ever."""

    id: strawberry.ID = strawberry.field(description="The conversation's id.")
    contact: Contact | None = strawberry.field(description="Whom it is with.")
    phone: Phone = strawberry.field(description="Their number.")
    sender: Sender = strawberry.field(description="Our side of it.")
    status: ThreadStatus = strawberry.field(description="Whether it asks for attention.")
    assigned_to: Agent | None = strawberry.field(description="Who answers.")
    unread_count: int = strawberry.field(description="Texts that nobody has read or answered.")
    last_message: Annotated["Message", strawberry.lazy("graph.types.message")] | None = (
        strawberry.field(description="The newest text.")
    )
    last_message_at: datetime | None = strawberry.field(description="When the newest text came.")
    snoozed_until: datetime | None = strawberry.field(description="Until when it is put off.")
    slack_channel: SlackChannel | None = strawberry.field(description="Where agents see it.")
    held_for_review: bool = strawberry.field(
        description="Whether a person must look before anything leaves."
    )
    created_at: datetime = strawberry.field(description="When it began.")
    pages: strawberry.Private[Pages]

    @field("Its texts, the newest first.")
    def messages(
        self, first: First = 50, after: After = strawberry.UNSET
    ) -> Connection[Annotated["Message", strawberry.lazy("graph.types.message")]]:
        """Loaded with the page that this conversation is on."""
        found: Connection[Message] = self.pages["messages", first, after or None]
        return found
