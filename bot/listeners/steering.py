"""A campaign is paused, resumed and called off, where its buttons are; its results.

Everybody who answers customers may look, try, and pause; what lets texts leave, or ends a campaign
for good, is for admins.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import forms, members
from bot.blocks import campaigns as buttons
from bot.desk import Desk
from bot.listeners import home
from bot.listeners.contacts import present
from bot.reading import Json, part, word
from bot.views import results
from bot.views.parts import View
from domain.model import Agent, Campaign
from domain.model.campaign import DRAFT
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.sending import steering
from domain.services.campaigns.showing import telling
from domain.services.operation import audit

Deed = Callable[[str, datetime], Campaign]
DEEDS: dict[str, Deed] = {
    buttons.PAUSE: lambda own, _: steering.pause(own),
    buttons.RESUME: steering.resume,
    buttons.CANCEL: steering.cancel,
}
WORDS = {
    buttons.PAUSE: "campaign.pause",
    buttons.RESUME: "campaign.resume",
    buttons.CANCEL: "campaign.cancel",
}


def register(app: AsyncApp, desk: Desk) -> None:
    """Each by the name of its button."""

    async def steered(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        agent = await members.acting(desk, body)
        try:
            found = await desk.hop(lambda: steer(body, agent, desk))
        finally:
            if home.at_home(body):
                await home.show(desk, body)
        await ack()
        if word(part(body, "view"), "type") == "modal":
            page = await desk.hop(lambda: shown(str(found.id), agent, desk))
            await client.views_update(view_id=word(part(body, "view"), "id"), view=page)

    for name in DEEDS:
        app.action(name)(steered)

    @app.action(buttons.RESULTS)
    async def asked(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        agent = await members.acting(desk, body)
        view = await desk.hop(lambda: shown(forms.pressed(body), agent, desk))
        await present(client, body, view)
        await ack()


def steer(body: Json, agent: Agent, desk: Desk) -> Campaign:
    """Do what the button says; its message in the chat follows by itself."""
    found, deed = drafting.get(forms.pressed(body)), forms.used(body)
    if deed != buttons.PAUSE and found.status != DRAFT:
        members.check_admin(agent)
    now = desk.clock.now()
    with audit.noted(WORDS[deed], members.author(agent), now, found.id):
        return DEEDS[deed](str(found.id), now)


def shown(campaign_id: str, agent: Agent, desk: Desk) -> View:
    """Its results so far, with what this agent may do."""
    found = drafting.get(campaign_id)
    progress = telling.whole(found, desk.clock.now(), desk.policy)
    return results.page(progress, steers=agent.is_admin)
