"""Texts that wait for their time: the list, and what its buttons do."""

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
from bot.views.schedule import Leaf
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

    @app.action(schedule.EARLIER)
    @app.action(schedule.LATER)
    async def turned(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        leaf = Leaf.read(forms.pressed(body))
        view = await composed(desk, body, lambda composer: listed(leaf, composer))
        await ack()
        await shown_anew(client, part(body, "view"), view)

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


def listed(leaf: Leaf, composer: Composer) -> View:
    """That page of the list; the last one where there are not so many any more."""
    skip = leaf.page * schedules.PAGE
    if leaf.thread_id:
        found, more = schedules.of_thread(leaf.thread_id, skip=skip)
    else:
        found, more = schedules.mine(composer.agent.user_id, skip=skip)
    if not found and leaf.page:
        return listed(leaf.turned(-1), composer)
    return schedule.listing(found, more, leaf, composer.zone)


def opened(body: Json, composer: Composer) -> View:
    """The form to change that text."""
    one = schedules.get(forms.pressed(body))
    filled = schedule.as_filled(one, composer.zone)
    return schedule.change(one, filled, composer.notes(filled), _leaf(body).text)


def released(body: Json, composer: Composer) -> View:
    """Let it leave; the list without it."""
    by = author(composer.agent)
    schedules.send_now(forms.pressed(body), by, composer.now, composer.policy)
    return listed(_leaf(body), composer)


def canceled(body: Json, composer: Composer) -> View:
    """Call it back; the list without it, or a page that says so."""
    try:
        outbound.cancel(forms.pressed(body), composer.now, author(composer.agent))
    except Conflict as error:
        raise Conflict(TOO_LATE, code=error.code, help=schedules.SEE) from error
    if word(part(body, "view"), "callback_id") == compose.DONE:
        return compose.over(CALLED_BACK)
    return listed(_leaf(body), composer)


def saved(body: Json, composer: Composer) -> View:
    """Other words, another time; the list as it is then. Errors name fields of the form."""
    message_id, _, leaf = forms.remembered(body).partition(" ")
    try:
        one = schedules.get(message_id)
        read = composing.read(body, one.thread_id, one.name)
        filled = schedule.kept(read, one, composer.zone)
        leaves = composer.leaves(filled)
        if leaves is None:
            raise wrong(compose.TIME, composing.NO_TIME)
        by = author(composer.agent)
        schedules.revise(message_id, filled.text, leaves.at, composer.now, composer.policy, by)
    except DomainError as error:
        raise composing.placed(error, body) from error
    return listed(Leaf.read(leaf), composer)


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


def _leaf(body: Json) -> Leaf:
    """The page that is shown; elsewhere the first of one's own."""
    shown = word(part(body, "view"), "callback_id") == schedule.LIST
    return Leaf.read(forms.remembered(body)) if shown else Leaf()
