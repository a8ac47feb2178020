"""A new text: the form opened from anywhere, its live preview, and what is submitted."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import composing, forms
from bot.composing import Composer, composed
from bot.desk import Desk
from bot.judging import AWAITS
from bot.listeners.answers import ALREADY, NOT_TYPED
from bot.listeners.messages import names_in
from bot.reading import Json, channel_of, part, word
from bot.views import compose, reply, schedule, search
from bot.views.compose import Chosen, Filled
from bot.views.parts import View
from domain.errors import Conflict, DomainError
from domain.rules.status import MessageStatus
from domain.services import channels, initiating, messages, threads
from domain.services.desk import schedules

NEW_TEXT, SEND_LATER = "new_text", "send_later"
SCHEDULE, USE_TEMPLATE = "schedule", "use_template"
FORMS = frozenset({compose.FORM, reply.FORM, schedule.CHANGE})
LIVE = re.compile(
    rf"(?:{compose.TEXT}|{compose.TO}|{compose.FROM}|{compose.TEMPLATE}|{compose.WHEN}"
    rf"|{compose.DATE}|{compose.TIME}|{compose.ZONE})(?::[0-9]+)?"
)
OVERTAKEN = frozenset({"hash_conflict", "not_found", "view_not_found"})
"""The form has changed or closed since: a newer preview follows, or nobody looks any more."""


def register(app: AsyncApp, desk: Desk) -> None:
    """Shortcuts, buttons, the fields of the form, the form."""

    @app.shortcut(NEW_TEXT)
    async def new_text(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await opened(desk, body, client, lambda _: Filled())
        await ack()

    @app.shortcut(SEND_LATER)
    async def send_later(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await opened(desk, body, client, lambda composer: _typed(body, composer))
        await ack()

    @app.action(SCHEDULE)
    @app.action(schedule.NEW)
    async def later(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await opened(desk, body, client, lambda _: replace(talk(forms.pressed(body)), later=True))
        await ack()

    @app.action(USE_TEMPLATE)
    async def from_template(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await opened(desk, body, client, lambda _: talk(forms.pressed(body)))
        await ack()

    @app.action(search.TEXT_CONTACT)
    async def to_contact(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await opened(desk, body, client, lambda one: chosen(forms.pressed(body), one))
        await ack()

    @app.action(LIVE, matchers=[_of_ours])
    async def changed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        view = await composed(desk, body, lambda composer: redrawn(body, composer))
        await ack()
        await shown_anew(client, part(body, "view"), view)

    @app.view(compose.FORM)
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        view = await composed(desk, body, lambda composer: submit(body, composer))
        await ack(response_action="update", view=view)


async def opened(
    desk: Desk, body: Json, client: AsyncWebClient, filled: Callable[[Composer], Filled]
) -> None:
    """Open the form, over another one that is open already."""
    view = await composed(desk, body, lambda composer: form(filled(composer), composer))
    over = part(body, "view").get("type") == "modal"
    show = client.views_push if over else client.views_open
    await show(trigger_id=word(body, "trigger_id"), view=view)


async def shown_anew(client: AsyncWebClient, before: Json, view: View) -> None:
    """In place of that very state of the view; one that came too late is dropped."""
    try:
        known = {"hash": word(before, "hash")} if word(before, "hash") else {}
        await client.views_update(view_id=word(before, "id"), view=view, **known)
    except SlackApiError as error:
        if error.response.get("error") not in OVERTAKEN:
            raise


def form(filled: Filled, composer: Composer) -> View:
    """The form of a new text, with what is to be said of it."""
    return compose.form(filled, composer.notes(filled), composer.senders())


def chosen(value: str, composer: Composer, text: str = "") -> Filled:
    """The form to a contact (their id) or to a number."""
    found = Filled(contact=Chosen(value, value), text=text)
    person = initiating.person(composer.drafted(found), composer.policy.region)
    own = str(person.contact.id) if person.contact else person.phone
    shown = search.called(person.name, person.phone, known=person.contact is not None)
    return replace(found, contact=Chosen(shown, own))


def redrawn(body: Json, composer: Composer) -> View:
    """The form as it stands, with what changed by itself and what is to be said of it now."""
    view, remembered = part(body, "view"), forms.remembered(body)
    changing = word(view, "callback_id") == schedule.CHANGE
    message_id, _, list_of = remembered.partition(" ")
    one = schedules.get(message_id) if changing else None
    settled = talk(one.thread_id if one else remembered)
    filled = composing.read(body, settled.thread_id, settled.to)
    field = forms.used(body).partition(":")[0]
    follows = field == compose.TO and composing.untouched(filled, composer.agent.user_id)
    if field == compose.TEMPLATE or follows:
        filled = composing.with_template(filled, composer)
    filled = schedule.kept(filled, one, composer.zone) if one else filled
    notes = composer.notes(filled)
    if one:
        return schedule.change(one, filled, notes, list_of)
    if word(view, "callback_id") == reply.FORM:
        return reply.reply(settled.thread_id, settled.to, filled, notes)
    return compose.form(filled, notes, composer.senders())


def submit(body: Json, composer: Composer) -> View:
    """Commit the text; the page that says what becomes of it. Errors name fields of the form."""
    settled = talk(forms.remembered(body))
    filled = composing.read(body, settled.thread_id, settled.to)
    template = filled.template.value if filled.template else None
    try:
        leaves = composer.leaves(filled)
        draft = composer.drafted(filled, leaves.at if leaves else None)
        origin = composing.origin(body)
        message = initiating.initiate(draft, origin, composer.now, composer.policy, template)
        person = initiating.person(draft, composer.policy.region)
    except DomainError as error:
        if error.code == "QUIET_HOURS":  # night has fallen while it was written: now it asks
            return form(filled, composer)
        raise composing.placed(error, body) from error
    place = channels.place_of(threads.get(message.thread_id))
    said = composing.summary(message, person.name, composer, person.zone)
    later = message.status == MessageStatus.SCHEDULED
    doubt = composer.judged(filled).said if later else ""
    channel_id = place.channel_id if place else None
    return compose.done(
        str(message.id), said, channel_id, later=later, doubt=doubt if AWAITS in doubt else ""
    )


async def _of_ours(body: dict[str, Any]) -> bool:
    """Other forms and the App Home have fields of the same names."""
    return word(part(body, "view"), "callback_id") in FORMS


def talk(thread_id: str) -> Filled:
    """The form for a conversation; for none in particular without an id."""
    if thread_id in ("", schedule.ANYBODY):
        return Filled()
    thread = threads.get(thread_id)
    return Filled(thread_id=str(thread.id), to=channels.person_of(thread))


def _typed(body: Json, composer: Composer) -> Filled:
    """A message that a colleague typed and that is no answer yet, to be sent later."""
    home = threads.home_of(channel_of(body))
    said = forms.chosen(body, names_in({"event": body.get("message")}), composer.now, home)
    if said is None:
        raise Conflict(NOT_TYPED)
    if messages.by_origin(said.origin):
        raise Conflict(ALREADY)
    found = threads.in_channel(said.channel_id, said.thread_ts)
    settled = talk(str(found.id)) if found else Filled()
    return replace(settled, text=said.text, later=True)
