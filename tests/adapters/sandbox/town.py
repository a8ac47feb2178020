"""A sandbox and a receiver in the product's place, each a real server on a free port."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import httpx2
import orjson
import uvicorn
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp
from twilio.request_validator import RequestValidator

from adapters.sandbox import SandboxConfig, Speed, standalone
from tests import local
from tests.server import KEPT

ACCOUNT = "AC" + "1" * 32
TOKEN = "town-auth-token"
SIGNING = "town-signing-secret"
NUMBER = "+17605550100"
FAST = Speed(
    step=0.01,
    retries=(0.02,) * 5,
    event_retries=(0.02,) * 3,
    timeout=local.PATIENCE,
    event_timeout=local.PATIENCE,
    trigger=local.PATIENCE,
)


@dataclass(frozen=True)
class Received:
    """One request that reached the product, and whether its signature was right."""

    path: str
    form: dict[str, str]
    json: Any
    headers: dict[str, str]
    signed: bool


@dataclass
class Product:
    """Stands in the product's place: keeps what it gets, answers what it is told to."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: Request) -> Response:
        """Keep a request and give the next answer ordered, or an empty 200."""
        raw = await request.body()
        async with self.news:
            self.received.append(self._read(request, raw))
            self.news.notify_all()
        return self.answers.pop(0) if self.answers else Response()

    def _read(self, request: Request, raw: bytes) -> Received:
        headers = dict(request.headers)
        is_json = headers.get("content-type", "").startswith("application/json")
        form = {} if is_json else dict(parse_qsl(raw.decode(), keep_blank_values=True))
        query = f"?{request.url.query}" if request.url.query else ""
        url = self.url + request.url.path + query
        return Received(
            path=request.url.path,
            form=form,
            json=orjson.loads(form.get("payload") or raw) if is_json or "payload" in form else None,
            headers=headers,
            signed=SignatureVerifier(SIGNING).is_valid_request(raw, headers)
            if "x-slack-signature" in headers
            else RequestValidator(TOKEN).validate(url, form, headers.get("x-twilio-signature", "")),
        )

    async def wait(self, enough: Callable[[list[Received]], bool]) -> list[Received]:
        """Wait until what was received satisfies `enough`."""
        async with asyncio.timeout(local.PATIENCE), self.news:
            await self.news.wait_for(lambda: enough(self.received))
        return self.received

    async def count(self, number: int) -> list[Received]:
        """Wait for that many requests."""
        return await self.wait(lambda received: len(received) >= number)

    def events(self, kind: str = "message") -> list[Any]:
        """The Slack events of one type received so far."""
        told = [item.json for item in self.received if item.json and "event" in item.json]
        events = [envelope["event"] for envelope in told]
        return [event for event in events if event["type"] == kind]

    async def event(self, fits: Callable[[Any], bool], kind: str = "message") -> Any:
        """Wait for a Slack event that fits."""
        await self.wait(lambda _: any(fits(event) for event in self.events(kind)))
        return next(event for event in self.events(kind) if fits(event))

    def app(self) -> Starlette:
        """Every path the sandbox may call."""
        return Starlette(routes=[Route("/{path:path}", self.take, methods=["GET", "POST"])])


@dataclass
class Town:
    """A running sandbox, the product's stand-in, and a client for the scripts' API."""

    url: str
    config: SandboxConfig
    product: Product
    http: httpx2.AsyncClient

    def slack(self, token: str = "xoxb-sandbox") -> AsyncWebClient:
        """The real SDK, asking the sandbox, repeating nothing by itself."""
        return AsyncWebClient(token=token, base_url=f"{self.url}/slack/api/", retry_handlers=[])

    async def get(self, path: str) -> Any:
        """What a script route shows."""
        return (await self.http.get(path)).json()

    async def post(self, path: str, **body: Any) -> Any:
        """What a script route answers to a POST; it must not refuse."""
        answer = await self.http.post(path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def put(self, path: str, body: Any) -> Any:
        """What a script route answers to a PUT; it must not refuse."""
        answer = await self.http.put(path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """The status and the sentence of a refusal."""
        answer = await self.http.request(method, path, json=body)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["error"]

    async def texts(self) -> list[Any]:
        """All texts carried."""
        return list((await self.get("/texts"))["texts"])

    async def text(self, sender: str = "+17605550123", body: str = "Hi", **more: Any) -> Any:
        """Type a text on a customer's phone."""
        return await self.post("/texts", **{"from": sender, "body": body, **more})

    async def say(
        self, text: str = "Hello", user: str = "U0DANA", channel: str = "C0INBOX", **more: Any
    ) -> Any:
        """Have a person write in a channel."""
        return await self.post("/slack/messages", channel=channel, user=user, text=text, **more)

    async def channel(self, name: str = "C0INBOX") -> Any:
        """A channel with its messages."""
        return await self.get(f"/slack/channels/{name}")

    async def messages(self, name: str = "C0INBOX") -> list[Any]:
        """The messages of a channel."""
        return list((await self.channel(name))["messages"])

    async def calls(self, method: str) -> list[Any]:
        """The calls of one method in the ledger."""
        lines = (await self.get("/ledger"))["lines"]
        return [line for line in lines if line.get("method") == method]

    async def uncomplained(self) -> None:
        """Nothing malformed was sent: Slack would have refused it."""
        assert (await self.get("/complaints"))["complaints"] == []

    async def until(self, path: str, enough: Callable[[Any], bool]) -> Any:
        """Read a script route until its JSON satisfies `enough`."""
        async with asyncio.timeout(local.PATIENCE):
            while not enough(body := (await self.http.get(path)).json()):
                await asyncio.sleep(0.01)
            return body


def free_socket() -> socket.socket:
    """A listening socket on a port of the system's choice; small answers are not held back."""
    listener = socket.socket()
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    return listener


class Quick(uvicorn.Server):
    """A uvicorn server that stops at once instead of looking round ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready, self.enough = asyncio.Event(), asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        await self.enough.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.gather(*self.server_state.tasks, return_exceptions=True)
        await self.lifespan.shutdown()


@asynccontextmanager
async def served(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Run an application by uvicorn until left."""
    usual: dict[str, Any] = {"log_config": None, "timeout_keep_alive": KEPT}
    server = Quick(uvicorn.Config(app, ws="websockets-sansio", **usual))
    running = asyncio.create_task(server._serve([listener]))
    await server.ready.wait()
    try:
        yield
    finally:
        server.enough.set()
        await running
        listener.close()


Front: TypeAlias = Callable[[SandboxConfig, Product], ASGIApp]


@asynccontextmanager
async def town(
    speed: Speed = FAST, ledger: Path | None = None, front: Front | None = None, **more: Any
) -> AsyncIterator[Town]:
    """Build everything on free ports and tear it down."""
    product, product_socket, own_socket = Product(), free_socket(), free_socket()
    product.url = f"http://127.0.0.1:{product_socket.getsockname()[1]}"
    own = f"http://127.0.0.1:{own_socket.getsockname()[1]}/sandbox"
    config = SandboxConfig(
        product_url=product.url,
        own_url=own,
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers=more.pop("numbers", (NUMBER, "+17605550101")),
        slack_signing_secret=SIGNING,
        ledger=ledger,
        speed=speed,
        **more,
    )
    async with (
        served(front(config, product) if front else product.app(), product_socket),
        served(standalone(config), own_socket),
        local.async_client(base_url=own) as http,
    ):
        yield Town(own, config, product, http)
