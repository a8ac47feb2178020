"""Members and groups of the workspace that changed: what we knew of them counts no more."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.desk import Desk
from bot.groups import answering
from bot.reading import part, team_of, word
from domain.services import agents

CHANGED = ("added_users", "removed_users")


def register(app: AsyncApp, desk: Desk) -> None:
    """Changes of profile, role or membership."""

    @app.event("user_change")
    async def changed(event: dict[str, Any]) -> None:
        await _doubt(desk, [word(part(event, "user"), "id")])

    @app.event("team_join")
    async def joined(event: dict[str, Any]) -> None:
        await _doubt(desk, [word(part(event, "user"), "id")])

    @app.event("subteam_members_changed")
    async def regrouped(event: dict[str, Any]) -> None:
        await _doubt(desk, [user for name in CHANGED for user in _listed(event, name)])

    @app.event("subteam_updated")
    async def rearranged(body: dict[str, Any]) -> None:
        await desk.hop(lambda: rearrange(body, desk))


def rearrange(body: dict[str, Any], desk: Desk) -> None:
    """A group of ours has other members, another name or is no more: all of us are in doubt."""
    group = word(part(part(body, "event"), "subteam"), "id")
    chat = desk.chats and desk.chats.of(team_of(body))
    if chat and group in (*chat.workspace.admins, *answering(chat.workspace)):
        agents.doubt_all(desk.clock.now())


async def _doubt(desk: Desk, user_ids: list[str]) -> None:
    """Look them up again before they send anything."""
    if found := [one for one in user_ids if one]:
        await desk.hop(lambda: agents.doubt(found, desk.clock.now()))


def _listed(event: dict[str, Any], name: str) -> list[str]:
    value = event.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
