"""What scripts have people do in Slack, and what they see of it."""

import base64
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox import Command, Shortcut
from tests.adapters.sandbox.town import Town, town

INBOX = "C0INBOX"


async def test_a_person_writes_as_slack_stores_it(here: Town) -> None:
    said = await here.say("Hi &amp; hello", user="dana", channel="inbox")
    assert (said["user"], said["channel"], said["text"]) == ("U0DANA", INBOX, "Hi &amp; hello")
    assert said["blocks"][0]["type"] == "rich_text"
    assert (await here.messages())[0]["ts"] == said["ts"]


async def test_everything_is_in_one_picture(here: Town) -> None:
    said = await here.say("parent")
    await here.say("reply", thread_ts=said["ts"])
    picture = await here.get("/slack")
    inbox = next(channel for channel in picture["channels"] if channel["id"] == INBOX)
    assert [message["text"] for message in inbox["messages"]] == ["parent"]
    assert [reply["text"] for reply in inbox["messages"][0]["replies"]] == ["reply"]
    assert picture["team"]["bot"] == "U0THREADLINE"
    assert {user["id"] for user in picture["users"]} >= {"U0DANA", "U0GUEST", "U0STRANGER"}
    assert picture["home"] is False


async def test_the_page_is_told_what_the_app_offers() -> None:
    offered: dict[str, Any] = {
        "commands": (Command("/sms", "Texts"),),
        "shortcuts": (Shortcut("send", "Send"),),
    }
    async with town(**offered, home=True) as here:
        picture = await here.get("/slack")
    assert picture["commands"] == [{"command": "/sms", "description": "Texts", "hint": ""}]
    (shortcut,) = picture["shortcuts"]
    assert (shortcut["callback_id"], shortcut["type"]) == ("send", "message")
    assert picture["home"] is True


async def test_an_edited_message_keeps_its_place(here: Town) -> None:
    first = await here.say("one")
    await here.say("two")
    await here.put(f"/slack/messages/{INBOX}/{first['ts']}", {"text": "changed"})
    assert [message["text"] for message in await here.messages()] == ["changed", "two"]


async def test_nobody_edits_or_deletes_what_the_app_wrote(
    here: Town, slack: AsyncWebClient
) -> None:
    sent = await slack.chat_postMessage(channel=INBOX, text="x")
    path = f"/slack/messages/{INBOX}/{sent['ts']}"
    assert (await here.refused("PUT", path, {"text": "y"}))[0] == 403
    assert (await here.refused("DELETE", path))[0] == 403


async def test_whoever_is_not_in_must_join_first(here: Town) -> None:
    body = {"channel": INBOX, "user": "U0GUEST", "text": "x"}
    status, error = await here.refused("POST", "/slack/messages", body)
    assert (status, "not in that channel" in error) == (403, True)
    joined = await here.post("/slack/members", channel=INBOX, user="U0GUEST")
    assert "U0GUEST" in joined["members"]
    assert (await here.say(user="U0GUEST"))["user"] == "U0GUEST"


async def test_joining_twice_is_joining_once(here: Town) -> None:
    for _ in range(2):
        joined = await here.post("/slack/members", channel=INBOX, user="U0GUEST")
    assert joined["members"].count("U0GUEST") == 1
    await here.http.request("DELETE", "/slack/members", json={"channel": INBOX, "user": "U0GUEST"})
    again = await here.http.request(
        "DELETE", "/slack/members", json={"channel": INBOX, "user": "U0GUEST"}
    )
    assert "U0GUEST" not in again.json()["members"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 400, "channel is required"),
        ({"channel": INBOX}, 400, "user is required"),
        ({"channel": "nowhere", "user": "U0DANA", "text": "x"}, 404, "no such channel"),
        ({"channel": INBOX, "user": "U0NOBODY", "text": "x"}, 404, "no such user"),
        ({"channel": INBOX, "user": "U0DANA"}, 400, "needs text or files"),
        ({"channel": INBOX, "user": "U0DANA", "text": 5}, 400, "text is required"),
        (
            {"channel": INBOX, "user": "U0DANA", "text": "x", "thread_ts": "1.1"},
            404,
            "no such message",
        ),
        ({"channel": INBOX, "user": "U0DANA", "files": "x"}, 400, "files must be a list"),
        ({"channel": INBOX, "user": "U0DANA", "files": ["x"]}, 400, "a file is"),
        (
            {"channel": INBOX, "user": "U0DANA", "files": [{"name": "a", "content": "*"}]},
            400,
            "base64",
        ),
    ],
)
async def test_nonsense_is_refused_in_words(
    here: Town, body: object, status: int, words: str
) -> None:
    answer = await here.refused("POST", "/slack/messages", body)
    assert answer[0] == status
    assert words in answer[1]
    assert await here.messages() == []


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("path", ["C0NONE/1.000001", f"{INBOX}/1.000001", f"{INBOX}/x"])
async def test_what_is_not_there_cannot_be_changed(here: Town, method: str, path: str) -> None:
    assert (await here.refused(method, f"/slack/messages/{path}", {"text": "x"}))[0] == 404


async def test_an_archived_channel_is_closed(here: Town, slack: AsyncWebClient) -> None:
    await slack.conversations_archive(channel=INBOX)
    body = {"channel": INBOX, "user": "U0DANA", "text": "x"}
    assert (await here.refused("POST", "/slack/messages", body))[0] == 409


async def test_a_person_shares_a_file(here: Town, slack: AsyncWebClient) -> None:
    content = base64.b64encode(b"\x89PNG").decode()
    said = await here.say("look", files=[{"name": "a.png", "content": content}])
    event = await here.product.event(lambda event: event.get("subtype") == "file_share")
    assert event["user"] == "U0DANA"
    assert event["files"][0]["mimetype"] == "image/png"
    info = await slack.files_info(file=said["files"][0]["id"])
    assert info["file"]["size"] == 4
    assert info["file"]["channels"] == [INBOX]


async def test_a_channel_that_is_none_is_not_shown(here: Town) -> None:
    assert await here.refused("GET", "/slack/channels/C0NONE") == (404, "no such channel")
