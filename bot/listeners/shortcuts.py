"""The `Send` shortcut: a typed message leaves because somebody said so."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import forms
from bot.desk import Desk
from bot.listeners.messages import names_in
from domain.errors import Conflict
from domain.rules.status import MessageStatus
from domain.services import edits, messages, outbound, threads

NOT_TYPED = "Only a message that a colleague typed can be sent as a text."
NO_CUSTOMER = "This is not a conversation with a customer, so there is nobody to send it to."
NOTE = "A reply in a Slack thread is an internal note. To answer, write in the channel itself."
ALREADY = "This message has been taken as an answer already: its marks show how far it has come."


def register(app: AsyncApp, desk: Desk) -> None:
    """The shortcut by its callback id."""

    @app.shortcut(forms.SEND)
    async def send(ack: AsyncAck, body: dict[str, Any]) -> None:
        await desk.hop(lambda: take(body, desk))
        await ack()


def take(body: dict[str, Any], desk: Desk) -> None:
    """Make it an answer; Conflict when it cannot be one, or is one already."""
    now = desk.clock.now()
    said = forms.chosen(body, names_in({"event": body.get("message")}), now)
    if said is None:
        raise Conflict(NOT_TYPED)
    if known := messages.by_origin(said.origin):
        withdrawn = known.status in (MessageStatus.REFUSED, MessageStatus.CANCELED)
        raise Conflict(edits.NOT_SENT if withdrawn else ALREADY)
    if outbound.answer(said, now, desk.policy, desk.timing) is None:
        raise Conflict(NOTE if threads.in_channel(said.channel_id, None) else NO_CUSTOMER)
