"""Templates by forms: made, changed, deleted; tried on somebody while they are written."""

import re
from datetime import datetime
from typing import Any

from bson import ObjectId
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import forms
from bot.blocks.elements import Block
from bot.desk import Desk
from bot.listeners import home
from bot.listeners.texts import shown_anew
from bot.members import acting, author
from bot.reading import Json, part, word
from bot.views import rows, search
from bot.views import template as form
from bot.views.parts import View
from bot.views.template import Draft
from domain.model import Agent, Author, Contact
from domain.services import addressees, linting
from domain.services.automation import templates, trying
from domain.services.operation import audit
from domain.services.people import contacts

LIVE = re.compile(f"{form.BODY}|{form.SAMPLE}")
MOST_OFFERED = 100


def register(app: AsyncApp, desk: Desk) -> None:
    """The buttons beside templates, the form, its live fields."""

    @app.action(rows.NEW_TEMPLATE)
    @app.action(rows.EDIT_TEMPLATE)
    async def asked(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        agent = await acting(desk, body)
        view = await desk.hop(lambda: opened(body, agent, desk))
        await client.views_open(trigger_id=word(body, "trigger_id"), view=view)
        await ack()

    @app.action(rows.DELETE_TEMPLATE)
    async def deleted(ack: AsyncAck, body: dict[str, Any]) -> None:
        now = desk.clock.now()
        await home.act(desk, body, lambda key, agent: removed(key, author(agent), now))
        await ack()

    @app.action(LIVE, matchers=[_of_ours])
    async def typed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await acting(desk, body)
        view = await desk.hop(lambda: redrawn(body, desk))
        await ack()
        await shown_anew(client, part(body, "view"), view)

    @app.options(form.SAMPLE)
    async def offered(ack: AsyncAck, body: dict[str, Any]) -> None:
        agent = await acting(desk, body)
        await ack(options=await desk.hop(lambda: samples(word(body, "value"), agent, desk)))

    @app.view(form.FORM)
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        agent = await acting(desk, body)
        draft = read(body)
        await desk.hop(lambda: keep(draft, agent, desk))
        await ack()
        if draft.at_home:
            await home.show(desk, body)


def opened(body: Json, agent: Agent, desk: Desk) -> View:
    """The empty form, or that of the template beside which the button was."""
    at_home, key = home.at_home(body), forms.pressed(body)
    if not ObjectId.is_valid(key):
        return _form(Draft(at_home=at_home), desk)
    found = templates.open_to(key, agent.user_id)
    return _form(Draft(key, found.name, found.body, found.shared, at_home=at_home), desk)


def redrawn(body: Json, desk: Desk) -> View:
    """The form as it stands, with its preview of now."""
    return _form(read(body), desk)


def keep(draft: Draft, agent: Agent, desk: Desk) -> None:
    """Commit it; InvalidInput or Conflict about a field of the form."""
    said, now = (draft.name, draft.body, draft.shared, author(agent)), desk.clock.now()
    linting.check(draft.body, desk.policy)
    if own := draft.template_id:
        with audit.noted("template.update", author(agent), now, own):
            templates.change(own, *said, now)
    else:
        made = templates.create(*said, now)
        audit.record("template.create", author(agent), now, made.id)


def removed(own: str, by: Author, now: datetime) -> None:
    """Nobody is offered it any more."""
    with audit.noted("template.delete", by, now, own):
        templates.remove(own, by, now)


def read(body: Json) -> Draft:
    """What is in the form."""
    template_id, _, where = forms.remembered(body).partition(" ")
    text, value = forms.option_of(body, form.SAMPLE)
    return Draft(
        template_id,
        forms.written(body, form.NAME),
        forms.typed(body, form.BODY),
        forms.written(body, form.WHOSE) != form.ME,
        (text, value) if value else None,
        where == "home",
    )


def samples(typed: str, agent: Agent, desk: Desk) -> list[Block]:
    """Contacts to try it on: whether they may be texted does not matter."""
    now, signed = desk.clock.now(), author(agent)
    found = addressees.find(typed, signed, now, desk.policy, MOST_OFFERED).people
    return [search.option(one) for one in found if one.contact_id][:MOST_OFFERED]


def _form(draft: Draft, desk: Desk) -> View:
    contact = _sample(draft)
    return form.form(draft, trying.tried(draft.body, contact, desk.policy.rates))


def _sample(draft: Draft) -> Contact | None:
    return contacts.find(draft.sample[1]) if draft.sample else None


async def _of_ours(body: dict[str, Any]) -> bool:
    """Other forms have fields of the same names."""
    return word(part(body, "view"), "callback_id") == form.FORM
