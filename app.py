"""The composition root: settings become adapters, adapters become the web app, worker and bot.

The only file that knows everybody.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pymongo import AsyncMongoClient, MongoClient
from pymongo.database import Database
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

import bot.app
import bot.asgi
import bot.socket
import graph.asgi
import graph.schema
from adapters import checks
from adapters.charts import Drawer
from adapters.mongo import files as stores
from adapters.mongo.clock import DatabaseClock
from adapters.mongo.connection import async_client, connect
from adapters.mongo.feed import DatabaseFeed
from adapters.mongo.files import DatabaseFiles
from adapters.mongo.pace import COLLECTION, DatabasePace
from adapters.pictures import fit
from adapters.sandbox import Sandbox
from adapters.settings import Settings
from adapters.settings.choices import plain, policy, timing
from adapters.slack import account
from adapters.slack.access import BY_SETTINGS
from adapters.slack.account import Account
from adapters.startup import StartupError
from adapters.twilio import account as carrier
from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Gateway
from adapters.twilio.media import TwilioMedia
from adapters.twilio.routes import Webhooks, unconfigured
from adapters.web import errors, health
from adapters.web import files as downloads
from adapters.web import links as shorts
from adapters.web.files import SignedLinks
from adapters.worker.answering import Answerer
from adapters.worker.boards import Boardkeeper
from adapters.worker.campaigning import Campaigner
from adapters.worker.crew import lanes, working
from adapters.worker.deactivating import Deactivator
from adapters.worker.digesting import Digester
from adapters.worker.dispatching import Dispatcher
from adapters.worker.fetching import Fetcher
from adapters.worker.figuring import Figurer
from adapters.worker.homes import Homekeeper
from adapters.worker.importing import Importer
from adapters.worker.keeping import Keeper
from adapters.worker.lane import Lane
from adapters.worker.relaying import Relayer
from adapters.worker.reminding import Reminder
from adapters.worker.telling import Teller
from adapters.worker.tidying import Tidier
from bot import install, manifest
from bot.chat import SlackChat
from bot.chats import OneWorkspace, Workspaces
from bot.desk import Desk
from bot.limits import Limits
from domain import model, values
from domain.policy import Policy, Timing
from domain.ports import Chats, Finding
from domain.services.dispatch import lines
from domain.services.registry import chores

GRAPHQL_PATH = "/graphql"


@dataclass(frozen=True)
class House:
    """What every process is made of. `feed` works inside `DatabaseFeed.running()`; streams that
    would never end by themselves end when `leaving` is set.
    """

    settings: Settings
    client: MongoClient[dict[str, Any]]
    async_client: AsyncMongoClient[dict[str, Any]]
    clock: DatabaseClock
    feed: DatabaseFeed
    policy: Policy
    timing: Timing
    leaving: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def database(self) -> Database[dict[str, Any]]:
        """The one that the settings name."""
        return self.client[self.settings.database]

    @property
    def pace(self) -> DatabasePace:
        """Waits that all processes share."""
        return DatabasePace(self.database[COLLECTION])

    @property
    def files(self) -> DatabaseFiles:
        """Our own files."""
        return DatabaseFiles(self.database)

    @property
    def slack(self) -> Account:
        """Our side of Slack."""
        return Account(self.settings, self.database, self.clock)

    @property
    def links(self) -> SignedLinks:
        """Their addresses; without SECRET_KEY there are none."""
        return SignedLinks(self.settings.base_url, plain(self.settings.secret_key))


def build(settings: Settings, uri: str) -> House:
    """Connect to the database and read the settings; StartupError when it cannot serve."""
    client = connect(uri, settings.database)
    watching = async_client(uri)
    return House(
        settings=settings,
        client=client,
        async_client=watching,
        clock=DatabaseClock(client),
        feed=DatabaseFeed(watching[settings.database]),
        policy=policy(settings),
        timing=timing(settings),
    )


def ensure_indexes(house: House) -> list[str]:
    """Make every index of every collection; safe to repeat. Returns `collection.index` names."""
    database = house.database
    return [
        *model.ensure_indexes(),
        *stores.ensure_indexes(database),
        *account.ensure_indexes(database),
    ]


def web(
    house: House,
    *,
    work: bool = False,
    sandbox: Sandbox | None = None,
    opening: Callable[[], Coroutine[Any, Any, None]] | None = None,
) -> Starlette:
    """The web process; with `work` a worker runs inside it, with a sandbox it is mounted too.

    `opening` runs beside the server once everything is up.
    """
    http = carrier.http(house.settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if sandbox:
                await stack.enter_async_context(sandbox.running())
            await stack.enter_async_context(http)
            await stack.enter_async_context(house.async_client)
            await stack.enter_async_context(house.feed.running())
            if work:
                await stack.enter_async_context(worker(house))
            beside = [asyncio.create_task(one()) for one in (opening, _looking(house)) if one]
            yield
            for task in beside:
                task.cancel()

    return Starlette(
        routes=[*_routes(house, carrier.gateway(house.settings, http)), *_sandbox_routes(sandbox)],
        lifespan=lifespan,
        middleware=[Middleware(errors.Shield)],
        exception_handlers=errors.HANDLERS,
    )


def _looking(house: House) -> Callable[[], Coroutine[Any, Any, None]] | None:
    """Beside the server, Slack is asked what our tokens may do."""
    if not house.settings.slack_configured:
        return None
    return lambda: house.slack.look(manifest.scopes())


@asynccontextmanager
async def worker(house: House) -> AsyncIterator[None]:
    """The worker's lanes, running inside; the feed must be running already."""
    settings = house.settings
    async with AsyncExitStack() as stack:
        chats = slack_chats(house) if settings.slack_configured else None
        dispatcher = None
        http = await stack.enter_async_context(carrier.http(settings))
        gateway = carrier.gateway(settings, http)
        await asyncio.to_thread(lines.dissolve, house.policy)
        if gateway:
            dispatcher = Dispatcher(
                gateway,
                chats,
                house.clock,
                house.policy,
                house.timing,
                house.links,
                carrier.lookup(settings, http),
                house.pace,
            )
        relayer = Relayer(chats, house.clock, house.timing) if chats else None
        tidier = Tidier(house.files, house.clock)
        importer = Importer(house.files, house.clock, house.policy)
        media = None
        if settings.twilio_configured:
            media = await stack.enter_async_context(
                TwilioMedia(carrier.credentials(settings), settings.twilio_api_url)
            )
        fetcher = Fetcher(media, chats, house.files, fit, house.clock)
        homes = Homekeeper(chats, house.clock, _health(house), house.policy) if chats else None
        keeper = Keeper(chats, house.clock, house.timing) if chats else None
        reminder = Reminder(chats, house.clock, house.policy, house.timing) if chats else None
        hands = (dispatcher, relayer, tidier, importer, fetcher, homes, keeper, reminder)
        answerer = Answerer(house.clock, house.policy, house.timing)
        crew = lanes(house.clock, house.timing.lease, *hands, answerer)
        crew += _automation(house, chats)
        crew += await _registry(house, http, stack)
        hear = homes.hear if homes else None
        await stack.enter_async_context(working(crew, house.feed, hear=hear))
        yield


