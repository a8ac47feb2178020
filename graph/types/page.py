"""Connections: one page of a list, with the cursors to go on from."""

from typing import Any, Generic, TypeVar

import strawberry

from graph.scalars import Cursor

T = TypeVar("T")

Pages = dict[tuple[str, int | None, str | None], Any]
"""The nested pages of one node as they were loaded: by field, `first` and `after`."""


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    """Relay's four fields."""

    has_next_page: bool = strawberry.field(
        description="Whether there is, or may be, more after this page."
    )
    has_previous_page: bool = strawberry.field(description="Whether something comes before it.")
    start_cursor: Cursor | None = strawberry.field(description="The cursor of its first node.")
    end_cursor: Cursor | None = strawberry.field(
        description="Where it ends, mostly at its last node: give it as `after` to go on."
    )


@strawberry.type(description="One node of a page and its place in the list.")
class Edge(Generic[T]):
    """Named after its node."""

    cursor: Cursor = strawberry.field(description="The node's place in the list.")
    node: T = strawberry.field(description="The node itself.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[T]):
    """Named after its node; what is not selected stays empty."""

    edges: list[Edge[T]] = strawberry.field(description="The nodes with their cursors.")
    nodes: list[T] = strawberry.field(description="The nodes alone.")
    page_info: PageInfo = strawberry.field(description="Where this page lies in the list.")
    total_count: int = strawberry.field(
        description="How many there are in all; counted only when it is selected."
    )
