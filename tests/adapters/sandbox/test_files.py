"""Files in three steps, by the real Slack SDK, and out again."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.sandbox.error import error_of
from tests.adapters.sandbox.town import Town

INBOX = "C0INBOX"


async def uploaded(here: Town, slack: AsyncWebClient, content: bytes = b"bytes") -> str:
    place = await slack.files_getUploadURLExternal(filename="a.png", length=len(content))
    answer = await here.http.post(place["upload_url"], content=content)
    assert answer.text == f"OK - {len(content)}"
    return str(place["file_id"])


async def test_the_sdk_uploads_in_one_call(here: Town, slack: AsyncWebClient) -> None:
    await slack.files_upload_v2(
        filename="a.txt", content="hello", channel=INBOX, initial_comment="see"
    )
    message = (await here.messages())[0]
    assert (message["subtype"], message["text"]) == ("file_share", "see")
    assert (message["files"][0]["name"], message["files"][0]["size"]) == ("a.txt", 5)
    assert message["bot_id"] == "B0THREADLINE"


async def test_a_shared_file_is_told(here: Town, slack: AsyncWebClient) -> None:
    file = await uploaded(here, slack)
    await slack.files_completeUploadExternal(files=[{"id": file}], channel_id=INBOX)
    ours = await here.product.event(lambda event: event["file_id"] == file, "file_shared")
    assert (ours["user_id"], ours["channel_id"]) == ("U0THREADLINE", INBOX)
    await here.say(user="U0SAM", files=[{"name": "a.png", "content": "Ynl0ZXM="}])
    theirs = await here.product.event(lambda event: event["file_id"] != file, "file_shared")
    assert theirs["user_id"] == "U0SAM"


async def test_an_upload_may_stay_unshared(here: Town, slack: AsyncWebClient) -> None:
    file = await uploaded(here, slack)
    done = await slack.files_completeUploadExternal(files=[{"id": file, "title": "Photo"}])
    assert done["files"][0]["title"] == "Photo"
    assert await here.messages() == []
    blocks = [{"type": "image", "slack_file": {"id": file}, "alt_text": "Photo"}]
    await slack.chat_postMessage(channel=INBOX, text="Photo", blocks=blocks)
    assert (await here.messages())[0]["blocks"] == blocks


async def test_a_file_can_be_shared_into_a_thread(here: Town, slack: AsyncWebClient) -> None:
    parent = await here.say("parent")
    file = await uploaded(here, slack)
    await slack.files_completeUploadExternal(
        files=[{"id": file, "title": "x"}], channel_id=INBOX, thread_ts=parent["ts"]
    )
    replies = (await here.messages())[0]["replies"]
    assert [reply["files"][0]["id"] for reply in replies] == [file]


async def test_a_download_needs_the_token(here: Town, slack: AsyncWebClient) -> None:
    file = await uploaded(here, slack, b"secret bytes")
    url = (await slack.files_info(file=file))["file"]["url_private_download"]
    with_token = await here.http.get(url, headers={"authorization": "Bearer xoxb-sandbox"})
    without = await here.http.get(url)
    assert with_token.content == b"secret bytes"
    assert with_token.headers["content-type"] == "image/png"
    assert without.status_code == 200
    assert without.text.startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"filename": "a", "length": 0}, "missing_argument"),
        ({"filename": "a", "length": "x"}, "missing_argument"),
        ({"filename": "a", "length": 20_000_001}, "file_upload_size_restricted"),
    ],
)
async def test_a_size_that_cannot_be_is_refused(
    slack: AsyncWebClient, arguments: dict[str, Any], error: str
) -> None:
    call = slack.api_call("files.getUploadURLExternal", json=arguments)
    assert await error_of(call) == error


async def test_other_bytes_than_announced_are_refused(here: Town, slack: AsyncWebClient) -> None:
    place = await slack.files_getUploadURLExternal(filename="a.png", length=5)
    assert (await here.http.post(place["upload_url"], content=b"four")).status_code == 400
    assert (await here.http.post("/slack/upload/F0NONE", content=b"x")).status_code == 404
    finish = slack.files_completeUploadExternal(files=[{"id": place["file_id"], "title": "x"}])
    assert await error_of(finish) == "file_not_found"


async def test_a_file_that_is_none_is_not_found(here: Town, slack: AsyncWebClient) -> None:
    assert await error_of(slack.files_info(file="F0NONE")) == "file_not_found"
    assert (await here.http.get("/slack/files/F0NONE/a.png")).status_code == 404
    nothing = slack.api_call("files.completeUploadExternal", json={"files": []})
    assert await error_of(nothing) == "invalid_arguments"


async def test_a_file_goes_only_where_the_bot_is(here: Town, slack: AsyncWebClient) -> None:
    file = await uploaded(here, slack)
    call = slack.files_completeUploadExternal(
        files=[{"id": file, "title": "x"}], channel_id="C0GENERAL"
    )
    assert await error_of(call) == "not_in_channel"
