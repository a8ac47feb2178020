"""Routes for scripts and the page: what people do in Slack, and all there is to see."""

import base64
import binascii
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.channel import Channel
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.files import Files
from adapters.sandbox.slack.people import User
from adapters.sandbox.slack.picture import channel_shown, workspace_shown
from adapters.sandbox.slack.reactions import checked_emoji, react, unreact
from adapters.sandbox.slack.workspace import Workspace
from adapters.sandbox.wire import Refusal, read_json, text_of


class People:
    """What a person can do in a channel: write, edit, delete, react, come and go."""

    def __init__(self, config: SandboxConfig, workspace: Workspace, files: Files) -> None:
        self._config = config
        self._workspace = workspace
        self._files = files

    def routes(self) -> list[Route]:
        """To be mounted at the sandbox's root."""
        message = "/slack/messages/{channel}/{ts}"
        return [
            Route("/slack", self._show, methods=["GET"]),
            Route("/slack/channels/{channel}", self._show_one, methods=["GET"]),
            Route("/slack/messages", self._write, methods=["POST"]),
            Route(message, self._edit, methods=["PUT"]),
            Route(message, self._delete, methods=["DELETE"]),
            Route("/slack/reactions", self._react, methods=["POST", "DELETE"]),
            Route("/slack/members", self._member, methods=["POST", "DELETE"]),
        ]

    async def _show(self, _request: Request) -> Response:
        return JSONResponse(workspace_shown(self._workspace, self._config))

    async def _show_one(self, request: Request) -> Response:
        channel = find_channel(self._workspace, request.path_params["channel"])
        return JSONResponse(channel_shown(self._workspace, channel))

    async def _write(self, request: Request) -> Response:
        body = await read_json(request)
        channel, user = self._place(body)
        more: Json = {}
        if thread := text_of(body, "thread_ts", ""):
            parent = find_message(self._workspace, channel, thread)
            more["thread_ts"] = parent.get("thread_ts", thread)
        if body.get("broadcast") and more:
            more["subtype"] = "thread_broadcast"
        files = [received(self._files, item, user) for item in _list(body, "files")]
        text = text_of(body, "text", "")
        if not text and not files:
            raise Refusal(400, "a message needs text or files")
        if files:
            message = self._files.share(files, channel, user.id, text, {**more, **origin(user)})
        else:
            content = {**authored(user), "text": text, "blocks": rich(text), **more}
            message = self._workspace.post(channel, content)
        return JSONResponse(message, 201)

    async def _edit(self, request: Request) -> Response:
        channel, before = self._target(request)
        text = text_of(await read_json(request), "text")
        stamp = self._workspace.stamp(channel.id)
        edited = {"user": before["user"], "ts": stamp}
        after = {**before, "text": text, "blocks": rich(text), "edited": edited}
        return JSONResponse(self._workspace.change(channel, before, after))

    async def _delete(self, request: Request) -> Response:
        channel, message = self._target(request)
        self._workspace.delete(channel, message)
        return JSONResponse({"ok": True})

    async def _react(self, request: Request) -> Response:
        body = await read_json(request)
        channel, user = self._place(body)
        message = find_message(self._workspace, channel, text_of(body, "ts"))
        try:
            emoji = checked_emoji(text_of(body, "name"))
            deed = react if request.method == "POST" else unreact
            deed(self._workspace, channel, message, user.id, emoji)
        except SlackError as error:
            raise Refusal(409, error.code) from error
        return JSONResponse({"ok": True})

    async def _member(self, request: Request) -> Response:
        body = await read_json(request)
        channel = find_channel(self._workspace, text_of(body, "channel"))
        user = find_user(self._workspace, text_of(body, "user"))
        inside = user.id in channel.members
        if request.method == "POST" and not inside:
            channel = self._workspace.join(channel, user.id, text_of(body, "by", "U0DANA"))
        if request.method == "DELETE" and inside:
            channel = self._workspace.leave(channel, user.id, text_of(body, "by", user.id))
        return JSONResponse({"ok": True, "members": channel.members})

    def _place(self, body: Json) -> tuple[Channel, User]:
        channel = find_channel(self._workspace, text_of(body, "channel"))
        user = find_user(self._workspace, text_of(body, "user"))
        if user.id not in channel.members:
            raise Refusal(403, f"{user.id} is not in that channel; POST /slack/members first")
        if channel.archived:
            raise Refusal(409, "the channel is archived")
        if user.deleted:
            raise Refusal(403, f"{user.id} is deactivated")
        return channel, user

    def _target(self, request: Request) -> tuple[Channel, Json]:
        channel = find_channel(self._workspace, request.path_params["channel"])
        message = find_message(self._workspace, channel, request.path_params["ts"])
        if message.get("bot_id") or "user" not in message:
            raise Refusal(403, "only a person's own message can be edited or deleted")
        return channel, message


def received(files: Files, item: Any, user: User) -> Json:
    """A file that somebody hands in, kept."""
    if not isinstance(item, dict):
        raise Refusal(400, "a file is {name, content} with the content in base64")
    try:
        content = base64.b64decode(text_of(item, "content", ""), validate=True)
    except binascii.Error as wrong:
        raise Refusal(400, "the content of a file is base64") from wrong
    return files.add(text_of(item, "name"), content, user.id)


def find_channel(workspace: Workspace, name: str) -> Channel:
    """A channel by id or name, refused with 404."""
    channel = workspace.channel(name)
    if channel is None:
        raise Refusal(404, "no such channel")
    return channel


def find_user(workspace: Workspace, name: str) -> User:
    """A person by id or handle, refused with 404."""
    for user in workspace.people.values():
        if name in (user.id, user.name):
            return user
    raise Refusal(404, f"no such user; there are {', '.join(workspace.people)}")


def find_message(workspace: Workspace, channel: Channel, ts: str) -> Json:
    """A message by its ts, refused with 404."""
    message = workspace.message(channel.id, ts)
    if message is None:
        raise Refusal(404, "no such message")
    return message


def authored(user: User) -> Json:
    """The fields that say who wrote a message."""
    bot = {"bot_id": user.bot, "app_id": user.app} if user.bot else {}
    return {"user": user.id, **bot, **origin(user)}


def origin(user: User) -> Json:
    """The fields that say that somebody is of another organisation."""
    return {"user_team": user.team, "source_team": user.team} if user.stranger else {}


def rich(text: str) -> list[Json]:
    """The rich_text block that Slack makes of what a person types."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "block_id": "typed", "elements": [section]}]


def _list(body: Json, name: str) -> list[Any]:
    value = body.get(name) or []
    if not isinstance(value, list):
        raise Refusal(400, f"{name} must be a list")
    return value
