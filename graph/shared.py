"""What one event shows, made once for all who select the same of it."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graphql import ExecutionResult

T = TypeVar("T")


@dataclass
class Shared:
    """The newest so many, by what they are and what is selected of them."""

    kept: int = 2_000
    made: OrderedDict[object, asyncio.Future[Any]] = field(default_factory=OrderedDict)

    async def get(self, key: object, make: Callable[[], Awaitable[T]]) -> T:
        """What is under that key; whoever comes first makes it, the others wait for it."""
        known = self.made.get(key)
        if known is None:
            known = self.made[key] = asyncio.ensure_future(make())
            known.add_done_callback(lambda done: self._forget_failed(key, done))
            if len(self.made) > self.kept:
                self.made.popitem(last=False)
        # One subscriber who leaves must not take the work away from the others.
        node: T = known.result() if known.done() else await asyncio.shield(known)
        return node

    def _forget_failed(self, key: object, done: asyncio.Future[Any]) -> None:
        """Those who waited hear of it; who comes next tries again."""
        if done.cancelled() or done.exception():
            self.made.pop(key, None)


@dataclass
class Echo:
    """The answers to the newest events, by event, operation and variables."""

    kept: int = 500
    made: OrderedDict[object, tuple[object, object, ExecutionResult]] = field(
        default_factory=OrderedDict
    )

    def get(self, event: object, operation: object, variables: str, make: Callable[[], Any]) -> Any:
        """The answer to one event; only one that is whole and without errors is given again.

        Event and operation are known by identity; they are kept, so that it stays their own.
        """
        key = (id(event), id(operation), variables)
        if known := self.made.get(key):
            return ExecutionResult(known[2].data, None)
        made = make()
        if isinstance(made, ExecutionResult) and not made.errors:
            self.made[key] = (event, operation, made)
            if len(self.made) > self.kept:
                self.made.popitem(last=False)
        return made
