"""The door of the Web API: token, arguments, the method, and Slack's way to answer."""

import base64
import hmac
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.encounter import Answer, Desk
from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.call import Call, Method, decoded
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.limits import Limits
from adapters.sandbox.slack.oauth import Installations
from adapters.sandbox.slack.workspace import Workspace
from adapters.sandbox.wire import read_form

APP_METHODS = frozenset({"apps.connections.open"})
CLIENT_METHODS = frozenset({"oauth.v2.access", "apps.uninstall"})
SECRETS = frozenset({"token", "client_secret", "code"})


class WebApi:
    """`/api/{method}`: JSON or form, GET or POST, as the SDKs send it."""

    def __init__(
        self,
        config: SandboxConfig,
        workspace: Workspace,
        desk: Desk,
        limits: Limits,
        methods: Mapping[str, Method],
        installations: Installations,
    ) -> None:
        self._config = config
        self._workspace = workspace
        self._desk = desk
        self._limits = limits
        self._methods = methods
        self._installations = installations

    def routes(self) -> list[Route]:
        """To be mounted under `/slack`."""
        return [Route("/api/{method}", self._endpoint, methods=["GET", "POST"])]

    async def _endpoint(self, request: Request) -> Response:
        method = request.path_params["method"]
        raw = await _arguments(request)
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        token = given.strip() if kind == "Bearer" else str(raw.get("token") or "")
        raw |= _client(given) if kind == "Basic" else {}
        plain = {name: value for name, value in raw.items() if name not in SECRETS}
        return await self._desk.serve(
            f"slack.{method}", plain, lambda: self._answer(method, token, raw), _failure
        )

    def _answer(self, method: str, token: str, raw: Mapping[str, Any]) -> Answer:
        headers = {"x-oauth-scopes": self._installations.scopes, "x-accepted-oauth-scopes": ""}
        try:
            self._authenticate(method, token)
            if (wait := self._limits.wait(method, raw)) is not None:
                body = SlackError("ratelimited").body()
                return Answer(429, body, {"retry-after": str(wait), **headers})
            deed = self._methods.get(method)
            if deed is None:
                raise SlackError("unknown_method", req_method=method)
            return Answer(200, deed(Call(self._workspace, decoded(raw))), headers)
        except SlackError as error:
            self._workspace.complaints.note(f"slack.{method}", error, raw)
            return Answer(200, error.body(), headers)

    def _authenticate(self, method: str, token: str) -> None:
        if method in CLIENT_METHODS:
            return  # they are made by who knows the client's secret
        if not token:
            raise SlackError("not_authed")
        app_token = self._config.slack_app_token
        wanted = app_token if method in APP_METHODS else self._config.slack_bot_token
        if method in APP_METHODS and token == self._config.slack_bot_token:
            raise SlackError("not_allowed_token_type")
        if not wanted or not hmac.compare_digest(wanted.encode(), token.encode()):
            raise SlackError("invalid_auth")
        if method not in APP_METHODS and not self._installations.installed:
            raise SlackError("account_inactive")


async def _arguments(request: Request) -> Json:
    given: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        return given | _json_object(await request.body())
    return given | dict(await read_form(request))


def _client(given: str) -> Json:
    """The client's id and secret, as HTTP's basic authentication has them."""
    try:
        name, _, secret = base64.b64decode(given).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": name, "client_secret": secret}


def _json_object(raw: bytes) -> Json:
    try:
        body = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _failure(status: int) -> Answer:
    if status == 429:
        return Answer(429, SlackError("ratelimited").body(), {"retry-after": "1"})
    code = "internal_error" if status < 503 else "service_unavailable"
    return Answer(status, SlackError(code).body())
