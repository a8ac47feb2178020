"""Members of the workspace who changed: what we knew of them counts no more."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.desk import Desk
from bot.reading import part, word
from domain.services import agents


def register(app: AsyncApp, desk: Desk) -> None:
    """Changes of profile, role or membership."""

    @app.event("user_change")
    async def changed(event: dict[str, Any]) -> None:
        user_id = word(part(event, "user"), "id")
        if user_id:
            await desk.hop(lambda: agents.forget(user_id))
