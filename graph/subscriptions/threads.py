"""Conversations as they happen."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import ports
from domain.services.lists import filters
from graph.context import Info
from graph.enums import Change
from graph.fields import said, subscription
from graph.inputs import lists
from graph.inputs.lists import ThreadFilter
from graph.live import Topic, events
from graph.loading import Loader
from graph.plan import Plan
from graph.scalars import Cursor
from graph.subscriptions.events import AfterEvent, kind_of, maker_of, matching
from graph.types.thread import Thread

THREADS = "threads"


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


@strawberry.type(description="What can be followed of conversations.")
class ThreadSubscriptions:
    """One of the roots of following."""

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
        said_of = lists.thread_filter(filter or None)
        wanted = await info.context.hop(lambda: lists.with_merged(said_of))
        async with aclosing(events(info, after or None, _of_threads(info, wanted))) as stream:
            async for event in stream:
                yield event


def _of_threads(info: Info, wanted: filters.ThreadFilter) -> Topic[ThreadEvent]:
    maker = maker_of(info, "thread")
    return Topic(
        matches=matching(THREADS, wanted.admits),
        event=lambda change: maker.make(change, _thread_event),
        checkpoint=lambda cursor: ThreadEvent(cursor=Cursor(cursor), change=Change.CHECKPOINT),
    )


def _thread_event(change: ports.Change, load: Loader, plan: Plan) -> ThreadEvent:
    return ThreadEvent(
        cursor=Cursor(change.cursor),
        change=kind_of(change),
        id=strawberry.ID(str(change.id)),
        thread=load.threads([change.document], plan)[0] if change.document else None,
    )
