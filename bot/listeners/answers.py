"""Answers by a click: the `Reply` form, the `Send` shortcut, the choices of a whisper."""

from typing import Any

from bson import ObjectId
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot import forms, reading
from bot.blocks import posts
from bot.blocks.cards import REPLY
from bot.composing import Composer, composed
from bot.desk import Desk
from bot.listeners.messages import names_in
from bot.members import acting, author
from bot.views import correction
from bot.views import reply as form
from bot.views.compose import Filled
from domain.errors import Conflict
from domain.model import Message
from domain.policy import Policy
from domain.rules.status import MessageStatus
from domain.services import (
    channels,
    compose,
    corrections,
    edits,
    guard,
    initiating,
    messages,
    night,
    outbound,
    threads,
)
from domain.services.desk import schedules
from domain.services.programs import releasing
from domain.values import Place

RELEASED = "It is on its way."
NOT_LEFT = "It was not sent."
NO_PLACE = "This conversation is being moved at the moment. Try again in a minute."
NOT_TYPED = "Only a message that a colleague typed can be sent as a text."
NO_CUSTOMER = "No conversation with a customer lives here, so there is nobody to send it to."
NOTE = "A reply in a Slack thread is an internal note. To answer, write in the channel itself."
ALREADY = "This message has been taken as an answer already: its marks show how far it has come."


def register(app: AsyncApp, desk: Desk) -> None:
    """Each by the name of its action or callback; only agents get any further."""
    _forms(app, desk)
    _choices(app, desk)

    @app.shortcut(forms.SEND)
    async def send(ack: AsyncAck, body: dict[str, Any]) -> None:
        await acting(desk, body)
        await desk.hop(lambda: choose(body, desk))
        await ack()


def _forms(app: AsyncApp, desk: Desk) -> None:
    """What opens and closes a modal."""

    @app.action(REPLY)
    async def reply(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        view = await composed(desk, body, lambda composer: _form(forms.pressed(body), composer))
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.view(form.FORM)
    async def replied(ack: AsyncAck, body: dict[str, Any]) -> None:
        await acting(desk, body)
        await desk.hop(lambda: submit(body, desk))
        await ack()

    @app.action(edits.CORRECT)
    async def correct(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await acting(desk, body)
        view = await desk.hop(lambda: _correction(forms.pressed(body), desk.policy))
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.view(correction.FORM)
    async def corrected(ack: AsyncAck, body: dict[str, Any]) -> None:
        await acting(desk, body)
        await desk.hop(lambda: put_right(body, desk))
        await ack()


def _choices(app: AsyncApp, desk: Desk) -> None:
    """What can be done about a text that waits; the whisper then says what came of it."""

    @app.action(guard.RELEASE)
    async def release(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        who = author(await acting(desk, body))
        await desk.hop(lambda: outbound.release(forms.pressed(body), desk.clock.now(), who))
        await ack()
        await _instead(respond, RELEASED)

    @app.action(night.AT_OPENING)
    async def at_opening(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        told = await composed(desk, body, lambda composer: waits(body, composer))
        await ack()
        await _instead(respond, told)

    @app.action(guard.CALL_BACK)
    async def call_back(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        who = author(await acting(desk, body))
        await desk.hop(lambda: outbound.cancel(forms.pressed(body), desk.clock.now(), who))
        await ack()
        await _instead(respond, NOT_LEFT)


async def _instead(respond: AsyncRespond, text: str) -> None:
    """In place of the question and its buttons, which a post would keep if it got no blocks."""
    await respond(text, blocks=posts.whisper(text, ()), replace_original=True)


def submit(body: dict[str, Any], desk: Desk) -> Message:
    """Commit the answer; InvalidInput for what is no text, told below the field."""
    now = desk.clock.now()
    said = forms.submitted(body, place_of(forms.remembered(body)), now)
    compose.check_body(said.text)
    if said.template_id:
        initiating.used(said.template_id, said.text, said.user_id)
    answered = outbound.answer(said, now, desk.policy, desk.timing)
    if answered is None:
        raise Conflict(NO_PLACE)
    return answered


def put_right(body: dict[str, Any], desk: Desk) -> Message:
    """Commit the correction; Conflict when somebody was faster or it was changed again."""
    now = desk.clock.now()
    message_id, _, change = forms.remembered(body).partition("/")
    place = place_of(str(messages.get(message_id).thread_id))
    said = forms.submitted(body, place, now, previewed=False)
    return corrections.send(message_id, change, said, now, desk.policy, desk.timing)


def waits(body: dict[str, Any], composer: Composer) -> str:
    """Let it leave when the night ends; what becomes of it, in words."""
    by = author(composer.agent)
    message = releasing.at_opening(forms.pressed(body), by, composer.now)
    thread = threads.get(message.thread_id)
    return schedules.when(message, thread) or RELEASED


def choose(body: dict[str, Any], desk: Desk) -> None:
    """Make a typed message an answer; Conflict when it cannot be one, or is one already."""
    now = desk.clock.now()
    home = threads.home_of(reading.channel_of(body))
    said = forms.chosen(body, names_in({"event": body.get("message")}), now, home)
    if said is None:
        raise Conflict(NOT_TYPED)
    if known := messages.by_origin(said.origin):
        withdrawn = known.status in (MessageStatus.REFUSED, MessageStatus.CANCELED)
        raise Conflict(edits.NOT_SENT if withdrawn else ALREADY)
    if outbound.answer(said, now, desk.policy, desk.timing) is None:
        raise Conflict(NOTE if threads.in_channel(said.channel_id, None) else NO_CUSTOMER)


def place_of(thread_id: str) -> Place:
    """Where the conversation lives now, which may be elsewhere than when the form was opened."""
    channel = threads.get(ObjectId(thread_id) if ObjectId.is_valid(thread_id) else None).channel
    if not channel.channel_id:
        raise Conflict(NO_PLACE)
    return Place(channel.channel_id, channel.thread_ts)


def _form(thread_id: str, composer: Composer) -> dict[str, Any]:
    """At night it asks from the beginning."""
    filled = Filled(thread_id, channels.person_of(threads.get(thread_id)))
    notes = composer.notes(filled)
    return form.reply(thread_id, filled.to, filled, notes if notes.night else None)


def _correction(message_id: str, policy: Policy) -> dict[str, Any]:
    wish = corrections.wanted(message_id, policy)
    return correction.correction(f"{wish.source.id}/{wish.change}", wish.source.body, wish.words)
