"""Buttons: `Reply` under a conversation's card, and the choices of a whisper."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot import forms
from bot.blocks import REPLY
from bot.desk import Desk
from domain.services import channels, outbound, threads

RELEASED = "It is on its way."


def register(app: AsyncApp, desk: Desk) -> None:
    """Each button by the name of its action."""

    @app.action(REPLY)
    async def reply(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        view = await desk.hop(lambda: _form(forms.pressed(body)))
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.action(outbound.RELEASE)
    async def release(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await desk.hop(lambda: outbound.release(forms.pressed(body), desk.clock.now()))
        await ack()
        await respond(RELEASED, replace_original=True)


def _form(thread_id: str) -> dict[str, Any]:
    return forms.reply_form(thread_id, channels.person_of(threads.get(thread_id)))
