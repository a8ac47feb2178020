"""The stream of changes that the page lives on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox.ledger import Json, Ledger
from adapters.sandbox.live import QUEUE, Live
from tests import local
from tests.adapters.sandbox.phone import create
from tests.adapters.sandbox.town import Town

CUSTOMER = "+17605550123"


@asynccontextmanager
async def listening(here: Town) -> AsyncIterator[AsyncIterator[Json]]:
    """The changes of a sandbox as a page gets them."""
    async with here.http.stream("GET", "/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        assert (await anext(lines)).startswith(":")

        async def changes() -> AsyncIterator[Json]:
            async for line in lines:
                if line.startswith("data: "):
                    yield orjson.loads(line.removeprefix("data: "))

        yield changes()


async def until(changes: AsyncIterator[Json], of: str, **fields: Any) -> Json:
    async with asyncio.timeout(local.PATIENCE):
        async for change in changes:
            if change["of"] == of and fields.items() <= change["value"].items():
                return change
    raise AssertionError(f"the stream ended without {of} {fields}")


async def test_a_text_is_seen_as_it_is_shown_elsewhere(here: Town) -> None:
    async with listening(here) as changes:
        text = await here.text(CUSTOMER, "Hello")
        change = await until(changes, "text", acknowledged=True)
    assert change["key"] == text["sid"]
    assert change["value"] == text


async def test_each_step_of_a_text_is_seen(here: Town) -> None:
    async with listening(here) as changes:
        await create(here, CUSTOMER)
        for status in ("queued", "sending", "sent", "delivered"):
            await until(changes, "text", status=status)


async def test_messages_and_their_end_are_seen(here: Town, slack: AsyncWebClient) -> None:
    async with listening(here) as changes:
        sent = await slack.chat_postMessage(channel="C0INBOX", text="x")
        await until(changes, "message", ts=sent["ts"], text="x")
        await slack.chat_delete(channel="C0INBOX", ts=sent["ts"])
        await until(changes, "message", ts=sent["ts"], deleted=True)


async def test_channels_ephemerals_and_homes_are_seen(here: Town, slack: AsyncWebClient) -> None:
    async with listening(here) as changes:
        await slack.conversations_create(name="sms-jane")
        await until(changes, "channel", name="sms-jane")
        await slack.chat_postEphemeral(channel="C0INBOX", user="U0SAM", text="psst")
        await until(changes, "ephemeral", text="psst")
        await slack.views_publish(user_id="U0SAM", view={"type": "home", "blocks": []})
        await until(changes, "home", type="home")


async def test_bytes_of_files_are_not_seen(here: Town, slack: AsyncWebClient) -> None:
    async with listening(here) as changes:
        place = await slack.files_getUploadURLExternal(filename="a", length=1)
        await here.http.post(place["upload_url"], content=b"x")
        await here.say("after")
        async with asyncio.timeout(local.PATIENCE):
            assert (await anext(changes))["of"] == "message"


async def test_two_pages_see_the_same(here: Town) -> None:
    async with listening(here) as one, listening(here) as two:
        await here.say("Hello")
        first, second = await until(one, "message"), await until(two, "message")
    assert first == second


async def test_a_page_that_reads_nothing_is_cut_off() -> None:
    ledger = Ledger(None)
    stream = Live(ledger, lambda line: line)._stream()
    assert await anext(stream) == b": hello\n\n"
    for number in range(QUEUE + 5):
        ledger.put("text", str(number), {})
    seen = [chunk async for chunk in stream]
    assert len(seen) == QUEUE


async def test_closing_ends_every_stream() -> None:
    live = Live(Ledger(None), lambda line: line)
    streams = [live._stream() for _ in range(2)]
    for stream in streams:
        await anext(stream)
    live.close()
    assert [[chunk async for chunk in stream] for stream in streams] == [[], []]
