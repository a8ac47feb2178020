"""Who it is that presses, types and fills in; nobody acts before that is known."""

from bot.desk import Desk
from bot.reading import Json, part, team_of, word
from domain.errors import Refused
from domain.model import Agent, Author
from domain.rules.gate import NOT_OURS, NOT_OURS_HELP
from domain.services import agents
from domain.values import Person

UNREACHED = "Slack did not say who you are. Try once more."


async def acting(desk: Desk, body: Json) -> Agent:
    """The agent behind a click, a command or a form; Refused FORBIDDEN when they are none."""
    user_id = word(part(body, "user"), "id") or word(body, "user_id")
    found = await desk.hop(lambda: agents.known(user_id))
    agent = found or await _looked_up(desk, user_id, team_of(body))
    if not agent.may_send:
        raise Refused(NOT_OURS, code="FORBIDDEN", help=NOT_OURS_HELP)
    return agent


def author(agent: Agent) -> Author:
    """As what they do is signed."""
    return Author(kind="agent", key=agent.user_id, name=agent.name)


async def _looked_up(desk: Desk, user_id: str, team_id: str) -> Agent:
    chat = await desk.hop(lambda: desk.chats and desk.chats.of(team_id))
    told = await chat.person(user_id) if chat else None
    if not isinstance(told, Person):
        raise Refused(UNREACHED, code="FORBIDDEN")
    person = told
    return await desk.hop(lambda: agents.learn(person, desk.clock.now()))
