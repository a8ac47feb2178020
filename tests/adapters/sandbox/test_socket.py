"""Socket Mode, with the real client and without."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import orjson
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from tests import local
from tests.adapters.sandbox.error import error_of
from tests.adapters.sandbox.shop import command
from tests.adapters.sandbox.town import FAST, Town, town

APP_TOKEN = "xapp-town"


@pytest.fixture
async def there() -> AsyncIterator[Town]:
    """A sandbox with an app token."""
    async with town(slack_app_token=APP_TOKEN) as fresh:
        yield fresh


@asynccontextmanager
async def line(there: Town) -> AsyncIterator[ClientConnection]:
    """A bare connection, the hello already read."""
    opened = await there.slack().apps_connections_open(app_token=APP_TOKEN)
    async with connect(opened["url"]) as socket:
        hello = orjson.loads(await socket.recv())
        assert hello["type"] == "hello"
        yield socket


async def read(socket: ClientConnection) -> Any:
    async with asyncio.timeout(local.PATIENCE):
        return orjson.loads(await socket.recv())


async def acknowledge(socket: ClientConnection, envelope: Any, **more: Any) -> None:
    await socket.send(orjson.dumps({"envelope_id": envelope["envelope_id"], **more}).decode())


async def test_only_an_app_token_opens_a_connection(there: Town) -> None:
    client = there.slack()
    assert (await client.apps_connections_open(app_token=APP_TOKEN))["url"].startswith("ws://")
    wrong = client.apps_connections_open(app_token="xapp-wrong")
    assert await error_of(wrong) == "invalid_auth"
    bot = client.apps_connections_open(app_token="xoxb-sandbox")
    assert await error_of(bot) == "not_allowed_token_type"


async def test_without_an_app_token_there_is_no_socket_mode(here: Town) -> None:
    call = here.slack().apps_connections_open(app_token=APP_TOKEN)
    assert await error_of(call) == "invalid_auth"


async def test_an_address_of_ones_own_making_is_refused(there: Town) -> None:
    url = there.url.replace("http", "ws") + "/slack/socket/abc"
    with pytest.raises(InvalidStatus):
        async with connect(url):
            raise AssertionError("the connection was made")


async def test_an_event_goes_by_the_socket_when_one_is_open(there: Town) -> None:
    async with line(there) as socket:
        await there.say("Hello")
        envelope = await read(socket)
        await acknowledge(socket, envelope)
    assert envelope["type"] == "events_api"
    assert envelope["payload"]["event"]["text"] == "Hello"
    assert envelope["retry_attempt"] == 0
    assert there.product.received == []


async def test_without_a_socket_events_go_by_http(there: Town) -> None:
    async with line(there):
        assert there.product.received == []
    await there.until("/ledger", lambda _: True)
    await there.say("Hello")
    await there.product.event(lambda event: event["text"] == "Hello")


async def test_an_event_not_acknowledged_comes_again(there: Town) -> None:
    await there.put("/speed", {"event_timeout": 0.05})
    async with line(there) as socket:
        await there.say("Hello")
        first, second = await read(socket), await read(socket)
        await acknowledge(socket, second)
    assert (first["retry_attempt"], second["retry_attempt"]) == (0, 1)
    assert second["retry_reason"] == "http_timeout"
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert first["envelope_id"] != second["envelope_id"]


async def test_an_event_on_a_broken_connection_comes_on_the_next() -> None:
    slow = replace(FAST, event_retries=(0.3,) * 3)
    async with town(slow, slack_app_token=APP_TOKEN) as there:
        async with line(there) as socket:
            await there.say("Hello")
            first = await read(socket)
        async with line(there) as socket:
            again = await read(socket)
            await acknowledge(socket, again)
    assert again["payload"]["event_id"] == first["payload"]["event_id"]
    assert again["retry_reason"] == "connection_failed"


async def test_connections_take_turns(there: Town) -> None:
    async with line(there) as one, line(there) as two:
        for text in "ab":
            await there.say(text)
        envelopes = await read(one), await read(two)
        for socket, envelope in zip((one, two), envelopes, strict=True):
            await acknowledge(socket, envelope)
    texts = {envelope["payload"]["event"]["text"] for envelope in envelopes}
    assert texts == {"a", "b"}


async def test_a_command_is_answered_in_the_acknowledgement(there: Town) -> None:
    async with line(there) as socket:
        asking = asyncio.create_task(command(there, "hi"))
        envelope = await read(socket)
        await acknowledge(socket, envelope, payload={"text": "by socket"})
        told = await asking
    assert envelope["type"] == "slash_commands"
    assert envelope["payload"]["text"] == "hi"
    assert envelope["accepts_response_payload"]
    assert told["answer"] == {"text": "by socket"}
    assert [one["text"] for one in (await there.channel())["ephemerals"]] == ["by socket"]


async def test_a_shortcut_comes_by_the_socket(there: Town) -> None:
    async with line(there) as socket:
        asking = asyncio.create_task(
            there.post("/slack/shortcuts", user="U0DANA", callback_id="new")
        )
        envelope = await read(socket)
        await acknowledge(socket, envelope)
        assert (await asking)["ok"]
    assert (envelope["type"], envelope["payload"]["callback_id"]) == ("interactive", "new")


async def test_a_command_nobody_acknowledges_fails(there: Town) -> None:
    await there.put("/speed", {"event_timeout": 0.05})
    async with line(there):
        told = await command(there)
    assert (told["ok"], told["error"]) == (False, "http_timeout")


@pytest.mark.parametrize("frame", ["x", "5", "[]", '{"envelope_id": 5}', '{"envelope_id": "no"}'])
async def test_a_frame_that_is_garbage_is_passed_over(there: Town, frame: str) -> None:
    async with line(there) as socket:
        await socket.send(frame)
        await there.say("still here")
        envelope = await read(socket)
        await acknowledge(socket, envelope)
    assert envelope["payload"]["event"]["text"] == "still here"


async def test_the_real_client_and_bolt_work_by_it(there: Town) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    client = AsyncWebClient(token="xoxb-sandbox", base_url=f"{there.url}/slack/api/")
    app = AsyncApp(client=client, signing_secret="unused")

    @app.event("message")
    async def message(event: Any) -> None:
        await heard.put(event["text"])

    handler: Any = AsyncSocketModeHandler(app, APP_TOKEN, web_client=client)
    await handler.connect_async()
    try:
        await there.say("through Bolt")
        async with asyncio.timeout(local.PATIENCE):
            assert await heard.get() == "through Bolt"
        await there.until("/ledger", lambda ledger: _acknowledged(ledger) == [True])
    finally:
        await handler.close_async()


def _acknowledged(ledger: Any) -> list[bool]:
    tries = [line for line in ledger["lines"] if line.get("method") == "deliver.socket"]
    return [line["acknowledged"] for line in tries]


async def test_who_is_parted_from_is_told_why(there: Town) -> None:
    async with line(there) as socket:
        parted = await there.http.delete("/slack/socket?reason=warning")
        assert parted.json() == {"ok": True, "closed": 1}
        goodbye = await read(socket)
        assert (goodbye["type"], goodbye["reason"]) == ("disconnect", "warning")
        await socket.wait_closed()
    assert (await there.http.delete("/slack/socket")).json()["closed"] == 0


async def test_an_envelope_can_be_delivered_once_more(there: Town) -> None:
    assert (await there.refused("POST", "/slack/socket/again"))[0] == 409
    async with line(there) as socket:
        await there.say("Hello")
        first = await read(socket)
        await acknowledge(socket, first)
        again = asyncio.create_task(there.http.post("/slack/socket/again"))
        second = await read(socket)
        await acknowledge(socket, second)
        assert (await again).json()["ok"]
    assert second["payload"]["event_id"] == first["payload"]["event_id"]
    assert second["envelope_id"] != first["envelope_id"]
    assert second["retry_attempt"] == 0


async def test_there_are_ten_connections_at_most(there: Town) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(10):
            await stack.enter_async_context(line(there))
        opened = await there.slack().apps_connections_open(app_token=APP_TOKEN)
        async with connect(opened["url"]) as eleventh:
            assert (await read(eleventh))["reason"] == "too_many_websockets"
