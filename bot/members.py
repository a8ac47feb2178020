"""Who it is that presses, types and fills in; nobody acts before that is known."""

import asyncio

from bson import ObjectId

from bot import forms
from bot.desk import Desk
from bot.reading import Json, part, team_of, word
from domain.errors import Refused
from domain.model import Agent, Author, Thread
from domain.services import agents, threads, workspaces
from domain.services.operation import audit
from domain.values import Person, Unclear

UNREACHED = "Slack did not say who you are. Try once more."
ADMINS_ONLY = "Only admins can do this."
ADMINS_HELP = "Ask an admin to do it, or to make you one."
LONGEST_ASKING = 2.0
"""Seconds: whoever pressed a button waits three at most."""


async def acting(desk: Desk, body: Json) -> Agent:
    """The agent behind a click, a command or a form; Refused FORBIDDEN when they are none."""
    agent = await recognised(desk, body)
    if bar := agent.bar:
        await desk.hop(lambda: _note(desk, agent, body))
        raise Refused(bar.message, code="FORBIDDEN", help=bar.help)
    return agent


async def administering(desk: Desk, body: Json) -> Agent:
    """The same, but only admins pass."""
    agent = await acting(desk, body)
    if not agent.is_admin:
        await desk.hop(lambda: _note(desk, agent, body))
    check_admin(agent)
    return agent


def check_admin(agent: Agent) -> None:
    """Refused FORBIDDEN for everybody else."""
    if not agent.is_admin:
        raise Refused(ADMINS_ONLY, code="FORBIDDEN", help=ADMINS_HELP)


async def recognised(desk: Desk, body: Json) -> Agent:
    """Whoever it is, be they allowed or not; Refused FORBIDDEN while nobody can say."""
    user_id = who(body)
    found = await desk.hop(lambda: agents.trusted(user_id, desk.clock.now()))
    return found or await _looked_up(desk, user_id, team_of(body))


def who(body: Json) -> str:
    """The user id in a click, a form, a command or an event."""
    pressed = word(part(body, "user"), "id") or word(body, "user_id")
    return pressed or word(part(body, "event"), "user")


def author(agent: Agent) -> Author:
    """As what they do is signed."""
    return Author(kind="agent", key=agent.user_id, name=agent.name)


def _note(desk: Desk, agent: Agent, body: Json) -> None:
    """What somebody tried beyond their role is in the audit log."""
    deed = forms.used(body) or word(part(body, "view"), "callback_id") or word(body, "command")
    audit.refused(author(agent), desk.clock.now(), deed or word(body, "type"))


def thread_for(desk: Desk, body: Json, thread_id: str) -> Thread:
    """The conversation that a click or a form is about; NotFound when it is another workspace's.

    Reads the database: to be called inside a hop.
    """
    thread = threads.get(ObjectId(thread_id) if ObjectId.is_valid(thread_id) else None)
    chat = desk.chats.of(team_of(body)) if desk.chats else None
    return workspaces.check_own(thread, chat.workspace) if chat else thread


async def _looked_up(desk: Desk, user_id: str, team_id: str) -> Agent:
    """Ask the chat; while it does not say, those whom we knew go on for a while."""
    asked_at = desk.clock.now()
    chat = await desk.hop(lambda: desk.chats and desk.chats.of(team_id))
    told: object = None
    try:
        async with asyncio.timeout(LONGEST_ASKING * desk.patience):
            told = await chat.person(user_id) if chat else None
    except TimeoutError:
        told = Unclear("timeout")
    if isinstance(told, Person):
        person = told
        return await desk.hop(lambda: agents.learn(person, asked_at))
    excused = await desk.hop(lambda: agents.excuse(user_id, desk.clock.now()))
    if excused is None:
        raise Refused(UNREACHED, code="FORBIDDEN")
    return excused
