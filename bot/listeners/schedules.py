"""Texts that wait for their time: the list, and what its buttons do."""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot import composing, forms
from bot.composing import Composer, composed
from bot.desk import Desk
from bot.listeners.texts import shown_anew
from bot.members import author
from bot.reading import Json, part, word
from bot.views import compose, schedule
from bot.views.parts import View
from domain.errors import Conflict, DomainError
from domain.services import outbound
from domain.services.desk import schedules
from domain.services.people.fields import wrong

CALLED_BACK = "It is called back: nothing is sent."
TOO_LATE = "It is too late to call this text back."
LEAVING = "It is on its way."


def register(app: AsyncApp, desk: Desk) -> None:
    """The buttons beside each text, and the form behind `Change`."""

    @app.action(schedule.EDIT)
    async def edit(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        view = await composed(desk, body, lambda composer: opened(body, composer))
        over = part(body, "view").get("type") == "modal"
        show = client.views_push if over else client.views_open
        await show(trigger_id=word(body, "trigger_id"), view=view)
        await ack()

    @app.action(schedule.RELEASE)
    async def release(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        view = await composed(desk, body, lambda composer: released(body, composer))
        await ack()
        await _tell(body, client, respond, view, LEAVING)

    @app.action(schedule.CANCEL)
    async def cancel(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        view = await composed(desk, body, lambda composer: canceled(body, composer))
        await ack()
        await _tell(body, client, respond, view, CALLED_BACK)

    @app.view(schedule.CHANGE)
    async def changed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        view = await composed(desk, body, lambda composer: saved(body, composer))
        await ack()
        below = word(part(body, "view"), "previous_view_id")
        if below:
            await shown_anew(client, {"id": below}, view)


def listed(thread_id: str, composer: Composer) -> View:
    """The list of a conversation, or of one's own."""
    agent_id = composer.agent.user_id
    found, more = schedules.of_thread(thread_id) if thread_id else schedules.mine(agent_id)
    return schedule.listing(found, more, thread_id, composer.zone)


def opened(body: Json, composer: Composer) -> View:
    """The form to change that text."""
    one = schedules.get(forms.pressed(body))
    filled = schedule.as_filled(one, composer.zone)
    return schedule.change(one, filled, composer.notes(filled), _list_of(body))


def released(body: Json, composer: Composer) -> View:
    """Let it leave; the list without it."""
    by = author(composer.agent)
    schedules.send_now(forms.pressed(body), by, composer.now, composer.policy)
    return listed(_list_of(body), composer)


def canceled(body: Json, composer: Composer) -> View:
    """Call it back; the list without it, or a page that says so."""
    try:
        outbound.cancel(forms.pressed(body), composer.now)
    except Conflict as error:
        raise Conflict(TOO_LATE, code=error.code, help=schedules.SEE) from error
    if word(part(body, "view"), "callback_id") == compose.DONE:
        return compose.over(CALLED_BACK)
    return listed(_list_of(body), composer)


def saved(body: Json, composer: Composer) -> View:
    """Other words, another time; the list as it is then. Errors name fields of the form."""
    message_id, _, list_of = forms.remembered(body).partition(" ")
    try:
        one = schedules.get(message_id)
        filled = replace(composing.read(body, one.thread_id, one.name), later=True)
        leaves = composer.leaves(filled)
        if leaves is None:
            raise wrong(compose.TIME, composing.NO_TIME)
        schedules.revise(message_id, filled.text, leaves.at, composer.now, composer.policy)
    except DomainError as error:
        raise composing.placed(error, body) from error
    return listed(list_of, composer)


async def _tell(
    body: Json, client: AsyncWebClient, respond: AsyncRespond, view: View, said: str
) -> None:
    """In place of the list; over the App Home; below a message."""
    match part(body, "view").get("type"):
        case "modal":
            await shown_anew(client, part(body, "view"), view)
        case "home":
            await client.views_open(trigger_id=word(body, "trigger_id"), view=view)
        case _:
            await respond(said, response_type="ephemeral", replace_original=False)


def _list_of(body: Json) -> str:
    """The conversation whose list is shown; empty: one's own."""
    view = part(body, "view")
    return forms.remembered(body) if word(view, "callback_id") == schedule.LIST else ""
