"""A contact's timeline: leafed through, and added to."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bson import ObjectId
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import forms, members, memory, zones
from bot.desk import Desk
from bot.listeners import consents
from bot.listeners.contacts import present
from bot.reading import Json, part, word
from bot.views import timeline as form
from bot.views.parts import MOST_OPTIONS, View
from domain.errors import FieldError, InvalidInput, NotFound
from domain.model import Agent, Author, Campaign, Contact, Thread
from domain.rules import money, snoozing
from domain.services import agents
from domain.services.lists.pages import Page, Window
from domain.services.people import activities, contacts, timeline, values
from domain.services.people.telling import telling
from domain.services.people.values import NO_AMOUNT

TIMELINE = "timeline"
MOST_TRAIL = 20
MIDDAY = "12:00"
NOBODY = "Nobody is known for this conversation any more: make a contact of them first."
DAY_FIRST = "Choose a day, too."
NO_MOMENT = "Choose a day and a time."


def register(app: AsyncApp, desk: Desk) -> None:
    """Each by the name of its action or callback."""

    @app.action(TIMELINE)
    async def opened(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        agent = await members.acting(desk, body)
        view = await desk.hop(lambda: page(_person(forms.pressed(body)), [], agent))
        await present(client, body, view)
        await ack()

    async def turned(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        agent = await members.acting(desk, body)
        view = await desk.hop(lambda: turn(body, agent))
        await client.views_update(view_id=word(part(body, "view"), "id"), view=view)
        await ack()

    app.action(form.OLDER)(turned)
    app.action(form.NEWER)(turned)

    @app.action(form.LOG)
    async def writing(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        agent = await members.acting(desk, body)
        view = await desk.hop(lambda: blank(body, agent, desk))
        await present(client, body, view)
        await ack()

    @app.view(form.FORM)
    async def written(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        agent = await members.acting(desk, body)
        shown = await desk.hop(lambda: submit(body, agent, desk))
        if below := memory.recalled(body).get("below"):
            await client.views_update(view_id=below, view=shown)
        await ack()


def page(person: Contact, trail: list[str], agent: Agent) -> View:
    """The page after the last of these cursors; the first when there is none."""
    window = Window(timeline.TIMELINE, form.LINES, trail[-1] if trail else None)
    found = timeline.pages_of([person.id], window, {})[person.id]
    shown = form.Page(person.name, str(person.id), _lines(found), found.has_next, bool(trail))
    way = json.dumps(trail[-MOST_TRAIL:])
    remember = memory.kept(contact=str(person.id), trail=way, end=found.end or "")
    return form.timeline(shown, zones.of(agent), remember)


def turn(body: Json, agent: Agent) -> View:
    """The page that the button leads to."""
    remembered = memory.recalled(body)
    person, trail = contacts.get(remembered.get("contact")), _trail(remembered)
    older = forms.used(body) == form.OLDER
    trail = [*trail, remembered.get("end", "")] if older else trail[:-1]
    try:
        return page(person, trail, agent)
    except InvalidInput as error:
        raise InvalidInput(memory.UNREADABLE) from error


def blank(body: Json, agent: Agent, desk: Desk) -> View:
    """The form, which remembers the timeline below it."""
    person, below = _person(forms.pressed(body)), part(body, "view")
    shown = word(below, "id") if word(below, "callback_id") == form.PAGE else ""
    remember = memory.kept(contact=str(person.id), below=shown)
    campaigns = [(str(one.id), one.name) for one in _campaigns()]
    today = desk.clock.now().astimezone(zones.of(agent))
    return form.log(person.name, remember, today, campaigns)


def submit(body: Json, agent: Agent, desk: Desk) -> View:
    """Commit what was written, once per form; the timeline as it is afterwards."""
    contact_id = memory.recalled(body).get("contact")
    method, text = forms.written(body, form.METHOD), forms.typed(body, form.TEXT)
    author, now, origin = members.author(agent), desk.clock.now(), consents.origin_of(body)
    if method == form.VALUE:
        _bring(body, contact_id, text, author, now, origin)
    elif method == form.NOTE:
        activities.note(contact_id, text, author, now, origin)
    else:
        try:
            at = _moment(body, agent, now)
            activities.log(contact_id, method, at, text or None, author, now, origin)
        except InvalidInput as error:
            raise InvalidInput(error.message, fields=_renamed(error)) from error
    return page(contacts.get(contact_id), [], agent)


def _campaigns() -> list[Campaign]:
    """The latest, as many as a menu holds."""
    return list(Campaign.objects.only("name").order_by("-created_at", "-id").limit(MOST_OPTIONS))


def _bring(
    body: Json, contact_id: str | None, text: str, author: Author, now: datetime, origin: str
) -> None:
    """Write an amount down, once per form."""
    typed = forms.typed(body, form.AMOUNT).strip()
    try:
        amount = money.parse(typed.removeprefix("-"))
    except money.InvalidPrice as error:
        raise InvalidInput(NO_AMOUNT, fields=(FieldError(form.AMOUNT, NO_AMOUNT),)) from error
    campaign = forms.written(body, form.CAMPAIGN) or None
    try:
        worth = -amount if typed.startswith("-") else amount
        values.record(contact_id, worth, campaign, text or None, author, now, origin=origin)
    except InvalidInput as error:
        raise InvalidInput(error.message, fields=_renamed(error)) from error


def _trail(remembered: Mapping[str, str]) -> list[str]:
    """The cursors of the pages before this one."""
    found = memory.read(remembered.get("trail") or "[]")
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise InvalidInput(memory.UNREADABLE)
    return found


def _person(value: str) -> Contact:
    """Whose timeline: a contact's id, or a conversation's."""
    thread = Thread.objects(id=value).first() if ObjectId.is_valid(value) else None
    if thread is None:
        return contacts.get(value)
    person = contacts.find(thread.contact_id)
    if person is None:
        raise NotFound(NOBODY)
    return person


def _lines(found: Page) -> list[form.Line]:
    told = [(entry["at"], telling(entry)) for entry in found.documents]
    return [form.Line(at, one.text, _who(one.author)) for at, one in told]


def _who(author: dict[str, Any]) -> str:
    """An author by the name that people know them under."""
    key, name = str(author.get("key") or ""), str(author.get("name") or "")
    if author.get("kind") == "agent":
        agent = agents.known(key)
        return (agent.name if agent else "") or name or key
    if author.get("kind") == "token":
        return f"{name or key} (API)"
    return name or key or "Threadline"


def _moment(body: Json, agent: Agent, now: datetime) -> datetime | None:
    """When it was, where the agent is; a day that is today without a time is now."""
    day, clock = forms.written(body, form.DAY), forms.written(body, form.TIME)
    if clock and not day:
        raise InvalidInput(DAY_FIRST, fields=(FieldError(form.DAY, DAY_FIRST),))
    zone = zones.of(agent)
    today = f"{now.astimezone(zone):%Y-%m-%d}"
    if not day or (day == today and not clock):
        return None
    try:
        return snoozing.at(day, clock or MIDDAY, zone)
    except ValueError as error:
        raise InvalidInput(NO_MOMENT, fields=(FieldError(form.DAY, NO_MOMENT),)) from error


def _renamed(error: InvalidInput) -> tuple[FieldError, ...]:
    """The service's names of what the form calls otherwise."""
    names = {"at": form.DAY, "note": form.TEXT, "campaignId": form.CAMPAIGN}
    return tuple(FieldError(names.get(one.field, one.field), one.message) for one in error.fields)
