"""Our side of Slack: the workspaces, what they send us, where they install us."""

import asyncio
from contextlib import suppress

from pymongo.errors import PyMongoError
from slack_bolt.async_app import AsyncApp
from starlette.routing import Route

import bot.app
import bot.asgi
import bot.socket
from adapters.settings.choices import plain
from adapters.slack.access import BY_SETTINGS
from adapters.startup import StartupError
from app.beating import beating
from app.health import findings
from app.house import House
from bot import install
from bot.chat import SlackChat
from bot.chats import OneWorkspace, Workspaces
from bot.desk import Desk
from bot.ears import Ears
from bot.limits import Limits
from domain import values
from domain.ports import Chats
from domain.services.recovery.restored import EVERY, UNFINISHED


def slack_chats(house: House) -> Chats:
    """The workspaces as the worker and the listeners see them."""
    slack, limits = house.slack, Limits(house.settings.slack_pace)

    def chat(token: str | None, workspace: values.Workspace) -> SlackChat:
        client = slack.client(token, workspace.team_id or BY_SETTINGS)
        return SlackChat(client, house.pace, house.clock, workspace, limits, house.telemetry)

    kept = slack.installations
    return Workspaces(kept, chat) if kept else OneWorkspace(chat(None, slack.workspace))


async def listen(house: House, stop: asyncio.Event) -> None:
    """Slack's events by Socket Mode, until told to stop.

    StartupError without an app token, and once a backup is being put back.

    Also while Slack cannot be reached: then it tries again and again.
    """
    token = house.settings.slack_app_token
    if token is None:
        raise StartupError("SLACK_APP_TOKEN is missing: Socket Mode needs an app-level token.")
    line = asyncio.create_task(
        bot.socket.run(listeners(house), plain(token), house.telemetry, house.connection)
    )
    stopped = asyncio.create_task(stop.wait())
    shut = asyncio.create_task(_shut(house))
    async with beating(house, "bot"):
        await asyncio.wait([line, stopped, shut], return_when=asyncio.FIRST_COMPLETED)
    line.cancel()
    stopped.cancel()
    shut.cancel()
    with suppress(asyncio.CancelledError):
        await line
    with suppress(asyncio.CancelledError):
        await shut


async def _shut(house: House) -> None:
    """StartupError as soon as a backup is being put back: Slack keeps what it tells for a while."""
    while True:
        with suppress(PyMongoError):
            if await asyncio.to_thread(house.barrier.shuts):
                raise StartupError(UNFINISHED)
        await asyncio.sleep(EVERY)


def listeners(house: House) -> AsyncApp:
    """What Slack tells us, over HTTP or Socket Mode, and what is done about it."""
    settings = house.settings
    return bot.app.create(
        client=house.slack.client(),
        signing_secret=plain(settings.slack_signing_secret),
        desk=Desk(
            house.clock,
            house.policy,
            house.timing,
            chats=slack_chats(house),
            files=house.files,
            links=house.links,
            checks=findings(house),
            installations=house.slack.installations,
        ),
    )


def slack_routes(house: House) -> list[Route]:
    """Events where Slack calls us, and the pages where workspaces install us."""
    settings, slack = house.settings, house.slack
    routes = []
    if settings.slack_signing_secret:
        secret = plain(settings.slack_signing_secret)
        receive = bot.asgi.endpoint(listeners(house), secret, Ears(house.clock))
        routes.append(Route(bot.asgi.PATH, receive, methods=["POST"]))
    if kept := slack.installations:
        ours = install.Client(
            settings.slack_client_id or "",
            plain(settings.slack_client_secret),
            f"{settings.base_url}{install.REDIRECT}",
            slack.authorize_url,
        )
        routes += install.routes(slack.client(""), ours, kept, slack.states)
    return routes
