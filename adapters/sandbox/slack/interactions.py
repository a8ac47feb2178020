"""What people do with what the app shows: commands, buttons, shortcuts and forms."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.delivery import Parcel, Postman, Reply
from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.blocks import check_options
from adapters.sandbox.slack.channel import Channel
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.events import EVENTS_PATH
from adapters.sandbox.slack.people import APP, User
from adapters.sandbox.slack.responses import Responses
from adapters.sandbox.slack.signature import signed
from adapters.sandbox.slack.socket import SocketMode
from adapters.sandbox.slack.state import filled, missing
from adapters.sandbox.slack.views import Views, shown
from adapters.sandbox.timing import Pace


class Interactions:
    """Builds Slack's payloads, sends each once, and does what the answer says."""

    def __init__(
        self,
        config: SandboxConfig,
        postman: Postman,
        pace: Pace,
        sockets: SocketMode,
        views: Views,
        responses: Responses,
    ) -> None:
        self._config = config
        self._postman = postman
        self._pace = pace
        self._sockets = sockets
        self._views = views
        self._responses = responses

    async def command(self, user: User, channel: Channel, command: str, text: str) -> Json:
        """Type a slash command."""
        form = {
            "token": "sandbox",
            "team_id": user.team,
            "team_domain": "threadline-demo",
            "channel_id": channel.id,
            "channel_name": "privategroup" if channel.private else channel.name,
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": self._responses.url(user.id, channel.id),
            "trigger_id": self._views.trigger(user.id),
        }
        reply = await self._send("slash_commands", form, form)
        answer = _read(reply)
        if reply.good and answer:
            body = {"text": answer} if isinstance(answer, str) else answer
            self._responses.reply(user.id, channel.id, body)
        return _told(reply)

    async def message_shortcut(
        self, user: User, callback: str, channel: Channel, message: Json
    ) -> Json:
        """Choose a shortcut in a message's menu."""
        payload = {
            **self._person(user),
            "type": "message_action",
            "callback_id": callback,
            "trigger_id": self._views.trigger(user.id),
            "response_url": self._responses.url(user.id, channel.id, message["ts"]),
            "message_ts": message["ts"],
            "action_ts": f"{time.time():.6f}",
            "channel": {"id": channel.id, "name": channel.name},
            "message": message,
        }
        return _told(await self._interact(payload))

    async def shortcut(self, user: User, callback: str) -> Json:
        """Choose a shortcut from the composer's menu."""
        payload = {
            **self._person(user),
            "type": "shortcut",
            "callback_id": callback,
            "trigger_id": self._views.trigger(user.id),
            "action_ts": f"{time.time():.6f}",
        }
        return _told(await self._interact(payload))

    async def message_action(
        self, user: User, channel: Channel, message: Json, action: Json
    ) -> Json:
        """Use a button or a menu of a message; an ephemeral one is not sent along."""
        ephemeral = "for" in message
        container = {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        }
        if thread := message.get("thread_ts"):
            container["thread_ts"] = thread
        payload = {
            **self._person(user),
            "type": "block_actions",
            "container": container,
            "channel": {"id": channel.id, "name": channel.name},
            **({} if ephemeral else {"message": message}),
            "trigger_id": self._views.trigger(user.id),
            "response_url": self._responses.url(user.id, channel.id, message["ts"]),
            "state": {"values": {}},
            "actions": [{**action, "action_ts": f"{time.time():.6f}"}],
        }
        return _told(await self._interact(payload))

    async def view_action(self, user: User, view: Json, action: Json, given: Json) -> Json:
        """Use a button or a menu of a view."""
        noted = self._noted(view, given)
        payload = {
            **self._person(user),
            "type": "block_actions",
            "container": {"type": "view", "view_id": view["id"]},
            "view": shown(noted),
            "trigger_id": self._views.trigger(user.id, view["id"]),
            "actions": [{**action, "action_ts": f"{time.time():.6f}"}],
        }
        return _told(await self._interact(payload))

    async def suggest(self, user: User, where: Json, block: str, action: str, text: str) -> Json:
        """Ask for the options of an external select while typing."""
        payload = {
            **self._person(user),
            "type": "block_suggestion",
            "block_id": block,
            "action_id": action,
            "value": text,
            **where,
        }
        reply = await self._interact(payload)
        answer = _read(reply)
        if reply.good:
            check_options(answer)
        return {**_told(reply), **_choices(answer if isinstance(answer, dict) else {})}

    async def submit(self, user: User, view: Json, given: Mapping[str, Any]) -> Json:
        """Submit a modal and do what the answer says."""
        noted = self._noted(view, given)
        if wrong := missing(noted["blocks"], noted["state"]["values"]):
            self._views.note(noted, errors=wrong)
            return {"ok": False, "errors": wrong}
        payload = {
            **self._person(user),
            "type": "view_submission",
            "trigger_id": self._views.trigger(user.id, view["id"]),
            "view": shown(noted),
            "response_urls": [],
        }
        reply = await self._interact(payload)
        answer = _read(reply)
        if reply.good:
            self._conclude(noted, answer if isinstance(answer, dict) else {})
        return {**_told(reply), "errors": (self._views.find(view["id"]) or {}).get("errors")}

    async def close(self, user: User, view: Json, *, cleared: bool = False) -> Json:
        """Close a modal, or all below it too; the app hears of those it asked to hear of."""
        told: Json = {"ok": True}
        for each in reversed(self._views.stack(user.id)) if cleared else [view]:
            self._views.close(each)
            if each.get("notify_on_close"):
                payload = {**self._person(user), "type": "view_closed", "view": shown(each)}
                told = _told(await self._interact({**payload, "is_cleared": cleared}))
        return told

    def _conclude(self, view: Json, answer: Json) -> None:
        match answer.get("response_action"):
            case "errors":
                self._views.note(view, errors=_checked_errors(view, answer.get("errors")))
            case "update":
                self._views.replace(view, answer.get("view"))
            case "push":
                self._views.show(view["for"], answer.get("view"), view)
            case "clear":
                self._views.clear(view["for"])
            case None:
                present = self._views.find(view["id"])
                if present is not None and present["hash"] == view["hash"]:
                    self._views.close(present)
            case unknown:
                raise SlackError("invalid_arguments", response_action=unknown)

    def _noted(self, view: Json, given: Mapping[str, Any]) -> Json:
        values = filled(view.get("blocks", []), given, view["state"]["values"])
        changed = {**view, "state": {"values": values}, "errors": {}}
        return self._views.note(changed) if "open" in view else changed

    def _person(self, user: User) -> Json:
        about = {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team}
        return {
            "user": about,
            "team": {"id": user.home, "domain": "threadline-demo"},
            "api_app_id": APP,
            "token": "sandbox",
            "enterprise": None,
            "is_enterprise_install": False,
        }

    async def _interact(self, payload: Json) -> Reply:
        form = {"payload": orjson.dumps(payload).decode()}
        return await self._send("interactive", payload, form)

    async def _send(self, kind: str, payload: Json, form: Mapping[str, str]) -> Reply:
        if self._sockets.connected():
            return await self._sockets.ask(kind, payload)
        body = urlencode(form).encode()
        secret = self._config.slack_signing_secret

        def headers(_attempt: int, _reason: str) -> dict[str, str]:
            plain = {"content-type": "application/x-www-form-urlencoded"}
            return {**plain, **signed(secret, body)}

        name = str(payload.get("type", payload.get("command", kind)))
        url = self._config.product_url + EVENTS_PATH
        letter = Parcel("deliver.interaction", name, url, body, headers)
        return await self._postman.once(letter, self._pace.speed.event_timeout)


def _read(reply: Reply) -> Any:
    try:
        return orjson.loads(reply.body) if reply.body else None
    except orjson.JSONDecodeError:
        return reply.body.decode("utf-8", "replace")


def _told(reply: Reply) -> Json:
    return {
        "ok": reply.good,
        "status": reply.status,
        "answer": _read(reply),
        "error": None if reply.good else reply.reason or "http_error",
    }


def _choices(answer: Json) -> Json:
    """The options one after another, and in their groups if they have any."""
    groups = answer.get("option_groups") or [answer]
    options = [option for group in groups for option in group.get("options", [])]
    named = {"option_groups": groups} if answer.get("option_groups") else {}
    return {"options": options, **named}


def _checked_errors(view: Json, errors: Any) -> Json:
    """Complaints below fields; SlackError when a field is not there."""
    inputs = {block.get("block_id") for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        found = f"[ERROR] errors must name blocks of the view, not {errors} [json-pointer:/errors]"
        raise SlackError("invalid_arguments", response_metadata={"messages": [found]})
    return errors
