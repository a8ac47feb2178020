"""Channels of conversations: what becomes of them in Slack, and moving into one of its own."""

from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot import forms
from bot.blocks.cards import OWN_CHANNEL
from bot.desk import Desk
from bot.members import acting, author
from bot.reading import Json, part, word
from domain.model import Author
from domain.services import agents
from domain.services.channels import news
from domain.services.desk import places

MOVING = "It gets a channel of its own. This thread will say where it goes on."
EMPTY: Json = {}


def register(app: AsyncApp, desk: Desk) -> None:
    """The button, and every event about a channel that we are or were in."""

    @app.action(OWN_CHANNEL)
    async def move(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        agent = await acting(desk, body)
        thread_id, now = forms.pressed(body), desk.clock.now()
        await desk.hop(lambda: places.move(thread_id, True, author(agent), now))
        await ack()
        await respond(MOVING, response_type="ephemeral", replace_original=False)

    async def hear(take: Callable[[Json, Desk], None], body: dict[str, Any]) -> None:
        await desk.hop(lambda: take(body, desk))

    @app.event("channel_archive")
    @app.event("group_archive")
    async def archive(body: dict[str, Any]) -> None:
        await hear(archived, body)

    @app.event("channel_unarchive")
    @app.event("group_unarchive")
    async def unarchive(body: dict[str, Any]) -> None:
        await hear(unarchived, body)

    @app.event("channel_rename")
    @app.event("group_rename")
    async def rename(body: dict[str, Any]) -> None:
        await hear(renamed, body)

    @app.event("channel_deleted")
    @app.event("group_deleted")
    async def delete(body: dict[str, Any]) -> None:
        await hear(deleted, body)

    @app.event("channel_left")
    @app.event("group_left")
    async def leave(body: dict[str, Any]) -> None:
        await hear(left, body)

    @app.event("member_left_channel")
    async def leave_together(body: dict[str, Any]) -> None:
        if word(part(body, "event"), "user") == _us(body):
            await hear(left, body)

    @app.event("channel_id_changed")
    async def reidentify(body: dict[str, Any]) -> None:
        await hear(reidentified, body)


def archived(body: Json, desk: Desk) -> None:
    """A person did it: our own archiving is no news."""
    event = part(body, "event")
    if word(event, "user") != _us(body):
        news.archived(word(event, "channel"), _ts(event), _author(event), desk.clock.now())


def unarchived(body: Json, desk: Desk) -> None:
    """Likewise."""
    event = part(body, "event")
    if word(event, "user") != _us(body):
        news.unarchived(word(event, "channel"), _ts(event), _author(event), desk.clock.now())


def renamed(body: Json, _desk: Desk) -> None:
    """Whoever did it."""
    event = part(body, "event")
    channel = part(event, "channel")
    if name := word(channel, "name"):
        news.renamed(word(channel, "id"), name, _ts(event))


def deleted(body: Json, _desk: Desk) -> None:
    """Only admins of the workspace can."""
    news.deleted(word(part(body, "event"), "channel"))


def left(body: Json, desk: Desk) -> None:
    """We are not in it any more: removed, or it was made private without us."""
    news.removed(word(part(body, "event"), "channel"), desk.clock.now())


def reidentified(body: Json, _desk: Desk) -> None:
    """As when a channel is shared with another organisation, or a workspace moves."""
    event = part(body, "event")
    old, new = word(event, "old_channel_id"), word(event, "new_channel_id")
    if old and new:
        news.reidentified(old, new)


def _us(body: Json) -> str:
    """Our own user, on whose behalf the event is told."""
    granted = body.get("authorizations")
    first = granted[0] if isinstance(granted, list) and granted else EMPTY
    return word(first, "user_id") if isinstance(first, dict) else ""


def _ts(event: Json) -> str:
    return word(event, "event_ts")


def _author(event: Json) -> Author:
    user_id = word(event, "user")
    known = agents.known(user_id)
    return Author(kind="agent", key=user_id, name=known.name if known else "")
