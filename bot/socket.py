"""Socket Mode: the same listeners on a connection that we open, for places without an address."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp


async def run(app: AsyncApp, app_token: str) -> None:
    """Until cancelled; a lost connection is made again."""
    async with running(app, app_token):
        await asyncio.Event().wait()


@asynccontextmanager
async def running(app: AsyncApp, app_token: str) -> AsyncIterator[None]:
    """Connected inside, by the base URL of the app's client."""
    handler: Any = AsyncSocketModeHandler(app, app_token)  # its methods carry no types
    try:
        await handler.connect_async()
        yield
    finally:
        await handler.close_async()
