"""Routes for scripts and the page: who people are, and which user groups they are in."""

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.people import User
from adapters.sandbox.slack.roster import Group
from adapters.sandbox.slack.scripts import find_user
from adapters.sandbox.slack.workspace import Workspace
from adapters.sandbox.wire import Refusal, read_json, text_of

CHANGEABLE = {
    "name": str,
    "real_name": str,
    "email": str,
    "tz": str,
    "guest": bool,
    "single": bool,
    "admin": bool,
    "owner": bool,
    "deleted": bool,
}


class Staff:
    """Profiles and groups, changed as an admin of the workspace would."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """To be mounted at the sandbox's root."""
        return [
            Route("/slack/users", self._join, methods=["POST"]),
            Route("/slack/users/{user}", self._change, methods=["PATCH"]),
            Route("/slack/groups", self._show_groups, methods=["GET"]),
            Route("/slack/groups/{group}", self._assemble, methods=["PUT"]),
        ]

    async def _join(self, request: Request) -> Response:
        body = await read_json(request)
        name = text_of(body, "name")
        if any(name in (user.id, user.name) for user in self._workspace.people.values()):
            raise Refusal(409, "somebody has that name already")
        team = self._workspace.team.id
        user = User("U0" + name.upper(), name, text_of(body, "real_name"), team=team, home=team)
        return self._keep(replace(user, **_changes(body)), 201)

    async def _change(self, request: Request) -> Response:
        user = find_user(self._workspace, request.path_params["user"])
        return self._keep(replace(user, **_changes(await read_json(request))))

    def _keep(self, user: User, status: int = 200) -> Response:
        self._tell(self._workspace.roster.keep(user))
        return JSONResponse(user.as_resource(), status)

    async def _show_groups(self, _request: Request) -> Response:
        return JSONResponse({"groups": [_shown(one) for one in self._workspace.roster.groups()]})

    async def _assemble(self, request: Request) -> Response:
        body, name = await read_json(request), request.path_params["group"]
        users = body.get("users")
        if not isinstance(users, list):
            raise Refusal(400, "users is a list of ids or handles")
        members = [find_user(self._workspace, str(user)).id for user in users]
        known = self._workspace.roster.group(name)
        made = Group(f"S0{name.removeprefix('S0').upper()}", name.lower(), name.title())
        self._tell(self._workspace.roster.assemble(known or made, members))
        return JSONResponse(_shown(self._workspace.roster.group((known or made).id) or made))

    def _tell(self, events: Iterable[Json]) -> None:
        for event in events:
            self._workspace.tell(event)


def _shown(group: Group) -> Json:
    return {"id": group.id, "handle": group.handle, "name": group.name, "users": group.users}


def _changes(body: Json) -> dict[str, Any]:
    """The fields given, each of its type."""
    known = {field.name for field in fields(User)} & set(CHANGEABLE)
    given = {name: value for name, value in body.items() if name != "user"}
    for name, value in given.items():
        if name not in known or not isinstance(value, CHANGEABLE[name]):
            raise Refusal(400, f"a profile has {', '.join(CHANGEABLE)}, each text or true or false")
    try:
        ZoneInfo(given.get("tz", "UTC"))
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise Refusal(400, "tz is a time zone like America/Denver") from unknown
    return given
