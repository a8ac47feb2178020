"""Decorators for resolvers, typed: the library's own lose the type of what they decorate."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import strawberry

F = TypeVar("F", bound=Callable[..., Any])


def field(description: str, name: str | None = None) -> Callable[[F], F]:
    """A field with a resolver; a `name` where Python has none for it."""
    made: Callable[[F], F] = strawberry.field(description=description, name=name)
    return made


def mutation(description: str) -> Callable[[F], F]:
    """A mutation."""
    made: Callable[[F], F] = strawberry.mutation(description=description)
    return made


def subscription(description: str) -> Callable[[F], F]:
    """A subscription: an asynchronous generator of events."""
    made: Callable[[F], F] = strawberry.subscription(description=description)
    return made


def said(description: str) -> object:
    """The description of an argument."""
    return strawberry.argument(description=description)


Id = Annotated[strawberry.ID, said("Its id.")]
