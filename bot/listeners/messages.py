"""What people write, change and delete in channels."""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot import reading
from bot.desk import Desk
from bot.reading import Edited, Retracted, Written
from domain.services import agents, edits, messages, outbound, threads


def register(app: AsyncApp, desk: Desk) -> None:
    """Message events of every subtype."""

    @app.event("message")
    async def heard(body: dict[str, Any]) -> None:
        await desk.hop(lambda: take(body, desk))


def take(body: dict[str, Any], desk: Desk) -> None:
    """Read one event and let a service act on it; safe to repeat."""
    home = threads.home_of(reading.channel_of(body))
    read = reading.read(body, names_in(body), home)
    now = desk.clock.now()
    match read:
        case Written(said):
            outbound.answer(said, now, desk.policy, desk.timing)
        case Edited(said, note):
            if not note or messages.by_origin(said.origin):
                edits.edit(said, now, desk.policy, desk.timing)
        case Retracted(said, note):
            if not note:
                edits.retract(said, now, desk.policy, desk.timing)
            elif known := messages.by_origin(said.origin):
                author = said.user_id or (known.sent_by.key if known.sent_by else "")
                edits.retract(replace(said, user_id=author), now, desk.policy, desk.timing)


def names_in(body: dict[str, Any]) -> dict[str, str]:
    """The names of those mentioned, as far as we know them."""
    known = {user_id: agents.known(user_id) for user_id in reading.mentioned(body)}
    return {user_id: agent.name for user_id, agent in known.items() if agent and agent.name}
