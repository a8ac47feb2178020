"""How the app gets into the workspace and out of it: consent, codes, tokens, uninstalling."""

import hmac
import html
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.ledger import Json, Ledger
from adapters.sandbox.slack.call import Call, Method
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.people import APP, BOT_USER, Team
from adapters.sandbox.wire import Refusal, read_form

RECORD, KEY = "installation", "app"
PAGE = """<!doctype html><meta charset="utf-8"><title>Allow Threadline</title>
<h1>Threadline asks for access to {team}</h1><p>It wants: {scopes}</p>
<form method="post" action="{action}">
<button name="answer" value="allow">Allow</button>
<button name="answer" value="cancel">Cancel</button></form>"""


@dataclass(frozen=True)
class Grant:
    """What somebody allowed, until the product fetches it by its code."""

    redirect_uri: str
    scopes: str
    user: str


class Installations:
    """Whether the app is in this workspace, with which scopes; kept in the ledger."""

    def __init__(self, config: SandboxConfig, ledger: Ledger, scopes: str) -> None:
        self._config = config
        self._ledger = ledger
        self._team = Team(config.team_id, config.team_name)
        self._usual = {"installed": config.slack_client_id is None, "scopes": scopes}
        self._grants: dict[str, Grant | None] = {}
        self.tell: Callable[[Json], None] = lambda _event: None

    @property
    def installed(self) -> bool:
        """Whether the bot's token is good."""
        return bool(self._present["installed"])

    @property
    def scopes(self) -> str:
        """What the token may do."""
        return str(self._present["scopes"])

    def methods(self) -> dict[str, Method]:
        """oauth.v2.access, auth.revoke and apps.uninstall."""
        return {
            "oauth.v2.access": self._access,
            "auth.revoke": self._revoke,
            "apps.uninstall": self._uninstall,
        }

    def routes(self) -> list[Route]:
        """The page where people allow it, to be mounted under `/slack`."""
        return [
            Route("/oauth/v2/authorize", self._ask, methods=["GET"]),
            Route("/oauth/v2/authorize", self._answer, methods=["POST"]),
        ]

    def scripts(self) -> list[Route]:
        """To be mounted at the sandbox's root."""
        return [Route("/slack/installation", self._remove, methods=["DELETE"])]

    @property
    def _present(self) -> Json:
        return self._ledger.all(RECORD).get(KEY, self._usual)

    def _keep(self, **changes: object) -> None:
        self._ledger.put(RECORD, KEY, {**self._present, **changes})

    async def _ask(self, request: Request) -> Response:
        asked = request.query_params
        if asked.get("client_id") != self._config.slack_client_id:
            raise Refusal(400, "Invalid client_id parameter")
        action = f"?{urlencode(asked.multi_items())}"
        shown = {"team": self._team.name, "scopes": asked.get("scope", ""), "action": action}
        return HTMLResponse(PAGE.format(**{name: html.escape(v) for name, v in shown.items()}))

    async def _answer(self, request: Request) -> Response:
        asked, form = request.query_params, dict(await read_form(request))
        target, state = asked.get("redirect_uri", ""), asked.get("state", "")
        if form.get("answer") != "allow":
            return _back(target, error="access_denied", state=state)
        code = f"{self._team.id}.{secrets.token_hex(16)}"
        user = form.get("user") or self._team.agents[0]
        self._grants[code] = Grant(target, asked.get("scope", ""), user)
        return _back(target, code=code, state=state)

    async def _remove(self, _request: Request) -> Response:
        self._leave()
        return JSONResponse({"ok": True})

    def _access(self, call: Call) -> Json:
        self._check_client(call)
        code = call.text("code", "?")
        if code not in self._grants:
            raise SlackError("invalid_code")
        grant, self._grants[code] = self._grants[code], None
        if grant is None:
            raise SlackError("code_already_used")
        if call.text("redirect_uri", "") != grant.redirect_uri:
            raise SlackError("bad_redirect_uri")
        self._keep(installed=True, scopes=grant.scopes)
        return {
            "ok": True,
            "app_id": APP,
            "authed_user": {"id": grant.user},
            "scope": grant.scopes,
            "token_type": "bot",
            "access_token": self._config.slack_bot_token,
            "bot_user_id": BOT_USER,
            "team": {"id": self._team.id, "name": self._team.name},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _check_client(self, call: Call) -> None:
        if call.text("client_id", "?") != self._config.slack_client_id:
            raise SlackError("invalid_client_id")
        secret = (self._config.slack_client_secret or "").encode()
        if not hmac.compare_digest(secret, call.text("client_secret", "?").encode()):
            raise SlackError("bad_client_secret")

    def _revoke(self, _call: Call) -> Json:
        self._keep(installed=False)
        self.tell({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}})
        return {"ok": True, "revoked": True}

    def _uninstall(self, call: Call) -> Json:
        self._check_client(call)
        self._leave()
        return {"ok": True}

    def _leave(self) -> None:
        """Out: Slack tells of both the tokens and the app."""
        self._keep(installed=False)
        self.tell({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}})
        self.tell({"type": "app_uninstalled"})


def _back(target: str, **query: str) -> Response:
    return RedirectResponse(f"{target}?{urlencode(query)}", 302)
