"""Streams that would never end by themselves end with the server."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

from anyio import CancelScope

T = TypeVar("T")


async def until(leaving: asyncio.Event, stream: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    """What the stream gives until the server leaves: then it breaks off, without `complete`.

    A client takes that for a lost connection and resumes elsewhere with its last cursor.
    """
    gone = asyncio.create_task(leaving.wait())
    try:
        while (piece := await _next(stream, gone)) is not None:
            yield piece
    finally:
        gone.cancel()
        with CancelScope(shield=True):  # a client who leaves cancels again and again
            if isinstance(stream, AsyncGenerator):
                await stream.aclose()


async def _next(stream: AsyncIterator[T], gone: "asyncio.Task[bool]") -> T | None:
    """The next piece; None when there is none any more, or the server leaves."""
    coming = asyncio.create_task(_or_none(stream))
    try:
        await asyncio.wait([coming, gone], return_when=asyncio.FIRST_COMPLETED)
        return coming.result() if coming.done() else None
    finally:
        if coming.cancel():
            with CancelScope(shield=True):
                await asyncio.wait([coming])


async def _or_none(stream: AsyncIterator[T]) -> T | None:
    return await anext(stream, None)
