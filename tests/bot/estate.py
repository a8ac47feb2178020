"""Two workspaces that one installation serves: two stand-in Slacks behind one address."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
from mongoengine.connection import get_db
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.sandbox import SandboxConfig, standalone
from adapters.slack.client import web_client
from adapters.slack.installations import DatabaseInstallations
from adapters.slack.sealing import Seal
from adapters.slack.states import DatabaseStates
from adapters.web.errors import HANDLERS
from bot import app as bolt
from bot import install
from bot.asgi import PATH, endpoint
from bot.borders import LEAVING
from bot.chat import SlackChat
from bot.chats import Workspaces
from bot.desk import Desk
from domain.policy import Policy
from domain.services import workspaces
from domain.services.workspaces import Choices
from domain.values import Workspace
from tests import local
from tests.adapters.sandbox.town import ACCOUNT, FAST, SIGNING, Product, Town, free_socket, served
from tests.bot.events import envelope
from tests.bot.office import signature
from tests.bot.rig import FakePace, Rig
from tests.clock import FakeClock
from tests.domain.build import OURS, TIMING

CLIENT, SECRET = "111.222", "client-secret"
COOKIE = "slack-app-oauth-state"
FORM = "application/x-www-form-urlencoded"
ALPHA, BETA = "T0SANDBOX", "T0SECOND"
NAMES = {ALPHA: "Alpha", BETA: "Beta"}
TOKENS = {ALPHA: "xoxb-alpha", BETA: "xoxb-beta"}
THEIRS = "+17605550101"
POLICY = Policy(numbers=(OURS, THEIRS))
CODE = re.compile(r"code=(T0[A-Z]+)")


@dataclass
class Front:
    """Slack's one address: each call goes to the workspace of its token, or of its code."""

    api: dict[str, str]
    http: httpx2.AsyncClient

    async def pass_on(self, request: Request) -> Response:
        """The sandbox's own answer."""
        body = await request.body()
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        code = CODE.search(body.decode())
        team = next((team for team, its in TOKENS.items() if its == token), code and code[1])
        url = f"{self.api.get(str(team), self.api[ALPHA])}{request.path_params['method']}"
        given = ("authorization", "content-type")
        headers = {name: value for name in given if (value := request.headers.get(name))}
        answer = await self.http.request(
            request.method, url, params=request.query_params, content=body, headers=headers
        )
        told = {
            name: answer.headers[name] for name in ("x-oauth-scopes",) if name in answer.headers
        }
        kind = answer.headers.get("content-type")
        return Response(answer.content, answer.status_code, told, media_type=kind)

    def app(self) -> Starlette:
        """To be served."""
        return Starlette(routes=[Route("/api/{method}", self.pass_on, methods=["GET", "POST"])])


@dataclass
class Estate:
    """The product, both workspaces, and what a browser does between them."""

    url: str
    towns: dict[str, Town]
    clock: FakeClock
    app: AsyncApp
    chats: Workspaces
    installations: DatabaseInstallations
    browser: httpx2.AsyncClient

    @property
    def alpha(self) -> Town:
        """The usual workspace."""
        return self.towns[ALPHA]

    @property
    def beta(self) -> Town:
        """The second one."""
        return self.towns[BETA]

    def town(self, team_id: str) -> Town:
        """The stand-in that plays that workspace."""
        return self.towns[team_id]

    async def begin(self) -> tuple[str, str]:
        """Open the page: the address of `Add to Slack`, and the state in the cookie."""
        page = await self.browser.get(install.INSTALL)
        assert page.status_code == 200
        link = re.search(r'href="([^"]+)"', page.text)
        assert link
        state = page.headers["set-cookie"].split(";")[0].removeprefix(f"{COOKIE}=")
        return link[1].replace("&amp;", "&"), str(state)

    async def consent(self, team_id: str, link: str, answer: str = "allow") -> str:
        """Answer Slack's page; the path to which the browser is sent back."""
        asked = f"{self.town(team_id).url}/slack/oauth/v2/authorize?{urlsplit(link).query}"
        back = await self.browser.post(asked, data={"answer": answer})
        assert back.status_code == 302
        parts = urlsplit(back.headers["location"])
        assert f"{parts.scheme}://{parts.netloc}" == self.url
        return f"{parts.path}?{parts.query}"

    async def come_back(self, path: str, state: str | None) -> httpx2.Response:
        """Follow Slack's redirection, with the cookie of that state."""
        cookie = {"cookie": f"other=1; {COOKIE}={state}"} if state else {}
        return await self.browser.get(path, headers=cookie)

    async def install(self, team_id: str) -> httpx2.Response:
        """All of it."""
        link, state = await self.begin()
        return await self.come_back(await self.consent(team_id, link), state)

    async def uninstall(self, team_id: str) -> None:
        """Remove the app, and wait until we have heard of it."""
        town = self.town(team_id)
        (await town.http.delete("/slack/installation")).raise_for_status()
        await town.until("/ledger", lambda told: _heard(told) == {*LEAVING})

    async def set_up(self, team_id: str, sender: str) -> Workspace:
        """Installed and set up, with its own inbox channel and agents."""
        await self.install(team_id)
        own = self.town(team_id).config
        suffix = "" if own.team_id == ALPHA else "SECOND"
        choices = Choices(f"C0INBOX{suffix}", (sender,), agents=(f"U0DANA{suffix}",))
        return workspaces.set_up(team_id, choices, POLICY.numbers)

    async def event(self, event: dict[str, Any], team_id: str = ALPHA, **more: Any) -> int:
        """Deliver an event of that workspace, signed; how it was answered."""
        own = {"team_id": team_id, "authorizations": [{"team_id": team_id, "is_bot": True}]}
        body = json.dumps(envelope(event, **own, **more)).encode()
        return (await self.deliver(body, "application/json")).status_code

    async def interact(self, payload: dict[str, Any]) -> httpx2.Response:
        """Deliver a click, a shortcut or a form, signed."""
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return await self.deliver(body, FORM)

    async def deliver(self, body: bytes, kind: str = FORM) -> httpx2.Response:
        """Deliver a body, signed."""
        headers = {"content-type": kind} | signature(body)
        return await self.browser.post(PATH, content=body, headers=headers)

    def rig(self, team_id: str) -> Rig:
        """The scripts' view of a workspace that is set up."""
        chat = self.chats.of(team_id)
        assert chat
        return Rig(self.town(team_id), chat, FakePace(), self.clock)

    async def fault(self, team_id: str, method: str, **more: Any) -> None:
        """Order one failure."""
        rule = {"method": f"slack.{method}", "times": 1, **more}
        (await self.town(team_id).http.put("/faults", json=[rule])).raise_for_status()


