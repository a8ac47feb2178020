"""The real Bolt application behind a real server, signed requests, and a conversation to answer."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import httpx2
from mongoengine.connection import get_db
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.mongo.files import DatabaseFiles
from adapters.sandbox import SandboxConfig, standalone
from adapters.web.errors import HANDLERS
from adapters.web.files import SignedLinks
from bot import app as bolt
from bot.asgi import PATH, endpoint
from bot.chats import OneWorkspace
from bot.desk import Desk, Hop
from domain.model import Message, Thread
from domain.policy import Policy
from domain.ports import Finding
from domain.services import agents, threads
from domain.values import Person
from tests import local
from tests.adapters.sandbox.town import ACCOUNT, FAST, SIGNING, Product, Town, free_socket, served
from tests.anytime import POLICY
from tests.bot.events import AGENT, CHANNEL, TEAM, envelope
from tests.bot.rig import FakePace, Rig, chat_on
from tests.clock import FakeClock
from tests.domain.build import OURS, TIMING, furnished, received

NOWHERE = "http://127.0.0.1:9/api/"
LINKS = SignedLinks("https://texts.example.com", "a secret of at least 32 characters")


def unwell() -> Sequence[Finding]:
    """An installation whose worker is away."""
    told = Finding("workers", "failed", "Work has been waiting.", "Start a worker.")
    return [Finding("mongodb", "ok", "The database answers."), told]


def application(
    clock: FakeClock,
    api_url: str = NOWHERE,
    hop: Hop | None = None,
    secret: str = SIGNING,
    policy: Policy = POLICY,
) -> AsyncApp:
    """The bot, its Web API at that base URL."""
    patience = int(local.PATIENCE)
    client = AsyncWebClient("xoxb-sandbox", api_url, patience, retry_handlers=[])
    chats = OneWorkspace(chat_on(api_url, FakePace(), clock))
    more: dict[str, Any] = {"hop": hop} if hop else {}
    desk = Desk(
        clock,
        policy,
        TIMING,
        chats=chats,
        files=DatabaseFiles(get_db()),
        links=LINKS,
        checks=unwell,
        patience=local.PATIENT,
        **more,
    )
    return bolt.create(client=client, signing_secret=secret, desk=desk)


def product(
    clock: FakeClock, api_url: str = NOWHERE, hop: Hop | None = None, policy: Policy = POLICY
) -> Starlette:
    """The product as far as Slack sees it."""
    receive = endpoint(application(clock, api_url, hop, policy=policy), SIGNING)
    return Starlette(routes=[Route(PATH, receive, methods=["POST"])], exception_handlers=HANDLERS)


def signature(body: bytes, secret: str = SIGNING, at: float | None = None) -> dict[str, str]:
    """The headers by which Slack signs."""
    stamp = str(int(time.time() if at is None else at))
    base = b"v0:" + stamp.encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


@dataclass
class Office:
    """Speaks to the product as Slack does."""

    url: str
    clock: FakeClock

    def event(self, event: dict[str, Any], **changes: Any) -> httpx2.Response:
        """Deliver an event."""
        return self.post(json.dumps(envelope(event, **changes)).encode(), "application/json")

    def interact(self, payload: dict[str, Any]) -> httpx2.Response:
        """Deliver a click, a shortcut or a form."""
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return self.post(body, "application/x-www-form-urlencoded")

    def post(self, body: bytes, kind: str, **headers: str) -> httpx2.Response:
        """Deliver a body, signed unless headers say otherwise."""
        whole = {"content-type": kind} | signature(body) | headers
        with local.client() as http:
            return http.post(f"{self.url}{PATH}", content=body, headers=whole)


def conversation(clock: FakeClock, channel_id: str = CHANNEL, ts: str | None = None) -> Thread:
    """A customer wrote, an agent is known; it lives in a channel, or a thread of the inbox."""
    now = clock.now()
    agents.learn(Person(AGENT, TEAM, "Dana Reyes", None, False, False, False, False), now)
    thread = threads.get(received(now=now).thread_id)
    furnished(thread.id, channel_id)
    if ts:
        place = {"$set": {"channel.threadTs": ts}}
        Thread._get_collection().update_one({"_id": thread.id}, place)
    return threads.get(thread.id)


def answers() -> list[Message]:
    """What agents have written, oldest first."""
    return list(Message.objects(direction="outbound").order_by("created_at"))


async def until(enough: Callable[[], Any]) -> Any:
    """Wait for what other threads bring about; its value once it is true."""
    async with asyncio.timeout(local.PATIENCE):
        while not (found := enough()):
            await asyncio.sleep(0.01)
        return found


@asynccontextmanager
async def workspace(
    clock: FakeClock, *, address: bool = True, policy: Policy = POLICY, **more: Any
) -> AsyncIterator[tuple[Rig, str]]:
    """A stand-in Slack and its API's base URL; without `address` it cannot call the product."""
    theirs, own_socket = free_socket(), free_socket()
    own = f"http://127.0.0.1:{own_socket.getsockname()[1]}/sandbox"
    config = SandboxConfig(
        product_url=f"http://127.0.0.1:{theirs.getsockname()[1]}",
        own_url=own,
        account_sid=ACCOUNT,
        auth_token="x",
        numbers=(OURS,),
        slack_signing_secret=SIGNING,
        # An event on a socket that is just ending gets no answer, and comes again after a while.
        speed=FAST if address else replace(FAST, event_timeout=3.0),
        **more,
    )
    api = f"{own}/slack/api/"
    pace = FakePace()
    async with AsyncExitStack() as stack:
        if address:
            await stack.enter_async_context(served(product(clock, api, policy=policy), theirs))
        else:
            theirs.close()
        await stack.enter_async_context(served(standalone(config), own_socket))
        http = local.async_client(base_url=own)
        await stack.enter_async_context(http)
        town = Town(own, config, Product(), http)
        yield Rig(town, chat_on(api, pace, clock), pace, clock), api
        await town.uncomplained()
