"""The feed as subscribers see it: filtered, with checkpoints, for as long as the token is valid."""

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.ports import Change
from graph.context import Info

T = TypeVar("T")


@dataclass(frozen=True)
class Topic(Generic[T]):
    """What one subscription is about: which changes matter, and what they are shown as.

    Of those that `may_wait` the last is told for all, now and then and when they end.
    """

    matches: Callable[[Change], bool]
    event: Callable[[Change], Awaitable[T]]
    checkpoint: Callable[[str], T]
    may_wait: Callable[[Change], bool] = lambda _: False


async def events(info: Info, after: str | None, topic: Topic[T]) -> AsyncGenerator[T, None]:
    """An event for each change that matches; a checkpoint when there was none for a while.

    Who came without a cursor is given one at once: nobody is ever cut off who could not resume.
    """
    pulse, time = info.context.around.pulse, asyncio.get_running_loop().time
    await info.context.admit(info)
    last, told, looked = after, time() if after else -math.inf, time()
    waiting = _Waiting(pulse.merge.total_seconds())
    async with (
        info.context.around.feed.follow(after) as feed,
        aclosing(_steps(feed, lambda: waiting.rest(time(), pulse.step))) as steps,
    ):
        async for change in steps:
            if time() - looked >= pulse.recheck.total_seconds():
                await info.context.readmit(info)
                looked = time()
            last = change.cursor if change else last
            if change and topic.matches(change):
                waiting.take(change, at_once=not topic.may_wait(change))
            if due := waiting.due(time()):
                told = time()
                yield await topic.event(due)
            elif last and not waiting.change and time() - told >= pulse.checkpoint.total_seconds():
                told = time()
                yield topic.checkpoint(last)


@dataclass
class _Waiting:
    """The change that is told next, and when the last one was."""

    seconds: float
    change: Change | None = None
    at_once: bool = False
    told: float = -math.inf

    def take(self, change: Change, *, at_once: bool) -> None:
        """It stands for all that were not told yet."""
        self.change, self.at_once = change, at_once

    def due(self, now: float) -> Change | None:
        """The change that is to be told now."""
        if self.change is None or not (self.at_once or self.rest(now, 0) <= 0):
            return None
        due, self.change, self.told = self.change, None, now
        return due

    def rest(self, now: float, otherwise: float) -> float:
        """Seconds until it is due; so many when nothing waits."""
        return max(self.told + self.seconds - now, 0) if self.change else otherwise


async def _steps(
    feed: AsyncIterator[Change], seconds: Callable[[], float]
) -> AsyncGenerator[Change | None, None]:
    """The feed's changes, and None whenever there was none for so long (at once: 0)."""
    coming: asyncio.Future[Change] | None = None
    try:
        while True:
            coming = coming or asyncio.ensure_future(anext(feed))
            await asyncio.wait({coming}, timeout=seconds())
            if not coming.done():
                yield None
                continue
            change, coming = coming.result(), None
            yield change
    except StopAsyncIteration:
        return
    finally:
        if coming and coming.cancel():
            await asyncio.wait({coming})
