"""The Bolt application. It needs nothing from Slack to take an event: no call, no look-up."""

import copy
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot import problems
from bot.borders import Borders, authorize
from bot.desk import Desk
from bot.ears import Ears
from bot.listeners import (
    answers,
    campaigns,
    channels,
    commands,
    consents,
    contacts,
    dryruns,
    home,
    installations,
    members,
    menus,
    messages,
    proofs,
    removals,
    replies,
    rest,
    reviews,
    schedules,
    setup,
    steering,
    templates,
    texts,
    threads,
    timelines,
    trial,
    week,
)

LISTENERS = (
    messages,
    members,
    channels,
    answers,
    commands,
    texts,
    schedules,
    menus,
    home,
    templates,
    campaigns,
    dryruns,
    steering,
    setup,
    installations,
    threads,
    contacts,
    consents,
    reviews,
    timelines,
    proofs,
    removals,
    replies,
    week,
    trial,
)


def create(*, client: AsyncWebClient, signing_secret: str, desk: Desk) -> AsyncApp:
    """All listeners: on one workspace's client, whose token is the bot's, or on all that let us in.

    A listener finishes before the answer is sent, so that Slack repeats what was not committed.
    """
    kept = desk.installations
    borders = Borders(desk, kept) if kept and not client.token else None
    app = AsyncApp(
        name="threadline",
        client=_anonymous(client),
        before_authorize=borders.admit if borders else None,
        authorize=authorize if borders else _authorizer(client.token),
        signing_secret=signing_secret,
        process_before_response=True,
    )
    app.middleware(Ears(desk.clock).hear)
    if borders:
        app.middleware(borders.keep)
    for listeners in LISTENERS:
        listeners.register(app, desk)
    rest.register(app)
    app.error(problems.tell)
    return app


def _anonymous(client: AsyncWebClient) -> AsyncWebClient:
    """With a token Bolt would ask Slack who we are before it lets any event in."""
    bare = copy.copy(client)
    bare.token = None
    return bare


def _authorizer(token: str | None) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Every signed request is from our workspace; no call is needed to believe it."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    return authorize
