"""A probe goes out to a real server and back: each way in which it can go wrong has its name."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from adapters.doctor.door import Knock
from adapters.twilio.probe import PROBE_PATH, Probe
from adapters.twilio.signature import Secrets
from domain.ports import Finding
from tests import local
from tests.adapters.sandbox.town import free_socket, served
from tests.server import free_port

ACCOUNT, TOKEN, KEY = "AC" + "1" * 32, "the-token", "k" * 32
Answer = Callable[[Request], Awaitable[Response]]
Serve = Callable[[object], Awaitable[None]]


@pytest.fixture
def listener() -> socket.socket:
    """Where our public address leads."""
    return free_socket()


@pytest.fixture
def base(listener: socket.socket) -> str:
    """Our public address."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
async def behind(listener: socket.socket) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """What answers there."""
    async with AsyncExitStack() as stack:

        async def serve(app: Starlette) -> None:
            await stack.enter_async_context(served(app, listener))

        yield serve
    listener.close()


def web(base: str, token: str = TOKEN, key: str = KEY, path: str = PROBE_PATH) -> Starlette:
    """The web process."""
    probe = Probe(base, Secrets({ACCOUNT: (token, "second")}), key)
    return Starlette(routes=[Route(path, probe.answer, methods=["POST"])])


def answering(answer: Answer) -> Starlette:
    """Something else."""
    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


async def knocked(base: str, token: str = TOKEN, key: str = KEY) -> Finding:
    """What the doctor says of that address."""
    found = await Knock(base, ACCOUNT, token, key, local.PATIENCE).knock()
    assert found.name == "public_url"
    assert found.status == "ok" or (found.fix and found.fix.endswith("."))
    return found


@pytest.mark.parametrize("token", [TOKEN, "second"])
async def test_a_probe_that_is_believed_is_fine(behind: Serve, base: str, token: str) -> None:
    await behind(web(base))
    assert (await knocked(base, token)).status == "ok"


async def test_another_token_is_named(behind: Serve, base: str) -> None:
    await behind(web(base, token="another"))
    assert "another TWILIO_AUTH_TOKEN" in (await knocked(base)).message


async def test_another_address_is_named(behind: Serve, base: str) -> None:
    await behind(web("https://texts.example.com"))
    told = await knocked(base)
    assert "takes https://texts.example.com for its address" in told.message


async def test_another_key_is_named_and_so_is_one_that_knows_neither(
    behind: Serve, base: str
) -> None:
    await behind(web(base, key="j" * 32))
    assert "another SECRET_KEY" in (await knocked(base)).message
    assert "does not know our probe" in (await knocked(base, token="neither")).message


async def test_a_proxy_that_changes_the_path_is_named(behind: Serve, base: str) -> None:
    inner = web(base, path="/threadline" + PROBE_PATH)

    async def prefixed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = "/threadline" + scope["path"]
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await inner(scope, receive, send)

    await behind(prefixed)
    assert "changes the path" in (await knocked(base)).message


async def test_a_proxy_that_changes_the_body_is_named(behind: Serve, base: str) -> None:
    inner = web(base)

    async def changed(scope: Scope, receive: Receive, send: Send) -> None:
        async def more() -> Message:
            told = await receive()
            last = told["type"] == "http.request" and not told.get("more_body")
            return {**told, "body": told["body"] + b"&Extra=1"} if last else told

        await inner(scope, more, send)

    await behind(changed)
    assert "changes what Twilio sends" in (await knocked(base)).message


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (PlainTextResponse("nobody", 502), "no web process is behind it"),
        (PlainTextResponse("who?", 404), "something else than our web process"),
        (PlainTextResponse("hello", 200), "something else than our web process"),
        (PlainTextResponse('["hello"]', 200), "something else than our web process"),
        (RedirectResponse("https://www.example.com" + PROBE_PATH, 301), "sends callers elsewhere"),
    ],
)
async def test_what_else_may_answer_is_named(
    behind: Serve, base: str, answer: Response, words: str
) -> None:
    async def told(_: Request) -> Response:
        return answer

    await behind(answering(told))
    found = await knocked(base)
    assert words in found.message
    if answer.status_code == 301:
        assert "PUBLIC_URL to https://www.example.com:" in str(found.fix)


async def test_nobody_there_and_nobody_who_answers() -> None:
    found = await knocked(f"http://127.0.0.1:{free_port()}")
    assert "refused or breaks" in found.message
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes calls and never answers
        there = f"http://127.0.0.1:{silent.getsockname()[1]}"
        slow = await Knock(there, ACCOUNT, TOKEN, KEY, 0.2).knock()
    assert "does not answer in time" in slow.message


async def test_a_stranger_is_told_nothing(behind: Serve, base: str) -> None:
    await behind(web(base))
    async with local.async_client() as http:
        for headers in ({}, {"x-threadline-probe": "0" * 64}, {"x-twilio-signature": "no"}):
            answer = await http.post(base + PROBE_PATH, data={"Nonce": "1"}, headers=headers)
            assert (answer.status_code, TOKEN in answer.text) == (403, False)
        large = await http.post(base + PROBE_PATH, content=b"x" * 5_000)
        assert large.status_code == 413
        garbled = await http.post(base + PROBE_PATH, content=b"\xff=\xfe")
        assert garbled.status_code == 403
