"""The dry run of a campaign, its test text, and its start.

It is worked out while somebody waits: what takes longer than Slack does is shown afterwards.
"""

import asyncio
from contextlib import suppress
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import advising, forms, members
from bot.blocks import campaigns as buttons
from bot.desk import Desk
from bot.listeners.contacts import present
from bot.listeners.texts import OVERTAKEN
from bot.members import author
from bot.reading import Json, part, word
from bot.views import dryrun
from bot.views.parts import View
from domain.errors import DomainError
from domain.model import Agent, Author, Campaign, Message
from domain.rules import phone, zones
from domain.services.campaigns.planning import drafting, previewing, starting, trials
from domain.services.operation import audit
from domain.services.tables import imports

PATIENCE = 1.0
SOON = 60.0
ON_ITS_WAY = "The test is on its way to {number}."
LATER = "The test leaves to {number} {when}."

log = structlog.get_logger(__name__)
_later: set[asyncio.Task[None]] = set()
"""Pages that are still being worked out: the loop itself holds tasks only weakly."""


def register(app: AsyncApp, desk: Desk) -> None:
    """Each by the name of its action or callback."""

    @app.action(buttons.PREVIEW)
    @app.action(buttons.LOOK)
    async def asked(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        agent = await members.acting(desk, body)
        found = await desk.hop(lambda: drafting.get(forms.pressed(body)))
        view_id = await _waits(found, body, client)
        page = await _page(desk, agent, found)
        await client.views_update(view_id=view_id, view=page)
        await ack()

    @app.action(buttons.START)
    async def started(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        admin = await members.administering(desk, body)
        found = await desk.hop(lambda: start(forms.pressed(body), members.author(admin), desk))
        view_id = word(part(body, "view"), "id")
        await client.views_update(view_id=view_id, view=dryrun.begun(found))
        await ack()

    @app.action(buttons.TEST)
    async def trying(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await members.acting(desk, body)
        found = await desk.hop(lambda: drafting.get(forms.pressed(body)))
        await present(client, body, dryrun.trial(found))
        await ack()

    @app.view(dryrun.TRIAL)
    async def tried(ack: AsyncAck, body: dict[str, Any]) -> None:
        agent = await members.acting(desk, body)
        told = await desk.hop(lambda: test(body, agent, desk))
        await ack(response_action="update", view=dryrun.tried(told))


def start(pressed: str, by: Author, desk: Desk) -> Campaign:
    """Let it begin as it was looked at; Conflict when it has been changed since."""
    own, _, looked_at = pressed.partition(" ")
    now = desk.clock.now()
    with audit.noted("campaign.start", by, now, own):
        return starting.start(own, now, desk.policy, looked_at)


def test(body: Json, agent: Agent, desk: Desk) -> str:
    """Send the text of the trial, once per form; what becomes of it."""
    own, to = forms.remembered(body), forms.written(body, dryrun.TO)
    key, now = f"slack:{word(part(body, 'view'), 'id')}", desk.clock.now()
    made = trials.send(own, to, author(agent), now, desk.policy, key=key)
    return _told(made, agent)


async def soon(
    desk: Desk, agent: Agent, found: Campaign, client: AsyncWebClient, view_id: str
) -> View:
    """The page if it is there before Slack loses patience; else one that it follows upon."""
    work = asyncio.create_task(_page(desk, agent, found))
    await asyncio.wait([work], timeout=PATIENCE * desk.patience)
    if work.done():
        return work.result()
    task = asyncio.create_task(_show(work, client, view_id))
    _later.add(task)
    task.add_done_callback(_later.discard)
    return dryrun.waiting(found)


async def _show(work: "asyncio.Task[View]", client: AsyncWebClient, view_id: str) -> None:
    """Nothing hangs on it: who sees no page presses the button."""
    try:
        async with asyncio.timeout(SOON):
            await client.views_update(view_id=view_id, view=await work)
    except SlackApiError as error:
        if error.response.get("error") not in OVERTAKEN:
            log.warning("preview.untold", reason=error.response.get("error"))
    except (DomainError, TimeoutError, OSError) as error:
        log.warning("preview.untold", reason=type(error).__name__)


async def _waits(found: Campaign, body: Json, client: AsyncWebClient) -> str:
    """A page at once, in the place of the one that was looked at; its id."""
    over, view = part(body, "view"), dryrun.waiting(found)
    if word(over, "type") == "modal":
        with suppress(SlackApiError):
            await client.views_update(view_id=word(over, "id"), view=view)
        return word(over, "id")
    opened = await client.views_open(trigger_id=word(body, "trigger_id"), view=view)
    return str(opened["view"]["id"])


async def _page(desk: Desk, agent: Agent, found: Campaign) -> View:
    return await desk.hop(lambda: page(found, agent, desk))


def page(found: Campaign, agent: Agent, desk: Desk) -> View:
    """The dry run as it is now; Conflict once it has begun."""
    table = imports.get(found.audience.import_id) if found.audience.import_id else None
    if table and table.status in imports.OPEN:
        return dryrun.reading(drafting.get(found.id), advising.read_in(table))
    preview = previewing.preview(found.id, desk.clock.now(), desk.policy)
    return dryrun.page(
        drafting.get(found.id),
        preview,
        may_start=agent.is_admin,
        table=(advising.read_in(table), *advising.faults(table)) if table else (),
    )


def _told(made: Message, agent: Agent) -> str:
    number = phone.national(made.to)
    if made.send_at is None:
        return ON_ITS_WAY.format(number=number)
    zone = zones.known(agent.timezone) or "UTC"
    return LATER.format(number=number, when=zones.told(made.send_at, zone))
