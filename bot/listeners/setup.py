"""Setting a workspace up: which channel, which numbers, who answers."""

import asyncio
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import forms, members
from bot.desk import Desk
from bot.errors import BLURRED, LIMITED, code_of
from bot.reading import Json, part, team_of
from bot.views import setup as form
from domain.errors import FieldError, InvalidInput, Refused, Unavailable
from domain.model import Author, Workspace
from domain.services import workspaces
from domain.services.operation import audit
from domain.services.workspaces import Choices

BY_SETTINGS = "This installation is set up by its settings."
SETTINGS_HELP = "Ask your operator: SLACK_INBOX_CHANNEL and SLACK_AGENTS say what is asked here."
INVITE = "Threadline is not in this channel. Type /invite @Threadline there, then press Save again."
ARCHIVED = "This channel is archived. Choose another."
REFUSED = "Slack does not let Threadline use this channel ({code}). Choose another."
AWAY = "Slack did not answer. Press Save once more."
HIDDEN = frozenset({"channel_not_found", "not_in_channel", "missing_scope", "method_not_supported"})
UNREACHED = (aiohttp.ClientError, TimeoutError, OSError)
AWAY_CODES = frozenset({"", *BLURRED, *LIMITED})
MOST_GROUPS = 100
PATIENCE = 2.0
"""Seconds for asking Slack: whoever pressed the button waits three at most."""


def register(app: AsyncApp, desk: Desk) -> None:
    """The button that opens the modal, and the modal."""

    @app.action(form.SET_UP)
    async def opened(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        workspace = await permitted(desk, body, client)
        ours = await desk.hop(lambda: workspaces.offered(workspace.team_id, desk.policy.senders))
        view = form.setup(workspace.value, ours, await _groups(desk, client))
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.view(form.FORM)
    async def chosen(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        workspace = await permitted(desk, body, client)
        choices = read(body)
        if choices.inbox:
            await _enter(desk, client, choices.inbox)
        await desk.hop(lambda: keep(workspace.team_id, choices, members.who(body), desk))
        await ack()


def keep(team_id: str, choices: Choices, user_id: str, desk: Desk) -> None:
    """Commit them; InvalidInput at a field that cannot be."""
    by, now = Author(kind="agent", key=user_id), desk.clock.now()
    with audit.noted("workspace.setup", by, now, team_id, inbox=choices.inbox):
        workspaces.set_up(team_id, choices, desk.policy.senders)


def read(body: Json) -> Choices:
    """What was filled in."""
    return Choices(
        inbox=forms.written(body, form.INBOX),
        senders=forms.ticked(body, form.SENDERS),
        agents=_people(body),
        group=forms.written(body, form.GROUP),
        own_channels=forms.written(body, form.MODE) != form.ALL_IN_INBOX,
        archive_closed=form.CLOSED in forms.ticked(body, form.ARCHIVE),
    )


def _people(body: Json) -> tuple[str, ...]:
    fields = part(part(part(body, "view"), "state"), "values")
    given = part(part(fields, form.AGENTS), form.AGENTS).get("selected_users")
    return tuple(one for one in given if isinstance(one, str)) if isinstance(given, list) else ()


async def permitted(desk: Desk, body: Json, client: AsyncWebClient) -> Workspace:
    """The workspace to be set up, if this person may: its installer, or one of its admins."""
    user_id = members.who(body)
    found = await desk.hop(lambda: workspaces.find(team_of(body)))
    if found is None:
        raise Refused(BY_SETTINGS, code="FORBIDDEN", help=SETTINGS_HELP)
    if found.installed_by == user_id:
        return found
    if found.is_set_up:
        await members.administering(desk, body)
    elif not await _is_slack_admin(desk, client, user_id):
        raise Refused(members.ADMINS_ONLY, code="FORBIDDEN", help=members.ADMINS_HELP)
    return found


async def _is_slack_admin(desk: Desk, client: AsyncWebClient, user_id: str) -> bool:
    """Whether the workspace's own admins are asked; nobody else may before it is set up."""
    try:
        async with asyncio.timeout(PATIENCE * desk.patience):
            answer = await client.users_info(user=user_id)
    except SlackApiError:
        return False
    except UNREACHED as error:
        raise Unavailable(AWAY) from error
    user = answer.get("user") or {}
    return bool(user.get("is_admin") or user.get("is_owner"))


async def _groups(desk: Desk, client: AsyncWebClient) -> list[form.Group]:
    """The workspace's user groups; none when it has none, or does not say in time."""
    try:
        async with asyncio.timeout(PATIENCE * desk.patience):
            answer = await client.usergroups_list()
    except (SlackApiError, *UNREACHED):
        return []
    found = answer.get("usergroups") or []
    return [(one["id"], one.get("name") or one["id"]) for one in found[:MOST_GROUPS]]


async def _enter(desk: Desk, client: AsyncWebClient, channel_id: str) -> None:
    """Be in that channel; InvalidInput at its field when that cannot be."""
    try:
        async with asyncio.timeout(PATIENCE * desk.patience):
            answer = await client.conversations_info(channel=channel_id)
            channel = answer.get("channel") or {}
            if channel.get("is_archived"):
                raise _wrong(ARCHIVED)
            if not channel.get("is_member"):
                await client.conversations_join(channel=channel_id)
    except SlackApiError as error:
        if code_of(error) in AWAY_CODES:
            raise Unavailable(AWAY) from error
        raise _wrong(_reason(code_of(error))) from error
    except UNREACHED as error:
        raise Unavailable(AWAY) from error


def _reason(code: str) -> str:
    return INVITE if code.startswith(tuple(HIDDEN)) else REFUSED.format(code=code)


def _wrong(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, fields=(FieldError(form.INBOX, sentence),))
