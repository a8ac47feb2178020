"""What keeps workspaces apart where several use the app: who is let in, and what they may touch.

An installation of one workspace by its token has no borders.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from slack_bolt import BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import memory
from bot.desk import Desk
from bot.reading import Json, part, team_of, word
from bot.views import setup as form
from domain.errors import InvalidInput, NotFound, Refused
from domain.ports import Installations
from domain.services import workspaces

NOT_INSTALLED = (
    "Threadline is not installed in this workspace any more. Ask an admin to add it to Slack again."
)
NOT_SET_UP = "Threadline is not set up in this workspace yet."
SET_UP_HELP = "Whoever installed it opens its Home and presses Set up."
LEAVING = frozenset({"app_uninstalled", "tokens_revoked"})
ID = re.compile(r"\b[0-9a-f]{24}\b", re.ASCII | re.IGNORECASE)
MOST_IDS = 200
TOKEN = "installed_token"  # noqa: S105 - the name under which a request carries it

Next = Callable[[], Awaitable[BoltResponse]]


@dataclass(frozen=True)
class Borders:
    """Asked before every listener, in this order: `admit`, `authorize`, `keep`."""

    desk: Desk
    installations: Installations

    async def admit(self, body: dict[str, Any], context: AsyncBoltContext, next: Next) -> Any:  # noqa: A002 - Bolt's name
        """A workspace that did not install us is answered politely, and nothing is done."""
        if _is(body, LEAVING):
            return await next()
        team_id, enterprise_id = context.team_id, context.enterprise_id
        token = await self.desk.hop(lambda: self.installations.token(team_id, enterprise_id))
        if token is None and not _is_handshake(body):
            return await _polite(NOT_INSTALLED, body, context)
        context[TOKEN] = token
        return await next()

    async def keep(self, body: dict[str, Any], client: AsyncWebClient, next: Next) -> Any:  # noqa: A002 - Bolt's name
        """Until it is set up a workspace can only be set up; then only its own is touched."""
        if _is(body, LEAVING) or _is_handshake(body) or _sets_up(body):
            return await next()
        if await self.desk.hop(lambda: _is_ready(body)):
            return await next()
        if _is(body, {"app_home_opened"}):
            user_id = word(part(body, "event"), "user")
            await client.views_publish(user_id=user_id, view=form.home())
            return BoltResponse(status=200)
        if body.get("event"):
            return BoltResponse(status=200)
        raise Refused(NOT_SET_UP, code="FORBIDDEN", help=SET_UP_HELP)


async def authorize(
    context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None
) -> AuthorizeResult:
    """The token that was found when the request was let in."""
    return AuthorizeResult(
        enterprise_id=enterprise_id, team_id=team_id, bot_token=context.get(TOKEN)
    )


async def _polite(sentence: str, body: Json, context: AsyncBoltContext) -> BoltResponse:
    """Said where the person looks, as far as Slack lets us without a token."""
    if word(body, "command"):
        return BoltResponse(status=200, body=sentence)
    if context.response_url and context.respond is not None:
        await context.respond(sentence, response_type="ephemeral", replace_original=False)
    return BoltResponse(status=200)


def _is_ready(body: Json) -> bool:
    """Whether the workspace is set up; NotFound when the request is about another's things."""
    workspace = workspaces.serving(team_of(body), None)
    if workspace is None:
        return False
    if workspaces.strange(_ids(body), workspace):
        raise NotFound(workspaces.ELSEWHERE)
    return True


def _is(body: Json, kinds: frozenset[str] | set[str]) -> bool:
    return word(part(body, "event"), "type") in kinds


def _is_handshake(body: Json) -> bool:
    """Slack tests the address; no workspace is behind it."""
    return body.get("type") == "url_verification" or bool(body.get("ssl_check"))


def _sets_up(body: Json) -> bool:
    actions = body.get("actions")
    pressed = actions[0] if isinstance(actions, list) and actions else {}
    if isinstance(pressed, dict) and word(pressed, "action_id") == form.SET_UP:
        return True
    return word(part(body, "view"), "callback_id") == form.FORM


def _ids(body: Json) -> list[ObjectId]:
    """What a click or a form is about: all ids in its values; InvalidInput for too many."""
    actions = body.get("actions")
    pressed = [one for one in actions if isinstance(one, dict)] if isinstance(actions, list) else []
    said = [word(part(body, "view"), "private_metadata"), word(body, "value")]
    for one in pressed:
        said += [word(one, "value"), word(part(one, "selected_option"), "value")]
    said += memory.recalled(body).values()  # JSON can spell an id in other characters
    found = {name.lower() for text in said for name in ID.findall(text)}
    if len(found) > MOST_IDS:
        raise InvalidInput(memory.UNREADABLE)
    return [ObjectId(name) for name in sorted(found)]
