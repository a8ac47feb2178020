"""Routes for scripts and the page: what people do to channels, and what the owner allows."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack import upkeep
from adapters.sandbox.slack.channel import Channel, checked_name
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.people import User
from adapters.sandbox.slack.picture import channel_shown
from adapters.sandbox.slack.pins import pin, unpin
from adapters.sandbox.slack.scripts import find_channel, find_message, find_user
from adapters.sandbox.slack.workspace import Workspace
from adapters.sandbox.wire import Refusal, read_json, text_of


class Rooms:
    """Making, changing, archiving and deleting channels; pins; switches; complaints."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """To be mounted at the sandbox's root."""
        return [
            Route("/slack/channels", self._make, methods=["POST"]),
            Route("/slack/channels/{channel}", self._change, methods=["PATCH"]),
            Route("/slack/channels/{channel}", self._delete, methods=["DELETE"]),
            Route("/slack/channels/{channel}/id", self._reidentify, methods=["POST"]),
            Route("/slack/pins", self._pin, methods=["POST", "DELETE"]),
            Route("/slack/switches", self._show_switches, methods=["GET"]),
            Route("/slack/switches", self._switch, methods=["PUT"]),
            Route("/complaints", self._complaints, methods=["GET"]),
        ]

    async def _make(self, request: Request) -> Response:
        body = await read_json(request)
        user, name = self._user(body), self._name(body)
        private = body.get("private") is True
        channel = upkeep.make(self._workspace, name, user.id, private=private)
        return JSONResponse(channel_shown(self._workspace, channel), 201)

    async def _change(self, request: Request) -> Response:
        body = await read_json(request)
        channel, user = self._channel(request), self._user(body)
        if "archived" in body and bool(body["archived"]) != channel.archived:
            change = upkeep.archive if body["archived"] else upkeep.unarchive
            channel = change(self._workspace, channel, user.id)
        if "name" in body and body["name"] != channel.name:
            channel = upkeep.rename(self._workspace, channel, self._name(body), user.id)
        for what in ("topic", "purpose"):
            if what in body:
                words = text_of(body, what, "")
                channel = upkeep.describe(self._workspace, channel, user.id, what, words)
        return JSONResponse(channel_shown(self._workspace, channel))

    async def _delete(self, request: Request) -> Response:
        user = self._user(await read_json(request))
        upkeep.delete(self._workspace, self._channel(request), user.id)
        return JSONResponse({"ok": True})

    async def _reidentify(self, request: Request) -> Response:
        channel = upkeep.reidentify(self._workspace, self._channel(request))
        return JSONResponse(channel_shown(self._workspace, channel), 201)

    async def _pin(self, request: Request) -> Response:
        body = await read_json(request)
        channel = find_channel(self._workspace, text_of(body, "channel"))
        message = find_message(self._workspace, channel, text_of(body, "ts"))
        deed = pin if request.method == "POST" else unpin
        try:
            deed(self._workspace, channel, message, self._user(body).id)
        except SlackError as error:
            raise Refusal(409, error.code) from error
        return JSONResponse({"ok": True})

    async def _show_switches(self, _request: Request) -> Response:
        return JSONResponse(self._workspace.switches.shown())

    async def _switch(self, request: Request) -> Response:
        try:
            self._workspace.switches.change(await read_json(request))
        except ValueError as wrong:
            raise Refusal(400, str(wrong)) from wrong
        return await self._show_switches(request)

    async def _complaints(self, _request: Request) -> Response:
        return JSONResponse({"complaints": self._workspace.complaints.all()})

    def _channel(self, request: Request) -> Channel:
        return find_channel(self._workspace, request.path_params["channel"])

    def _user(self, body: Json) -> User:
        """Who does it; the first agent unless said."""
        return find_user(self._workspace, text_of(body, "user", self._workspace.team.agents[0]))

    def _name(self, body: Json) -> str:
        try:
            name = checked_name(body.get("name"))
        except SlackError as error:
            raise Refusal(400, error.code) from error
        if self._workspace.channel(name) is not None:
            raise Refusal(409, "name_taken")
        return name
