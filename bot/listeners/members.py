"""Members and groups of the workspace that changed: what we knew of them counts no more."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.desk import Desk
from bot.groups import answering
from bot.reading import Json, part, team_of, word
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
    async def regrouped(body: dict[str, Any]) -> None:
        await desk.hop(lambda: regroup(body, desk))

    @app.event("subteam_updated")
    async def rearranged(body: dict[str, Any]) -> None:
        await desk.hop(lambda: rearrange(body, desk))


def regroup(body: Json, desk: Desk) -> None:
    """Some came to a group of ours, some left it."""
    event = part(body, "event")
    if _ours(word(event, "subteam_id"), body, desk):
        moved = [user for name in CHANGED for user in _listed(event, name)]
        agents.doubt(moved, desk.clock.now())


def rearrange(body: Json, desk: Desk) -> None:
    """A group of ours has other members or is no more: look up those whom that may concern."""
    group, now = part(part(body, "event"), "subteam"), desk.clock.now()
    if not _ours(word(group, "id"), body, desk):
        return
    if isinstance(group.get("users"), list):
        agents.doubt_unlike(_listed(group, "users"), now)
    else:
        agents.doubt_all(now)


def _ours(group: str, body: Json, desk: Desk) -> bool:
    """Whether the owner has listed that group."""
    chat = desk.chats.of(team_of(body)) if desk.chats else None
    return chat is not None and group in (*chat.workspace.admins, *answering(chat.workspace))


async def _doubt(desk: Desk, user_ids: list[str]) -> None:
    """Look them up again before they send anything."""
    if found := [one for one in user_ids if one]:
        await desk.hop(lambda: agents.doubt(found, desk.clock.now()))


def _listed(event: Json, name: str) -> list[str]:
    value = event.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
