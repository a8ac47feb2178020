"""Response URLs: a short-lived way to answer what a person did."""

import secrets
import time
from dataclasses import dataclass, replace

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.blocks import check_blocks
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.people import APP, BOT, BOT_USER
from adapters.sandbox.slack.workspace import Workspace

USES, LIFETIME = 5, 1800.0


@dataclass(frozen=True)
class Ticket:
    """Where a response goes: a user in a channel, and the message acted upon."""

    user: str
    channel: str
    ts: str | None
    expires: float
    uses: int = USES


class Responses:
    """Makes response URLs and does what is posted to them."""

    def __init__(self, config: SandboxConfig, workspace: Workspace) -> None:
        self._config = config
        self._workspace = workspace
        self._tickets: dict[str, Ticket] = {}

    def routes(self) -> list[Route]:
        """To be mounted under `/slack`."""
        return [Route("/response/{ticket}", self._take, methods=["POST"])]

    def url(self, user: str, channel: str, ts: str | None = None) -> str:
        """A fresh URL for one interaction."""
        name = secrets.token_hex(12)
        self._tickets[name] = Ticket(user, channel, ts, time.monotonic() + LIFETIME)
        return f"{self._config.own_url}/slack/response/{name}"

    async def _take(self, request: Request) -> Response:
        name = request.path_params["ticket"]
        ticket = self._tickets.get(name)
        if ticket is None or not ticket.uses or ticket.expires < time.monotonic():
            return JSONResponse({"ok": False, "error": "used_url"}, 404)
        self._tickets[name] = replace(ticket, uses=ticket.uses - 1)
        try:
            body = orjson.loads(await request.body())
            self.answer(ticket, body if isinstance(body, dict) else {})
        except orjson.JSONDecodeError:
            return PlainTextResponse("invalid_payload", 400)
        except SlackError as error:
            self._workspace.complaints.note("response_url", error, {"body": body})
            return JSONResponse(error.body(), 400)
        return PlainTextResponse("ok")

    def reply(self, user: str, channel: str, body: Json) -> None:
        """What an answer in the acknowledgement itself does."""
        self.answer(Ticket(user, channel, None, 0), body)

    def answer(self, ticket: Ticket, body: Json) -> None:
        """Replace or delete the message acted upon, or say something new."""
        check_blocks(body.get("blocks") or [], 50, files=self._workspace.ledger.all("file"))
        if body.get("delete_original") and ticket.ts:
            self._replace(ticket, None)
        elif body.get("replace_original") and ticket.ts:
            self._replace(ticket, body)
        elif body.get("text") or body.get("blocks"):
            self._say(ticket, body)

    def _replace(self, ticket: Ticket, body: Json | None) -> None:
        channel = self._workspace.channel(ticket.channel)
        key = f"{ticket.channel}/{ticket.ts}"
        ephemeral = self._workspace.ledger.all("ephemeral").get(key)
        message = self._workspace.message(ticket.channel, ticket.ts or "")
        if ephemeral is not None:
            after = {**_bare(ephemeral), **_content(body), "deleted": body is None}
            self._workspace.ledger.put("ephemeral", key, after)
        elif channel is not None and message is not None and body is None:
            self._workspace.delete(channel, message)
        elif channel is not None and message is not None:
            self._workspace.change(channel, message, {**_bare(message), **_content(body)})

    def _say(self, ticket: Ticket, body: Json) -> None:
        author = {"user": BOT_USER, "bot_id": BOT, "app_id": APP}
        channel = self._workspace.channel(ticket.channel)
        if channel is None:
            return
        if body.get("response_type") == "in_channel":
            self._workspace.post(channel, {**author, **_content(body)})
            return
        ts = self._workspace.stamp(channel.id)
        place = {"ts": ts, "channel": channel.id, "for": ticket.user}
        message = {**author, **_content(body), **place}
        self._workspace.ledger.put("ephemeral", f"{channel.id}/{ts}", message)


def _bare(message: Json) -> Json:
    shown = ("text", "blocks", "attachments")
    return {name: value for name, value in message.items() if name not in shown}


def _content(body: Json | None) -> Json:
    given = body or {}
    content = {name: given[name] for name in ("blocks", "attachments") if given.get(name)}
    return {"text": str(given.get("text") or ""), **content}
