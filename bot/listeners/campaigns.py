"""Campaigns by forms: written, changed, kept as drafts; the dry run is shown next."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import advising, forms, members, planning
from bot.blocks import campaigns as buttons
from bot.composing import Composer, composed, composer
from bot.desk import Desk
from bot.listeners import dryruns, home
from bot.listeners.texts import shown_anew
from bot.members import author
from bot.reading import Json, part, team_of, word
from bot.views import campaign as form
from bot.views import results
from bot.views.campaign import Filled
from bot.views.parts import View
from domain.errors import Conflict, DomainError
from domain.model import Campaign
from domain.model.campaign import DRAFT, SCHEDULED
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.planning.audience import Wish
from domain.services.campaigns.planning.drafting import Plan
from domain.services.campaigns.showing import telling
from domain.services.lists.filters import ContactFilter
from domain.services.lists.pages import NEWEST, Window
from domain.services.people.fields import wrong
from domain.services.tables import imports
from domain.values import Content, Unavailable

LIVE = re.compile(
    rf"(?:{form.ANY}|{form.ALL}|{form.STATUS}|{form.SEARCH}|{form.TEMPLATE}|{form.TEXT}"
    rf"|{form.PURPOSE})(?::[0-9]+)?"
)
SHOWN = 10
MOST_BYTES = 2_000_000
PATIENCE = 1.5
SLOW = "Slack did not hand over the file in time. Press the button once more."
NO_FILES = "Files cannot be kept here. Ask whoever runs Threadline."


def register(app: AsyncApp, desk: Desk) -> None:
    """The buttons that open the form, its live fields, the form."""

    @app.action(buttons.NEW)
    @app.action(buttons.EDIT)
    async def asked(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        view = await composed(desk, body, lambda one: opened(body, one))
        if word(part(body, "view"), "type") == "modal":
            await shown_anew(client, part(body, "view"), view)
        else:
            await client.views_open(trigger_id=word(body, "trigger_id"), view=view)
        await ack()

    @app.action(LIVE, matchers=[_of_ours])
    async def typed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        view = await composed(desk, body, lambda one: redrawn(body, one))
        await ack()
        await shown_anew(client, part(body, "view"), view)

    @app.view(form.FORM)
    async def submitted(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        agent = await members.acting(desk, body)
        writer = composer(desk, body, agent)
        filled = planning.read(body)
        try:
            plan = await desk.hop(lambda: planned(body, filled, writer))
            table = await _table(desk, body, filled, writer) if filled.file_id else None
            kept = await desk.hop(lambda: keep(plan, table, filled, writer))
        except DomainError as error:
            raise planning.placed(error, body) from error
        page = await dryruns.soon(desk, agent, kept, client, word(part(body, "view"), "id"))
        await ack(response_action="update", view=page)
        if filled.at_home:
            await home.show(desk, body)


def blank(writer: Composer, *, at_home: bool = False) -> View:
    """An empty form."""
    return _form(Filled(at_home=at_home), writer)


def listed(writer: Composer) -> View:
    """The latest ones of the workspace's senders."""
    found = telling.latest(Window(NEWEST, SHOWN), writer.policy.senders)
    return results.listing(
        telling.told(found.documents, writer.now),
        more=found.has_next,
        steers=writer.agent.is_admin,
    )


def opened(body: Json, writer: Composer) -> View:
    """The empty form, or that of the campaign beside which the button was."""
    at_home = home.at_home(body)
    if forms.used(body) == buttons.NEW:
        return blank(writer, at_home=at_home)
    found = drafting.get(forms.pressed(body))
    changeable(found, writer)
    filled = planning.shown(found, writer.policy.consent.zone)
    return _form(replace(filled, at_home=at_home), writer)


def changeable(found: Campaign, writer: Composer) -> None:
    """Conflict once it has begun; what an admin has started only admins change."""
    if found.status not in (DRAFT, SCHEDULED):
        raise Conflict(drafting.BEGUN, code="TOO_LATE", help=drafting.ANEW)
    if found.status == SCHEDULED:
        members.check_admin(writer.agent)


def redrawn(body: Json, writer: Composer) -> View:
    """The form as it stands, with what changed by itself and what is to be said of it now."""
    filled = planning.read(body)
    before = drafting.get(filled.campaign_id) if filled.campaign_id else None
    if before:
        listed = planning.shown(before, writer.policy.consent.zone).listed
        filled = replace(filled, listed=listed)
    if forms.used(body) == form.TEMPLATE:
        filled = planning.with_template(filled, writer.agent.user_id)
    return _form(filled, writer)


def planned(body: Json, filled: Filled, writer: Composer) -> Plan:
    """What is asked for, judged before anything is kept; InvalidInput for what cannot be."""
    before = drafting.get(filled.campaign_id) if filled.campaign_id else None
    if before:
        changeable(before, writer)
    plan = planning.plan(filled, before, writer, f"slack:{word(part(body, 'view'), 'id')}")
    wish = Wish(ContactFilter()) if plan.wish == Wish() else plan.wish  # a file is still to come
    drafting.check(replace(plan, wish=wish), author(writer.agent), writer.now, writer.policy)
    return plan


def keep(plan: Plan, table: str | None, filled: Filled, writer: Composer) -> Campaign:
    """The draft, new or changed; the same form, submitted again, changes what it made."""
    whole = replace(plan, wish=replace(plan.wish, import_id=table)) if table else plan
    now, policy, by = writer.now, writer.policy, author(writer.agent)
    if filled.campaign_id:
        return drafting.change(filled.campaign_id, whole, now, policy)
    try:
        return drafting.create(whole, by, now, policy)
    except Conflict as error:
        if not error.conflict_id:
            raise
        changeable(drafting.get(error.conflict_id), writer)
        return drafting.change(error.conflict_id, whole, now, policy)


async def _table(desk: Desk, body: Json, filled: Filled, writer: Composer) -> str:
    """The id of the import of the file that was chosen; its rows are read in by a worker."""
    chat = await desk.hop(lambda: desk.chats.of(team_of(body)) if desk.chats else None)
    if chat is None or desk.files is None:
        raise wrong(form.TABLE, NO_FILES)
    try:
        async with asyncio.timeout(PATIENCE * desk.patience):
            found = await chat.download(filled.file_id, MOST_BYTES)
    except TimeoutError as error:
        raise wrong(form.TABLE, SLOW) from error
    if not isinstance(found, Content):
        raise wrong(form.TABLE, found.told if isinstance(found, Unavailable) else SLOW)
    return await desk.hop(lambda: _begun(found, desk, writer))


def _begun(found: Content, desk: Desk, writer: Composer) -> str:
    assert desk.files

    def parts() -> Iterable[bytes]:
        return [found.data]

    by, region = author(writer.agent), writer.policy.region
    if known := imports.unfinished(sha256(found.data).hexdigest()):
        return str(known.id)
    made = imports.start(
        found.name, parts, desk.files, writer.now, dry_run=False, author=by, region=region
    )
    return str(made.id)


def _form(filled: Filled, writer: Composer) -> View:
    return form.form(filled, advising.notes(filled, writer), writer.senders())


async def _of_ours(body: dict[str, Any]) -> bool:
    """Other forms have fields of the same names."""
    return word(part(body, "view"), "callback_id") == form.FORM
