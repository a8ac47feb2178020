"""What can be followed: every committed change, in order, from any cursor that is not too old."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import strawberry
from strawberry import UNSET

from domain import ports
from domain.services import filters
from graph import enums
from graph.context import Info
from graph.enums import Change, Direction, MessageStatus, known
from graph.fields import subscription
from graph.inputs import lists
from graph.inputs.lists import ThreadFilter
from graph.live import Topic, events
from graph.loading import Loader
from graph.plan import Plan, plan_of
from graph.queries import said
from graph.scalars import Cursor, Phone
from graph.types.message import Message
from graph.types.thread import Thread

T = TypeVar("T")
MESSAGES, THREADS = "smsmessages", "threads"
AfterEvent = Annotated[
    Cursor | None,
    said("Resume after this event's cursor; without it, from now on. CURSOR_EXPIRED: too old."),
]


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


@strawberry.type(description="Something happened to a conversation.")
class ThreadEvent:
    """A checkpoint has a cursor alone."""

    cursor: Cursor = strawberry.field(description="Give it as `after` to resume from here.")
    change: Change = strawberry.field(description="What happened.")
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The conversation's id, also when it is gone."
    )
    thread: Thread | None = strawberry.field(
        default=None, description="The conversation as it is now; null when it is gone."
    )


@strawberry.type(description="What can be followed as it happens, in order and without gaps.")
class Subscription:
    """Ends with an error's code, then completes, when it cannot go on."""

    @subscription("Texts as they come, go and change; every part that is given must hold.")
    async def messages(
        self,
        info: Info,
        thread_id: Annotated[strawberry.ID | None, said("In this conversation.")] = UNSET,
        contact_id: Annotated[strawberry.ID | None, said("With this contact.")] = UNSET,
        phone: Annotated[Phone | None, said("From or to this number.")] = UNSET,
        direction: Annotated[Direction | None, said("That way.")] = UNSET,
        after: AfterEvent = UNSET,
    ) -> AsyncGenerator[MessageEvent, None]:
        """Each change once, with the status that it brought."""
        number = lists.number(phone or None, info.context.around.policy.region)
        wanted = filters.MessageFilter(
            contact_id=contact_id or None,
            thread_id=thread_id or None,
            phone=number,
            direction=direction.value if direction else None,
        )
        async for event in events(info, after or None, _of_messages(info, wanted)):
            yield event

    @subscription("Conversations as they begin and change.")
    async def threads(
        self,
        info: Info,
        filter: Annotated[
            ThreadFilter | None, said("Which ones, judged as they are after the change.")
        ] = UNSET,
        after: AfterEvent = UNSET,
    ) -> AsyncGenerator[ThreadEvent, None]:
        """Each change once."""
        wanted = lists.thread_filter(filter or None)
        async for event in events(info, after or None, _of_threads(info, wanted)):
            yield event


def _of_messages(info: Info, wanted: filters.MessageFilter) -> Topic[MessageEvent]:
    maker = _maker(info, "message")
    return Topic(
        matches=_matching(MESSAGES, wanted.admits),
        event=lambda change: maker.make(change, _message_event),
        checkpoint=lambda cursor: MessageEvent(cursor=Cursor(cursor), change=Change.CHECKPOINT),
    )


def _of_threads(info: Info, wanted: filters.ThreadFilter) -> Topic[ThreadEvent]:
    maker = _maker(info, "thread")
    return Topic(
        matches=_matching(THREADS, wanted.admits),
        event=lambda change: maker.make(change, _thread_event),
        checkpoint=lambda cursor: ThreadEvent(cursor=Cursor(cursor), change=Change.CHECKPOINT),
    )


def _matching(
    collection: str, admits: Callable[[dict[str, Any]], bool]
) -> Callable[[ports.Change], bool]:
    """What is gone cannot be judged any more, so everybody hears of it."""
    return lambda change: (
        change.collection == collection and (change.document is None or admits(change.document))
    )


@dataclass(frozen=True)
class _Maker:
    """Makes an event once for all who select the same of it."""

    info: Info
    plan: Plan

    def make(
        self, change: ports.Change, event: Callable[[ports.Change, Loader, Plan], T]
    ) -> Awaitable[T]:
        """In one hop, whatever is nested in it."""
        context = self.info.context
        around = context.around
        return around.shared.get(
            (change.cursor, self.plan),
            lambda: context.hop(lambda: event(change, around.loader, self.plan)),
        )


def _maker(info: Info, node: str) -> _Maker:
    return _Maker(info, plan_of(info._raw_info).under(node))  # noqa: SLF001 - as in context


def _message_event(change: ports.Change, load: Loader, plan: Plan) -> MessageEvent:
    stored = change.touched.get("status") or (change.document or {}).get("status")
    return MessageEvent(
        cursor=Cursor(change.cursor),
        change=_kind(change),
        id=strawberry.ID(str(change.id)),
        message=load.messages([change.document], plan)[0] if change.document else None,
        status=known(MessageStatus, stored, MessageStatus.UNKNOWN) if stored else None,
    )


def _thread_event(change: ports.Change, load: Loader, plan: Plan) -> ThreadEvent:
    return ThreadEvent(
        cursor=Cursor(change.cursor),
        change=_kind(change),
        id=strawberry.ID(str(change.id)),
        thread=load.threads([change.document], plan)[0] if change.document else None,
    )


def _kind(change: ports.Change) -> enums.Change:
    if change.kind == "insert":
        return Change.ADDED
    if change.kind == "delete":
        return Change.REMOVED
    return Change.STATUS if "status" in change.touched else Change.UPDATED
