"""Routes for scripts and the page: commands, buttons, shortcuts, forms and the App Home."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.channel import Channel
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.files import Files
from adapters.sandbox.slack.interactions import Interactions
from adapters.sandbox.slack.messages import shown
from adapters.sandbox.slack.people import User
from adapters.sandbox.slack.scripts import find_channel, find_user, received
from adapters.sandbox.slack.state import answered, elements, offered, unknown
from adapters.sandbox.slack.views import Views
from adapters.sandbox.slack.views import shown as view_shown
from adapters.sandbox.slack.workspace import Workspace
from adapters.sandbox.wire import Refusal, read_json, text_of


class Deeds:
    """What a person does beside writing; each answers with what the product said."""

    def __init__(
        self, workspace: Workspace, interactions: Interactions, views: Views, files: Files
    ) -> None:
        self._workspace = workspace
        self._files = files
        self._interactions = interactions
        self._views = views

    def routes(self) -> list[Route]:
        """To be mounted at the sandbox's root."""
        routes = {
            "/slack/commands": self._command,
            "/slack/actions": self._action,
            "/slack/suggestions": self._suggest,
            "/slack/shortcuts": self._shortcut,
            "/slack/views/{view}": self._submit,
            "/slack/views/{view}/close": self._close,
            "/slack/home": self._home,
        }
        return [
            Route(path, self._endpoint(deed), methods=["POST"]) for path, deed in routes.items()
        ]

    def _endpoint(
        self, deed: Callable[[Request, Json, User], Awaitable[Json]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            body = await read_json(request)
            user = find_user(self._workspace, text_of(body, "user"))
            try:
                return JSONResponse(await deed(request, body, user))
            except SlackError as error:
                self._workspace.complaints.note(request.url.path, error, body)
                return JSONResponse({"status": 200, "answer": None, **error.body()})

        return endpoint

    async def _command(self, _request: Request, body: Json, user: User) -> Json:
        channel = find_channel(self._workspace, text_of(body, "channel"))
        command = text_of(body, "command")
        if not command.startswith("/"):
            raise Refusal(400, "a command begins with /")
        return await self._interactions.command(user, channel, command, text_of(body, "text", ""))

    async def _shortcut(self, _request: Request, body: Json, user: User) -> Json:
        callback = text_of(body, "callback_id")
        if "ts" not in body:
            return await self._interactions.shortcut(user, callback)
        channel, message = self._message(body)
        return await self._interactions.message_shortcut(user, callback, channel, shown(message))

    async def _action(self, _request: Request, body: Json, user: User) -> Json:
        if "view" in body or "home" in body:
            view = self._view(body, user)
            action = _used(view.get("blocks", []), body)
            given = self._state(body, user, view) | _chosen(action, body)
            return await self._interactions.view_action(user, view, action, given)
        channel, message = self._message(body)
        action = _used(message.get("blocks", []), body)
        plain = shown(message)
        return await self._interactions.message_action(user, channel, plain, action)

    async def _suggest(self, _request: Request, body: Json, user: User) -> Json:
        if "view" in body:
            view = self._view(body, user)
            blocks = view.get("blocks", [])
            container = {"type": "view", "view_id": view["id"]}
            where: Json = {"container": container, "view": view_shown(view)}
        else:
            channel, message = self._message(body)
            blocks = message.get("blocks", [])
            container = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id}
            where = {"container": container, "channel": {"id": channel.id, "name": channel.name}}
        block, element = _element(blocks, body)
        typed = text_of(body, "value", "")
        return await self._interactions.suggest(
            user, where, block["block_id"], element["action_id"], typed
        )

    async def _submit(self, request: Request, body: Json, user: User) -> Json:
        view = self._view({"view": request.path_params["view"]}, user)
        return await self._interactions.submit(user, view, self._state(body, user, view))

    async def _close(self, request: Request, body: Json, user: User) -> Json:
        view = self._view({"view": request.path_params["view"]}, user)
        return await self._interactions.close(user, view, cleared=body.get("all") is True)

    async def _home(self, _request: Request, _body: Json, user: User) -> Json:
        event: Json = {"type": "app_home_opened", "user": user.id, "tab": "home"}
        home = self._views.home(user.id)
        more = {"view": view_shown(home)} if home else {}
        self._workspace.tell({**event, "channel": f"D{user.id[1:]}", **more})
        return {"ok": True}

    def _state(self, body: Json, user: User, view: Json) -> dict[str, Any]:
        """What is in the fields; files that are handed in with it are kept."""
        state = body.get("state") or {}
        if not isinstance(state, dict):
            raise Refusal(400, "state is an object: {block_id or action_id: value}")
        # Whoever filled in the form as it was before (`hash`) may name what is gone by now.
        if body.get("hash") in (None, view["hash"]) and (names := unknown(view["blocks"], state)):
            known = ", ".join(block["block_id"] for block, _ in elements(view["blocks"]))
            raise Refusal(400, f"no such field: {', '.join(names)}; there are: {known or 'none'}")
        return {name: self._kept(value, user) for name, value in state.items()}

    def _kept(self, value: Any, user: User) -> Any:
        given = value if isinstance(value, list) else []
        if not any(isinstance(one, dict) and "content" in one for one in given):
            return value
        return [self._files.shown(received(self._files, one, user)) for one in given]

    def _message(self, body: Json) -> tuple[Channel, Json]:
        channel = find_channel(self._workspace, text_of(body, "channel"))
        ts = text_of(body, "ts")
        ephemeral = self._workspace.ledger.all("ephemeral").get(f"{channel.id}/{ts}")
        message = self._workspace.message(channel.id, ts) or ephemeral
        if message is None or message.get("deleted"):
            raise Refusal(404, "no such message")
        return channel, message

    def _view(self, body: Json, user: User) -> Json:
        name = body.get("view")
        view = self._views.find(str(name)) if name else self._views.home(user.id)
        if view is None:
            raise Refusal(404, "no such view is open")
        if view["for"] != user.id:
            raise Refusal(403, "that view is open for somebody else")
        return view


def _element(blocks: list[Json], body: Json) -> tuple[Json, Json]:
    wanted, block_wanted = text_of(body, "action_id"), body.get("block_id")
    for block, element in elements(blocks):
        if element["action_id"] == wanted and block_wanted in (None, block["block_id"]):
            return block, element
    known = ", ".join(element["action_id"] for _, element in elements(blocks))
    raise Refusal(404, f"no such action_id there; there are: {known or 'none'}")


def _used(blocks: list[Json], body: Json) -> Json:
    block, element = _element(blocks, body)
    name = {"block_id": block["block_id"], "action_id": element["action_id"]}
    if element["type"] == "button":
        kept = ("type", "text", "value", "style")
        plain: Json = {key: element[key] for key in kept if key in element}
        return {**plain, **name}
    value, values = body.get("value"), offered(element)
    if values and isinstance(value, str) and value not in values:
        raise Refusal(400, f"no such option: {value}; there are: {', '.join(values)}")
    return {**answered(element, value), **name}


def _chosen(action: Json, body: Json) -> Json:
    """What was just put into a field, as the form has it from now on."""
    if action["type"] == "button" or "value" not in body:
        return {}
    state = {name: one for name, one in action.items() if name not in ("block_id", "action_id")}
    return {action["block_id"]: {action["action_id"]: state}}