def _automation(house: House, chats: Chats | None) -> list[Lane[Any]]:
    """What happens without anybody."""
    found: list[Lane[Any]] = [
        Campaigner(house.pace, house.clock, house.policy, house.timing.lease).lane(),
        Figurer(house.clock, house.policy).lane(),
    ]
    if chats and house.policy.automation.digest:
        found.append(Digester(chats, Drawer(), house.clock, house.policy, house.timing).lane())
    if chats:
        found.append(Boardkeeper(chats, house.clock, house.policy, house.timing).lane())
    return found


async def _registry(house: House, http: HttpClient, stack: AsyncExitStack) -> list[Lane[Any]]:
    """What the carrier is told of numbers, and tells us, where the settings want it."""
    found: list[Lane[Any]] = []
    if consents := carrier.consents(house.settings, http):
        teller = Teller(consents, house.clock, house.pace, house.policy, house.timing)
        found.append(teller.lane())
    if lists := carrier.deactivations(house.settings):
        await stack.enter_async_context(lists)
        found.append(Deactivator(lists, house.clock, house.timing).lane())
    return found


async def listen(house: House, stop: asyncio.Event) -> None:
    """Slack's events by Socket Mode, until told to stop; StartupError without an app token."""
    token = house.settings.slack_app_token
    if token is None:
        raise StartupError("SLACK_APP_TOKEN is missing: Socket Mode needs an app-level token.")
    async with bot.socket.running(_listeners(house), plain(token)):
        await stop.wait()


