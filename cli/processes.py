"""The processes that run on and on: web, worker, bot; and the demo, which is all of them."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import typer

import app
from adapters import demo as demo_parts
from adapters import seed as seed_parts
from adapters import startup
from adapters.sandbox import create
from adapters.settings import Settings
from adapters.startup import StartupError
from adapters.web import logs
from bot import manifest
from cli.opening import database, opened, tell_what_is_missing, up_to_date
from cli.serving import serve, until_stopped
from domain.services import tokens, upgrade, wordings
from domain.services.automation import shipping

A_MOMENT = 0.5  # seconds
LOCAL = "127.0.0.1"  # the demo and the sandbox act without credentials


def demo() -> None:
    """Run everything on this machine, with a sandbox phone and a sandbox Slack."""
    given = Settings.load()
    if problems := given.sandbox_problems():
        raise StartupError(*problems)
    folder = startup.folder(given.threadline_data)
    settings = demo_parts.settings(given)
    logs.configure(json=False, level=30)
    with (
        startup.alone(folder),
        startup.listener(LOCAL, settings.port) as listener,
        database(settings) as uri,
    ):
        house = app.build(settings, uri, "demo")
        app.ensure_indexes(house)
        upgrade.complete(house.clock.now())
        shipping.ship(house.clock.now())
        wordings.keep(house.policy, house.clock.now())
        token = _demo_token(settings, house.clock.now())
        sandbox = create(demo_parts.sandbox(settings, manifest.text()))
        opening = _first_conversations(house) if seed_parts.is_needed() else None
        web_app = app.web(house, work=True, sandbox=sandbox, opening=opening)
        demo_parts.mark(house.database)
        _greet(settings, token)
        serve(web_app, listener, house.leaving, [sandbox.hang_up, house.closing.set])
    typer.echo(f"Stopped. Your data is in {folder}.")


def web() -> None:
    """Serve the webhooks, Slack's events and the GraphQL API."""
    with opened("web") as house:
        up_to_date()
        settings = house.settings
        proxies = [str(proxy) for proxy in settings.trusted_proxies]
        wordings.keep(house.policy, house.clock.now())
        tell_what_is_missing(settings)
        with startup.listener(settings.host, settings.port) as listener:
            serve(
                app.web(house),
                listener,
                house.leaving,
                [house.closing.set],
                proxies=proxies,
                drain_seconds=settings.drain_seconds,
            )


def worker() -> None:
    """Send texts, show them in Slack, keep conversations summed up."""
    with opened("worker") as house:
        up_to_date()
        if house.settings.twilio_missing and house.settings.slack_missing:
            raise StartupError(*house.settings.live_problems())
        tell_what_is_missing(house.settings)
        asyncio.run(until_stopped(lambda stop: _work(house, stop), house.leaving))


def bot() -> None:
    """Listen to Slack by Socket Mode; needs SLACK_APP_TOKEN."""
    with opened("bot") as house:
        up_to_date()
        asyncio.run(until_stopped(lambda stop: _listen(house, stop), house.leaving))


async def _work(house: app.House, stop: asyncio.Event) -> None:
    async with (
        house.async_client,
        house.feed.running(documents=False),
        app.monitored(house, work=True),
        app.worker(house),
    ):
        await stop.wait()


async def _listen(house: app.House, stop: asyncio.Event) -> None:
    async with house.async_client, app.monitored(house, feed=False, line=True):
        await app.listen(house, stop)


def _demo_token(settings: Settings, now: datetime) -> str:
    """The demo's token: the same at every start, so that scripts go on working."""
    secret = "tl_" + demo_parts.secret(settings.threadline_data, "api_token")
    tokens.adopt("demo", secret, ["read", "write", "admin"], now)
    return secret


def _first_conversations(house: app.House) -> Callable[[], Coroutine[Any, Any, None]]:
    """Store the demo's people; their conversations begin when the server answers."""
    seed_parts.begin(house.clock.now(), house.policy)
    thinking = house.settings.collision_seconds + A_MOMENT
    return lambda: seed_parts.conversations(f"{house.settings.base_url}/sandbox", thinking)


def _greet(settings: Settings, token: str) -> None:
    typer.echo(
        f"\nThreadline is running. Stop it with Ctrl-C.\n\n"
        f"  Sandbox    {settings.base_url}/sandbox\n"
        f"  GraphQL    {settings.base_url}/graphql\n"
        f"  API token  {token}\n"
        f"  Daytime    {seed_parts.clock()}\n"
    )
