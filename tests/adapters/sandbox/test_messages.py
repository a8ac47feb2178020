"""The chat.* methods, called by the real Slack SDK."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.sandbox.error import error_of, refused
from tests.adapters.sandbox.town import Town

INBOX = "C0INBOX"
METADATA: dict[str, Any] = {"event_type": "text", "event_payload": {"id": "65f"}}


async def test_a_message_stands_in_its_channel(here: Town, slack: AsyncWebClient) -> None:
    sent = await slack.chat_postMessage(channel=INBOX, text="Hello")
    message = (await here.messages())[0]
    assert (message["ts"], message["text"]) == (sent["ts"], "Hello")
    assert (message["user"], message["bot_id"]) == ("U0THREADLINE", "B0THREADLINE")


async def test_a_channel_may_be_named(here: Town, slack: AsyncWebClient) -> None:
    for name in ("inbox", "#inbox"):
        assert (await slack.chat_postMessage(channel=name, text="x"))["channel"] == INBOX
    assert len(await here.messages()) == 2


async def test_a_stamp_is_a_string_with_six_decimals_and_only_grows(slack: AsyncWebClient) -> None:
    stamps = [(await slack.chat_postMessage(channel=INBOX, text="x"))["ts"] for _ in range(5)]
    assert stamps == sorted(set(stamps))
    assert {len(stamp.partition(".")[2]) for stamp in stamps} == {6}


async def test_another_name_makes_a_message_without_user(here: Town, slack: AsyncWebClient) -> None:
    await slack.chat_postMessage(channel=INBOX, text="Hi", username="Jane Doe", icon_emoji=":wave:")
    message = (await here.messages())[0]
    assert message["subtype"] == "bot_message"
    assert message["username"] == "Jane Doe"
    assert message["icons"] == {"emoji": ":wave:"}
    assert message["app_id"] == "A0THREADLINE"
    assert "user" not in message


async def test_text_is_kept_as_it_was_sent(here: Town, slack: AsyncWebClient) -> None:
    raw = "&lt;!channel&gt; &amp; <@U0DANA> *bold*\n 👋"
    await slack.chat_postMessage(channel=INBOX, text=raw)
    assert (await here.messages())[0]["text"] == raw


async def test_a_reply_goes_into_the_thread(here: Town, slack: AsyncWebClient) -> None:
    parent = await slack.chat_postMessage(channel=INBOX, text="parent")
    await slack.chat_postMessage(channel=INBOX, text="reply", thread_ts=parent["ts"])
    message = (await here.messages())[0]
    assert [reply["text"] for reply in message["replies"]] == ["reply"]
    assert (message["reply_count"], message["thread_ts"]) == (1, parent["ts"])


async def test_a_reply_to_a_reply_goes_to_its_parent(here: Town, slack: AsyncWebClient) -> None:
    parent = await slack.chat_postMessage(channel=INBOX, text="parent")
    reply = await slack.chat_postMessage(channel=INBOX, text="one", thread_ts=parent["ts"])
    await slack.chat_postMessage(channel=INBOX, text="two", thread_ts=reply["ts"])
    assert [one["text"] for one in (await here.messages())[0]["replies"]] == ["one", "two"]


async def test_a_thread_that_is_none_is_refused(slack: AsyncWebClient) -> None:
    call = slack.chat_postMessage(channel=INBOX, text="x", thread_ts="1.000001")
    assert await error_of(call) == "thread_not_found"


async def test_a_message_needs_something_to_say(here: Town, slack: AsyncWebClient) -> None:
    empty = slack.api_call("chat.postMessage", json={"channel": INBOX, "text": ""})
    assert await error_of(empty) == "no_text"
    assert await here.messages() == []


async def test_a_very_long_text_is_cut(here: Town, slack: AsyncWebClient) -> None:
    await slack.chat_postMessage(channel=INBOX, text="x" * 40_010)
    assert len((await here.messages())[0]["text"]) == 40_000


async def test_metadata_are_kept_and_returned(slack: AsyncWebClient) -> None:
    sent = await slack.chat_postMessage(channel=INBOX, text="x", metadata=METADATA)
    assert sent["message"]["metadata"] == METADATA


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"event_payload": {}}, "invalid_metadata_format"),
        ({"event_type": 5, "event_payload": {}}, "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": []}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"a": "b" * 9000}}, "metadata_too_large"),
    ],
)
async def test_metadata_of_a_wrong_form_are_refused(
    slack: AsyncWebClient, metadata: dict[str, Any], error: str
) -> None:
    call = slack.chat_postMessage(channel=INBOX, text="x", metadata=metadata)
    assert await error_of(call) == error


async def test_an_update_changes_the_text_in_place(here: Town, slack: AsyncWebClient) -> None:
    sent = await slack.chat_postMessage(channel=INBOX, text="before", username="Jane")
    await slack.chat_update(channel=INBOX, ts=sent["ts"], text="after")
    message = (await here.messages())[0]
    assert (message["text"], message["username"]) == ("after", "Jane")
    assert message["ts"] == sent["ts"]


async def test_an_update_keeps_metadata_until_they_are_emptied(
    here: Town, slack: AsyncWebClient
) -> None:
    sent = await slack.chat_postMessage(channel=INBOX, text="x", metadata=METADATA)
    await slack.chat_update(channel=INBOX, ts=sent["ts"], text="y")
    assert (await here.messages())[0]["metadata"] == METADATA
    await slack.chat_update(channel=INBOX, ts=sent["ts"], text="z", metadata={})
    assert "metadata" not in (await here.messages())[0]


async def test_an_update_has_a_shorter_limit(slack: AsyncWebClient) -> None:
    sent = await slack.chat_postMessage(channel=INBOX, text="x")
    call = slack.chat_update(channel=INBOX, ts=sent["ts"], text="x" * 4001)
    assert await error_of(call) == "msg_too_long"


async def test_only_ones_own_messages_can_be_changed(here: Town, slack: AsyncWebClient) -> None:
    said = await here.say("mine")
    update = slack.chat_update(channel=INBOX, ts=said["ts"], text="x")
    assert await error_of(update) == "cant_update_message"
    delete = slack.chat_delete(channel=INBOX, ts=said["ts"])
    assert await error_of(delete) == "cant_delete_message"
    none = slack.chat_update(channel=INBOX, ts="1.000001", text="x")
    assert await error_of(none) == "message_not_found"


async def test_a_deleted_message_is_gone(here: Town, slack: AsyncWebClient) -> None:
    sent = await slack.chat_postMessage(channel=INBOX, text="x")
    await slack.chat_delete(channel=INBOX, ts=sent["ts"])
    assert await here.messages() == []
    assert await error_of(slack.chat_delete(channel=INBOX, ts=sent["ts"])) == "message_not_found"


async def test_an_ephemeral_is_apart_from_the_messages(here: Town, slack: AsyncWebClient) -> None:
    sent = await slack.chat_postEphemeral(channel=INBOX, user="U0DANA", text="psst")
    shown = await here.channel()
    assert shown["messages"] == []
    assert [(one["for"], one["text"], one["ts"]) for one in shown["ephemerals"]] == [
        ("U0DANA", "psst", sent["message_ts"])
    ]
    history = await slack.conversations_history(channel=INBOX)
    assert history["messages"] == []


async def test_an_ephemeral_is_only_for_somebody_in_the_channel(slack: AsyncWebClient) -> None:
    call = slack.chat_postEphemeral(channel=INBOX, user="U0GUEST", text="psst")
    assert await error_of(call) == "user_not_in_channel"


async def test_a_message_has_an_address(slack: AsyncWebClient) -> None:
    sent = await slack.chat_postMessage(channel=INBOX, text="x")
    link = await slack.chat_getPermalink(channel=INBOX, message_ts=sent["ts"])
    assert link["permalink"].endswith(f"/archives/C0INBOX/p{sent['ts'].replace('.', '')}")
    none = slack.chat_getPermalink(channel=INBOX, message_ts="1.000001")
    assert await error_of(none) == "message_not_found"


async def test_blocks_may_come_as_a_string_in_a_form(here: Town) -> None:
    blocks = '[{"type": "divider"}]'
    form = {"channel": INBOX, "text": "x", "blocks": blocks, "token": "xoxb-sandbox"}
    answer = await here.http.post("/slack/api/chat.postMessage", data=form)
    assert answer.json()["message"]["blocks"] == [{"type": "divider"}]
    broken = await here.http.post("/slack/api/chat.postMessage", data={**form, "blocks": "["})
    assert broken.json()["error"] == "invalid_blocks_format"


async def test_the_first_of_a_broadcast_reply_shows_in_the_channel(
    slack: AsyncWebClient,
) -> None:
    parent = await slack.chat_postMessage(channel=INBOX, text="parent")
    await slack.chat_postMessage(
        channel=INBOX, text="both", thread_ts=parent["ts"], reply_broadcast=True
    )
    history = await slack.conversations_history(channel=INBOX)
    assert [message["text"] for message in history["messages"]] == ["both", "parent"]


async def test_a_refused_block_says_where(slack: AsyncWebClient) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    answer = await refused(slack.chat_postMessage(channel=INBOX, text="x", blocks=blocks))
    assert answer["error"] == "invalid_blocks"
    assert "/blocks/0/text/text" in answer["response_metadata"]["messages"][0]