def _heard(told: dict[str, Any]) -> set[str]:
    """Which events of leaving have been acknowledged."""
    lines = [line for line in told["lines"] if line.get("acknowledged")]
    return {line.get("event", "") for line in lines} & LEAVING


def query(path: str) -> dict[str, str]:
    """What a path asks, each once."""
    return {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}


def parts(
    clock: FakeClock, api_url: str, own_url: str
) -> tuple[AsyncApp, Starlette, Workspaces, DatabaseInstallations]:
    """The bot, the product as browsers and Slack see it, what it serves, and who let it in."""
    database = get_db()
    kept = DatabaseInstallations(database, Seal("k" * 32), clock)
    pace = FakePace()

    def chat(token: str, workspace: Workspace) -> SlackChat:
        return SlackChat(web_client(token, api_url, int(local.PATIENCE)), pace, clock, workspace)

    chats = Workspaces(kept, chat, seconds=0)
    desk = Desk(clock, POLICY, TIMING, chats=chats, installations=kept, patience=local.PATIENT)
    client = web_client("", api_url, int(local.PATIENCE))
    app = bolt.create(client=client, signing_secret=SIGNING, desk=desk)
    ours = install.Client(
        CLIENT, SECRET, f"{own_url}{install.REDIRECT}", "https://slack.example/oauth/v2/authorize"
    )
    pages = install.routes(client, ours, kept, DatabaseStates(database, clock))
    events = Route(PATH, endpoint(app, SIGNING), methods=["POST"])
    served_app = Starlette(routes=[events, *pages], exception_handlers=HANDLERS)
    return app, served_app, chats, kept


def played(team_id: str, name: str, own_url: str, product_url: str, **more: Any) -> SandboxConfig:
    """How a workspace is played."""
    return SandboxConfig(
        product_url=product_url,
        own_url=f"{own_url}/sandbox",
        account_sid=ACCOUNT,
        auth_token="x",
        numbers=(OURS,),
        slack_signing_secret=SIGNING,
        slack_bot_token=TOKENS[team_id],
        slack_client_id=CLIENT,
        slack_client_secret=SECRET,
        team_id=team_id,
        team_name=name,
        speed=FAST,
        **more,
    )


@asynccontextmanager
async def estate(clock: FakeClock, *teams: str, **more: Any) -> AsyncIterator[Estate]:
    """Everything on free ports, torn down at the end; both workspaces unless one is named."""
    wanted = {team: name for team, name in NAMES.items() if not teams or team in teams}
    sockets = {name: free_socket() for name in ("product", "front", *wanted)}
    url = {name: f"http://127.0.0.1:{one.getsockname()[1]}" for name, one in sockets.items()}
    apis = {team: f"{url[team]}/sandbox/slack/api/" for team in wanted}
    api_url = f"{url['front']}/api/" if len(wanted) > 1 else next(iter(apis.values()))
    bolted, app, chats, kept = parts(clock, api_url, url["product"])
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(served(app, sockets["product"]))
        if len(wanted) > 1:
            front = Front(apis, await stack.enter_async_context(local.async_client()))
            await stack.enter_async_context(served(front.app(), sockets["front"]))
        else:
            sockets["front"].close()
        towns = {}
        for team, name in wanted.items():
            config = played(team, name, url[team], url["product"], **more)
            await stack.enter_async_context(served(standalone(config), sockets[team]))
            http = await stack.enter_async_context(local.async_client(base_url=config.own_url))
            towns[team] = Town(config.own_url, config, Product(), http)
        browser = await stack.enter_async_context(local.async_client(base_url=url["product"]))
        yield Estate(url["product"], towns, clock, bolted, chats, kept, browser)
