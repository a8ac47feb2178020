"""Questions about conversations."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import model
from domain.services.lists import pages
from domain.services.lists.pages import LATEST, Window
from graph.context import Call, Info
from graph.fields import Id, field, said
from graph.inputs import lists
from graph.inputs.lists import ThreadFilter
from graph.types.contact import After, First
from graph.types.page import Connection
from graph.types.thread import Thread


@strawberry.type(description="What can be asked about conversations.")
class ThreadQueries:
    """One of the roots of reading."""

    @field("One conversation; null when there is none.")
    async def thread(self, info: Info, id: Id) -> Thread | None:
        """By its id alone."""
        return await info.context.act(info, lambda call: _thread(call, id))

    @field(
        "Conversations, the latest activity first, a page at a time. Where several conditions "
        "meet, a page may hold fewer than asked for although more follow: go on while "
        "`hasNextPage` says so."
    )
    async def threads(
        self,
        info: Info,
        filter: Annotated[ThreadFilter | None, said("Which ones.")] = UNSET,
        first: First = 50,
        after: After = UNSET,
    ) -> Connection[Thread]:
        """In the order of their last text."""
        wanted = lists.thread_filter(filter or None)
        window = Window(LATEST, 50 if first is None else first, after or None)
        return await info.context.act(
            info,
            lambda call: call.load.page(
                model.Thread, lists.whole(wanted, LATEST), window, call.plan, call.load.threads
            ),
        )


def _thread(call: Call, id: str) -> Thread | None:
    found = pages.by_id(model.Thread, id)
    return next(iter(call.load.threads(found, call.plan)), None)
