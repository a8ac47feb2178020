"""The Events API: what happens in the workspace, sent to the product until it says 2xx."""

import secrets
import time
from typing import Protocol

import orjson

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.delivery import Parcel, Postman, Reply
from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.people import APP, BOT_USER
from adapters.sandbox.slack.signature import signed
from adapters.sandbox.slack.workspace import Workspace
from adapters.sandbox.timing import Pace

EVENTS_PATH = "/slack/events"
# What becomes of a public channel is told whether or not the bot is in it.
PUBLIC = {f"channel_{what}" for what in ("created", "archive", "unarchive", "rename", "deleted")}


class Sockets(Protocol):
    """The other way to the product: a connection it has opened itself."""

    def connected(self) -> bool:
        """Whether there is a connection to send by."""

    async def send(self, kind: str, payload: Json) -> None:
        """Send one event and wait for its acknowledgement, again if need be."""


class Events:
    """Tells the product each event that its bot may see, each beside the others."""

    def __init__(
        self,
        config: SandboxConfig,
        workspace: Workspace,
        postman: Postman,
        pace: Pace,
        sockets: Sockets,
    ) -> None:
        self._config = config
        self._workspace = workspace
        self._postman = postman
        self._pace = pace
        self._sockets = sockets

    def tell(self, event: Json) -> None:
        """Send an event in the background; nothing when the bot may not see it."""
        if self._visible(event):
            envelope = self._envelope(event)
            if self._sockets.connected():
                self._postman.later(self._sockets.send("events_api", envelope))
            else:
                self._postman.later(self._deliver(envelope))

    def _visible(self, event: Json) -> bool:
        item = event.get("item", {})
        where = event.get("channel") or event.get("channel_id") or item.get("channel")
        where = where.get("id") if isinstance(where, dict) else where
        channel = self._workspace.channel(where) if isinstance(where, str) else None
        if channel is None or BOT_USER in channel.members:
            return True
        return not channel.private and event["type"] in PUBLIC

    def _envelope(self, event: Json) -> Json:
        channel = self._workspace.channel(str(event.get("channel")))
        stamp = event.get("event_ts") or f"{time.time():.6f}"
        authorization = {
            "enterprise_id": None,
            "team_id": self._workspace.team.id,
            "user_id": BOT_USER,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": "sandbox",
            "team_id": self._workspace.team.id,
            "context_team_id": self._workspace.team.id,
            "context_enterprise_id": None,
            "api_app_id": APP,
            "event": {**event, "event_ts": stamp},
            "type": "event_callback",
            "event_id": "Ev" + secrets.token_hex(5).upper(),
            "event_time": int(float(stamp)),
            "authorizations": [authorization],
            "is_ext_shared_channel": bool(channel and channel.shared),
        }

    async def _deliver(self, envelope: Json) -> None:
        letter = event_parcel(self._config, envelope)
        speed = self._pace.speed
        await self._postman.insist(letter, speed.event_timeout, speed.event_retries, _again)


def event_parcel(config: SandboxConfig, envelope: Json) -> Parcel:
    """One signed event request; the signature is made anew for each try."""
    body = orjson.dumps(envelope)

    def headers(attempt: int, reason: str) -> dict[str, str]:
        retry = {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": reason}
        return {
            "content-type": "application/json",
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **signed(config.slack_signing_secret, body),
            **(retry if attempt else {}),
        }

    event = envelope["event"]
    about = {"event": event["type"], "subtype": event.get("subtype", "")}
    about |= {"channel": str(event.get("channel", "")), "ts": str(event.get("ts", ""))}
    about["text"] = str(event.get("text", ""))
    url = config.product_url + EVENTS_PATH
    return Parcel("deliver.event", envelope["event_id"], url, body, headers, about)


def _again(reply: Reply) -> bool:
    told_not_to = reply.status is not None and reply.headers.get("x-slack-no-retry") == "1"
    return not reply.good and not told_not_to
