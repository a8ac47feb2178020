"""The app was removed, or its tokens were taken back: nothing more is shown there."""

from datetime import UTC, datetime
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.desk import Desk
from bot.reading import Json, part, team_of, word

LATEST = 2**32

log = structlog.get_logger(__name__)


def register(app: AsyncApp, desk: Desk) -> None:
    """Both events come when the app is removed; either suffices."""

    @app.event("app_uninstalled")
    async def uninstalled(body: dict[str, Any]) -> None:
        await _leave(body, desk)

    @app.event("tokens_revoked")
    async def revoked(body: dict[str, Any]) -> None:
        if part(part(body, "event"), "tokens").get("bot"):
            await _leave(body, desk)


async def _leave(body: Json, desk: Desk) -> None:
    """Forget the installation that there was at the time of the event; safe to repeat."""
    team_id = team_of(body)
    log.warning("slack.removed", team_id=team_id, event_type=word(part(body, "event"), "type"))
    if desk.installations:
        kept, at = desk.installations, _moment(body, desk)
        await desk.hop(lambda: kept.remove(team_id, at, word(body, "enterprise_id") or None))


def _moment(body: Json, desk: Desk) -> datetime:
    """When it happened; Slack tells whole seconds."""
    told = body.get("event_time")
    if isinstance(told, int) and 0 < told < LATEST:
        return datetime.fromtimestamp(told + 1, UTC)
    return desk.clock.now()
