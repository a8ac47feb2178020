"""Response URLs: what may be posted to them, how often, and for how long."""

from typing import Any

import httpx2
import pytest

from tests.adapters.sandbox.shop import command
from tests.adapters.sandbox.town import Town

INBOX = "C0INBOX"
BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
BLOCKS = [{"type": "actions", "elements": [BUTTON]}]


async def url_of_command(here: Town) -> str:
    await command(here)
    return str(here.product.received[-1].form["response_url"])


async def url_of_button(here: Town) -> tuple[str, str]:
    """The response URL of a pressed button, and the message it stands in."""
    sent = await here.slack().chat_postMessage(channel=INBOX, text="card", blocks=BLOCKS)
    await here.post("/slack/actions", user="U0DANA", channel=INBOX, ts=sent["ts"], action_id="go")
    received = await here.product.wait(lambda items: any("payload" in item.form for item in items))
    payload = next(item.json for item in received if "payload" in item.form)
    return str(payload["response_url"]), str(sent["ts"])


async def respond(here: Town, url: str, **body: Any) -> httpx2.Response:
    return await here.http.post(url, json=body)


async def test_a_response_is_for_the_asker_unless_it_says_otherwise(here: Town) -> None:
    url = await url_of_command(here)
    assert (await respond(here, url, text="mine")).text == "ok"
    await respond(here, url, text="all", response_type="in_channel")
    shown = await here.channel()
    assert [one["text"] for one in shown["ephemerals"]] == ["mine"]
    assert [message["text"] for message in shown["messages"]] == ["all"]
    assert shown["messages"][0]["bot_id"] == "B0THREADLINE"


async def test_a_response_replaces_the_message(here: Town) -> None:
    url, ts = await url_of_button(here)
    await respond(here, url, replace_original=True, text="done")
    (message,) = await here.messages()
    assert (message["ts"], message["text"]) == (ts, "done")
    assert "blocks" not in message
    event = await here.product.event(lambda event: event.get("subtype") == "message_changed")
    assert event["message"]["text"] == "done"


async def test_a_response_deletes_the_message(here: Town) -> None:
    url, ts = await url_of_button(here)
    await respond(here, url, delete_original=True)
    assert await here.messages() == []
    event = await here.product.event(lambda event: event.get("subtype") == "message_deleted")
    assert event["deleted_ts"] == ts


async def test_a_response_url_is_good_five_times(here: Town) -> None:
    url = await url_of_command(here)
    answers = [(await respond(here, url, text="x")).status_code for _ in range(6)]
    assert answers == [200] * 5 + [404]
    assert len((await here.channel())["ephemerals"]) == 5


async def test_a_response_url_of_ones_own_making_is_refused(here: Town) -> None:
    answer = await respond(here, f"{here.url}/slack/response/abc", text="x")
    assert answer.json() == {"ok": False, "error": "used_url"}


async def test_blocks_in_a_response_have_their_limits(here: Town) -> None:
    url = await url_of_command(here)
    answer = await respond(here, url, text="x", blocks=[{"type": "banner"}])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_blocks")
    assert (await here.channel())["ephemerals"] == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"5"])
async def test_a_response_that_is_garbage_is_no_server_error(here: Town, content: bytes) -> None:
    url = await url_of_command(here)
    answer = await here.http.post(url, content=content)
    assert answer.status_code in (200, 400)
    assert (await here.channel())["ephemerals"] == []
