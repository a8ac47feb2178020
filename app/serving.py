"""The web process: webhooks, Slack's events, the API."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

import bot.asgi
import graph.asgi
import graph.schema
from adapters.sandbox import Sandbox
from adapters.settings import Settings
from adapters.settings.choices import plain
from adapters.telemetry import page
from adapters.telemetry.requests import Traced
from adapters.twilio import account as carrier
from adapters.twilio.gateway import STATUS_PATH, Gateway
from adapters.twilio.probe import Probe
from adapters.twilio.routes import INBOUND_PATH, Webhooks, unconfigured
from adapters.web import errors, health
from adapters.web import files as downloads
from adapters.web import links as shorts
from adapters.web.headers import Headers
from adapters.web.shut import Shut
from adapters.web.strangers import Strangers
from app import monitor
from app.beating import beating
from app.chat import slack_routes
from app.crew import worker
from app.health import findings
from app.house import House
from bot import install, manifest
from domain.allowance import Allowance
from domain.rules.words import linking
from graph.quota import Quota

GRAPHQL_PATH = "/graphql"
WEBHOOKS = {INBOUND_PATH: "text", STATUS_PATH: "report", bot.asgi.PATH: "slack"}
"""As they are counted."""


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
    http = carrier.http(house.settings, house.telemetry)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if sandbox:
                await stack.enter_async_context(sandbox.running())
            await stack.enter_async_context(http)
            await stack.enter_async_context(house.async_client)
            await stack.enter_async_context(house.feed.running())
            await stack.enter_async_context(beating(house, "web", at=_address(house)))
            if work:
                await stack.enter_async_context(worker(house))
            beside = [asyncio.create_task(one()) for one in (opening, _looking(house)) if one]
            yield
            for task in beside:
                task.cancel()

    return Starlette(
        routes=[
            *_routes(house, carrier.gateway(house.settings, http), work=work),
            *_sandbox_routes(sandbox),
        ],
        lifespan=lifespan,
        middleware=[
            Middleware(Headers, public_url=house.settings.base_url),
            Middleware(Traced, telemetry=house.telemetry, kinds=WEBHOOKS),
            _strangers(house.settings),
            Middleware(errors.Shield),
            Middleware(Shut, barrier=house.barrier, told=(*health.PATHS, page.PATH)),
        ],
        exception_handlers=errors.HANDLERS,
    )


def _strangers(settings: Settings) -> Middleware:
    """Who knocks too often waits."""
    return Middleware(
        Strangers,
        allowance=Allowance(settings.strangers_per_minute),
        guessed=(linking.PATH, f"{downloads.PATH}/"),
        visited=(install.INSTALL, install.REDIRECT),
    )


def _quota(settings: Settings) -> Quota:
    """What one token may ask for."""
    return Quota(
        Allowance(settings.api_requests_per_minute), Allowance(settings.api_nodes_per_minute)
    )


def _address(house: House) -> str:
    return f"{house.settings.host}:{house.settings.port}"


def _looking(house: House) -> Callable[[], Coroutine[Any, Any, None]] | None:
    """Beside the server, Slack is asked what our tokens may do."""
    if not house.settings.slack_configured:
        return None
    return lambda: house.slack.look(manifest.scopes())


def _routes(house: House, sms: Gateway | None, *, work: bool) -> list[BaseRoute]:
    settings = house.settings
    routes: list[BaseRoute] = [*monitor.routes(house, work=work)]
    routes += downloads.routes(house.files, house.links, house.clock)
    routes += shorts.routes(house.clock, house.policy)
    routes += _twilio_routes(house)
    if settings.slack_configured:
        routes += slack_routes(house)
    api = graph.asgi.create(
        policy=house.policy,
        clock=house.clock,
        feed=house.feed,
        files=house.files,
        links=house.links,
        sms=sms,
        checks=findings(house),
        graphiql=settings.explored,
        introspection=settings.introspected,
        origins=settings.cors_origins,
        leaving=house.closing,
        telemetry=house.telemetry,
        quota=_quota(settings),
    )
    return [*routes, Route(GRAPHQL_PATH, api), WebSocketRoute(GRAPHQL_PATH, api)]


def _twilio_routes(house: House) -> list[Route]:
    settings, secrets = house.settings, carrier.secrets(house.settings)
    probe = Probe(settings.base_url, secrets, plain(settings.secret_key)).routes()
    if settings.twilio_missing:
        return [*unconfigured(settings.twilio_problem), *probe]
    webhooks = Webhooks(settings.base_url, secrets, house.clock, house.policy)
    return [*webhooks.routes(), *probe]


def _sandbox_routes(sandbox: Sandbox | None) -> list[BaseRoute]:
    if sandbox is None:
        return []
    return [Mount("/sandbox", app=sandbox), Route("/", lambda _: RedirectResponse("/sandbox"))]
