"""What a customer meant, answered by a click: an opt-out, no opt-out, or a question to them."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot import forms, members
from bot.blocks import inquiries, posts
from bot.desk import Desk
from bot.reading import Json
from bot.views import reply as form
from bot.views.compose import Filled
from bot.views.parts import View
from domain.model import Agent, Thread
from domain.services import channels
from domain.services.desk import reviews

OPTED_OUT = "Recorded: no text leaves any more, and what waited was called back."
GOES_ON = "Recorded: this was not an opt-out. What waited goes on."
QUESTION = (
    "Would you like us to stop texting you? Reply STOP and you get no more texts from us. "
    "Otherwise just tell us what you meant."
)


def register(app: AsyncApp, desk: Desk) -> None:
    """Each by the name of its action."""

    async def decided(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        agent = await members.acting(desk, body)
        told = await desk.hop(lambda: decide(body, agent, desk))
        await ack()
        blocks = posts.whisper(told, ())
        await respond(told, blocks=blocks, response_type="ephemeral", replace_original=False)

    app.action(inquiries.OPT_OUT)(decided)
    app.action(inquiries.GO_ON)(decided)

    @app.action(inquiries.ASK)
    async def asking(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await members.acting(desk, body)
        view = await desk.hop(lambda: question(body, desk))
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()


def decide(body: Json, agent: Agent, desk: Desk) -> str:
    """Commit it; what to say of it. Conflict when it has been decided."""
    thread, key = _about(body, desk)
    opt_out = forms.used(body) == inquiries.OPT_OUT
    author = members.author(agent)
    reviews.decide(thread.id, opt_out, None, author, desk.clock.now(), key=key or None)
    return OPTED_OUT if opt_out else GOES_ON


def question(body: Json, desk: Desk) -> View:
    """The form for an answer, with a plain question in it that may be changed."""
    thread, _ = _about(body, desk)
    person = channels.person_of(thread)
    return form.reply(str(thread.id), person, Filled(str(thread.id), person, text=QUESTION))


def _about(body: Json, desk: Desk) -> tuple[Thread, str]:
    """The conversation, which must be of that workspace, and which question about it."""
    thread_id, _, key = forms.pressed(body).partition(" ")
    return members.thread_for(desk, body, thread_id), key
