"""What every subscription has in common: which changes matter, and an event made once for all."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from domain import ports
from graph import enums
from graph.context import Info
from graph.enums import Change
from graph.fields import said
from graph.loading import Loader
from graph.plan import Plan, plan_of
from graph.scalars import Cursor

T = TypeVar("T")
AfterEvent = Annotated[
    Cursor | None,
    said("Resume after this event's cursor; without it, from now on. CURSOR_EXPIRED: too old."),
]


def matching(
    collection: str, admits: Callable[[dict[str, Any]], bool]
) -> Callable[[ports.Change], bool]:
    """What is gone cannot be judged any more, so everybody hears of it."""
    return lambda change: (
        change.collection == collection and (change.document is None or admits(change.document))
    )


@dataclass(frozen=True)
class Maker:
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


def maker_of(info: Info, node: str) -> Maker:
    """For one subscription, by the field of its event that holds the node."""
    return Maker(info, plan_of(info._raw_info).under(node))  # noqa: SLF001 - as in context


def kind_of(change: ports.Change) -> enums.Change:
    """What happened, in the API's words."""
    if change.kind == "insert":
        return Change.ADDED
    if change.kind == "delete":
        return Change.REMOVED
    return Change.STATUS if "status" in change.touched else Change.UPDATED
