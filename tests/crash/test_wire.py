"""The proxies pass everything on, hang up where somebody is dead, and know who calls."""

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests import local
from tests.conftest import Serve
from tests.crash.wire import Border, Gate, Trap, called, listening
from tests.server import free_port


async def _echo(request: Request) -> Response:
    body = (await request.body()).decode()
    target = request.scope["raw_path"].decode() + "?" + request.scope["query_string"].decode()
    return JSONResponse({"target": target, "body": body}, 201)


@pytest.fixture
def echo(serve: Serve) -> int:
    app = Starlette(routes=[Route("/{path:path}", _echo, methods=["GET", "POST"])])
    return int(serve(app).rpartition(":")[2])


async def test_the_gate_passes_a_request_on_as_it_is(echo: int) -> None:
    gate = Gate([echo])
    async with listening(gate.handle) as port, local.async_client() as client:
        answer = await client.post(f"http://127.0.0.1:{port}/a%20b?c=d", content=b"x" * 100_000)
    assert answer.status_code == 201
    assert answer.json()["target"] == "/a%20b?c=d"
    assert answer.json()["body"] == "x" * 100_000


async def test_behind_the_gate_a_dead_process_is_a_dead_host(echo: int) -> None:
    gate = Gate([free_port(), echo])
    async with listening(gate.handle) as port, local.async_client() as client:
        assert (await client.get(f"http://127.0.0.1:{port}/")).status_code == 201
        with pytest.raises(httpx2.RemoteProtocolError):
            await client.get(f"http://127.0.0.1:{port}/")
        assert (await client.get(f"http://127.0.0.1:{port}/")).status_code == 201


async def test_the_border_knows_who_calls_what(echo: int) -> None:
    border = Border(echo)
    async with listening(border.handle) as port, local.async_client() as client:
        url = f"http://127.0.0.1:{port}/p/k1/sandbox/slack/api/chat.postMessage"
        answer = await client.post(url, content=b"text=Hi")
    assert answer.json()["target"] == "/sandbox/slack/api/chat.postMessage?"
    assert border.seen == {("k1", "slack.chat.postMessage")}


async def test_who_calls_without_a_name_is_turned_away(echo: int) -> None:
    async with listening(Border(echo).handle) as port, local.async_client() as client:
        assert (await client.get(f"http://127.0.0.1:{port}/sandbox")).status_code == 404


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_trap_springs_once_and_the_caller_hears_nothing(echo: int, when: str) -> None:
    border, sprung = Border(echo), list[str]()
    border.traps["k1"] = Trap(when, "slack.auth.test", lambda: sprung.append(when))
    async with listening(border.handle) as port, local.async_client() as client:
        url = f"http://127.0.0.1:{port}/p/{{}}/sandbox/slack/api/auth.test"
        assert (await client.post(url.format("k2"))).status_code == 201
        with pytest.raises(httpx2.RemoteProtocolError):
            await client.post(url.format("k1"))
        assert (await client.post(url.format("k1"))).status_code == 201
    assert sprung == [when]


@pytest.mark.parametrize(
    ("verb", "target", "name"),
    [
        ("POST", "/sandbox/slack/api/chat.postMessage", "slack.chat.postMessage"),
        ("GET", "/sandbox/slack/api/users.info?user=U1", "slack.users.info"),
        ("POST", "/sandbox/twilio/x/Accounts/AC1/Messages.json", "twilio.messages.create"),
        ("GET", "/sandbox/twilio/x/Accounts/AC1/Messages.json?To=1", "twilio.messages.list"),
        ("GET", "/sandbox/twilio/x/Accounts/AC1/Messages/SM1.json", "twilio.messages.fetch"),
    ],
)
def test_calls_have_the_names_that_the_ledger_gives_them(verb: str, target: str, name: str) -> None:
    assert called(verb, target) == name
