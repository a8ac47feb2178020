"""The App Home: shown when it is opened and after every click on it, and what its buttons do."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot import forms
from bot.desk import Desk
from bot.members import acting, author, recognised, who
from bot.reading import Json, part, team_of, word
from bot.views import home, rows
from domain.model import Agent
from domain.services.desk import claiming
from domain.services.home import failures, gathering, visits
from domain.services.home.gathering import Asked
from domain.services.home.visits import Visit
from domain.services.programs import repeating
from domain.values import Failed, HomePage, Spot

SENT_AGAIN = "It is sent again."
ANY_TAB = re.compile(f"{home.TAB}[a-z]+")
AFTER = {
    "held": "It is night for the customer, so it waits for your answer.",
    "scheduled": "It leaves as soon as it may.",
}
T = TypeVar("T")
Deed = Callable[[str, Agent], T]

log = structlog.get_logger(__name__)


def register(app: AsyncApp, desk: Desk) -> None:
    """The page's event, its tabs and pages, the buttons beside its rows."""

    @app.event("app_home_opened")
    async def opened(body: dict[str, Any]) -> None:
        if word(part(body, "event"), "tab") in ("", "home"):
            await show(desk, body)

    @app.action(ANY_TAB)
    @app.action(home.OLDER)
    @app.action(home.NEWER)
    async def turned(ack: AsyncAck, body: dict[str, Any]) -> None:
        await show(desk, body, Spot.read(forms.pressed(body)))
        await ack()

    @app.action(home.SEARCH)
    async def searched(ack: AsyncAck, body: dict[str, Any]) -> None:
        await show(desk, body, Spot("search", (), forms.pressed(body)[:100]))
        await ack()

    @app.action(rows.CLAIM)
    async def claimed(ack: AsyncAck, body: dict[str, Any]) -> None:
        now = desk.clock.now()
        await act(desk, body, lambda key, agent: claiming.claim(key, agent, author(agent), now))
        await ack()

    @app.action(rows.DISMISS)
    async def dismissed(ack: AsyncAck, body: dict[str, Any]) -> None:
        await act(desk, body, lambda key, agent: failures.dismiss(key, agent.user_id))
        await ack()

    @app.action(rows.RETRY)
    async def retried(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        now, policy = desk.clock.now(), desk.policy
        again = await act(
            desk, body, lambda key, agent: repeating.retry(key, author(agent), now, policy)
        )
        await ack()
        if not at_home(body):
            said = AFTER.get(again.status, SENT_AGAIN)
            await respond(said, response_type="ephemeral", replace_original=False)


async def act(desk: Desk, body: Json, deed: Deed[T]) -> T:
    """Do what a button says with what it is about; the page shows how it is then, come what may."""
    agent = await acting(desk, body)
    try:
        return await desk.hop(lambda: deed(forms.pressed(body), agent))
    finally:
        if at_home(body):
            await show(desk, body)


async def show(desk: Desk, body: Json, spot: Spot | None = None) -> None:
    """Publish their page: another spot of it, or (None) where they were."""
    agent, team_id = await recognised(desk, body), team_of(body)
    chat = await desk.hop(lambda: desk.chats.of(team_id) if desk.chats else None)
    if chat is None:
        return
    senders = chat.workspace.senders
    visit, page = await desk.hop(lambda: gathered(desk, team_id, agent, spot, senders))
    outcome = await chat.publish(who(body), page)
    if isinstance(outcome, Failed):
        log.warning("home.refused", reason=outcome.code)
    await desk.hop(lambda: visits.record(visit, page, outcome, desk.clock.now()))


def gathered(
    desk: Desk, team_id: str, agent: Agent, spot: Spot | None, senders: tuple[str, ...]
) -> tuple[Visit, HomePage]:
    """Write down where they are, and what is to be seen there."""
    now = desk.clock.now()
    visit = visits.begin(agent.user_id, team_id, spot, now)
    asked = Asked(agent, visit.spot, now, senders, desk.checks, desk.policy)
    return visit, gathering.page(asked)


def at_home(body: Json) -> bool:
    """Whether it was pressed on the App Home, and not in a channel."""
    return word(part(body, "view"), "type") == "home"
