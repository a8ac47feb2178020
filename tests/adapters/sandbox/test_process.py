"""The sandbox as a process of its own, killed and started again, and mounted in another app."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Message

from adapters.sandbox import SandboxConfig, create
from adapters.sandbox.__main__ import settings
from adapters.sandbox.wire import HangUp
from adapters.settings import Settings
from tests import local
from tests.adapters.sandbox.town import ACCOUNT, FAST, NUMBER, TOKEN, Product, free_socket, served

CUSTOMER = "+17605550123"


@asynccontextmanager
async def process(ledger: Path, product: str) -> AsyncIterator[httpx2.AsyncClient]:
    """`python -m adapters.sandbox` on a free port, killed at the end."""
    with free_socket() as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "adapters.sandbox", "--port", str(port)]
    command += ["--product", product, "--ledger", str(ledger), "--step", "0.01"]
    running = await asyncio.create_subprocess_exec(*command)
    base = f"http://127.0.0.1:{port}/sandbox"
    try:
        async with local.async_client(base_url=base) as http:
            await ready(http)
            yield http
    finally:
        running.send_signal(signal.SIGKILL)
        await running.wait()


async def ready(http: httpx2.AsyncClient) -> None:
    """Wait until a server answers."""
    async with asyncio.timeout(local.PATIENCE):
        while True:
            try:
                await http.get("/network")
            except httpx2.ConnectError:
                await asyncio.sleep(0.05)
            else:
                return


async def test_a_killed_sandbox_goes_on_where_it_stopped(tmp_path: Path) -> None:
    ledger, gone = tmp_path / "ledger.jsonl", "http://127.0.0.1:9"
    async with process(ledger, gone) as http:
        text = (await http.post("/texts", json={"from": CUSTOMER, "body": "Hi"})).json()
        body = {"channel": "inbox", "user": "U0DANA", "text": "Hello"}
        said = (await http.post("/slack/messages", json=body)).json()
    async with process(ledger, gone) as http:
        texts = (await http.get("/texts")).json()["texts"]
        inbox = (await http.get("/slack/channels/inbox")).json()
    assert [one["sid"] for one in texts] == [text["sid"]]
    assert texts[0]["acknowledged"] is False
    assert [one["ts"] for one in inbox["messages"]] == [said["ts"]]


async def test_a_mounted_sandbox_delivers_to_its_own_server() -> None:
    product, listener = Product(), free_socket()
    product.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    own = f"{product.url}/sandbox"
    sandbox = create(SandboxConfig(product.url, own, ACCOUNT, TOKEN, (NUMBER,), speed=FAST))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with sandbox.running():
            yield

    rest = product.app().routes
    parent = Starlette(routes=[Mount("/sandbox", sandbox), *rest], lifespan=lifespan)
    async with (
        served(parent, listener),
        local.async_client(base_url=own) as http,
    ):
        text = (await http.post("/texts", json={"from": CUSTOMER, "body": "Hi"})).json()
        page = await http.get("/")
    assert text["acknowledged"]
    assert product.received[0].signed
    assert "Threadline" in page.text


async def test_a_dropped_reply_is_one_when_mounted_too() -> None:
    listener = free_socket()
    own = f"http://127.0.0.1:{listener.getsockname()[1]}/sandbox"
    sandbox = create(SandboxConfig("http://127.0.0.1:9", own, ACCOUNT, TOKEN, (NUMBER,)))
    async with (
        served(Starlette(routes=[Mount("/sandbox", sandbox)]), listener),
        local.async_client(base_url=own) as http,
    ):
        await http.put("/faults", json=[{"method": "slack.*", "action": "drop_reply"}])
        with pytest.raises(httpx2.RemoteProtocolError, match="without sending a response"):
            await http.post("/slack/api/auth.test")


async def test_a_server_that_hides_its_socket_gets_half_a_reply_to_send() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("nothing more is read")

    async def send(message: Message) -> None:
        sent.append(message)

    await HangUp()({"type": "http"}, receive, send)
    assert (b"content-length", b"100") in sent[0]["headers"]
    assert (len(sent[1]["body"]), sent[1]["more_body"]) == (1, True)
    assert len(sent) == 2


def test_it_says_what_a_product_beside_it_is_to_be_told() -> None:
    own = "http://127.0.0.1:8090/sandbox"
    config = SandboxConfig("http://127.0.0.1:8000", own, ACCOUNT, TOKEN, (NUMBER,))
    lines = dict(line.split("=", 1) for line in settings(config).splitlines())
    assert lines["TWILIO_API_URL"] == "http://127.0.0.1:8090/sandbox/twilio"
    assert lines["SLACK_API_URL"] == "http://127.0.0.1:8090/sandbox/slack/api/"
    assert {name.lower() for name in lines} <= Settings.model_fields.keys()
    given: dict[str, Any] = {name.lower(): value for name, value in lines.items()}
    assert Settings(**given).live_problems() == []
