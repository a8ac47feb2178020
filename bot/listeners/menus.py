"""Menus whose choices we give while somebody types: contacts and templates."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import forms
from bot.blocks.elements import Block
from bot.composing import Composer, composed
from bot.desk import Desk
from bot.members import acting, author
from bot.reading import Json, word
from bot.views import compose, search
from domain.services import addressees
from domain.services.automation import templates

MOST = 100


def register(app: AsyncApp, desk: Desk) -> None:
    """Each by the name of its menu."""

    @app.options(compose.TO)
    async def contact(ack: AsyncAck, body: dict[str, Any]) -> None:
        await _offer(ack, await composed(desk, body, lambda composer: people(body, composer)))

    @app.options(compose.TEMPLATE)
    async def template(ack: AsyncAck, body: dict[str, Any]) -> None:
        agent = await acting(desk, body)
        typed = word(body, "value")
        found = await desk.hop(lambda: templates.listed(typed, agent.user_id, MOST))
        await _offer(ack, search.templates(found))


def people(body: Json, composer: Composer) -> list[Block]:
    """Those who fit what was typed, as they would be texted from the sender that is chosen."""
    sender, signed = forms.written(body, compose.FROM) or None, author(composer.agent)
    typed, now = word(body, "value"), composer.now
    return search.contacts(addressees.find(typed, signed, now, composer.policy, MOST, sender))


async def _offer(ack: AsyncAck, groups: list[Block]) -> None:
    """Slack takes no empty list of groups."""
    if groups:
        await ack(option_groups=groups)
    else:
        await ack(options=[])
