"""The last place: whatever fails behind it is answered, briefly and in JSON."""

from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs
from websockets.asyncio.client import connect

from graph.guard import Guard
from tests import local
from tests.conftest import Serve


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    """Fails with words that nobody may see."""
    if scope["type"] == "lifespan":
        return
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
    raise RuntimeError("secret-of-the-house")


async def greedy(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads its body to the end."""
    while scope["type"] == "http" and (await receive()).get("more_body"):
        pass


@pytest.fixture
def failing(serve: Serve) -> str:
    return serve(Guard(broken, 100), lifespan="off")


def test_an_unexpected_failure_is_an_answer_with_an_id(failing: str) -> None:
    with capture_logs() as logs:
        reply = local.post(failing, json={})
    (error,) = reply.json()["errors"]
    (logged,) = [one for one in logs if one["event"] == "graph.unexpected"]
    assert reply.status_code == 500
    assert error["extensions"] == {"code": "INTERNAL", "id": logged["id"]}
    assert "secret" not in reply.text + str(logs)


async def test_an_unexpected_failure_closes_a_connection(failing: str) -> None:
    with capture_logs() as logs:
        async with connect(failing.replace("http", "ws")) as socket:
            await socket.send("hello")
            await socket.wait_closed()
    assert socket.close_code == 1011
    assert "secret" not in str(logs)


@pytest.mark.parametrize("pieces", [[b"x" * 101], [b"x" * 60, b"x" * 60]])
def test_a_body_is_measured_over_all_its_pieces(serve: Serve, pieces: list[bytes]) -> None:
    url = serve(Guard(greedy, 100), lifespan="off")
    reply = local.post(url, content=iter(pieces))
    body: dict[str, Any] = reply.json()
    assert reply.status_code == 413
    assert body["errors"][0]["extensions"]["code"] == "COST_LIMIT"
