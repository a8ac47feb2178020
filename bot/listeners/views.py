"""Forms that were filled in."""

from typing import Any

from bson import ObjectId
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import forms
from bot.desk import Desk
from bot.reading import part, word
from domain.errors import Conflict
from domain.model import Message
from domain.services import compose, outbound, threads
from domain.values import Place

NO_PLACE = "This conversation is being moved at the moment. Try again in a minute."


def register(app: AsyncApp, desk: Desk) -> None:
    """Each form by its callback id."""

    @app.view(forms.REPLY_FORM)
    async def reply(ack: AsyncAck, body: dict[str, Any]) -> None:
        await desk.hop(lambda: take(body, desk))
        await ack()


def take(body: dict[str, Any], desk: Desk) -> Message:
    """Commit the answer; InvalidInput for what is no text, told below the field."""
    now = desk.clock.now()
    said = forms.submitted(body, place_of(word(part(body, "view"), "private_metadata")), now)
    compose.check_body(said.text)
    answered = outbound.answer(said, now, desk.policy, desk.timing)
    if answered is None:
        raise Conflict(NO_PLACE)
    return answered


def place_of(thread_id: str) -> Place:
    """Where the conversation lives now, which may be elsewhere than when the form was opened."""
    channel = threads.get(ObjectId(thread_id) if ObjectId.is_valid(thread_id) else None).channel
    if not channel.channel_id:
        raise Conflict(NO_PLACE)
    return Place(channel.channel_id, channel.thread_ts)
