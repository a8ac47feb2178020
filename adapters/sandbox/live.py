"""Server-sent events: what changes in the sandbox, for the page."""

import asyncio
from collections.abc import AsyncIterator, Callable

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from adapters.sandbox.ledger import Json, Ledger

KEEP_ALIVE = 15.0
QUEUE = 2000


class Live:
    """One queue a reader; a reader that falls behind is cut off and loads the page again."""

    def __init__(self, ledger: Ledger, shown: Callable[[Json], Json | None]) -> None:
        self._ledger = ledger
        self._shown = shown
        self._queues: set[asyncio.Queue[Json | None]] = set()

    async def endpoint(self, _request: Request) -> Response:
        """`GET /events`: a stream of `{of, key, value}` until the reader leaves."""
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._stream(), media_type="text/event-stream", headers=headers)

    def close(self) -> None:
        """End every stream."""
        for queue in self._queues:
            queue.put_nowait(None)

    async def _stream(self) -> AsyncIterator[bytes]:
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        stop = self._ledger.listen(lambda line: _offer(queue, line))
        self._queues.add(queue)
        try:
            yield b": hello\n\n"
            while True:
                try:
                    line = await asyncio.wait_for(queue.get(), KEEP_ALIVE)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if line is None:
                    return
                if (shown := self._shown(line)) is not None:
                    yield b"data: " + orjson.dumps(shown) + b"\n\n"
        finally:
            stop()
            self._queues.discard(queue)


def _offer(queue: asyncio.Queue[Json | None], line: Json) -> None:
    if queue.qsize() < QUEUE:
        queue.put_nowait(line)
    elif queue.qsize() == QUEUE:
        queue.put_nowait(None)
