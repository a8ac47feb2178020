"""Texts as they happen."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import ports
from domain.services.lists import filters
from graph.context import Info
from graph.enums import Change, Direction, MessageStatus, known
from graph.fields import said, subscription
from graph.inputs import lists
from graph.live import Topic, events
from graph.loading import Loader
from graph.plan import Plan
from graph.scalars import Cursor, Phone
from graph.subscriptions.events import AfterEvent, kind_of, maker_of, matching
from graph.types.message import Message

MESSAGES = "smsmessages"


@strawberry.type(description="Something happened to a text.")
class MessageEvent:
    """A checkpoint has a cursor alone."""

    cursor: Cursor = strawberry.field(description="Give it as `after` to resume from here.")
    change: Change = strawberry.field(description="What happened.")
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The text's id, also when the text is gone."
    )
    message: Message | None = strawberry.field(
        default=None, description="The text as it is now; null when it is gone."
    )
    status: MessageStatus | None = strawberry.field(
        default=None,
        description="The status at this event; the text itself may be further already.",
    )


@strawberry.type(description="What can be followed of texts.")
class MessageSubscriptions:
    """One of the roots of following."""

    @subscription("Texts as they come, go and change; every part that is given must hold.")
    async def messages(
        self,
        info: Info,
        thread_id: Annotated[strawberry.ID | None, said("In this conversation.")] = UNSET,
        contact_id: Annotated[strawberry.ID | None, said("With this contact.")] = UNSET,
        phone: Annotated[Phone | None, said("From or to this number.")] = UNSET,
        direction: Annotated[Direction | None, said("That way.")] = UNSET,
        campaign_id: Annotated[strawberry.ID | None, said("Of this campaign.")] = UNSET,
        after: AfterEvent = UNSET,
    ) -> AsyncGenerator[MessageEvent, None]:
        """Each change once, with the status that it brought."""
        number = lists.number(phone or None, info.context.around.policy.region)
        said_of = filters.MessageFilter(
            contact_id=contact_id or None,
            thread_id=thread_id or None,
            phone=number,
            direction=direction.value if direction else None,
            campaign_id=campaign_id or None,
        )
        wanted = await info.context.hop(lambda: lists.with_merged(said_of))
        async with aclosing(events(info, after or None, _of_messages(info, wanted))) as stream:
            async for event in stream:
                yield event


def _of_messages(info: Info, wanted: filters.MessageFilter) -> Topic[MessageEvent]:
    maker = maker_of(info, "message")
    return Topic(
        matches=matching(MESSAGES, wanted.admits),
        event=lambda change: maker.make(change, _message_event),
        checkpoint=lambda cursor: MessageEvent(cursor=Cursor(cursor), change=Change.CHECKPOINT),
    )


def _message_event(change: ports.Change, load: Loader, plan: Plan) -> MessageEvent:
    stored = change.touched.get("status") or (change.document or {}).get("status")
    return MessageEvent(
        cursor=Cursor(change.cursor),
        change=kind_of(change),
        id=strawberry.ID(str(change.id)),
        message=load.messages([change.document], plan)[0] if change.document else None,
        status=known(MessageStatus, stored, MessageStatus.UNKNOWN) if stored else None,
    )
