"""The feed as subscribers see it: filtered, with checkpoints, for as long as the token is valid."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.ports import Change
from graph.context import Info

T = TypeVar("T")


@dataclass(frozen=True)
class Topic(Generic[T]):
    """What one subscription is about: which changes matter, and what they are shown as."""

    matches: Callable[[Change], bool]
    event: Callable[[Change], Awaitable[T]]
    checkpoint: Callable[[str], T]


async def events(info: Info, after: str | None, topic: Topic[T]) -> AsyncGenerator[T, None]:
    """An event for each change that matches; a checkpoint when there was none for a while."""
    pulse, time = info.context.around.pulse, asyncio.get_running_loop().time
    await info.context.admit(info)
    last, told, looked = after, time(), time()
    async with (
        info.context.around.feed.follow(after) as feed,
        aclosing(_steps(feed, pulse.step)) as steps,
    ):
        async for change in steps:
            if time() - looked >= pulse.recheck.total_seconds():
                await info.context.admit(info)
                looked = time()
            last = change.cursor if change else last
            if change and topic.matches(change):
                told = time()
                yield await topic.event(change)
            elif last and time() - told >= pulse.checkpoint.total_seconds():
                told = time()
                yield topic.checkpoint(last)


async def _steps(
    feed: AsyncIterator[Change], seconds: float
) -> AsyncGenerator[Change | None, None]:
    """The feed's changes, and None whenever there was none for so long."""
    coming: asyncio.Future[Change] | None = None
    try:
        while True:
            coming = coming or asyncio.ensure_future(anext(feed))
            await asyncio.wait({coming}, timeout=seconds)
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