def schema_text() -> str:
    """The GraphQL schema, as schema.graphql holds it."""
    return graph.schema.sdl()


def slack_chats(house: House) -> Chats:
    """The workspaces as the worker and the listeners see them."""
    slack, limits = house.slack, Limits(house.settings.slack_pace)

    def chat(token: str | None, workspace: values.Workspace) -> SlackChat:
        client = slack.client(token, workspace.team_id or BY_SETTINGS)
        return SlackChat(client, house.pace, house.clock, workspace, limits)

    kept = slack.installations
    return Workspaces(kept, chat) if kept else OneWorkspace(chat(None, slack.workspace))


def _routes(house: House, sms: Gateway | None) -> list[BaseRoute]:
    settings = house.settings
    routes: list[BaseRoute] = [*health.routes({"mongodb": _database_check(house)})]
    routes += downloads.routes(house.files, house.links, house.clock)
    routes += shorts.routes(house.clock, house.policy)
    routes += _twilio_routes(house)
    if settings.slack_configured:
        routes += _slack_routes(house)
    api = graph.asgi.create(
        policy=house.policy,
        clock=house.clock,
        feed=house.feed,
        files=house.files,
        links=house.links,
        sms=sms,
        checks=_health(house),
        graphiql=settings.explored,
        introspection=settings.introspected,
        origins=settings.cors_origins,
        leaving=house.leaving,
    )
    return [*routes, Route(GRAPHQL_PATH, api), WebSocketRoute(GRAPHQL_PATH, api)]


def _health(house: House) -> Callable[[], list[Finding]]:
    """What each part of the installation says of itself, when it is asked."""
    return lambda: checks.run(_checks(house))


def _checks(house: House) -> list[checks.Check]:
    settings, slack = house.settings, house.slack
    kept, ours = slack.installations, house.policy.senders
    install_url = f"{settings.base_url}{install.INSTALL}"
    return [
        lambda: checks.mongodb(house.client),
        checks.indexes,
        lambda: checks.feed(house.feed.position, house.clock.now()),
        lambda: checks.workers(house.clock.now()),
        lambda: checks.configured("twilio", settings.twilio_missing),
        lambda: checks.slack(settings.slack_missing, slack.standings(manifest.scopes())),
        *([lambda: checks.workspaces(kept.unreadable(), ours, install_url)] if kept else []),
        lambda: checks.confirmations(settings.confirmation_owner, house.clock.now()),
        *(partial(checks.carried, name) for name in _services(settings)),
    ]


def _services(settings: Settings) -> list[str]:
    """Those of Twilio's services beside texts that are switched on."""
    wanted = {
        chores.CONSENTS: settings.twilio_consents,
        chores.LOOKUP: settings.twilio_lookup,
        chores.DEACTIVATIONS: settings.twilio_deactivations,
    }
    return [name for name, on in wanted.items() if on and settings.twilio_configured]


def _twilio_routes(house: House) -> list[Route]:
    settings = house.settings
    if settings.twilio_missing:
        return unconfigured(settings.twilio_problem)
    return Webhooks(
        settings.base_url, carrier.secrets(settings), house.clock, house.policy
    ).routes()


def _slack_routes(house: House) -> list[Route]:
    """Events where Slack calls us, and the pages where workspaces install us."""
    settings, slack = house.settings, house.slack
    routes = []
    if settings.slack_signing_secret:
        receive = bot.asgi.endpoint(_listeners(house), plain(settings.slack_signing_secret))
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


def _listeners(house: House) -> AsyncApp:
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
            checks=_health(house),
            installations=house.slack.installations,
        ),
    )


def _sandbox_routes(sandbox: Sandbox | None) -> list[BaseRoute]:
    if sandbox is None:
        return []
    return [Mount("/sandbox", app=sandbox), Route("/", lambda _: RedirectResponse("/sandbox"))]


def _database_check(house: House) -> health.Check:
    async def check() -> None:
        await house.async_client.admin.command("ping")

    return check
